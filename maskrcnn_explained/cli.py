"""The command `maskrcnn-explained`: detect, trace, train, evaluate, export.

Everything that can be checked is checked before TensorFlow is imported, so that a mistake is
answered at once: one line on stderr and exit code 2. Files appear complete or not at all.
"""

from __future__ import annotations

import json
import os
import sys

from maskrcnn_explained.cli_options import RECIPE, make_parser
from maskrcnn_explained.files import check_new_folder, check_output, replacing


def main(argv: list[str] | None = None) -> int:
    """Run the command with these arguments (those of the process if None).

    Returns the exit code: 0 done, 2 wrong input, 130 stopped by the user.
    """
    try:
        arguments = make_parser((detect, trace, train, evaluate, export)).parse_args(argv)
    except SystemExit as stop:  # argparse has said what is wrong, or printed its help
        return int(stop.code or 0)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # its default; said aloud if not set
    os.environ.setdefault("MPLBACKEND", "Agg")  # pictures go to files; no window is needed
    try:
        arguments.run(arguments)
    except (ValueError, OSError) as error:
        print(f"maskrcnn-explained {arguments.command}: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def detect(arguments) -> None:
    """Find the instances in a photo: a picture and a table."""
    from maskrcnn_explained import weights

    output = arguments.output
    image = _photo(arguments, ".png")
    found = weights.load(arguments.weights).detect(image, min_score=arguments.min_score)
    with replacing(output) as temporary:
        temporary.write_bytes(picture(image, found))
    print(detections_table(found))
    print(f"{len(found)} detections with a score of at least {arguments.min_score:g}: {output}")


def trace(arguments) -> None:
    """Walk a photo through every stage: one page of HTML to click through."""
    from maskrcnn_explained import weights

    output = arguments.output
    image = _photo(arguments, ".html")
    from maskrcnn_explained import tracing  # brings TensorFlow
    from maskrcnn_explained.viz.report import report

    model = weights.load(arguments.weights)
    traced = tracing.trace(model, image, arguments.min_score, keep=tracing.LARGE)
    page = report(traced, "The coins" if arguments.photo is None else arguments.photo.name)
    with replacing(output) as temporary:
        temporary.write_text(page, encoding="utf-8")
    print(f"{len(traced.detections)} detections; open {output} in a browser")


def _photo(arguments, suffix):
    """The image to look at; first it is seen whether the output can be written."""
    from skimage import data

    from maskrcnn_explained.data.images import as_rgb, read_image

    output, photo = arguments.output, arguments.photo
    check_output(output, suffix)
    if photo is None:
        return as_rgb(data.coins())
    image = read_image(photo)
    if output.exists() and output.samefile(photo):
        raise ValueError(f"{output} is the photo itself; write the output elsewhere.")
    return image


def train(arguments) -> None:
    """Train on Scenes, or with --data on images of your own."""
    from maskrcnn_explained import weights

    output = _check_training(arguments)
    data, validation = _own_data(arguments)
    from maskrcnn_explained import replicas, training, workers  # brings TensorFlow
    from maskrcnn_explained.data.augmentation import AUGMENTATIONS

    recipe = training.Recipe(**{k: vars(arguments)[k] for k in RECIPE if k in arguments})
    strategy = replicas.strategy(arguments.devices)
    with strategy.scope():
        student = _student(arguments, recipe.seed, data)
    if data is None:
        history = training.train_scenes(student, recipe, arguments.folder, arguments.first_scene)
    else:
        augment = AUGMENTATIONS[arguments.augment]
        history = training.train(student, data, validation, recipe, arguments.folder, augment)
    if workers.is_chief(strategy):
        weights.save_weights(student, output)
        _tell_training(history, output, arguments.folder)


def _tell_training(history, output, folder):
    speeds = sorted(history.history.get("images_per_second", []))
    if speeds:
        print(f"{speeds[len(speeds) // 2]:.1f} images per second (median over epochs)")
    else:
        print("The run was complete already: no step was left to do.")
    print(f"Weights: {output}\nLog: {folder / 'log.jsonl'}")


def _check_training(arguments):
    """Refuse what cannot be done before anything is done; returns the file for the weights."""
    import h5py

    from maskrcnn_explained import weights

    folder = arguments.folder
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is not a folder.")
    name = "scenes.h5" if arguments.data is None else "weights.h5"
    output = arguments.weights_out or folder / name
    if output.parent != folder or folder.exists():  # else the run makes its folder
        check_output(output, ".h5")
    checkpoint = folder / "checkpoint.weights.h5"
    if checkpoint.exists() and not h5py.is_hdf5(checkpoint):
        raise ValueError(f"{checkpoint} is damaged; remove it to start again.")
    if checkpoint.exists():
        print(f"Going on from {checkpoint}.")
    if arguments.start:
        weights.find_weights(arguments.start)
    if arguments.data is None and (arguments.validation or arguments.augment != "none"):
        raise ValueError("--validation and --augment go with --data; Scenes need neither.")
    return output


def _own_data(arguments):
    """The data sets to train and to measure on; None for Scenes, and for no validation."""
    if arguments.data is None:
        return None, None
    from maskrcnn_explained.data.opening import open_dataset

    attribute = arguments.via_attribute
    data = open_dataset(arguments.data, arguments.image_folder, attribute=attribute)
    validation = None
    if arguments.validation is not None:
        # Both sets often share a folder of images.
        where = arguments.validation, arguments.validation_folder or arguments.image_folder
        validation = open_dataset(*where, class_names=data.class_names, attribute=attribute)
    return data, validation


def _student(arguments, seed, data):
    """The model to train: fresh, or from weights, whose heads stay if they know the classes."""
    from maskrcnn_explained import weights
    from maskrcnn_explained.model import build
    from maskrcnn_explained.presets import SCENES_CLASSES
    from maskrcnn_explained.reference_weights import HEADS

    options = {"precision": arguments.precision, "smooth_l1_beta": arguments.smooth_l1_beta}
    changes = {"seed": seed} | {name: value for name, value in options.items() if value is not None}
    if arguments.image_min_side is not None:
        changes["image_min_side"] = arguments.image_min_side or None
    if data is not None:
        changes["class_names"] = data.class_names
    if arguments.start is None:
        return build("scenes", **changes)
    known = weights.read_config(weights.find_weights(arguments.start))
    known = SCENES_CLASSES if known is None else known.class_names
    other = data is not None and data.class_names != known
    return weights.load(arguments.start, exclude=HEADS if other else (), **changes)


def evaluate(arguments) -> None:
    """Measure AP on unseen scenes or on your own data, or count the coins that are found."""
    from maskrcnn_explained import weights

    if arguments.json is not None:
        check_output(arguments.json, ".json")
    model = weights.load(arguments.weights)
    result = coins_result(model) if arguments.coins else measured(model, arguments)
    if arguments.json is not None:
        with replacing(arguments.json) as temporary:
            temporary.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def export(arguments) -> None:
    """Write a SavedModel that answers as detect does; to run it takes TensorFlow alone."""
    from maskrcnn_explained import weights

    check_new_folder(arguments.output)
    model = weights.load(arguments.weights)
    from maskrcnn_explained.serving import export_saved_model

    export_saved_model(model, arguments.output, arguments.min_score)
    print(
        f"{arguments.output}: images [B, H, W, 3] uint8 -> boxes, class_ids, scores, masks, counts"
    )


def measured(model, arguments) -> dict[str, float]:
    """Measure on the images that the arguments name, and print a table."""
    from maskrcnn_explained import evaluation
    from maskrcnn_explained.data.opening import open_dataset
    from maskrcnn_explained.data.part import Part
    from maskrcnn_explained.data.scenes import Scenes

    if arguments.data is None:
        data = Scenes(arguments.split, arguments.images)
        print(f"{arguments.images} scenes, split {arguments.split}", flush=True)
    else:
        where = arguments.data, arguments.image_folder, model.config.class_names
        data = Part(open_dataset(*where, arguments.via_attribute), 0, arguments.images)
        print(f"{len(data)} images of {arguments.data}", flush=True)
    result = evaluation.evaluate(model, data, limit=arguments.limit)
    print(evaluation.metrics_table(result))
    return result


def coins_result(model) -> dict:
    """Count the coins that are found at both sizes, and print it: scale -> `exam`'s numbers."""
    from maskrcnn_explained.evaluation import COINS_EXAM, COINS_SCORE, coins_exam

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


def picture(image, found) -> bytes:
    """The image with its detections as PNG, at least 900 pixels on its longer side."""
    from maskrcnn_explained.viz import style
    from maskrcnn_explained.viz.detection import show_detections

    height, width = image.shape[:2]
    inches = style.PAGE_WIDTH / max(height, width)  # a pixel; a very flat image keeps one inch
    ax = style.new_axes(None, max(width * inches, 1.0), max(height * inches, 1.0))
    show_detections(image, found, ax)
    dots_per_inch = min(max(100, round(1 / inches)), 300)  # a large photo keeps its pixels
    return style.to_png(ax.figure, dots_per_inch)


def detections_table(found) -> str:
    """A line for each detection; boxes in pixels of the photo."""
    lines = [f"{'':>3}  {'class':<12}{'score':>6}{'y1':>8}{'x1':>8}{'y2':>8}{'x2':>8}{'mask':>9}"]
    rows = zip(found.class_names, found.scores, found.boxes, found.masks, strict=True)
    for number, (name, score, box, mask) in enumerate(rows, start=1):
        edges = "".join(f"{edge:>8.1f}" for edge in box)
        lines.append(f"{number:>3}  {name:<12}{score:>6.2f}{edges}{mask.sum():>9}")
    return "\n".join(lines)
