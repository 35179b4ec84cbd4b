"""Answers to the exercises of notebook 09, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_09 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers


def mask_iou_answer(
    masks1, masks2, counting="pixels", below="union", unguarded=False
) -> np.ndarray:
    """IoU [D, G] of every pair of masks [D, H, W] and [G, H, W].

    counting: of the common pixels: "pixels", "bytes" (counts up to 255) or "any" (0 or 1).
    below: what is divided by: "union", the "sum" of both, or the "smaller" of the two.
    """
    one = np.asarray(masks1, bool)[:, None]
    other = np.asarray(masks2, bool)[None]
    common = (one & other).sum((2, 3))
    common = {"pixels": common, "bytes": common % 256, "any": np.minimum(common, 1)}[counting]
    sizes = one.sum((2, 3)), other.sum((2, 3))
    divisors = {
        "union": sizes[0] + sizes[1] - common,
        "sum": sizes[0] + sizes[1],
        "smaller": np.minimum(*sizes),
    }
    divisor = divisors[below] if unguarded else np.maximum(divisors[below], 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return common / divisor


def match_answer(
    overlap, scores, min_iou, taken_again=False, order="score", gives_up=False, above=False
) -> np.ndarray:
    """The object that each detection found, or -1: [D]. order: by "score", "row" or "overlap"."""
    overlap = np.asarray(overlap, float)
    keys = {"score": scores, "row": -np.arange(len(scores)), "overlap": overlap.max(1)}
    found = np.full(len(overlap), -1)
    for d in np.argsort(-np.asarray(keys[order], float), kind="stable"):
        free = overlap[d].copy()
        best = int(free.argmax())
        if not taken_again:
            free[found[found >= 0]] = -1
        if not gives_up:
            best = int(free.argmax())
        if free[best] > min_iou or (free[best] == min_iou and not above):
            found[d] = best
    return found


def curve_answer(
    scores, correct, objects, row_order=False, of_found=False, of_all=False, exchanged=False
) -> np.ndarray:
    """Precision and recall [2, D], best score first."""
    scores, correct = np.asarray(scores), np.asarray(correct)
    order = np.arange(len(scores)) if row_order else np.argsort(-scores, kind="stable")
    hits = np.cumsum(correct[order].astype(int))
    precision = hits / (len(hits) if of_all else np.arange(1, len(hits) + 1))
    recall = hits / (hits[-1] if of_found else objects)
    return np.stack([recall, precision] if exchanged else [precision, recall])


def area_answer(precision, recall, raw=False, how="101 recalls", reached_only=False) -> float:
    """Average precision; how: read at "101 recalls", at "11 recalls", or by "trapezoids"."""
    precision, recall = np.asarray(precision, float), np.asarray(recall, float)
    curve = precision if raw else np.maximum.accumulate(precision[::-1])[::-1]
    if how == "trapezoids":
        return float(((curve[1:] + curve[:-1]) / 2 * np.diff(recall)).sum())
    read = []
    for wanted in np.linspace(0, 1, int(how.split()[0])):
        reached = np.flatnonzero(recall >= wanted)
        if len(reached):
            read.append(curve[reached[0]])
        elif not reached_only:
            read.append(0)
    return float(np.mean(read))


def pooled_answer(
    scores, correct, images, objects, each=False, row_order=False, forgotten=False
) -> float:
    """AP of detections of several images together, or of each image alone, and the mean of it."""
    scores, correct = np.asarray(scores), np.asarray(correct)
    images, objects = np.asarray(images), np.asarray(objects)
    if each:
        rows = [np.flatnonzero(images == image) for image in range(len(objects))]
        values = [
            area_answer(*curve_answer(scores[some], correct[some], there, row_order))
            if len(some)
            else 0
            for some, there in zip(rows, objects, strict=True)
            if there and (len(some) or not forgotten)
        ]
        return float(np.mean(values))
    total = objects[np.unique(images)].sum() if forgotten else objects.sum()
    return area_answer(*curve_answer(scores, correct, total, row_order))


def rises_answer(threshold=-1, tail=0, halved=0, twice=-1, swapped=1) -> list[int]:
    """What each of five changes does to AP: it rises (1), stays (0) or falls (-1)."""
    return [threshold, tail, halved, swapped, twice]


WRONG_09 = {
    "09.1": wrong_answers(
        mask_iou_answer,
        {
            "You divide by the sum of both areas. There the common pixels are counted twice.": dict(
                below="sum"
            ),
            "You divide by the smaller area. A small mask inside a large one would be "
            "perfect.": dict(below="smaller"),
            "Your counts of common pixels cannot exceed 255: they are bytes (uint8). Count in a "
            "larger type.": dict(counting="bytes"),
            "You do not count common pixels, you only ask whether there is one. A product of bool "
            "arrays is bool.": dict(counting="any"),
            "Two empty masks give 0 / 0, which is not a number. Their IoU is 0 here.": dict(
                unguarded=True
            ),
        },
    ),
    "09.2": wrong_answers(
        match_answer,
        {
            "An object is found twice. Once a detection has taken it, it is gone.": dict(
                taken_again=True
            ),
            "You went row by row. The best score chooses first.": dict(order="row"),
            "You let the best overlap choose first. The best score does.": dict(order="overlap"),
            "If the best object is taken, yours finds nothing. It may take the best of those that "
            "are still free.": dict(gives_up=True),
            "An IoU of exactly min_iou is enough.": dict(above=True),
        },
    ),
    "09.3": wrong_answers(
        curve_answer,
        {
            "You took the detections in the order of the rows. Sort them first, the best score at "
            "the top.": dict(row_order=True),
            "Your recall ends at 1. It is the share of all objects, also of those that nobody "
            "found.": dict(of_found=True),
            "Your precision divides by the number of all detections. Divide by how many are kept "
            "so far.": dict(of_all=True),
            "Precision and recall are exchanged. Precision is the first row.": dict(exchanged=True),
        },
    ),
    "09.4": wrong_answers(
        area_answer,
        {
            "You read the curve as it is. Take the best precision at this recall or a higher "
            "one.": dict(raw=True),
            "You read the curve at 11 recalls, as Pascal VOC once did. COCO reads it at 101.": dict(
                how="11 recalls"
            ),
            "You added trapezoids between the points. COCO reads steps at 101 recalls and takes "
            "the mean.": dict(how="trapezoids"),
            "You left out the recalls that are never reached. There the precision counts as "
            "0.": dict(reached_only=True),
        },
    ),
    "09.5": wrong_answers(
        pooled_answer,
        {
            "This still gives what the broken function gives. With what is a false alarm of one "
            "image compared?": dict(each=True),
            "Your one list goes image by image. Sort the detections of all images together by "
            "score.": dict(row_order=True),
            "You forgot the objects of images without a detection. Nobody found them, and recall "
            "counts them.": dict(forgotten=True),
        },
    ),
    "09.6": wrong_answers(
        rises_answer,
        {
            "Change 1: a higher threshold removes the tail of the list. What was found there is "
            "lost, and nothing above it gets better.": dict(threshold=1),
            "Change 2: these false alarms stand below every hit, so no hit has a worse precision "
            "than before.": dict(tail=-1),
            "Change 3: only the order of the scores matters, not how high they are.": dict(
                halved=-1
            ),
            "Change 4: a right detection that moves up has fewer wrong ones above it.": dict(
                swapped=0
            ),
            "Change 5: an object counts once. The second detection on it is wrong, and it stands "
            "near the top.": dict(twice=0),
        },
    ),
}
