"""The numbers in the quiz of notebook 04, each computed by the modules."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from maskrcnn_explained.config import Config
from maskrcnn_explained.course.exercises.nb04_answers import roi_levels_answer
from maskrcnn_explained.course.quizzes.stored_costs import UNCHANGED, found_objects
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.roi_align import OPERATORS, roi_align, roi_levels


def numbers_04() -> dict[str, Any]:
    """The value of every field in the quiz."""
    return _moves() | _costs() | _index() | _levels() | _minus_one() | _gradients()


def _moves():
    """How much the middle bin of a box changes when the box moves, on a map that rises."""
    stride, step = 8, 0.25
    ramp = np.tile(np.arange(32, dtype=np.float32), (32, 1))[None, :, :, None]
    box = np.array([[65, 65, 135, 135]], np.float32)
    moved = box + np.array([0, step, 0, step], np.float32) * stride
    change = {}
    for name, pool in OPERATORS.items():
        before, after = (pool(ramp, boxes, [0], 7, stride)[0, 3, 3, 0] for boxes in (box, moved))
        change[name] = float(after - before)
    return dict(
        step=step,
        align_change=change["roi_align"],
        pool_change=change["roi_pool"],
        crop_change=change["crop_and_resize"],
    )


def _costs():
    """Objects found with another operator or level rule, of 100: stored measurements."""
    loose, exact = 0.5, 0.9
    return dict(
        loose=loose,
        exact=exact,
        loose_found=found_objects(UNCHANGED, loose),
        exact_found=found_objects(UNCHANGED, exact),
        crop_loose=found_objects("crop_and_resize", loose),
        crop_exact=found_objects("crop_and_resize", exact),
        rounded_exact=found_objects("levels rounded", exact),
    )


def _index():
    """The row index at a y, read from a map whose rows hold their own index."""
    stride, y = 8, 20
    rows = np.tile(np.arange(8, dtype=np.float32)[:, None], (1, 8))[None, :, :, None]
    index = float(roi_align(rows, np.array([[y, y, y, y]], np.float32), [0], 1, stride)[0, 0, 0, 0])
    unaligned = y / stride
    return dict(
        stride=stride,
        y=y,
        index=index,
        unaligned=unaligned,
        doubled=unaligned + (unaligned - index),
    )


def _levels():
    """The level of a long RoI, by the model's rule and by two wrong ones."""
    config, high, wide = get_config("scenes"), 40, 160
    roi, canonical = np.array([[0, 0, high, wide]], np.float32), config.roi_canonical_size
    paper = Config().roi_canonical_size
    p4_stride = 2**4
    return dict(
        roi_high=high,
        roi_wide=wide,
        roi_side=np.sqrt(high * wide),
        canonical=canonical,
        paper_size=paper,
        level=int(roi_levels(roi, (512, 512), config)[0]),
        paper_level=int(roi_levels_answer(roi, canonical, paper_size=True)[0]),
        rounded_level=int(roi_levels_answer(roi, canonical, rounded=True)[0]),
        cells=canonical / p4_stride,
        paper_cells=paper / p4_stride,
    )


def _minus_one():
    """Normalised sides of a box, and the rows that TensorFlow's operation reads for them."""
    rows, y1, y2 = 10, 3, 6
    sides = dict(
        normalised=(y1 / (rows - 1), (y2 - 1) / (rows - 1)),
        by_size=(y1 / rows, y2 / rows),
        no_shift=(y1 / (rows - 1), y2 / (rows - 1)),
    )
    image = np.tile(np.arange(rows, dtype=np.float32)[:, None], (1, rows))[None, :, :, None]
    found: dict[str, Any] = dict(rows=rows, y1=y1, y2=y2, first_row=y1, last_row=y2 - 1)
    for name, (low, high) in sides.items():
        box = np.array([[low, low, high, high]], np.float32)
        read = tf.image.crop_and_resize(image, box, [0], [y2 - y1] * 2)[0, :, 0, 0].numpy()
        found[name] = f"{low:.3f} and {high:.3f}"
        key = "reads" if name == "normalised" else f"{name}_reads"
        found[key] = ", ".join(f"{row:.2f}".rstrip("0").rstrip(".") for row in read)
    return found


def _gradients():
    """How many cells of a map get a gradient from one bin."""
    values = tf.random.stateless_uniform((1, 16, 16, 1), seed=(0, 1))
    box, touched = np.array([[21, 21, 98, 98]], np.float32), {}
    for name in ("roi_align", "roi_pool"):
        with tf.GradientTape() as tape:
            tape.watch(values)
            one_bin = OPERATORS[name](values, box, [0], 7, 8)[0, 3, 3, 0]
        shares = tape.gradient(one_bin, values).numpy()
        assert np.isclose(shares.sum(), 1, atol=1e-4)
        touched[name] = int((shares > 0).sum())
    return dict(
        align_cells=touched["roi_align"],
        pool_cells=touched["roi_pool"],
        all_cells=int(tf.size(values)),
    )
