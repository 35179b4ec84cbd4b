"""The exercises of notebook 11: runs, flips, sizes, category ids, a split, and the capstone."""

from __future__ import annotations

from maskrcnn_explained.course.exercises import nb11_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    COMPUTE,
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb11_answers import WRONG_11, capstone_answer
from maskrcnn_explained.course.exercises.nb11_capstone import capstone_form
from maskrcnn_explained.data import augmentation
from maskrcnn_explained.data.formats import rle

EXERCISES_11 = (
    Exercise(
        key="11.1",
        name="run_lengths",
        kind=IMPLEMENT,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="The run lengths of a mask, down its columns: outside, inside, outside, and so on.",
        arguments=("mask",),
        right=cases.coco_runs,
        source=rle.encode_crop,
        cases=(
            Case("by hand", cases.mask_small),
            Case("random", cases.mask_random),
            Case("a coin", cases.mask_coin),
        ),
        wrong=WRONG_11["11.1"],
        hints=(
            "mask.T.ravel() gives the pixels in the right order: down the first column, then down "
            "the next.",
            "Go through the pixels with a counter and the value that you are counting, outside at "
            "first.",
            "At a pixel of another value write the counter down, even if it is 0, and begin anew. "
            "At the end write it down once more.",
        ),
    ),
    Exercise(
        key="11.2",
        name="flip_all",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=15,
        asks="Image, masks and boxes with left and right exchanged: three arrays.",
        arguments=("image", "masks", "boxes"),
        right=cases.flipped_parts,
        source=augmentation.flip,
        cases=(
            Case("by hand", cases.flip_small),
            Case("random", cases.flip_random),
            Case("the coins", cases.flip_coins),
        ),
        wrong=WRONG_11["11.2"],
        hints=(
            "Columns are axis 1 of the image and axis 2 of the masks. [..., ::-1] turns an axis "
            "round.",
            "In a picture of width W the place x moves to W - x. y stays.",
            "What was the left edge of a box is its right edge now: (y1, W - x2, y2, W - x1).",
        ),
    ),
    Exercise(
        key="11.3",
        name="best_anchor_iou",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=20,
        asks="For each square object the best IoU with square anchors around the same centre.",
        arguments=("sides", "factor", "scales"),
        right=cases.best_square_iou,
        source=cases.best_square_iou,
        cases=(
            Case("by hand", cases.squares_small),
            Case("random", cases.squares_random),
            Case("the coins, enlarged", cases.squares_coins),
        ),
        wrong=WRONG_11["11.3"],
        hints=(
            "Multiply the sides by the factor first: anchors are in pixels of the molded image.",
            "Of two squares around one centre the smaller one lies in the larger one. Intersection "
            "and union are the areas of the two.",
            "IoU = (smaller side / larger side) squared, for each object and each anchor: [N, S]. "
            "Take the largest of each row.",
        ),
    ),
    Exercise(
        key="11.4",
        name="class_numbers",
        kind=FIND_THE_BUG,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="Repair the function: COCO's category ids become classes 1, 2, and so on.",
        arguments=("category_ids", "categories"),
        right=cases.coco_classes,
        source=cases.sorted_classes,
        cases=(
            Case("by hand", cases.categories_small),
            Case("random", cases.categories_random),
        ),
        wrong=WRONG_11["11.4"],
        hints=(
            "Call it for two files with the same categories, of which one has no object of the "
            "first category.",
            "The classes must follow from the list of categories alone.",
            "Sort the ids of all categories; the class is the place in that list, from 1.",
        ),
    ),
    Exercise(
        key="11.5",
        name="mixed_slides",
        kind=PREDICT,
        difficulty=2,
        importance=3,
        minutes=10,
        asks="How many of the ten slides have pictures on both sides, on average; one decimal.",
        right=cases.mixed_slides,
        source=cases.mixed_slides,
        tolerance=0.06,
        wrong=WRONG_11["11.5"],
        hints=(
            "When is a slide on one side alone? If none of its 20 pictures is among the 40.",
            "The first picture drawn is of another slide with a probability of 180/200, the next "
            "with 179/199, and so on, 40 times.",
            "The product of the 40 is 0.009. Ten slides times one minus that.",
        ),
    ),
    Exercise(
        key="11.6",
        name="handed_in",
        kind=COMPUTE,
        difficulty=3,
        importance=3,
        minutes=240,
        asks="What capstone_form says of your pictures, your AP with its spread, and your card.",
        right=capstone_answer,
        source=capstone_form,
        wrong=WRONG_11["11.6"],
        hints=(
            "Begin with the pictures: twenty of one kind of thing, five or more of them taken on "
            "another day, or at another place, to measure on.",
            "Label them with a tool of notebook 11, section 1, and look at a few outlines before "
            "you train: mrx.viz.show_outlines.",
            "Train as in section 5: load with exclude=HEADS, Recipe(steps=500, stage='heads'). "
            "Then measure once, and write the card.",
        ),
    ),
)
