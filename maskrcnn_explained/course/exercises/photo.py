"""The coins of the course as the shipped model sees them: cases that come from a real photograph.

The model is loaded once, when the first check wants it; that takes some seconds.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from maskrcnn_explained.model import MaskRCNN


@functools.cache
def coin_model() -> MaskRCNN:
    """The shipped model `scenes`, loaded once."""
    from maskrcnn_explained.weights.load import load

    return load("scenes")


@functools.cache
def coin_tensors() -> dict[str, Any]:
    """Every tensor of the model `scenes` on the photograph of the coins, by name.

    Source: `MaskRCNN.tensors`. The photo is 320 x 384 pixels when molded, so no map is square.
    """
    from skimage import data

    from maskrcnn_explained.data.images import as_rgb

    return coin_model().tensors(as_rgb(data.coins()))


def coin_scores() -> np.ndarray:
    """Objectness of each anchor: [A] float32."""
    return np.asarray(coin_tensors()["rpn_probs"])[:, 1]


def best_coin_anchors(number: int) -> np.ndarray:
    """Indices of the anchors with the best scores, best first: [number] integers."""
    return np.argsort(-coin_scores(), kind="stable")[:number]


def of_level(level: int, array: Any) -> np.ndarray:
    """The rows of P2..P6 (level 2..6) of an array [A, ...] of the coins."""
    from maskrcnn_explained.anchors import anchor_levels
    from maskrcnn_explained.presets import get_config

    levels = anchor_levels(coin_size(), get_config("scenes"))
    return np.asarray(array)[levels == level - 2]


def coin_size() -> tuple[int, int]:
    """Height and width of the molded photo, pixels."""
    height, width = coin_tensors()["molded_image"].shape[:2]
    return int(height), int(width)
