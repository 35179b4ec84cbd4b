"""Answers to the exercises of notebook 03, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_03 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.boxes import clip_boxes, decode_deltas, iou, nms
from maskrcnn_explained.course.exercises.exercise import wrong_answers

RPN_STD = (0.1, 0.1, 0.2, 0.2)
RPN_NMS_IOU = 0.7


def shapes_answer(scale, ratios, exchanged=False, one_side=False, no_root=False) -> np.ndarray:
    """Heights and widths of the anchors of a cell: [R, 2]."""
    root = np.asarray(ratios, float) if no_root else np.sqrt(np.asarray(ratios, float))
    high, wide = scale / root, scale * root
    if one_side:
        high, wide = np.full(root.shape, float(scale)), scale * root**2
    return np.stack([wide, high] if exchanged else [high, wide], 1)


def level_answer(
    height, width, stride, scale, ratios, corner=False, order="row column ratio", x_first=False
) -> np.ndarray:
    """The anchors of a level: [height * width * R, 4]; `order`: what changes slowest is first."""
    axes = order.split()
    sides = {"row": height, "column": width, "ratio": len(ratios)}
    grid = np.indices([sides[axis] for axis in axes]).reshape(3, -1)
    index = dict(zip(axes, grid, strict=True))
    offset = 0.0 if corner else 0.5
    half = shapes_answer(scale, ratios)[index["ratio"]] / 2
    centre = (np.stack([index["row"], index["column"]], 1) + offset) * stride
    boxes = np.concatenate([centre - half, centre + half], 1)
    return boxes[:, [1, 0, 3, 2]] if x_first else boxes


def decode_answer(
    boxes, deltas, std, no_std=False, wrong_unit=False, linear=False, new_size=False, corner=False
) -> np.ndarray:
    """Boxes moved and stretched by deltas: [N, 4]."""
    boxes, deltas = np.asarray(boxes, float), np.asarray(deltas, float)
    deltas = deltas if no_std else deltas * np.asarray(std)
    size = boxes[:, 2:] - boxes[:, :2]
    after = size * (1 + deltas[:, 2:] if linear else np.exp(deltas[:, 2:]))
    unit = after if new_size else size
    shift = deltas[:, :2] * (unit[:, ::-1] if wrong_unit else unit)
    first = boxes[:, :2] + shift
    if not corner:
        first = first + size / 2 - after / 2
    return np.concatenate([first, first + after], 1)


def nms_answer(
    boxes,
    scores,
    iou_threshold,
    limit,
    dropped_drop=False,
    at_threshold=False,
    row_order=False,
    no_limit=False,
    sorted_rows=False,
) -> np.ndarray:
    """Indices of the boxes that NMS keeps: [M]."""
    overlap = np.asarray(iou(boxes, boxes))
    order = np.arange(len(boxes)) if row_order else np.argsort(-np.asarray(scores), kind="stable")
    kept: list[int] = []
    seen: list[int] = []
    for box in order:
        others = overlap[box, seen if dropped_drop else kept]
        seen.append(int(box))
        clear = others < iou_threshold if at_threshold else others <= iou_threshold
        if clear.all() and (no_limit or len(kept) < limit):
            kept.append(int(box))
    return np.array(sorted(kept) if sorted_rows else kept, int)


def propose_answer(
    scores,
    deltas,
    anchors,
    image_size,
    pre_nms,
    limit,
    no_clip=False,
    first_rows=False,
    all_enter=False,
    anchors_stay=False,
    sides_exchanged=False,
    no_std=False,
) -> np.ndarray:
    """The proposals of one level, best first: [n, 4]."""
    best = np.argsort(-np.asarray(scores), kind="stable")
    best = np.arange(len(best)) if first_rows else best
    best = best if all_enter else best[:pre_nms]
    boxes = np.asarray(anchors)[best]
    if not anchors_stay:
        std = (1.0, 1.0, 1.0, 1.0) if no_std else RPN_STD
        boxes = np.asarray(decode_deltas(boxes, np.asarray(deltas)[best], std))
    if not no_clip:
        window = (0, 0, *(image_size[::-1] if sides_exchanged else image_size))
        boxes = np.asarray(clip_boxes(boxes, np.array(window, np.float32)))
    return boxes[np.asarray(nms(boxes, np.asarray(scores)[best], RPN_NMS_IOU, limit))]


def thin_answer(
    boxes, scores, sizes, iou_threshold, limit, start="before", joint=False, level_order=False
) -> np.ndarray:
    """Indices, among all boxes, of those that stay after NMS on each level: [n], best first.

    start: the first row of a level is added to the indices "before" it moves on; "after"; "never".
    """
    scores = np.asarray(scores)
    found, first = [], 0
    for size in [sum(sizes)] if joint else sizes:
        rows = slice(first, first + size)
        kept = np.asarray(nms(boxes[rows], scores[rows], iou_threshold, limit))
        added = {"before": first, "after": first + size, "never": 0}[start]
        found.append(np.minimum(kept + added, len(scores) - 1))
        first += size
    every = np.concatenate(found)
    return (every if level_order else every[np.argsort(-scores[every], kind="stable")])[:limit]


WRONG_03 = {
    "03.1": wrong_answers(
        shapes_answer,
        {
            "Height and width are exchanged. The ratio is width / height here, and the height "
            "comes first.": dict(exchanged=True),
            "Your areas differ. All anchors of a cell have the area scale * scale, so one side "
            "grows as the other shrinks.": dict(one_side=True),
            "Your ratios are squared. Divide and multiply by the square root of the ratio.": dict(
                no_root=True
            ),
        },
    ),
    "03.2": wrong_answers(
        level_answer,
        {
            "Your anchors are centred on the corner of each cell, as the reference has it. Here "
            "the centre is the middle of the cell: (index + 1/2) * stride.": dict(corner=True),
            "Your list goes down the columns. Go along each row first: the column changes "
            "faster than the row.": dict(order="column row ratio"),
            "The ratio changes slowest in your list. It must change fastest: all ratios of the "
            "first cell, then all of the next.": dict(order="ratio row column"),
            "Your boxes are (x1, y1, x2, y2). In this course y comes first.": dict(x_first=True),
        },
    ),
    "03.3": wrong_answers(
        decode_answer,
        {
            "You did not multiply the deltas by the std. The network predicts them divided by "
            "it.": dict(no_std=True),
            "dy is in units of the height, dx of the width; yours are exchanged. A square box "
            "hides it.": dict(wrong_unit=True),
            "The size is multiplied by exp(dh), not by 1 + dh. For small dh they look alike.": dict(
                linear=True
            ),
            "The shift is in units of the old size. You stretched the box first.": dict(
                new_size=True
            ),
            "You moved the upper left corner. The deltas move the centre, and the box is "
            "stretched around it.": dict(corner=True),
        },
    ),
    "03.4": wrong_answers(
        nms_answer,
        {
            "A box that was dropped must drop nobody. Compare with the kept boxes only.": dict(
                dropped_drop=True
            ),
            "A box that overlaps by exactly the threshold stays. Drop it only above.": dict(
                at_threshold=True
            ),
            "You began with the first row. Begin with the best score.": dict(row_order=True),
            "You keep more boxes than the limit allows.": dict(no_limit=True),
            "The right boxes, but in the order of the rows. Give the best score first.": dict(
                sorted_rows=True
            ),
        },
    ),
    "03.5": wrong_answers(
        propose_answer,
        {
            "Your boxes reach outside the image. Cut them off at its edge, before NMS.": dict(
                no_clip=True
            ),
            "You took the first pre_nms anchors. Take the pre_nms with the best scores.": dict(
                first_rows=True
            ),
            "All anchors entered your NMS. Only the pre_nms with the best scores may.": dict(
                all_enter=True
            ),
            "These are anchors that nobody moved. Decode the deltas.": dict(anchors_stay=True),
            "You cut at the wrong edges. image_size is (height, width).": dict(
                sides_exchanged=True
            ),
            "Your boxes move too far. Give decode_deltas the std (0.1, 0.1, 0.2, 0.2).": dict(
                no_std=True
            ),
        },
    ),
    "03.6": wrong_answers(
        thin_answer,
        {
            "This still gives what the broken function gives. Which rows do the indices of NMS "
            "count?": dict(start="never"),
            "You add the first row of the next level. Add it before you move on.": dict(
                start="after"
            ),
            "You joined the levels before NMS, as the reference does. Here a box of P4 may not "
            "drop one of P3.": dict(joint=True),
            "Your list is sorted within each level only. Sort all levels together by score.": dict(
                level_order=True
            ),
        },
    ),
}
