"""The numbers in the quiz of notebook 03, each computed by the modules."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from maskrcnn_explained import anchors, boxes
from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.course.exercises.nb03_answers import nms_answer, shapes_answer
from maskrcnn_explained.course.exercises.photo import coin_size, coin_tensors, of_level
from maskrcnn_explained.course.quizzes.stored_costs import UNCHANGED, found_objects
from maskrcnn_explained.presets import get_config


def numbers_03() -> dict[str, Any]:
    """The value of every field in the quiz."""
    return _shapes() | _levels() | _logits() | _std() | _nms() | _coins()


def _shapes():
    """An anchor by its scale and ratio, and two wrong ones."""
    scale, ratio = 64, 2
    [[height, width]] = anchors.anchor_shapes(scale, (ratio,))
    [[_, exchanged]] = shapes_answer(scale, (ratio,), exchanged=True)
    [[_, no_root]] = shapes_answer(scale, (ratio,), no_root=True)
    return dict(
        scale=scale, ratio=ratio, height=height, width=width, exchanged=exchanged, no_root=no_root
    )


def _levels():
    """Scales along the levels, and what the reversed order costs: a stored measurement."""
    config = get_config("scenes")
    return dict(
        ratios=len(config.anchor_ratios),
        levels=len(LEVELS),
        every_scale=len(config.anchor_ratios) * len(config.anchor_scales),
        finest=config.anchor_scales[0],
        coarsest=config.anchor_scales[-1],
        found=found_objects(UNCHANGED),
        found_reversed=found_objects("anchor scales reversed"),
    )


def _logits():
    """Objectness of pairs of logits (background, object)."""
    pairs = {"asked": (0, 2), "shifted": (5, 7), "below": (-3, -1), "turned": (2, 0)}
    pairs["doubled"] = (0, 4)
    probs = {
        name: float(keras.ops.softmax(np.array(pair, np.float32))[1])
        for name, pair in pairs.items()
    }
    return {name: f"({pair[0]}, {pair[1]})" for name, pair in pairs.items()} | dict(
        asked_prob=probs["asked"],
        shifted_prob=probs["shifted"],
        below_prob=probs["below"],
        turned_prob=probs["turned"],
        doubled_prob=probs["doubled"],
    )


def _std():
    """A target as the network learns it, and what its answer does with a std of 1."""
    stds = get_config("scenes").rpn_delta_std
    anchor, target = np.array([10, 10, 50, 50], np.float32), np.array([14, 10, 54, 50], np.float32)
    divided = boxes.encode_deltas(anchor, target, stds).numpy()
    too_far = boxes.decode_deltas(anchor, divided).numpy()
    return dict(
        std=stds[0],
        side=int(anchor[2] - anchor[0]),
        shift=int(target[0] - anchor[0]),
        raw_dy=float(boxes.encode_deltas(anchor, target)[0]),
        divided_dy=float(divided[0]),
        times_dy=float(boxes.encode_deltas(anchor, target)[0]) * stds[0],
        too_far=float(too_far[0] - anchor[0]),
    )


def _nms():
    """A chain of three boxes: the outer ones overlap the middle one only."""
    threshold = get_config("scenes").proposal_nms_iou
    chain = np.array([[10, 10, 70, 70], [13, 15, 73, 75], [16, 21, 76, 81]], np.float32)
    scores = np.array([0.95, 0.9, 0.6], np.float32)
    overlap = boxes.iou(chain, chain).numpy()
    # Shared area over the sum of both areas counts what they share twice, so it is too small.
    halved = overlap / (1 + overlap)
    assert halved[~np.eye(3, dtype=bool)].max() < threshold
    sets: dict[str, Any] = dict(
        kept=boxes.nms_by_hand(chain, scores, threshold, len(chain)),
        kept_chain=nms_answer(chain, scores, threshold, len(chain), dropped_drop=True),
        kept_halved=range(len(chain)),
    )
    names = {name: ", ".join("ABC"[i] for i in rows) for name, rows in sets.items()}
    overlaps = dict(a_b=overlap[0, 1], b_c=overlap[1, 2], a_c=overlap[0, 2], halved=halved[0, 1])
    return names | overlaps | dict(threshold=threshold)


def _coins():
    """The proposals of the coins, and those that come from P5."""
    tensors, config = coin_tensors(), get_config("scenes")
    height, width = coin_size()
    real = tensors["proposal_scores"] >= 0
    levels = anchors.anchor_levels((height, width), config)
    from_p5 = real & (levels[tensors["proposal_anchors"]] == LEVELS.index("P5"))
    return dict(
        molded=f"{height} x {width}",
        anchors=len(tensors["anchors"]),
        proposals=int(real.sum()),
        p5_proposals=int(from_p5.sum()),
        p5_best=float(tensors["proposal_scores"][from_p5].max()),
        p5_anchors=len(of_level(5, tensors["anchors"])),
        pre_nms=config.proposals_pre_nms,
    )
