"""Answers to the exercises of notebook 09, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_09 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers


def mask_iou_answer(
    masks1, masks2, counting="pixels", of_sum=False, of_boxes=False, unguarded=False
) -> np.ndarray:
    """IoU [D, G] of every pair of masks [D, H, W] and [G, H, W].

    counting: of the common pixels: "pixels", "bytes" (counts up to 255) or "any" (0 or 1).
    """
    one, other = np.asarray(masks1, bool)[:, None], np.asarray(masks2, bool)[None]
    if of_boxes:
        one, other = (
            _span(mask.any(-1))[..., None] & _span(mask.any(-2))[..., None, :]
            for mask in (one, other)
        )
    common = (one & other).sum((2, 3))
    common = {"pixels": common, "bytes": common % 256, "any": np.minimum(common, 1)}[counting]
    union = one.sum((2, 3)) + other.sum((2, 3)) - (0 if of_sum else common)
    with np.errstate(invalid="ignore"):
        return common / (union if unguarded else np.maximum(union, 1))


def _span(there):
    """True from the first to the last True along the last axis."""
    forwards = np.logical_or.accumulate(there, -1)
    return forwards & np.logical_or.accumulate(there[..., ::-1], -1)[..., ::-1]


def match_answer(
    overlap, scores, min_iou, taken_again=False, order="score", gives_up=False, above=False
) -> np.ndarray:
    """The object that each detection found, or -1: [D]. order: by "score", "row" or "object"."""
    overlap = np.asarray(overlap, float)
    found = np.full(len(overlap), -1)
    if order == "object":  # objects choose among the detections, one after the other
        for g in range(overlap.shape[1]):
            free = np.where(found < 0, overlap[:, g], -1)
            if free.max() >= min_iou:
                found[free.argmax()] = g
        return found
    keys = scores if order == "score" else -np.arange(len(scores))
    for d in np.argsort(-np.asarray(keys), kind="stable"):
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
    scores, correct, objects, order="best first", of_found=False, of_all=False, exchanged=False
) -> np.ndarray:
    """Precision and recall [2, D]; the order is "best first", "worst first" or of the "rows"."""
    scores, correct = np.asarray(scores), np.asarray(correct)
    keys = {"best first": -scores, "worst first": scores, "rows": np.arange(len(scores))}
    hits = np.cumsum(correct[np.argsort(keys[order], kind="stable")].astype(int))
    precision = hits / (len(hits) if of_all else np.arange(1, len(hits) + 1))
    recall = hits / (hits[-1] if of_found else objects)
    return np.stack([recall, precision] if exchanged else [precision, recall])


def area_answer(precision, recall, side="higher", how="101 recalls", reached_only=False) -> float:
    """Average precision.

    side: the best precision at a "higher" recall counts, at a "lower" one, or "none" but its own.
    how: read at "101 recalls", at "11 recalls", or summed up as "trapezoids" or "rectangles".
    """
    precision, recall = np.asarray(precision, float), np.asarray(recall, float)
    curves = {
        "higher": np.maximum.accumulate(precision[::-1])[::-1],
        "lower": np.maximum.accumulate(precision),
        "none": precision,
    }
    curve = curves[side]
    if how == "rectangles":
        return float((curve * np.diff(recall, prepend=0)).sum())
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
    scores, correct, images, objects, each=False, order="best first", forgotten=False
) -> float:
    """AP of detections of several images together, or of each image alone, and the mean of it."""
    scores, correct = np.asarray(scores), np.asarray(correct)
    images, objects = np.asarray(images), np.asarray(objects)
    if each:
        rows = [np.flatnonzero(images == image) for image in range(len(objects))]
        values = [
            area_answer(*curve_answer(scores[some], correct[some], there, order))
            if len(some)
            else 0
            for some, there in zip(rows, objects, strict=True)
            if there and (len(some) or not forgotten)
        ]
        return float(np.mean(values))
    total = objects[np.unique(images)].sum() if forgotten else objects.sum()
    return area_answer(*curve_answer(scores, correct, total, order))


def rises_answer(threshold=-1, tail=0, halved=0, twice=-1, swapped=1) -> list[int]:
    """What each of five changes does to AP: it rises (1), stays (0) or falls (-1)."""
    return [threshold, tail, halved, swapped, twice]


WRONG_09 = {
    "09.1": wrong_answers(
        mask_iou_answer,
        {
            "You divide by the sum of both areas. There the common pixels are counted twice.": dict(
                of_sum=True
            ),
            "This is the IoU of the boxes around the masks. Count the pixels of the masks "
            "themselves.": dict(of_boxes=True),
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
            "Your objects choose among the detections. It is the other way round: detections "
            "choose among the objects, the best score first.": dict(order="object"),
            "If the best object is taken, yours finds nothing. It may take the best of those that "
            "are still free.": dict(gives_up=True),
            "An IoU of exactly min_iou is enough.": dict(above=True),
        },
    ),
    "09.3": wrong_answers(
        curve_answer,
        {
            "You took the detections in the order of the rows. Sort them first, the best score at "
            "the top.": dict(order="rows"),
            "You began with the worst score: np.argsort sorts upwards. Begin with the best "
            "one.": dict(order="worst first"),
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
            "one.": dict(side="none"),
            "You take the best precision at this recall or a lower one. Whoever wants this recall "
            "goes further down the list: it must be a higher one.": dict(side="lower"),
            "You read the curve at 11 recalls, as Pascal VOC once did. COCO reads it at 101.": dict(
                how="11 recalls"
            ),
            "You added trapezoids between the points. COCO reads steps at 101 recalls and takes "
            "the mean.": dict(how="trapezoids"),
            "You added up rectangles under the steps, which is the exact area. COCO reads the "
            "steps at 101 recalls and takes the mean.": dict(how="rectangles"),
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
            "score.": dict(order="rows"),
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
