"""The commands. Each imports TensorFlow inside its function, after paths and names are checked."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from maskrcnn_explained._files import atomic_write, require_writable_file
from maskrcnn_explained.cli.doctor import doctor
from maskrcnn_explained.cli.export_files import export
from maskrcnn_explained.cli.output import detections_table, picture
from maskrcnn_explained.cli.own_data import allow_size, opened
from maskrcnn_explained.cli.progress_table import progress
from maskrcnn_explained.cli.quiz_files import quiz
from maskrcnn_explained.cli.train_model import train
from maskrcnn_explained.cli.weight_names import loaded, require_weights

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN

Arguments = argparse.Namespace


def detect(arguments: Arguments) -> None:
    """Find the instances in a photo; write a picture and print a table."""
    if arguments.json is not None:
        require_writable_file(arguments.json, ".json")
    image = _photo(arguments, ".png")
    output = arguments.output
    found = loaded(arguments).detect(image, arguments.min_score, arguments.tile)
    with atomic_write(output) as temporary:
        temporary.write_bytes(picture(image, found))
    if arguments.json is not None:
        found.save(arguments.json, "coins.png" if arguments.photo is None else arguments.photo.name)
    print(detections_table(found))
    print(f"{len(found)} detections with a score of at least {arguments.min_score:g}: {output}")


def trace(arguments: Arguments) -> None:
    """Show every stage for one photo, on an interactive HTML page."""
    image = _photo(arguments, ".html")
    from maskrcnn_explained.pages.report.document import report
    from maskrcnn_explained.tracing.trace import RECOMPUTED
    from maskrcnn_explained.tracing.trace import trace as trace_image

    output = arguments.output
    traced = trace_image(loaded(arguments), image, arguments.min_score, keep=RECOMPUTED)
    name = "The coins" if arguments.photo is None else arguments.photo.name
    name = name.encode("utf-8", "replace").decode()  # a name may hold bytes that are no text
    page = report(traced, name)
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
    require_weights(arguments.weights)
    if photo is None:
        return as_rgb(data.coins())
    allow_size(arguments)
    image = read_image(photo)
    if output.exists() and output.samefile(photo):
        raise ValueError(f"{output} is the photo itself; write the output elsewhere.")
    return image


def evaluate(arguments: Arguments) -> None:
    """Measure AP on unseen scenes or on your own data, or count the coins found."""
    if arguments.json is not None:
        require_writable_file(arguments.json, ".json")
    asked = [f"--{name}" for name in ("coins", "everyday", "data") if getattr(arguments, name)]
    if len(asked) > 1:
        raise ValueError(f"{' and '.join(asked)} are different images to measure on: give one.")
    require_weights(arguments.weights)
    changes = {} if arguments.detections is None else {"detections": arguments.detections}
    model = loaded(arguments, **changes)
    if arguments.coins:
        result: dict[str, Any] = coins_result(model)
    else:
        result = everyday_result(model) if arguments.everyday else measured(model, arguments)
    if arguments.json is not None:
        with atomic_write(arguments.json) as temporary:
            temporary.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


COMMANDS = (detect, trace, train, evaluate, export, progress, quiz, doctor)


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


def everyday_result(model: MaskRCNN) -> dict[str, Any]:
    """Count what is found in each everyday photograph, and print it: name -> numbers of `exam`."""
    from maskrcnn_explained.evaluation.exam import EVERYDAY_IOU, EVERYDAY_SCORE, everyday_exam

    results = {}
    print(f"{'':<18}objects  found  false   (score {EVERYDAY_SCORE}, mask IoU {EVERYDAY_IOU})")
    for name, result in everyday_exam(model).items():
        ious = [round(float(iou), 4) for iou in result["ious"]]
        print(f"{name:<18}{len(ious):>7}{result['found']:>7}{result['false_positives']:>7}")
        results[name] = result | {"ious": ious}
    return results
