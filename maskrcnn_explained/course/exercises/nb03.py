"""The exercises of notebook 03: anchors, deltas, NMS, and the proposals of one level."""

from __future__ import annotations

import numpy as np

from maskrcnn_explained import anchors, boxes, rpn
from maskrcnn_explained.course.exercises import nb03_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    FIND_THE_BUG,
    IMPLEMENT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb03_answers import RPN_STD, WRONG_03
from maskrcnn_explained.presets import get_config

EXERCISES_03 = (
    Exercise(
        key="03.1",
        name="anchor_shapes",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=10,
        asks="Heights and widths of the anchors of one cell: one row (height, width) per ratio.",
        arguments=("scale", "ratios"),
        right=anchors.anchor_shapes,
        source=anchors.anchor_shapes,
        cases=(
            Case("by hand", lambda: (32, (0.5, 1, 2))),
            Case("random", lambda: (19.0, (3.0, 0.7, 1.4, 0.2))),
            Case("P4 of the coins", lambda: (64, get_config("scenes").anchor_ratios)),
        ),
        wrong=WRONG_03["03.1"],
        hints=(
            "Two conditions: height * width = scale * scale, and width / height = ratio.",
            "Put width = ratio * height into the first one and solve for the height.",
            "height = scale / sqrt(ratio), width = scale * sqrt(ratio).",
        ),
    ),
    Exercise(
        key="03.2",
        name="level_anchors",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=20,
        asks="All anchors of one level, in the order row, column, ratio: (y1, x1, y2, x2), pixels.",
        arguments=("height", "width", "stride", "scale", "ratios"),
        right=anchors.level_anchors,
        source=anchors.level_anchors,
        cases=(
            Case("by hand", lambda: (2, 3, 8, 16, (0.5, 1, 2))),
            Case("random", lambda: (5, 7, 4, 11.0, (3.0, 0.7))),
            Case("P5 of the coins", lambda: (10, 12, 32, 128, get_config("scenes").anchor_ratios)),
        ),
        wrong=WRONG_03["03.2"],
        hints=(
            "Compute the centres of all rows and of all columns, then let every row meet every "
            "column.",
            "A grid of shape [height, width, 1, 2] and half sides of shape [R, 2] broadcast to "
            "[height, width, R, 2].",
            'np.meshgrid(rows, columns, indexing="ij") gives the grid; corners are grid - half and '
            "grid + half, joined on the last axis; at the end reshape to [-1, 4].",
        ),
    ),
    Exercise(
        key="03.3",
        name="decode_deltas",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=20,
        asks="Move and stretch each box by its deltas (dy, dx, dh, dw).",
        arguments=("boxes", "deltas", "std"),
        right=boxes.decode_deltas,
        source=boxes.decode_deltas,
        tolerance=1e-2,
        cases=(
            Case(
                "by hand",
                lambda: (
                    np.array([[10, 20, 50, 100]], np.float32),
                    np.array([[1, 2, 0.5, -1]], np.float32),
                    RPN_STD,
                ),
            ),
            Case("random", cases.decode_random),
            Case("the coins", cases.decode_coins),
        ),
        wrong=WRONG_03["03.3"],
        hints=(
            "Turn the corners into a centre and a size first. Deltas speak of those.",
            "Multiply the deltas by the std. Then: new centre = centre + (dy, dx) * size.",
            "New size = size * exp((dh, dw)); corners are centre - size / 2 and centre + size / 2.",
        ),
    ),
    Exercise(
        key="03.4",
        name="nms",
        kind=IMPLEMENT,
        difficulty=3,
        importance=3,
        minutes=25,
        asks="Indices of the boxes that non-maximum suppression keeps, best score first.",
        arguments=("boxes", "scores", "iou_threshold", "limit"),
        right=boxes.nms_by_hand,
        source=boxes.nms_by_hand,
        cases=(
            Case("by hand", cases.nms_chain),
            Case("random", cases.nms_random),
            Case("the coins", cases.nms_coins),
        ),
        wrong=WRONG_03["03.4"],
        hints=(
            "Sort by score, the best first: np.argsort(-scores). mrx.boxes.iou(boxes, boxes) gives "
            "all overlaps.",
            "Go through the sorted boxes once. Keep a box unless it overlaps a box that is already "
            "kept by more than the threshold.",
            "Stop when the list of kept boxes is as long as the limit. Return indices of the rows "
            "as they were given.",
        ),
    ),
    Exercise(
        key="03.5",
        name="propose_level",
        kind=IMPLEMENT,
        difficulty=3,
        importance=2,
        minutes=25,
        asks="The proposals of one level: rank, decode, clip, thin by NMS at 0.7; best first.",
        arguments=("scores", "deltas", "anchors", "image_size", "pre_nms", "limit"),
        right=cases.propose_level,
        source=rpn.propose,
        tolerance=1e-2,
        cases=(
            Case("by hand", cases.propose_small),
            Case("random", cases.propose_random),
            Case("P4 of the coins", cases.propose_coins),
        ),
        wrong=WRONG_03["03.5"],
        hints=(
            "Four steps in this order: the pre_nms best, decode, clip, NMS.",
            "Choose rows once, best = np.argsort(-scores)[:pre_nms], and use them for scores, "
            "deltas and anchors alike.",
            "mrx.boxes has decode_deltas, clip_boxes (its window is (0, 0, height, width)) and "
            "nms, whose indices count within the chosen boxes.",
        ),
    ),
    Exercise(
        key="03.6",
        name="thin_levels",
        kind=FIND_THE_BUG,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="Repair the function: NMS on each level, then the best of all levels.",
        arguments=("boxes", "scores", "sizes", "iou_threshold", "limit"),
        right=cases.thin_levels,
        source=rpn.propose,
        cases=(
            Case("by hand", cases.thin_small),
            Case("random", cases.thin_random),
            Case("the coins", cases.thin_coins),
        ),
        wrong=WRONG_03["03.6"],
        hints=(
            "Run it on two levels of two boxes each. Which rows can the second level ever name?",
            "NMS counts from the first row of what it was given. That is not the first row of all.",
            "Add the first row of the level to its indices.",
        ),
    ),
)
