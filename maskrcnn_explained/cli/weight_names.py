"""Names and files of weights, checked before TensorFlow is imported; then the model is loaded."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN


def require_weights(weights: str | os.PathLike) -> None:
    """Raise `ValueError` for an unknown name, `FileNotFoundError` for a missing file."""
    from maskrcnn_explained.weights.published import DOWNLOADED, locate

    if weights not in DOWNLOADED:  # they are fetched on first use
        locate(weights)


def loaded(arguments: argparse.Namespace, **changes: Any) -> MaskRCNN:
    """The model of --weights, with the classes of --class-names if they are given.

    Errors and warnings are those of `weights.load.load`, which also says what happens to a file
    that tells other classes itself: they are matched by name.
    """
    from maskrcnn_explained.weights.load import load

    if arguments.class_names is not None:
        changes["class_names"] = arguments.class_names
    return load(arguments.weights, **changes)
