"""The numbers in the quiz of notebook 02, each computed by the modules."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np

from maskrcnn_explained._files import assets_folder
from maskrcnn_explained.anchors import map_size
from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.course.exercises.photo import coin_model, coin_tensors
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.roi_align import roi_levels


def numbers_02() -> dict[str, Any]:
    """The value of every field in the quiz."""
    return _depths() | _stairs() | _p6() | _cells() | _probe()


def _depths():
    """Channels of the backbone's maps and of the pyramid."""
    tensors = coin_tensors()
    names = {"c2_depth": "C2", "c3_depth": "C3", "c5_depth": "C5", "depth": "P2"}
    return {field: tensors[name].shape[-1] for field, name in names.items()}


def _stairs():
    """Steps inside of the blocks of level 2 over steps across their edges; see notebook 02."""
    model = coin_model()
    layers = [model.get_layer(name).output for name in ("fpn_p2add", "fpn_p2")]
    before, after = keras.Model(model.input[0], layers)(coin_tensors()["molded_image"][None])
    return dict(stairs=_inside_to_across(before[0]), smooth=_inside_to_across(after[0]))


def _inside_to_across(feature_map):
    steps = np.abs(np.diff(np.asarray(feature_map), axis=1))
    return steps[:, 0::2].mean() / steps[:, 1::2].mean()


def _p6():
    """What P6 is made of, and the level that a large RoI is pooled from."""
    tensors, config, large = coin_tensors(), get_config("scenes"), 500
    roi = np.array([[0, 0, large, large]], np.float32)
    p5, p6 = tensors["P5"], tensors["P6"]
    strides = dict(zip(LEVELS, STRIDES, strict=True))
    step = strides["P6"] // strides["P5"]
    assert np.array_equal(p6, p5[::step, ::step])
    return dict(
        p6_scale=config.anchor_scales[LEVELS.index("P6")],
        p6_stride=strides["P6"],
        large_roi=large,
        large_level=int(roi_levels(roi, (512, 512), config)[0]),
        pool_stride=step,
        p5_high=p5.shape[0],
        p5_wide=p5.shape[1],
        p6_high=p6.shape[0],
        p6_wide=p6.shape[1],
    )


def _cells():
    """Cells of two neighbouring levels of another image."""
    image = (384, 640)
    sizes = {name: map_size(image, s) for name, s in zip(LEVELS, STRIDES, strict=True)}
    p3, p4, p5 = (sizes[name] for name in ("P3", "P4", "P5"))
    return dict(
        p3_high=p3[0],
        p3_wide=p3[1],
        p3_cells=p3[0] * p3[1],
        p4_high=p4[0],
        p4_wide=p4[1],
        p3_doubled=2 * p4[0] * p4[1],
        p5_cells=p5[0] * p5[1],
    )


def _probe():
    """How often a linear probe reads the class from one cell: a stored measurement."""
    path = assets_folder() / "cell_probe.json"
    measured = json.loads(path.read_text(encoding="utf-8"))
    right = {row["name"]: float(np.mean(row["accuracy"])) for row in measured["maps"]}
    return dict(c2_right=right["C2"], p2_right=right["P2"], guess=measured["chance"])
