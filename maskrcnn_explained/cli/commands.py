"""The commands. Each imports TensorFlow inside its function, after paths and names are checked."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskrcnn_explained._files import atomic_write, require_new_folder, require_writable_file
from maskrcnn_explained.cli.output import detections_table, picture
from maskrcnn_explained.cli.own_data import allow_size, opened, own_data
from maskrcnn_explained.training.recipe import CHECKPOINT_FILE, LOG_FILE, Recipe

if TYPE_CHECKING:
    import keras

    from maskrcnn_explained.model import MaskRCNN

Arguments = argparse.Namespace


def detect(arguments: Arguments) -> None:
    """Find the instances in a photo; write a picture and print a table."""
    image = _photo(arguments, ".png")
    from maskrcnn_explained.weights.load import load

    output = arguments.output
    found = load(arguments.weights).detect(image, min_score=arguments.min_score)
    with atomic_write(output) as temporary:
        temporary.write_bytes(picture(image, found))
    print(detections_table(found))
    print(f"{len(found)} detections with a score of at least {arguments.min_score:g}: {output}")


def trace(arguments: Arguments) -> None:
    """Show every stage for one photo, on an interactive HTML page."""
    image = _photo(arguments, ".html")
    from maskrcnn_explained.pages.report.document import report
    from maskrcnn_explained.tracing.trace import RECOMPUTED
    from maskrcnn_explained.tracing.trace import trace as trace_image
    from maskrcnn_explained.weights.load import load

    output = arguments.output
    traced = trace_image(load(arguments.weights), image, arguments.min_score, keep=RECOMPUTED)
    page = report(traced, "The coins" if arguments.photo is None else arguments.photo.name)
    with atomic_write(output) as temporary:
        temporary.write_text(page, encoding="utf-8")
    print(f"{len(traced.detections)} detections; open {output} in a browser")


def _photo(arguments, suffix):
    """The image of the command. First check that the output can be written."""
    from skimage import data

    from maskrcnn_explained.data.image_files import read_image
    from maskrcnn_explained.data.images import as_rgb

    output = arguments.output
    photo = arguments.photo
    require_writable_file(output, suffix)
    _require_weights(arguments.weights)
    if photo is None:
        return as_rgb(data.coins())
    allow_size(arguments)
    image = read_image(photo)
    if output.exists() and output.samefile(photo):
        raise ValueError(f"{output} is the photo itself; write the output elsewhere.")
    return image


def train(arguments: Arguments) -> None:
    """Train on Scenes, or on your own images with --data."""
    given = vars(arguments)
    fields = [field.name for field in dataclasses.fields(Recipe)]
    recipe = Recipe(**{name: given[name] for name in fields if name in given})
    output = _check_training(arguments)
    data, validation = own_data(arguments)
    from maskrcnn_explained.data.augmentation import AUGMENTATIONS
    from maskrcnn_explained.training import distributed
    from maskrcnn_explained.training import train as training
    from maskrcnn_explained.weights.file import save_weights

    strategy = distributed.strategy(arguments.devices)
    with strategy.scope():
        student = _student(arguments, recipe.seed, data)
    if data is None:
        history = training.train_scenes(student, recipe, arguments.folder, arguments.first_scene)
    else:
        augment = AUGMENTATIONS[arguments.augment]
        history = training.train(student, data, validation, recipe, arguments.folder, augment)
    if distributed.is_chief(strategy):
        save_weights(student, output)
        _print_training(history, output, arguments.folder)


def _print_training(history: keras.callbacks.History, output: Path, folder: Path) -> None:
    speeds = sorted(history.history.get("images_per_second", []))
    if speeds:
        print(f"{speeds[len(speeds) // 2]:.1f} images per second (median over epochs)")
    else:
        print("The run was already complete; there were no steps left.")
    print(f"Weights: {output}\nLog: {folder / LOG_FILE}")


def _check_training(arguments):
    """Fail on bad arguments before any work is done. Returns the file for the weights."""
    import h5py

    folder = arguments.folder
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is not a folder.")
    name = "scenes.h5" if arguments.data is None else "weights.h5"
    output = arguments.weights_out or folder / name
    if output.parent != folder or folder.exists():  # else the run creates the folder
        require_writable_file(output, ".h5")
    checkpoint = folder / CHECKPOINT_FILE
    if checkpoint.exists() and not h5py.is_hdf5(checkpoint):
        raise ValueError(f"{checkpoint} is damaged; remove it to start again.")
    if checkpoint.exists():
        print(f"Continuing from {checkpoint}.")
    if arguments.data is None and (arguments.validation or arguments.augment != "none"):
        raise ValueError("--validation and --augment need --data; they do not apply to Scenes.")
    if arguments.start:
        _require_weights(arguments.start)
    return output


def _require_weights(weights):
    """Fail on an unknown name or a missing file before TensorFlow is imported."""
    from maskrcnn_explained.weights.published import COCO, locate

    if weights != COCO:  # downloaded on first use
        locate(weights)


def _student(arguments, seed, data):
    """The model to train: fresh, or with weights; their heads are kept if the classes are equal."""
    from maskrcnn_explained.model import build
    from maskrcnn_explained.presets import SCENES_CLASSES
    from maskrcnn_explained.weights.load import config_of, load
    from maskrcnn_explained.weights.reference import HEADS

    options = {"precision": arguments.precision, "smooth_l1_beta": arguments.smooth_l1_beta}
    changes = {"seed": seed} | {name: value for name, value in options.items() if value is not None}
    sides = {"image_max_side": arguments.image_max_side, "detections": arguments.detections}
    changes |= {name: value for name, value in sides.items() if value is not None}
    if arguments.image_min_side is not None:
        changes["image_min_side"] = arguments.image_min_side or None
    classes = SCENES_CLASSES if data is None else data.class_names
    if data is not None:
        changes["class_names"] = classes
    if arguments.start is None:
        return build("scenes", **changes)
    other = classes != config_of(arguments.start).class_names
    if other:
        changes["class_names"] = classes
    return load(arguments.start, exclude=HEADS if other else (), **changes)


def evaluate(arguments: Arguments) -> None:
    """Measure AP on unseen scenes or on your own data, or count the coins found."""
    if arguments.json is not None:
        require_writable_file(arguments.json, ".json")
    _require_weights(arguments.weights)
    from maskrcnn_explained.weights.load import load

    changes = {} if arguments.detections is None else {"detections": arguments.detections}
    model = load(arguments.weights, **changes)
    result = coins_result(model) if arguments.coins else measured(model, arguments)
    if arguments.json is not None:
        with atomic_write(arguments.json) as temporary:
            temporary.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def export(arguments: Arguments) -> None:
    """Write a SavedModel with the same results as detect; it needs only TensorFlow to run."""
    require_new_folder(arguments.output)
    _require_weights(arguments.weights)
    from maskrcnn_explained.export.saved_model import export_saved_model
    from maskrcnn_explained.weights.load import load

    export_saved_model(load(arguments.weights), arguments.output, arguments.min_score)
    print(
        f"{arguments.output}: images [B, H, W, 3] uint8 -> boxes, class_ids, scores, masks, counts"
    )


COMMANDS = (detect, trace, train, evaluate, export)


def measured(model: MaskRCNN, arguments: Arguments) -> dict[str, float]:
    """Measure AP on the images of the arguments, and print a table."""
    from maskrcnn_explained.data.sample import Subset
    from maskrcnn_explained.data.scenes.dataset import Scenes
    from maskrcnn_explained.evaluation import coco_ap

    data: Any
    if arguments.data is None:
        data = Scenes(arguments.split, arguments.images)
        print(f"{arguments.images} scenes, split {arguments.split}", flush=True)
    else:
        known = model.config.class_names
        whole = opened(arguments, arguments.data, arguments.image_folder, known)
        data = Subset(whole, 0, arguments.images)
        print(f"{len(data)} images of {arguments.data}", flush=True)
    result = coco_ap.evaluate(model, data, limit=arguments.limit)
    print(coco_ap.metrics_table(result))
    return result


def coins_result(model: MaskRCNN) -> dict[str, Any]:
    """Count the coins found at both sizes, and print the result: scale -> numbers of `exam`."""
    from maskrcnn_explained.evaluation.exam import COINS_EXAM, COINS_SCORE, coins_exam

    results = {}
    for scale, min_iou in COINS_EXAM.items():
        result = coins_exam(model, scale)
        ious = [round(float(iou), 4) for iou in result["ious"]]
        print(
            f"Scale {scale:g}: {result['found']} of {len(ious)} coins found as disks with mask IoU "
            f"{min_iou} or more (score at least {COINS_SCORE}), {result['false_positives']} false "
            f"positives; mask IoU: lowest {min(ious):.3f}, mean {sum(ious) / len(ious):.3f}"
        )
        results[f"{scale:g}"] = result | {"ious": ious}
    return results
