"""Answers to the exercises of notebook 06, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, written apart from the module `detection`.
WRONG_06 says which sentence each mistake gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.boxes import clip_boxes, decode_deltas, iou
from maskrcnn_explained.course.exercises.exercise import WrongAnswer, wrong_answers

LAST_STD = (0.1, 0.1, 0.2, 0.2)
LAST_NMS_IOU = 0.5


def pairs_answer(
    probs, min_score, best_only=False, background=False, one_less=False, above=False, in_rows=False
) -> np.ndarray:
    """(RoI, class) of each pair with enough score, best first: [n, 2]."""
    probs = np.asarray(probs)
    enough = probs > min_score if above else probs >= min_score
    if not background:
        enough[:, 0] = False
    if best_only:
        enough &= probs == probs.max(1, keepdims=True)
    pairs = np.argwhere(enough)
    if not in_rows:
        pairs = pairs[np.argsort(-probs[enough], kind="stable")]
    return pairs - [0, 1] if one_less else pairs


def class_nms_answer(
    boxes,
    scores,
    class_ids,
    iou_threshold,
    limit,
    compete=False,
    class_order=False,
    own_rows=False,
    limit_each=False,
    apart=None,
) -> np.ndarray:
    """Indices of the boxes that stay after NMS within each class: [n]; `apart`: pixels."""
    scores, groups = np.asarray(scores), np.asarray(class_ids)
    if apart:
        boxes = np.asarray(boxes) + apart * groups[:, None]
    if compete or apart:
        groups = np.ones_like(groups)
    kept = []
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        here = _kept_within(np.asarray(boxes)[rows], scores[rows], iou_threshold)
        here = here[:limit] if limit_each else here
        kept.append(here if own_rows else rows[here])
    every = np.concatenate(kept)
    if not class_order:
        every = every[np.argsort(-scores[every], kind="stable")]
    return every if limit_each else every[:limit]


def _kept_within(boxes, scores, iou_threshold):
    """Greedy NMS: the indices that stay, best first."""
    overlap = np.asarray(iou(boxes, boxes))
    kept: list[int] = []
    for box in np.argsort(-scores, kind="stable"):
        if (overlap[box, kept] <= iou_threshold).all():
            kept.append(int(box))
    return np.array(kept, int)


def last_stage_answer(
    rois,
    probs,
    deltas,
    window,
    min_score,
    stay=False,
    row_before=False,
    best_deltas=False,
    no_clip=False,
    nms_first=False,
    compete=False,
) -> np.ndarray:
    """What the last stage finds, best first: [n, 6] (y1, x1, y2, x2, class, score)."""
    roi, class_id = pairs_answer(probs, min_score).T
    scores = np.asarray(probs)[roi, class_id]
    asked = class_id - 1 if row_before else class_id
    if best_deltas:
        asked = np.asarray(probs)[roi, 1:].argmax(1) + 1
    before = np.asarray(rois)[roi]
    moved = np.asarray(decode_deltas(before, np.asarray(deltas)[roi, asked], LAST_STD))
    boxes = before if stay else moved
    if not no_clip:
        boxes = np.asarray(clip_boxes(boxes, np.asarray(window, np.float32)))
    rivals = before if nms_first else boxes
    kept = class_nms_answer(rivals, scores, class_id, LAST_NMS_IOU, 100, compete=compete)
    return np.column_stack([boxes, class_id, scores])[kept]


def to_photo_answer(boxes, window, image_size, order="shift, scale", exchanged=False) -> np.ndarray:
    """Boxes of the molded image on the photograph: [n, 4]; `order`: which steps, and when."""
    window = np.asarray(window, float)
    corner = np.tile(window[:2], 2)
    scale = np.tile((window[2:] - window[:2]) / np.asarray(image_size), 2)
    if exchanged:
        corner = corner[[1, 0, 3, 2]]
    steps = {
        "shift": lambda moved: moved - corner,
        "scale": lambda moved: moved / scale,
        "grow": lambda moved: moved * scale,
    }
    moved = np.asarray(boxes, float)
    for step in order.split(", "):
        moved = steps[step](moved)
    return moved


WRONG_06 = {
    "06.1": wrong_answers(
        pairs_answer,
        {
            "Only the best class of each RoI stands in your list, as in the reference. Here every "
            "class with enough score makes a pair.": dict(best_only=True),
            "Background is in your list. Column 0 is no object and makes no pair.": dict(
                background=True
            ),
            "Your classes are one too low. If you cut column 0 off, add 1 to the column "
            "number.": dict(one_less=True),
            "A score of exactly min_score is enough.": dict(above=True),
            "The right pairs, but in the order of the RoIs. Give the best score first.": dict(
                in_rows=True
            ),
        },
    ),
    "06.2": wrong_answers(
        class_nms_answer,
        {
            "All classes compete in yours, so a star on a disk vanishes. A box may only drop boxes "
            "of its own class.": dict(compete=True),
            "Your list is sorted within each class only. Sort all of it by score, and then cut it "
            "off at the limit.": dict(class_order=True),
            "Your indices count within a class. Turn them back into rows of the whole list.": dict(
                own_rows=True
            ),
            "Each class has the limit for itself in yours. It holds for all together.": dict(
                limit_each=True
            ),
            "You moved the classes apart by a pixel each, and they still overlap. They must be "
            "farther apart than the largest coordinate.": dict(apart=1),
            "100 pixels between the classes are too few: in a large image boxes of two classes "
            "still meet.": dict(apart=100),
        },
    ),
    "06.3": wrong_answers(
        last_stage_answer,
        {
            "These are RoIs that nobody moved. Decode the deltas.": dict(stay=True),
            "You took the deltas of the class before. Background has a row of deltas, too, so "
            "class k stands in row k.": dict(row_before=True),
            "All pairs of a RoI have the same box in yours. Each pair moves by the deltas of its "
            "own class.": dict(best_deltas=True),
            "Your boxes reach beyond the image. Clip them to the window, before NMS.": dict(
                no_clip=True
            ),
            "Your NMS compared the RoIs. Refine first, then compare the boxes that came out.": dict(
                nms_first=True
            ),
            "All classes compete in your NMS. Let it run within each class.": dict(compete=True),
        },
    ),
    "06.4": wrong_answers(
        to_photo_answer,
        {
            "Still the broken function: boxes come out too low or too far right. First take off "
            "the corner of the window.": dict(order="scale"),
            "The corner is off, but the boxes still have the size of the molded image. Divide by "
            "the scale, too.": dict(order="shift"),
            "Both steps, in the wrong order. The corner is in pixels of the molded image: take it "
            "off before you divide.": dict(order="scale, shift"),
            "You multiplied by the scale. From the molded image back to the photo you "
            "divide.": dict(order="shift, grow"),
            "The padding of top and left are exchanged. The window begins with y.": dict(
                exchanged=True
            ),
        },
    ),
}


def winner_guesses(rivals) -> tuple[WrongAnswer, ...]:
    """The wrong guesses of 06.5; `rivals` gives the rows, see `last_nms_rivals` in the cases."""

    def best_by(column):
        return lambda: int(max(rivals(), key=lambda row: row[column])["roi"])

    told = {
        "objectness": "That is the one with the highest objectness. It decides who is proposed; "
        "after that nobody asks for it.",
        "fit": "That is the one whose box fits the coin best. The last NMS does not know the coin.",
        "product": "That is the one with the best product of both scores. The last NMS asks for "
        "one score only.",
    }
    return tuple(WrongAnswer(sentence, best_by(column)) for column, sentence in told.items())


def painted_guesses() -> tuple[WrongAnswer, ...]:
    """The wrong guesses of 06.6: 1 for the RPN, 2 for the box head."""
    return (
        WrongAnswer(
            "Not the RPN. It asks what stands out from its ground, and a smooth disk on a ground "
            "with grain does.",
            lambda: 1,
        ),
        WrongAnswer(
            "Not the box head. It was trained on scenes of plain disks and has never seen a coin.",
            lambda: 2,
        ),
    )
