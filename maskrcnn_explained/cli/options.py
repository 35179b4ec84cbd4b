"""The options of the command `maskrcnn-explained`, and the values that they accept."""

from __future__ import annotations

import argparse
import pathlib
from collections.abc import Callable, Sequence

from maskrcnn_explained import __version__
from maskrcnn_explained.cli.doctor import doctor_options
from maskrcnn_explained.cli.export_files import export_options
from maskrcnn_explained.cli.option_values import (
    WEIGHTS,
    amount,
    classes_option,
    count,
    score,
    whole_number,
)
from maskrcnn_explained.cli.progress_table import progress_options
from maskrcnn_explained.cli.quiz_files import quiz_options
from maskrcnn_explained.config import choices
from maskrcnn_explained.data.formats.problems import CHOICES
from maskrcnn_explained.training.recipe import DEVICES, SCHEDULES, TRAINED_LAYERS

# The names in data.augmentation, whose import is too slow here: it needs scikit-image.
AUGMENTATION_NAMES = ("none", "photos", "microscope", "nuclei")


def make_parser(runs: Sequence[Callable[..., int | None]]) -> argparse.ArgumentParser:
    """A parser with one command per function, with the name and the docstring of the function."""
    parser = argparse.ArgumentParser(
        prog="maskrcnn-explained", description="A small Mask R-CNN to learn from."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for run in runs:
        command = commands.add_parser(
            run.__name__, help=run.__doc__, description=run.__doc__, allow_abbrev=False
        )
        command.set_defaults(run=run)
        OPTIONS[run.__name__](command.add_argument)
    return parser


def _detect_options(add):
    _photo_options(add, "OUT.png", "picture")
    text = "look at a large photo in overlapping tiles as well: small objects are found"
    add("--tile", action="store_true", help=text)
    text = "also write boxes, scores and masks, in COCO's format"
    add("--json", type=pathlib.Path, metavar="FOUND.json", help=text)


def _trace_options(add):
    _photo_options(add, "REPORT.html", "page")


def _photo_options(add, name, what):
    path = pathlib.Path
    add("photo", nargs="?", type=path, metavar="PHOTO", help="an image; without it, the coins")
    add("-o", "--output", type=path, required=True, metavar=name, help=f"{what} to write")
    text = "only instances with at least this score (0.7)"
    add("--min-score", type=score, default=0.7, help=text)
    add("--weights", default="scenes", help=WEIGHTS)
    classes_option(add)
    _size_option(add)


def _size_option(add):
    text = "read images of up to N million pixels (179); only for files that you trust"
    add("--max-megapixels", type=amount, metavar="N", help=text)


def _train_options(add):
    path = pathlib.Path
    text = "weights, checkpoint and log; a run in it goes on (build/train)"
    add("--folder", type=path, default=path("build/train"), help=text)
    add("--restart", action="store_true", help="begin anew; keep the old files beside")
    add(
        "--weights-out",
        type=path,
        metavar="FILE.h5",
        help="where else to write the trained weights (FOLDER/weights.h5)",
    )
    add(
        "--weights",
        dest="start",
        metavar="WEIGHTS",
        help="start from these weights, not from scratch",
    )
    classes_option(add)
    _data_options(add)
    add("--validation", type=path, metavar="DATA", help="a data set to measure on")
    add(
        "--validation-folder",
        type=path,
        metavar="FOLDER",
        help="images of the validation data (as --image-folder)",
    )
    add("--augment", choices=AUGMENTATION_NAMES, default="none", help="changes for DATA (none)")
    text = "scale images up to this side; 0: do not scale (the model's own rule)"
    add("--image-min-side", type=count, metavar="N", help=text)
    text = "make larger images small, to this side (the model's own; scenes: 512)"
    add("--image-max-side", type=whole_number, metavar="N", help=text)
    add("--first-scene", type=count, default=0, metavar="N", help="train from this scene on (0)")
    text = "errors of RoI deltas below this are squared (the model's own; scenes: 1)"
    add("--smooth-l1-beta", type=amount, metavar="BETA", help=text)
    text = "one device, all of this machine, or the machines in TF_CONFIG (one)"
    add("--devices", choices=DEVICES, default="one", help=text)
    add(
        "--precision",
        choices=choices("precision"),
        help="type of convolutions (the model's own; fresh: float32)",
    )
    names = ", ".join(TRAINED_LAYERS)
    text = f"which layers are trained: {names}, or a pattern of names (all)"
    add("--stage", default=argparse.SUPPRESS, metavar="STAGE", help=text)
    text = "the learning rate: warm-up and cosine, or always the same (cosine)"
    add("--schedule", choices=SCHEDULES, default=argparse.SUPPRESS, help=text)
    for name, (kind, text) in RECIPE_NUMBERS.items():
        option = "--" + name.replace("_", "-")
        add(option, type=kind, default=argparse.SUPPRESS, help=text, metavar="N")


def _data_options(add):
    path = pathlib.Path
    text = "JSON of COCO, VIA or labelme, or a folder with it or of masks; without it, Scenes"
    add("--data", type=path, metavar="DATA", help=text)
    add(
        "--image-folder",
        type=path,
        metavar="FOLDER",
        help="images of the JSON, if in another folder",
    )
    text = "the region attribute with the class (VIA); '': all regions are of one class"
    add("--via-attribute", metavar="NAME", help=text)
    text = "crowd regions (iscrowd 1) are ignored, or taken as objects (ignore)"
    add("--crowds", choices=CHOICES["crowds"], default="ignore", help=text)
    text = "a box without an outline is a problem, or is taken as the outline (problem)"
    add("--boxes", choices=CHOICES["boxes"], default="problem", help=text)
    problems = [choice.replace(" ", "-") for choice in CHOICES["problems"]]
    text = "stop at records that have a problem, or go on without them (stop)"
    add("--problems", choices=problems, default="stop", help=text)
    text = "decode every image first, and go on without those that are damaged"
    add("--skip-broken", action="store_true", help=text)
    text = "instances kept per image (the model's own; scenes: 100)"
    add("--detections", type=whole_number, metavar="N", help=text)
    _size_option(add)


def _evaluate_options(add):
    _data_options(add)
    add("--weights", default="scenes", help=WEIGHTS)
    classes_option(add)
    add(
        "--split",
        choices=("train", "validation", "test"),
        default="test",
        help="part of Scenes (test)",
    )
    add("--images", type=whole_number, default=500, help="how many images at most (500)")
    add(
        "--limit",
        type=whole_number,
        help="detections per image and class that count (all that the model keeps; COCO: 100)",
    )
    add("--coins", action="store_true", help="count the coins found in the photograph instead")
    add("--everyday", action="store_true", help="or what is found in everyday photos (photos)")
    add("--json", type=pathlib.Path, metavar="FILE.json", help="also write the results")


OPTIONS = {
    "detect": _detect_options,
    "trace": _trace_options,
    "train": _train_options,
    "evaluate": _evaluate_options,
    "export": export_options,
    "progress": progress_options,
    "quiz": quiz_options,
    "doctor": doctor_options,
}


# The options of `train` that are fields of Recipe, beside --stage. Recipe has their defaults.
RECIPE_NUMBERS = {
    "steps": (whole_number, "number of training steps (30000; with --weights 500)"),
    "batch_size": (whole_number, "images per step"),
    "learning_rate": (amount, "highest learning rate (0.0015; with --weights 0.0005)"),
    "warmup_steps": (count, "steps while the learning rate rises (a tenth, at most 1000)"),
    "weight_decay": (amount, "weight decay of AdamW"),
    "clip_norm": (amount, "maximum norm of all gradients together"),
    "steps_per_epoch": (whole_number, "steps between two checkpoints"),
    "accumulate": (whole_number, "steps whose gradients make one update"),
    "validation_images": (count, "images to measure after every epoch"),
    "seed": (count, "seed of weights, order and sampling"),
}
