"""The exercises of notebook 05: weights, class and box, doubling, pasting, masks per class."""

from __future__ import annotations

from maskrcnn_explained import detection, mrcnn_heads, pasting
from maskrcnn_explained.course.exercises import nb05_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    COMPUTE,
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb05_answers import WRONG_05

EXERCISES_05 = (
    Exercise(
        key="05.1",
        name="conv1_weights",
        kind=COMPUTE,
        difficulty=1,
        importance=2,
        minutes=5,
        asks="How many weights has the first layer of this box head? One number.",
        right=cases.first_layer_judge,
        source=mrcnn_heads.head_layers,
        wrong=WRONG_05["05.1"],
        hints=(
            "One unit has a number for each feature that it reads, and a bias.",
            "Its kernel covers the whole grid, 7 x 7 cells, and all channels of each.",
            "(7 * 7 * channels + 1) for one unit; times the number of units.",
        ),
    ),
    Exercise(
        key="05.2",
        name="class_and_box",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=20,
        asks="Class, probability and box of each RoI: rows (class, probability, y1, x1, y2, x2).",
        arguments=("rois", "logits", "deltas", "std"),
        right=cases.class_box_judge,
        source=detection.select_detections,
        tolerance=2e-3,
        cases=(
            Case("by hand", cases.class_box_hand),
            Case("random", cases.class_box_random),
            Case("the coins", cases.class_box_coins),
        ),
        wrong=WRONG_05["05.2"],
        hints=(
            "Softmax over all classes of a RoI: np.exp(logits), divided by its sum over the row.",
            "The best class that is not background: leave column 0 out, then argmax, then add 1.",
            "deltas[np.arange(N), class_ids] are the deltas to use; mrx.boxes.decode_deltas moves "
            "the boxes. np.column_stack joins the columns.",
        ),
    ),
    Exercise(
        key="05.3",
        name="double_side",
        kind=IMPLEMENT,
        difficulty=2,
        importance=2,
        minutes=20,
        asks="A transposed convolution of 2 x 2 with stride 2, and a ReLU: twice the side.",
        arguments=("grid", "kernel", "bias"),
        right=cases.doubled_judge,
        source=mrcnn_heads.mask_head,
        tolerance=2e-3,
        cases=(
            Case("by hand", cases.doubled_hand),
            Case("random", cases.doubled_random),
            Case("a coin", cases.doubled_coins),
        ),
        wrong=WRONG_05["05.3"],
        hints=(
            "Cell (i, j) becomes the block of rows 2 i and 2 i + 1, columns 2 j and 2 j + 1.",
            "For one corner (u, v) of all blocks at once: kernel[u, v] is a matrix [out, in], and "
            "grid @ kernel[u, v].T has the shape [h, w, out].",
            "result[u::2, v::2] takes what belongs to the corner (u, v). Add the bias, and at the "
            "end np.maximum(result, 0).",
        ),
    ),
    Exercise(
        key="05.4",
        name="paste",
        kind=IMPLEMENT,
        difficulty=3,
        importance=3,
        minutes=30,
        asks="A small mask, stretched over its box in an image and cut at 0.5.",
        arguments=("small", "box", "image_size"),
        right=cases.paste_judge,
        source=pasting.bilinear_weights,
        cases=(
            Case("by hand", cases.paste_hand),
            Case("random", cases.paste_random),
            Case("a coin", cases.paste_coins),
        ),
        wrong=WRONG_05["05.4"],
        hints=(
            "Go by pixels of the image. The centre of pixel y is y + 0.5; where in the small mask "
            "does it lie?",
            "At index (y + 0.5 - y1) / (y2 - y1) * h - 0.5. Keep it within 0 and h - 1, so that "
            "the outermost values go on to the edge of the box.",
            "Read the small mask there bilinearly (exercise 04.2); True from 0.5 on. A pixel whose "
            "centre lies outside the box is False.",
        ),
    ),
    Exercise(
        key="05.5",
        name="drawn",
        kind=PREDICT,
        difficulty=2,
        importance=2,
        minutes=10,
        asks="Two rows of seven: 1 where the disk's mask is drawn, with a sigmoid, with a softmax.",
        right=cases.drawn_judge,
        source=mrcnn_heads.mask_head,
        wrong=WRONG_05["05.5"],
        hints=(
            "A sigmoid is one half at a logit of 0. That is the whole first row.",
            "A softmax share is at least one half if exp(disk) is at least the sum of the others.",
            "A class that is ahead of one other by d has that other's exp times exp(d): exp(0.5) "
            "is 1.65, exp(3) is 20.",
        ),
    ),
    Exercise(
        key="05.6",
        name="own_masks",
        kind=FIND_THE_BUG,
        difficulty=1,
        importance=2,
        minutes=10,
        asks="Repair the function: of the masks of each detection, that of its class.",
        arguments=("masks", "class_ids"),
        right=cases.own_mask_judge,
        source=detection.SelectMasks,
        cases=(
            Case("by hand", cases.own_mask_hand),
            Case("random", cases.own_mask_random),
            Case("the coins", cases.own_mask_coins),
        ),
        wrong=WRONG_05["05.6"],
        hints=(
            "Print the shape of masks for a model of four real classes. How many masks are there?",
            "Class ids count from 1, places from 0. But is the mask of class 1 in place 0?",
            "The mask head draws one for background, too. It stands in place 0.",
        ),
    ),
)
