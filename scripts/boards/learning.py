"""Boards about heads, training, measuring and data."""

from __future__ import annotations

import numpy as np

from boards.chalk import BLUE, PINK, WHITE, YELLOW, Board
from maskrcnn_explained.evaluation.precision_recall import area_under_curve
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.schedule import make_schedule

VERDICTS = (True, True, False, True, False, False)  # best score first
OBJECTS = 4


def two_heads() -> str:
    """One RoI, two grids, two heads, and what each says."""
    config = get_config("scenes")
    classes, depth = len(config.class_names), config.fpn_depth
    board = Board(
        330, "One RoI, pooled twice: the box head gives classes and boxes, the mask head masks."
    )
    board.box(30, 130, 80, 60, YELLOW)
    board.text(70, 167, "RoI", YELLOW)
    board.step(1, 30, 122)
    small, large = config.box_pool_size, config.mask_pool_size
    for y, size, number in ((70, small, 2), (250, large, 5)):
        board.arrow((112, 160), (158, y))
        board.text(234, y - 4, f"{size} x {size} x {depth}", size=19)
        board.text(234, y + 19, "RoIAlign", BLUE, 17)
        board.step(number, 116, y)
    board.arrow((300, 70), (352, 70))
    board.box(356, 44, 120, 52)
    board.text(416, 77, "box head", size=19)
    board.step(3, 358, 38)
    board.arrow((478, 60), (528, 44))
    board.note(534, 50, f"{classes} class scores")
    board.arrow((478, 80), (528, 98))
    board.note(534, 104, f"{classes} x 4 deltas")
    board.step(4, 516, 74)
    board.arrow((300, 250), (352, 250))
    board.box(356, 224, 120, 52)
    board.text(416, 257, "mask head", size=19)
    board.step(6, 358, 218)
    board.arrow((478, 250), (528, 250))
    board.note(534, 256, f"{2 * large} x {2 * large} x {classes}, sigmoid")
    board.step(7, 516, 228)
    board.arrow((590, 116), (590, 218), YELLOW)
    board.note(604, 160, "class says", YELLOW)
    board.note(604, 184, "which mask", YELLOW)
    board.step(8, 572, 166)
    board.note(
        30, 312, "In use the mask head waits for the final box; in training both run at once.", BLUE
    )
    return board.svg()


def who_is_asked() -> str:
    """Two lines from IoU 0 to 1: what anchors, and what RoIs, are told."""
    config = get_config("scenes")
    board = Board(
        310, "Two scales of IoU: anchors are negative, ignored or positive, RoIs one of two."
    )
    low, high, half = config.rpn_negative_iou, config.rpn_positive_iou, config.roi_positive_iou
    left, width = 150, 540
    for y, name in ((96, "anchors"), (206, "RoIs")):
        board.text(78, y + 7, name, BLUE)
        board.line((left, y), (left + width, y))
        board.text(left, y + 34, "0", size=18)
        board.text(left + width, y + 34, "1", size=18)
    board.step(1, 40, 66)
    board.step(4, 40, 176)
    for value, y in ((low, 96), (high, 96), (half, 206)):
        board.line((left + width * value, y - 14), (left + width * value, y + 14), colour=YELLOW)
        board.text(left + width * value, y + 34, f"{value:g}", YELLOW)
    board.step(2, left + width * low + 18, 60)
    ranges = ((0, low, "negative", WHITE, 96), (low, high, "not asked", PINK, 96))
    ranges += ((high, 1, "positive", YELLOW, 96), (0, half, "background", WHITE, 206))
    ranges += ((half, 1, "class, box, mask", YELLOW, 206),)
    for start, end, words, colour, y in ranges:
        board.text(left + width * (start + end) / 2, y - 16, words, colour)
    board.step(3, left + width * (low + high) / 2 + 70, 74)
    board.step(5, left + width * half + 18, 170)
    board.note(
        60, 286, "And the best anchor of each object is positive, however small its IoU.", BLUE
    )
    return board.svg()


def rate_of_each_step() -> str:
    """A straight line up, half a cosine down."""
    recipe = Recipe(steps=500).settled(fine_tuning=True)
    rate = make_schedule(recipe)
    warm, last = recipe.warmup_steps, recipe.steps
    board = Board(
        310, "The learning rate over 500 steps: straight up, then half a cosine down to 0."
    )
    left, bottom, width, height = 120, 240, 560, 170
    board.arrow((left, bottom), (left + width + 30, bottom))
    board.arrow((left, bottom), (left, bottom - height - 40))
    board.step(1, left - 24, bottom + 18)
    steps = np.unique(np.r_[0, warm, np.arange(warm, last + 1, 25)])
    top = recipe.learning_rate
    points = [(left + width * s / last, bottom - height * float(rate(int(s))) / top) for s in steps]
    board.line(*points, colour=YELLOW, width=3.4)
    board.step(2, left + 12, bottom - 100)
    board.text(left - 8, bottom - height + 6, f"{top:g}", YELLOW, anchor="end")
    middle = (warm + last) // 2
    half = float(rate(middle))
    board.dot(left + width * middle / last, bottom - height * half / top, PINK, 6)
    words = f"step {middle}: {half:g}"
    board.note(left + width * middle / last + 14, bottom - height * half / top - 8, words, PINK)
    board.step(3, left + width * middle / last - 22, bottom - height * half / top + 10)
    for step in (warm, last):
        board.text(left + width * step / last, bottom + 26, step, size=18)
    board.note(
        left,
        290,
        "slow at first: fresh layers give wild gradients.  slow at last: to settle.",
        BLUE,
    )
    return board.svg()


def six_detections() -> str:
    """A table of six verdicts with precision and recall, and the curve above its points."""
    right = np.cumsum(VERDICTS)
    precision, recall = right / np.arange(1, 7), right / OBJECTS
    area = area_under_curve(precision, recall)
    board = Board(330, "Six detections, best first, with precision and recall, and their curve.")
    board.note(64, 50, f"{OBJECTS} objects, best score first", BLUE)
    board.step(1, 40, 44)
    heads = ("right?", "precision", "recall")
    for i, name in enumerate(heads):
        board.text(90 + 110 * i, 84, name, BLUE, 18)
    for row in range(6):
        y = 114 + 30 * row
        cells = ("yes" if VERDICTS[row] else "no", f"{precision[row]:.2f}", f"{recall[row]:.2f}")
        for i, words in enumerate(cells):
            board.text(90 + 110 * i, y, words, WHITE if VERDICTS[row] else PINK, 18)
    board.step(2, 40, 108)
    board.step(3, 364, 78)
    left, bottom, side = 450, 260, 200
    board.arrow((left, bottom), (left + side + 30, bottom))
    board.arrow((left, bottom), (left, bottom - side - 20))
    board.text(left + side, bottom + 26, "recall", BLUE, 18)
    board.text(left - 6, bottom - side - 26, "precision", BLUE, 18)
    for p, r in zip(precision, recall, strict=True):
        board.dot(left + side * r, bottom - side * p, WHITE, 5)
    board.step(4, left - 24, bottom + 6)
    stairs = [(left, bottom - side), (left + side / 2, bottom - side)]
    stairs += [(left + side / 2, bottom - 0.75 * side), (left + 0.75 * side, bottom - 0.75 * side)]
    stairs += [(left + 0.75 * side, bottom)]
    board.line(*stairs, colour=YELLOW, width=3.2)
    board.step(5, left + side * 0.62, bottom - side - 10)
    board.note(left, 312, f"AP: the area below, {area:.2f}", YELLOW)
    board.step(6, left - 22, 306)
    return board.svg()


def file_and_model() -> str:
    """Arrays of a file, places of a model, and three ways in which they do not meet."""
    board = Board(
        310, "Names in a file and names in a model: they meet, differ in shape, or are left over."
    )
    board.text(150, 52, "file", BLUE)
    board.text(540, 52, "model", BLUE)
    board.step(1, 110, 46)
    board.step(2, 490, 46)
    names = ("conv1", "fpn_c4p4", "mrcnn_class_logits", "rpn_extra")
    places = ("conv1", "fpn_c4p4", "mrcnn_class_logits", "mrcnn_new")
    for i, (name, place) in enumerate(zip(names, places, strict=True)):
        y = 96 + 48 * i
        board.note(60, y, name, PINK if i == 3 else WHITE)
        board.note(450, y, place, PINK if i == 3 else WHITE)
        if i < 3:
            board.arrow((250, y - 6), (436, y - 6), WHITE if i < 2 else YELLOW)
    board.step(3, 340, 66)
    board.note(268, 178, "81 classes, not 5", YELLOW)
    board.step(4, 246, 206)
    board.text(340, 246, "left over", PINK, 18)
    board.step(5, 270, 240)
    board.note(60, 288, "A loader that says nothing of the last two lines has lied to you.", BLUE)
    return board.svg()


def folder_to_number() -> str:
    """From a folder of pictures to a number with its spread."""
    board = Board(
        300, "Pictures are split by day, a model learns from one side and is measured on the other."
    )
    for i in range(3):
        board.box(40 + 14 * i, 100 + 12 * i, 70, 54)
    board.text(88, 204, "20 pictures", BLUE, 18)
    board.step(1, 34, 92)
    board.arrow((146, 120), (236, 80))
    board.arrow((146, 150), (236, 200))
    board.text(300, 84, "Monday", YELLOW)
    board.text(300, 208, "Tuesday", PINK)
    board.step(2, 196, 132)
    board.arrow((350, 78), (420, 78))
    board.box(424, 50, 110, 54, YELLOW)
    board.text(479, 84, "train", YELLOW)
    board.step(3, 426, 44)
    board.arrow((479, 106), (479, 172), YELLOW)
    board.arrow((350, 202), (420, 202), PINK)
    board.box(424, 176, 110, 54, PINK)
    board.text(479, 210, "measure", PINK)
    board.text(560, 150, "once!", PINK)
    board.step(4, 426, 246)
    board.arrow((536, 202), (580, 202))
    board.line((600, 202), (720, 202), colour=WHITE)
    for x in (600, 720):
        board.line((x, 190), (x, 214))
    board.dot(652, 202, YELLOW, 7)
    board.text(660, 178, "AP, and its spread", size=18)
    board.step(5, 588, 232)
    board.note(40, 276, "Never one picture on both sides, and no two of one moment.", BLUE)
    return board.svg()
