"""The command `export`: the model for other programs, as a SavedModel or an ONNX file."""

from __future__ import annotations

import argparse
import pathlib
from collections.abc import Callable

from maskrcnn_explained._files import require_new_folder, require_writable_file
from maskrcnn_explained.cli.option_values import WEIGHTS, classes_option, score
from maskrcnn_explained.cli.weight_names import loaded, require_weights

# The forms of `export.onnx_file`; a test compares.
ONNX_FORMS = ("tensors", "detections")
RESULTS = "images [B, H, W, 3] uint8 -> boxes, class_ids, scores, masks, counts"


def export_options(add: Callable[..., object]) -> None:
    """The options of `export`."""
    text = "a folder for a SavedModel, or a file that ends in .onnx"
    add("-o", "--output", type=pathlib.Path, required=True, metavar="NAME", help=text)
    text = "only detections with at least this score (the model's own)"
    add("--min-score", type=score, help=text)
    text = "of ONNX: every named tensor, or pixels in and masks out (tensors)"
    add("--form", choices=ONNX_FORMS, help=text)
    add("--float16", action="store_true", help="of ONNX: store weights in 16 bits, half the file")
    add("--weights", default="scenes", help=WEIGHTS)
    classes_option(add)


def export(arguments: argparse.Namespace) -> None:
    """Write a SavedModel with the same results as detect, or an ONNX file (.onnx)."""
    if arguments.output.suffix.lower() == ".onnx":
        _export_onnx(arguments)
        return
    if arguments.form or arguments.float16:
        raise ValueError(
            "--form and --float16 belong to ONNX files: give a name that ends in .onnx."
        )
    require_new_folder(arguments.output)
    require_weights(arguments.weights)
    from maskrcnn_explained.export.saved_model import export_saved_model

    export_saved_model(loaded(arguments), arguments.output, arguments.min_score)
    print(f"{arguments.output}: {RESULTS}")


def _export_onnx(arguments):
    require_writable_file(arguments.output, ".onnx")
    require_weights(arguments.weights)
    form = arguments.form or "tensors"
    if arguments.min_score is not None and form == "tensors":
        raise ValueError("--min-score is an input of this file; or add --form detections.")
    from maskrcnn_explained.export.onnx_file import export_onnx

    weights = "float16" if arguments.float16 else "float32"
    export_onnx(loaded(arguments), arguments.output, form, weights, arguments.min_score)
    tensors = "image, window, min_score -> every named tensor"
    print(f"{arguments.output}: {tensors if form == 'tensors' else RESULTS}")
