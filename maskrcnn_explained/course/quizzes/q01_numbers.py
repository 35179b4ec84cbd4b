"""The numbers in the quiz of notebook 01, each computed by the modules."""

from __future__ import annotations

from typing import Any

from maskrcnn_explained.anchors import map_size
from maskrcnn_explained.backbone import receptive_fields
from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.course.exercises.photo import coin_size, coin_tensors
from maskrcnn_explained.data.resizing import molded_side, molded_size, resized_size
from maskrcnn_explained.layers import norm_layer
from maskrcnn_explained.presets import get_config

# C4 has the stride of P4, and C5 that of P5.
C4_STRIDE, C5_STRIDE = (STRIDES[LEVELS.index(name)] for name in ("P4", "P5"))


def numbers_01() -> dict[str, Any]:
    """The value of every field in the quiz."""
    return _rows() | _maps() | _norm() | _fields()


def _rows():
    """Rows of C4 for a photograph that is shrunk, and two wrong numbers."""
    photo, config = (700, 500), get_config("scenes")
    molded = molded_size(*resized_size(*photo, config), config)
    unshrunk = molded_size(*photo, config)
    return dict(
        photo_high=photo[0],
        photo_wide=photo[1],
        max_side=config.image_max_side,
        molded_high=molded[0],
        molded_wide=molded[1],
        multiple=molded_side(1, config),
        c4_stride=C4_STRIDE,
        c4_rows=map_size(molded, C4_STRIDE)[0],
        unshrunk_rows=map_size(unshrunk, C4_STRIDE)[0],
        c5_rows=map_size(molded, C5_STRIDE)[0],
    )


def _maps():
    """Depths of the maps of the coins, and of the inside of a block."""
    tensors, config = coin_tensors(), get_config("scenes")
    c2, c3, c5 = (tensors[name] for name in ("C2", "C3", "C5"))
    return dict(
        c2_depth=c2.shape[-1],
        c5_depth=c5.shape[-1],
        c2_numbers=c2.size,
        c5_numbers=c5.size,
        wide_depth=c3.shape[-1],
        narrow_depth=config.backbone_widths[1],
    )


def _norm():
    """How many of the vectors of a frozen batch norm learn, and how many are fixed."""
    layer = norm_layer(get_config("scenes", batch_norm="frozen"), "quiz_norm")
    assert layer is not None
    layer.build((None, 4, 4, 3))
    return dict(
        vectors=len(layer.weights),
        frozen_learn=len(layer.trainable_weights),
        frozen_fixed=len(layer.non_trainable_weights),
    )


def _fields():
    """What one cell of C5 can see, pixels."""
    size, stride, _ = receptive_fields(get_config("scenes"))["C5"]
    return dict(
        c5_field=size,
        c5_stride=stride,
        three_cells=3 * stride,
        image_wide=coin_size()[1],
        big_field=receptive_fields(get_config("coco-resnet50"))["C5"][0],
    )
