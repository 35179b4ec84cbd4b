"""Answers to the exercises of notebook 07, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, written apart from `targets` and `losses`.
WRONG_07 says which sentence each mistake gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.course.exercises.exercise import wrong_answers

ANCHOR_TIE = 1e-5


def anchor_match_answer(
    anchors,
    boxes,
    no_best=False,
    low_best=False,
    halfway=False,
    untouched=False,
    first_only=False,
    exact=False,
) -> np.ndarray:
    """1, -1 or 0 for each anchor: positive, negative, ignored. [A]."""
    overlap = np.asarray(iou(anchors, boxes))
    top = overlap.max(0)
    is_best = overlap >= (top if exact else top - ANCHOR_TIE)
    if first_only:
        is_best = np.arange(len(overlap))[:, None] == overlap.argmax(0)
    if not untouched:
        is_best &= overlap > 0
    positive = overlap.max(1) >= 0.7
    if low_best:
        is_best &= overlap.max(1, keepdims=True) >= 0.3
    if not no_best:
        positive |= is_best.any(1)
    negative = ~positive & (overlap.max(1) < (0.7 if halfway else 0.3))
    return positive.astype(int) - negative


def target_deltas_answer(
    boxes,
    targets,
    std,
    multiplied=False,
    no_std=False,
    new_size=False,
    wrong_unit=False,
    linear=False,
    corner=False,
) -> np.ndarray:
    """The deltas that turn boxes into targets, divided by the std: [N, 4]."""
    boxes, targets = np.asarray(boxes, float), np.asarray(targets, float)
    size, after = boxes[:, 2:] - boxes[:, :2], targets[:, 2:] - targets[:, :2]
    shift = targets[:, :2] - boxes[:, :2]
    if not corner:
        shift = shift + (after - size) / 2
    unit = after if new_size else size
    shift = shift / (unit[:, ::-1] if wrong_unit else unit)
    stretch = after / size - 1 if linear else np.log(after / size)
    deltas = np.concatenate([shift, stretch], 1)
    if no_std:
        return deltas
    return deltas * np.asarray(std) if multiplied else deltas / np.asarray(std)


def smooth_answer(
    errors, beta, apart=False, always_one=False, signed=False, whole_square=False
) -> np.ndarray:
    """Quadratic up to beta, linear beyond: the shape of `errors`."""
    errors = np.asarray(errors, float)
    beta = 1.0 if always_one else beta
    size = np.abs(errors)
    near = size**2 / beta * (1 if whole_square else 0.5)
    far = (errors if signed else size) - (0 if apart else beta / 2)
    return np.where((errors if signed else size) < beta, near, far)


def objectness_answer(
    match, logits, all_anchors=False, ignored_asked=False, exchanged=False, no_guard=False
) -> float:
    """Mean cross-entropy of two classes over the anchors that are asked."""
    match, logits = np.asarray(match), np.asarray(logits, float)
    probs = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    truth = (match == 1).astype(int)
    truth = 1 - truth if exchanged else truth
    cost = -np.log(np.take_along_axis(probs, truth[:, None], 1)[:, 0])
    asked = np.ones(len(match), bool) if ignored_asked else match != 0
    count = len(match) if all_anchors else asked.sum()
    return _share(cost[asked].sum(), count, no_guard)


def _share(total, count, no_guard):
    """total / count; 0 for none, or NaN without a guard."""
    if not count:
        return float("nan") if no_guard else 0.0
    return float(total / count)


def cut_mask_answer(
    mask, roi, size, frame="roi", soft=False, touched=False, no_half=False, one_point=False
) -> np.ndarray:
    """The mask inside the RoI as size x size of 0 and 1; `frame`: "roi", "object" or "image"."""
    mask = np.asarray(mask, float)
    rows, columns = np.nonzero(mask)
    frames = {
        "roi": roi,
        "object": (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1),
        "image": (0, 0, *mask.shape),
    }
    y1, x1, y2, x2 = np.asarray(frames[frame], float)
    samples = 1 if one_point else 2
    place = (np.arange(size * samples) + 0.5) / (size * samples)
    half = 0.0 if no_half else 0.5
    read = _between(mask, y1 + place * (y2 - y1) - half, x1 + place * (x2 - x1) - half)
    means = read.reshape(size, samples, size, samples).mean((1, 3))
    if touched:
        return (means > 0).astype(float)
    return means if soft else (means > 0.5).astype(float)


def _between(mask, rows, columns):
    """The mask at rows and columns that lie between its pixels: [n, m]; beyond the rim, the rim."""
    down, across = np.arange(mask.shape[0]), np.arange(mask.shape[1])
    lines = np.array([np.interp(rows, down, column) for column in mask.T]).T  # [n, W]
    return np.array([np.interp(columns, across, line) for line in lines])


def head_loss_answer(
    class_ids,
    target_deltas,
    deltas,
    background=False,
    row_before=False,
    summed=False,
    every_class=False,
    all_counted=False,
    no_guard=False,
) -> float:
    """Smooth L1 of the deltas of each object's own class, mean over the positives."""
    class_ids = np.asarray(class_ids)
    targets, deltas = np.asarray(target_deltas, float), np.asarray(deltas, float)
    own = deltas[np.arange(len(class_ids)), class_ids - row_before]  # [R, 4]
    costs = smooth_answer(targets - own, 1.0).mean(1)
    if every_class:
        costs = smooth_answer(targets[:, None] - deltas, 1.0).mean((1, 2))
    positive = np.ones(len(class_ids), bool) if background else class_ids > 0
    total = costs[positive].sum() * (4 if summed else 1)
    return _share(total, len(class_ids) if all_counted else positive.sum(), no_guard)


WRONG_07 = {
    "07.1": wrong_answers(
        anchor_match_answer,
        {
            "Some objects have no positive anchor in yours. Whatever fits an object best is "
            "positive, however low that is.": dict(no_best=True),
            "An anchor that is the best of an object stays positive, even if its IoU is below "
            "0.3.": dict(low_best=True),
            "Between 0.3 and 0.7 an anchor is ignored, not negative.": dict(halfway=True),
            "An object that no anchor touches made all anchors positive. The best of an object "
            "must overlap it.": dict(untouched=True),
            "You took one best anchor per object. All that are equally good are positive.": dict(
                first_only=True
            ),
            "IoUs that should be equal may differ in the last digits. Let the best and those "
            "within 0.00001 of it be positive.": dict(exact=True),
        },
    ),
    "07.2": wrong_answers(
        target_deltas_answer,
        {
            "You multiplied by the std. Targets are divided by it; predictions are multiplied "
            "later.": dict(multiplied=True),
            "You did not divide by the std, so your targets are too small.": dict(no_std=True),
            "The shift is in units of the box that moves, not of its target.": dict(new_size=True),
            "dy is in units of the height, dx of the width; yours are exchanged. A square box "
            "hides it.": dict(wrong_unit=True),
            "The stretch is a logarithm, not the ratio of the sides less 1.": dict(linear=True),
            "You measured the shift between the upper left corners. It is that between the "
            "centres.": dict(corner=True),
        },
    ),
    "07.3": wrong_answers(
        smooth_answer,
        {
            "Your two pieces do not meet. Beyond beta, subtract beta / 2.": dict(apart=True),
            "A beta of 1 is built into yours. Use the argument.": dict(always_one=True),
            "Large negative errors get a wrong cost in yours. It is the size of the error that "
            "counts, not its sign.": dict(signed=True),
            "Near zero yours is twice too high. The square is halved there.": dict(
                whole_square=True
            ),
        },
    ),
    "07.4": wrong_answers(
        objectness_answer,
        {
            "You divided by the number of all anchors. Divide by those that are asked.": dict(
                all_anchors=True
            ),
            "You asked the anchors that are marked 0, as if they were negative. They are asked "
            "nothing.": dict(ignored_asked=True),
            "The columns are exchanged. Column 0 is background, column 1 is object.": dict(
                exchanged=True
            ),
            "If no anchor is asked, yours is not a number. It should be 0: nothing to learn.": dict(
                no_guard=True
            ),
        },
    ),
    "07.5": wrong_answers(
        cut_mask_answer,
        {
            "You cut at the object's box. The frame is the RoI, good or bad.": dict(frame="object"),
            "You shrank the whole mask. Only what is in the RoI is wanted.": dict(frame="image"),
            "These are the means of the bins. Round them: a bin is 1 if more than half of it is "
            "inside.": dict(soft=True),
            "A bin that the object only touches is 1 in yours. More than half must be "
            "inside.": dict(touched=True),
            "Yours reads half a pixel too far right and below. The value of a pixel lies at "
            "index + 1/2.": dict(no_half=True),
            "You read one point per bin. RoIAlign takes the mean of 2 x 2.": dict(one_point=True),
        },
    ),
    "07.6": wrong_answers(
        head_loss_answer,
        {
            "Still the broken function: background is in the mean. It has no box, so only RoIs "
            "with class_ids > 0 count.": dict(background=True),
            "You graded the deltas of the class before. Background has a row, too, so class k "
            "stands in row k.": dict(row_before=True),
            "Take the mean of the four deltas, not their sum.": dict(summed=True),
            "You graded the boxes of all classes. Only that of the true class is asked.": dict(
                every_class=True
            ),
            "You divided by the number of all RoIs, as torchvision does. Divide by that of the "
            "positive ones.": dict(all_counted=True),
            "Without any object yours is not a number. It should be 0: nothing to learn.": dict(
                no_guard=True
            ),
        },
    ),
}
