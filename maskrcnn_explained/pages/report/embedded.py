"""What a Trace holds, packed for the report: the numbers of the network, and its maps as pictures.

Which box dropped which, each instance's way and where its mask lies are found again in the page
(`core/embedded.js`).
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from maskrcnn_explained.boxes import exclusive
from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.pages.explorer.document import packed
from maskrcnn_explained.pages.page import heat_png, jpeg, numbers, webp
from maskrcnn_explained.roi_align import OPERATORS, pool_pyramid, roi_levels
from maskrcnn_explained.viz.backbone import busiest_channels
from maskrcnn_explained.viz.drawing import visible_image
from maskrcnn_explained.viz.fpn import activity

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace

LONGEST = 1400  # the longest side of the embedded photograph, in pixels
CHANNELS = 8  # how many channels of each map can be looked at
SUMS_AT_MOST = 2_000_000  # of larger maps the sums stay outside
ARRAY_KINDS = {"float32": "Float32Array", "int32": "Int32Array", "float16": "half"}
MAPS = ("C2", "C3", "C4", "C5", *LEVELS)


def embedded(trace: Trace) -> dict[str, Any]:
    """All that the page needs of a Trace, fit for JSON.

    Returns a dict: arrays (`packed_arrays` of `arrays_of`); photo, size: the photograph as a data
    URL, made smaller if it is large, and its own (height, width); molded, exact: the molded image
    without loss, and whether its numbers are whole ones; molded_size; window; maps; pooled;
    recipe: `packed_arrays` of `recipe_arrays`, None if they are too many.
    """
    visible = visible_image(trace["molded_image"], trace.config.mean_pixel)
    window = trace["window"]
    return dict(
        arrays=packed_arrays(arrays_of(trace)),
        photo=_photo(trace.image),
        size=list(trace.image.shape[:2]),
        molded=webp(visible),
        exact=_is_exact(trace, visible),
        molded_size=list(trace.image_size),
        window=dataclasses.asdict(window) | dict(box=window.box.tolist()),
        maps={name: map_facts(trace[name]) for name in MAPS},
        pooled=pooled_grids(trace),
        recipe=packed_arrays(recipe_arrays(trace)) or None,
    )


def arrays_of(trace: Trace) -> dict[str, np.ndarray]:
    """The numbers of the network, without padding, float32 or int32, by name.

    The names are those of the Trace, and besides (A anchors, c and p boxes that entered NMS):
    rpn_scores [A]; rpn_source [c], rpn_boxes [c, 4]; pair_rois, pair_classes [p], pair_boxes
    [p, 4]; roi_levels [n], 2..5; found_rows [d], found_boxes [d, 4], pixels of the image.
    """
    number = int((trace["proposal_anchors"] >= 0).sum())
    found = int((trace["detection_class_ids"] > 0).sum())
    moved, pairs = trace.rpn_candidates, trace.detection_candidates
    of_proposals = ("proposals", "proposal_scores", "proposal_anchors", "class_probs", "box_deltas")
    of_detections = ("boxes", "class_ids", "scores", "rois")
    arrays = {name: trace[name][:number] for name in of_proposals}
    arrays |= {f"detection_{name}": trace[f"detection_{name}"][:found] for name in of_detections}
    pooled_boxes = exclusive(arrays["proposals"], trace.config)
    arrays |= dict(
        rpn_scores=trace["rpn_probs"][:, 1],
        rpn_deltas=trace["rpn_deltas"],
        rpn_source=moved.source,
        rpn_boxes=moved.boxes,
        roi_levels=roi_levels(pooled_boxes, trace.image_size, trace.config).numpy(),
        pair_rois=pairs.source,
        pair_classes=pairs.group,
        pair_boxes=pairs.boxes,
        masks=trace["masks"][:found],
        found_rows=trace.rows,
        found_boxes=trace.detections.boxes,
    )
    return {name: _as_32_bits(values) for name, values in arrays.items()}


def _as_32_bits(values):
    values = np.asarray(values)
    return values.astype(np.float32 if values.dtype.kind == "f" else np.int32)


def packed_arrays(arrays: dict[str, np.ndarray]) -> dict[str, dict[str, str]]:
    """Arrays as JavaScript reads them: the name of the kind, and base64 of gzip."""
    return {
        name: dict(type=ARRAY_KINDS[values.dtype.name], data=packed(values.tobytes()))
        for name, values in arrays.items()
    }


def recipe_arrays(trace: Trace) -> dict[str, np.ndarray]:
    """What the cells of P2 to P5 are made of, float16; nothing if the maps are large.

    sum2 .. sum5 [h, w, d]: P', before the last convolution; kernel2 .. [d, d, 3, 3], outer
    channels before inner ones, and bias2 .. [d]: of that convolution.
    """
    if sum(trace[level].size for level in LEVELS[:4]) > SUMS_AT_MOST:
        return {}
    arrays = {}
    for level in (2, 3, 4, 5):
        convolution = trace.model.find_layer(f"fpn_p{level}")
        arrays[f"sum{level}"] = trace[f"fpn_p{level}add" if level < 5 else "fpn_c5p5"]
        arrays[f"kernel{level}"] = np.asarray(convolution.kernel).transpose(3, 2, 0, 1)
        arrays[f"bias{level}"] = np.asarray(convolution.bias)
    return {name: values.astype(np.float16) for name, values in arrays.items()}


def map_facts(values: np.ndarray) -> dict[str, Any]:
    """One map [h, w, C] for the page: its shape, its mean strength as a picture, and those channels
    that vary most, each as a picture."""
    strength = activity(values)  # [h, w]
    channels = busiest_channels(values, CHANNELS)
    return dict(
        shape=list(values.shape),
        strength=heat_png(strength - strength.min()),
        channels=[int(channel) for channel in channels],
        pictures=[heat_png(np.maximum(values[..., channel], 0)) for channel in channels],
    )


def pooled_grids(trace: Trace) -> dict[str, list]:
    """What each operator pools for the RoI of each detection: name -> [d, size, size], the mean
    strength over the channels."""
    config = trace.config
    rois = trace["detection_rois"][trace.rows]
    boxes = exclusive(trace["proposals"][rois], config)
    maps = [tf.convert_to_tensor(trace[level][None]) for level in LEVELS[:4]]
    size, images = config.box_pool_size, np.zeros(len(rois), np.int32)
    grids = {
        name: np.abs(pool_pyramid(boxes, images, maps, size, config, operator)).mean(-1)
        for name, operator in OPERATORS.items()
    }
    return {name: numbers(grid, 4) for name, grid in grids.items()}


def _photo(image) -> str:
    """The photograph as a data URL; of a large one only every second, third, .. pixel."""
    step = math.ceil(max(image.shape[:2]) / LONGEST)
    return jpeg(np.ascontiguousarray(image[::step, ::step]), 85)


def _is_exact(trace, visible) -> bool:
    """Whether the numbers inside the window are whole ones before the mean is taken away."""
    top, left, bottom, right = trace["window"].box.astype(int)
    part = np.s_[top:bottom, left:right]
    molded = trace["molded_image"][part] + np.float32(trace.config.mean_pixel)
    return bool(np.abs(molded - visible[part]).max() < 1e-3)
