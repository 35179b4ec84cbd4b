"""Answers to the exercises of notebook 11, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_11 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers
from maskrcnn_explained.course.exercises.nb11_capstone import CAPSTONE_PARTS, MET, NOT_MET, UNSEEN


def runs_answer(
    mask, by_rows=False, from_inside=False, no_end=False, places=False, inside_only=False
) -> np.ndarray:
    """Run lengths of a mask down its columns, pixels outside first: [n]."""
    pixels = np.asarray(mask, bool).ravel(order="C" if by_rows else "F")
    changes = np.flatnonzero(np.diff(pixels)) + 1
    if pixels[0] and not from_inside:
        changes = np.concatenate([[0], changes])
    ends = changes if no_end else np.concatenate([changes, [len(pixels)]])
    lengths = ends if places else np.diff(ends, prepend=0)
    return lengths[1::2] if inside_only else lengths


def flip_answer(
    image, masks, boxes, masks_stay=False, boxes_stay=False, upside_down=False, corners="exchanged"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Image, masks and boxes with left and right exchanged; `corners`: how x1 and x2 are made."""
    axis = 0 if upside_down else 1
    side = image.shape[axis]
    low, high = side - boxes[:, axis + 2], side - boxes[:, axis]
    moved = boxes.copy()
    if corners == "off by one":
        low, high = low - 1, high - 1
    moved[:, axis], moved[:, axis + 2] = (high, low) if corners == "kept" else (low, high)
    return (
        np.flip(image, axis),
        masks if masks_stay else np.flip(masks, axis + 1),
        boxes if boxes_stay else moved,
    )


def best_iou_answer(
    sides, factor, scales, no_factor=False, divided=False, linear=False, by_pixels=False, sums=False
) -> np.ndarray:
    """Best IoU of each square with the square anchors around its own centre: [N]."""
    sides = np.asarray(sides, float)
    molded = (sides if no_factor else sides / factor if divided else sides * factor)[:, None]
    small, large = np.minimum(molded, scales), np.maximum(molded, scales)
    common = small if linear else small**2
    whole = large if linear else large**2
    overlap = common / (small**2 + large**2 if sums else whole)
    if by_pixels:
        nearest = np.abs(molded - np.asarray(scales)).argmin(1)
        return overlap[np.arange(len(sides)), nearest]
    return overlap.max(1)


def class_answer(category_ids, categories, rule="ascending") -> np.ndarray:
    """Class of each annotation, 1..K: [N]."""
    if rule == "as it is":
        return np.asarray(category_ids)
    listed = {
        "ascending": sorted(categories),
        "used": sorted(set(category_ids)),
        "from zero": sorted(categories),
        "as listed": list(categories),
        "as they come": list(dict.fromkeys(category_ids)),
    }[rule]
    return np.array([listed.index(one) + (rule != "from zero") for one in category_ids])


def slides_answer(drawn=40, known=160, whole=200, count="both sides") -> float:
    """Of ten slides, how many have pictures on both sides of the split, on average."""
    if count == "whole slides":
        return drawn / 20
    if count == "share":
        return 10 * known / whole
    if count == "pictures":
        return drawn / 10
    taken = np.arange(drawn)
    return float(10 * (1 - np.prod((180 - taken) / (200 - taken))))


def capstone_answer(missing="") -> np.ndarray:
    """What `capstone_form` says if a part is missing; "": nothing is."""
    met = np.full(len(CAPSTONE_PARTS), MET)
    if missing:
        place = CAPSTONE_PARTS.index(missing)
        met[place], met[place + 1 :] = NOT_MET, UNSEEN
    return met


WRONG_11 = {
    "11.1": wrong_answers(
        runs_answer,
        {
            "You went along the rows. COCO's runs go down the columns.": dict(by_rows=True),
            "The first count is of pixels outside. If the first pixel is inside, it is 0.": dict(
                from_inside=True
            ),
            "The last run is missing. The counts of all runs add up to the number of pixels.": dict(
                no_end=True
            ),
            "You give the places where runs end. Give their lengths.": dict(places=True),
            "You count the runs inside only. The runs outside are needed, too.": dict(
                inside_only=True
            ),
        },
    ),
    "11.2": wrong_answers(
        flip_answer,
        {
            "The masks stayed where they were. They must move with the pixels.": dict(
                masks_stay=True
            ),
            "The boxes stayed where they were. They must move with the pixels.": dict(
                boxes_stay=True
            ),
            "You exchanged top and bottom. Left and right are along the columns.": dict(
                upside_down=True
            ),
            "Your boxes have x1 right of x2. The right edge becomes the left one.": dict(
                corners="kept"
            ),
            "Your boxes lie one pixel too far left. x2 is the edge after the last pixel, so the "
            "mirror image of x is the width minus x.": dict(corners="off by one"),
        },
    ),
    "11.3": wrong_answers(
        best_iou_answer,
        {
            "Anchors are in pixels of the molded image. Bring the sides there first.": dict(
                no_factor=True
            ),
            "You divided by the factor. It is molded side over side of the photo.": dict(
                divided=True
            ),
            "That is the ratio of the sides. An IoU is one of areas: its square.": dict(
                linear=True
            ),
            "You took the anchor that is nearest in pixels. Take the best IoU: twice as large is "
            "as far as half as large.": dict(by_pixels=True),
            "The union is not the sum of both areas. The smaller square lies within the "
            "larger one.": dict(sums=True),
        },
    ),
    "11.4": wrong_answers(
        class_answer,
        {
            "This still gives what the broken function gives. Does a class keep its number in a "
            "file where another class has no object?": dict(rule="used"),
            "Category ids have gaps. They are names, not numbers of classes.": dict(
                rule="as it is"
            ),
            "You count from 0. Class 0 is background.": dict(rule="from zero"),
            "You took the categories in the order of the file. Here their ids are sorted "
            "first.": dict(rule="as listed"),
            "You number the classes as the annotations come. Another order of annotations must "
            "not change them.": dict(rule="as they come"),
        },
    ),
    "11.5": wrong_answers(
        slides_answer,
        {
            "Two whole slides have as many pictures. But pictures were drawn here, not "
            "slides.": dict(count="whole slides"),
            "Eight of ten pictures are trained on. The question is how many slides have a picture "
            "on each side.": dict(count="share"),
            "That many pictures of each slide are measured on, on average. How many slides have "
            "none of them?": dict(count="pictures"),
        },
    ),
    "11.6": wrong_answers(
        capstone_answer,
        {
            "There are fewer than twenty pictures on both sides together.": dict(
                missing="twenty pictures"
            ),
            "A picture is on both sides. Measure on pictures that were not trained on.": dict(
                missing="apart"
            ),
            "Measure on five pictures or more, and have objects on both sides.": dict(
                missing="enough to measure"
            ),
            "The spread is two numbers, low and high, and the AP lies between them; all are from "
            "0 to 1. bootstrap_ap and interval give them.": dict(missing="spread"),
            "Half a page is 120 to 400 words. Your card has fewer, or more.": dict(
                missing="half a page"
            ),
            "The card lacks a part: the words Data, Training, Result and Limits, and the AP with "
            "two decimals.": dict(missing="parts of the card"),
        },
    ),
}
