"""Answers to the exercises of notebook 04, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_04 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers
from maskrcnn_explained.roi_align import roi_align

GRADIENT_BOX = (11, 20, 59, 100)  # pixels; 6 x 10 cells of a map of stride 8
BIN_MAP = [[0, 2, 4, 8, 6, 1], [6, 8, 20, 0, 2, 3], [12, 14, 16, 4, 10, 5]]  # stride 8
BIN_BOX = (5, 5, 21, 37)  # pixels
STRIDE_OF_LEVEL = {2: 4, 3: 8, 4: 16, 5: 32}  # pixels per cell


def roi_levels_answer(
    boxes,
    canonical,
    paper_size=False,
    rounded=False,
    not_kept=False,
    longer=False,
    no_root=False,
    log=np.log2,
) -> np.ndarray:
    """The pyramid level of each RoI: [N]."""
    boxes = np.asarray(boxes, float)
    sides = boxes[:, 2:] - boxes[:, :2]
    size = sides.max(1) if longer else np.sqrt(sides.prod(1))
    size = sides.prod(1) if no_root else size
    exact = 4 + log(size / (224 if paper_size else canonical))
    level = np.round(exact) if rounded else np.floor(exact)
    return (level if not_kept else np.clip(level, 2, 5)).astype(int)


def between_answer(
    feature_map,
    y,
    x,
    far_first=False,
    exchanged=False,
    nearest=False,
    lowest=False,
    half=0.0,
    crossed=False,
) -> np.ndarray:
    """The value of a map between the centres of its cells: [C]."""
    y, x = (x - half, y - half) if exchanged else (y - half, x - half)
    if crossed:  # dy and dx
        y, x = int(y) + x % 1, int(x) + y % 1
    rows, columns, depth = np.shape(feature_map)
    if nearest or lowest:
        y, x = (int(y), int(x)) if lowest else (round(y), round(x))
        return np.asarray(feature_map)[min(y, rows - 1), min(x, columns - 1)]
    found = np.zeros(depth)
    for r in (int(y), int(y) + 1):
        for c in (int(x), int(x) + 1):
            away = abs(y - r), abs(x - c)
            weight = away[0] * away[1] if far_first else (1 - away[0]) * (1 - away[1])
            found += weight * feature_map[min(r, rows - 1), min(c, columns - 1)]
    return found


def roi_align_answer(
    feature_map, box, size, stride, half=0.5, points="four", largest=False, rounded=False
) -> np.ndarray:
    """RoIAlign of one box: [size, size, C].

    points: "four" per bin, "one" in its middle, or one on a grid from "corner to corner".
    """
    box = np.asarray(box, float)
    low, high = box[:2] / stride - half, box[2:] / stride - half
    if rounded:
        low, high = np.round(box[:2] / stride) - half, np.round(box[2:] / stride) - half
    each = 2 if points == "four" else 1
    steps = (np.arange(each * size) + 0.5) / (each * size)
    if points == "corner to corner":
        steps = np.arange(size) / (size - 1)
    rows, columns = (low[i] + steps * (high[i] - low[i]) for i in (0, 1))
    read = np.array([[between_answer(feature_map, y, x) for x in columns] for y in rows])
    bins = read.reshape(size, each, size, each, -1)
    return bins.max((1, 3)) if largest else bins.mean((1, 3))


def bin_answer(
    no_half=False, one_point=False, edges=False, cut_off=False, other_bin=False
) -> np.ndarray:
    """Bin (0, 1) of 2 x 2 by RoIAlign, crop_and_resize and RoIPool: [3]."""
    feature_map, (y1, x1, y2, x2) = np.array(BIN_MAP, float)[..., None], BIN_BOX
    row, column = (1, 0) if other_bin else (0, 1)
    half, points = 0.0 if no_half else 0.5, "one" if one_point else "four"
    align = roi_align_answer(feature_map, BIN_BOX, 2, 8, half, points)[row, column, 0]
    # The first pixel counts as the first centre, the last pixel inside as the end of the box.
    less = 0 if edges else 1
    y = (y2 - less if row else y1) * 2 / (24 - less)
    x = (x2 - less if column else x1) * 5 / (48 - less)
    crop = between_answer(feature_map, y, x)[0]
    # Both sides have an even number of cells, so no bin shares any.
    whole = np.floor(np.array(BIN_BOX) / 8 + (0 if cut_off else 0.5)).astype(int)
    half_rows, half_columns = (whole[2] - whole[0]) // 2, (whole[3] - whole[1]) // 2
    top, left = whole[0] + row * half_rows, whole[1] + column * half_columns
    pool = feature_map[top : top + half_rows, left : left + half_columns].max()
    return np.array([align, crop, pool])


def touched_answer(twice=False, points=False, whole_bins=False, swapped=False) -> np.ndarray:
    """How many cells get a gradient from 2 x 2 bins: RoIAlign, crop_and_resize, RoIPool. [3]."""
    y1, x1, y2, x2 = (edge / 8 for edge in GRADIENT_BOX)
    # RoIAlign has four rows and four columns of points; each lies between two centres.
    steps = (np.arange(4) + 0.5) / 4
    first = [np.floor(low - 0.5 + steps * (high - low)) for low, high in ((y1, y2), (x1, x2))]
    rows, columns = (len(np.union1d(low, low + 1)) for low in first)
    align, crop = rows * columns, 4 * 4
    if twice:
        align = 4 * 4 * 4
    if points:
        align, crop = 4 * 4, 4
    pool = round((y2 - y1) * (x2 - x1)) if whole_bins else 4
    return np.array([crop, align, pool] if swapped else [align, crop, pool])


def by_level_answer(
    boxes, levels, maps, size, back="sorted", one_map=False, one_stride=False
) -> np.ndarray:
    """Every RoI pooled from its own map: [N, size, size, C].

    back: how the results get back into the order of the boxes: "sorted", "never", or "order".
    """
    levels = np.asarray(levels)
    order = np.argsort(levels, kind="stable")
    found = []
    for row in order:
        level = 2 if one_map else int(levels[row])
        stride = 4 if one_stride else STRIDE_OF_LEVEL[level]
        found.append(_pooled(maps[level - 2], boxes[row], size, stride))
    pooled = np.array(found)
    places = {"sorted": np.argsort(order), "never": np.arange(len(order)), "order": order}
    return pooled[places[back]]


def _pooled(feature_map, box, size, stride):
    """The package's RoIAlign of one box: what lies outside the map counts as zero."""
    return np.asarray(roi_align(feature_map[None], box[None], [0], size, stride))[0]


WRONG_04 = {
    "04.1": wrong_answers(
        roi_levels_answer,
        {
            "You divide by 224, the number of the paper. Divide by canonical: another model has "
            "another one.": dict(paper_size=True),
            "You round to the nearest level, as the reference does. The paper rounds down.": dict(
                rounded=True
            ),
            "Some of your levels have no map. Keep them within 2 to 5.": dict(not_kept=True),
            "You measure the longer side. The size of a RoI is the square root of its area.": dict(
                longer=True
            ),
            "You compare an area with a length. Take the square root of height * width first.": {
                "no_root": True
            },
            "You took the natural logarithm. A RoI of twice the size goes one level up: take "
            "np.log2.": dict(log=np.log),
        },
    ),
    "04.2": wrong_answers(
        between_answer,
        {
            "Your weights are the wrong way round: the nearest cell must count most.": dict(
                far_first=True
            ),
            "You exchanged y and x. y counts rows, the first axis of the map.": dict(
                exchanged=True
            ),
            "This is the value of the nearest cell. Mix the four around the point.": dict(
                nearest=True
            ),
            "This is the cell above and left of the point. Mix it with its three neighbours.": {
                "lowest": True
            },
            "You exchanged dy and dx. dy mixes the two rows, dx the two columns.": dict(
                crossed=True
            ),
            "You took half a cell off. y and x are indices of the map already.": dict(half=0.5),
        },
    ),
    "04.3": wrong_answers(
        roi_align_answer,
        {
            "You read half a cell too far right and below, as the first version did. The centre of "
            "cell 0 lies half a cell inside the image.": dict(half=0.0),
            "One point in the middle of each bin is too few. RoIAlign takes the mean of 2 x 2 "
            "points, at a quarter and three quarters of the bin.": dict(points="one"),
            "Your points span the box from corner to corner, as those of crop_and_resize do. "
            "RoIAlign's lie evenly inside the bins.": dict(points="corner to corner"),
            "You take the largest of the points, as RoIPool does with cells. Take their mean.": {
                "largest": True
            },
            "You rounded the box to whole cells. RoIAlign rounds nothing.": dict(rounded=True),
        },
    ),
    "04.4": wrong_answers(
        bin_answer,
        {
            "RoIAlign: you read half a cell too far. The centre of cell 0 lies at pixel 4, so "
            "take off 1/2 after the division.": dict(no_half=True),
            "RoIAlign: you read one point in the middle. It is the mean of four.": dict(
                one_point=True
            ),
            "crop_and_resize counts pixels by their numbers: the last pixel is number 23 or 47, "
            "and the last one inside the box is y2 - 1.": dict(edges=True),
            "RoIPool rounds to the nearest edge between cells, not down.": dict(cut_off=True),
            "This is bin (1, 0), the lower left one. The row comes first.": dict(other_bin=True),
        },
    ),
    "04.5": wrong_answers(
        touched_answer,
        {
            "You counted some cells of RoIAlign twice. Points of neighbouring bins may share a "
            "row of cells.": dict(twice=True),
            "You counted the points. Each of them mixes four cells.": dict(points=True),
            "A maximum passes its gradient to one cell, not to all cells of its bin.": dict(
                whole_bins=True
            ),
            "RoIAlign and crop_and_resize are exchanged. Which of them reads more points?": dict(
                swapped=True
            ),
        },
    ),
    "04.6": wrong_answers(
        by_level_answer,
        {
            "This still gives what the broken function gives. In which order do its results "
            "come?": dict(back="never"),
            "You put the results where the order says. It says where each one came from: go the "
            "other way.": dict(back="order"),
            "You pooled every RoI from P2. Each has its own level.": dict(one_map=True),
            "You took the stride of P2 for all maps. It doubles from level to level.": dict(
                one_stride=True
            ),
        },
    ),
}
