"""Load a trained model: shipped weights, the reference's own, or a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from maskrcnn_explained.config import Config
from maskrcnn_explained.model import MaskRCNN, build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.weights.file import assign_weights, read_file
from maskrcnn_explained.weights.published import COCO, PRESET_OF, coco_file, locate
from maskrcnn_explained.weights.reference import assign_by_name


def load(
    weights: str | os.PathLike = "scenes",
    preset: str | Config | None = None,
    exclude: Sequence[str] = (),
    **changes: Any,
) -> MaskRCNN:
    """Load a trained model: shipped weights, the reference's own, or a file.

    Args:
        weights: "scenes"; "nuclei" (microscopy); "coco" (ResNet-101, 250 MB, downloaded once: see
            `weights.published.coco_file`); or the path of a file that `save_weights` wrote.
        preset: the Config that the weights were trained with, or the name of a preset. The default
            is the preset of the same name, "coco-resnet101" for "coco", and for a file the Config
            that it holds, or "scenes" if it holds none.
        exclude: names of layers that keep fresh weights. `weights.reference.HEADS` are the three
            layers whose shapes depend on the classes; exclude them to fine-tune on other classes:
            `load("scenes", exclude=HEADS, class_names=("background", "coin"))`.
        **changes: fields of the Config to change, such as `detections=20`. A change of the shape of
            weights is an error, unless their layers are excluded.

    Raises:
        FileNotFoundError: no such file.
        ConnectionError: "coco" must be downloaded, and there is no network.
        ValueError: unknown name, a shipped file whose SHA-256 is not the recorded one, a damaged
            file, or weights for another Config.
    """
    # Read the file first: fail on a bad file before the model is built.
    path, sha256 = (coco_file(), None) if weights == COCO else locate(weights)
    stored = read_file(path, sha256)
    model = build(preset or _own_config(weights, stored), **changes)
    # The reference's file, or a part of any file, is loaded by name. A file of ours must fit as a
    # whole.
    if weights == COCO or exclude:
        assign_by_name(model, stored, exclude)
    else:
        assign_weights(model, stored)
    return model


def config_of(weights: str | os.PathLike) -> Config:
    """The Config that weights were trained with; `weights` and errors as for `load`.

    Only a file of yours is read for it; of named weights the preset is known.
    """
    return _own_config(weights, None if weights in PRESET_OF else read_file(weights))


def _own_config(weights, stored):
    """The preset of named weights; for a file the Config that it holds, or else "scenes"."""
    if weights in PRESET_OF:
        return get_config(PRESET_OF[weights])
    return stored.config() or get_config("scenes")
