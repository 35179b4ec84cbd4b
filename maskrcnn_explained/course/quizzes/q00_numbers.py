"""The numbers in the quiz of notebook 00, each computed by the modules."""

from __future__ import annotations

from typing import Any

import numpy as np
from skimage import data

from maskrcnn_explained import masks
from maskrcnn_explained.anchors import map_size
from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.course.exercises.photo import coin_tensors
from maskrcnn_explained.presets import get_config


def numbers_00() -> dict[str, Any]:
    """The value of every field in the quiz."""
    return _counts() | _levels() | _window() | _box()


def _counts():
    """Rows of the tensors of the coins, and the classes of the model."""
    tensors, config = coin_tensors(), get_config("scenes")
    found = int((tensors["detection_class_ids"] > 0).sum())
    names = config.class_names[1:]
    return dict(
        detections=len(tensors["detection_boxes"]),
        proposals=len(tensors["proposals"]),
        found=found,
        mask_shape=f"[{found}, {data.coins().shape[0]}, {data.coins().shape[1]}]",
        classes=", ".join(names),
        others=", ".join(name for name in names if name != "disk"),
        small=" x ".join(str(side) for side in tensors["masks"].shape[1:]),
    )


def _levels():
    """Rows and columns of the coarse levels of another image."""
    tall, wide = 512, 768
    p5_stride, p6_stride = (STRIDES[LEVELS.index(name)] for name in ("P5", "P6"))
    return dict(
        tall=tall,
        wide=wide,
        p5_stride=p5_stride,
        p6_stride=p6_stride,
        p5_rows=map_size((tall, wide), p5_stride)[0],
        p6_rows=map_size((tall, wide), p6_stride)[0],
        p6_columns=map_size((tall, wide), p6_stride)[1],
    )


def _window():
    """Where the photograph lies in the molded image."""
    tensors = coin_tensors()
    window = tensors["window"]
    on_photo = window.to_image(tensors["detection_boxes"][:1])
    return dict(
        image_rows=window.height,
        molded_rows=len(tensors["molded_image"]),
        shift=round(float(tensors["detection_boxes"][0, 0] - on_photo[0, 0])),
    )


def _box():
    """The box of a small mask, and three other readings of it."""
    mask = np.zeros((12, 16), bool)
    mask[2:5, 6:9] = True
    rows, columns = np.nonzero(mask)
    y1, x1, y2, x2 = (int(side) for side in masks.boxes_from_masks(mask[None])[0])
    return dict(
        first_row=rows.min(),
        last_row=rows.max(),
        first_column=columns.min(),
        last_column=columns.max(),
        end_row=y2,
        end_column=x2,
        box=f"({y1}, {x1}, {y2}, {x2})",
        inclusive=f"({y1}, {x1}, {rows.max()}, {columns.max()})",
        x_first=f"({x1}, {y1}, {x2}, {y2})",
        with_size=f"({y1}, {x1}, {y2 - y1}, {x2 - x1})",
    )
