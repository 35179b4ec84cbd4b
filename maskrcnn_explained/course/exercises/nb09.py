"""The exercises of notebook 09: IoU of masks, matches, precision and recall, AP."""

from __future__ import annotations

from maskrcnn_explained.course.exercises import nb09_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb09_answers import WRONG_09
from maskrcnn_explained.evaluation import precision_recall as by_hand
from maskrcnn_explained.masks import mask_iou

EXERCISES_09 = (
    Exercise(
        key="09.1",
        name="mask_iou",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=15,
        asks="IoU of every mask of one list with every mask of another: [D, G].",
        arguments=("masks1", "masks2"),
        right=mask_iou,
        source=mask_iou,
        cases=(
            Case("by hand", cases.masks_small),
            Case("random", cases.masks_random),
            Case("the coins", cases.masks_coins),
        ),
        wrong=WRONG_09["09.1"],
        hints=(
            "Of a pair: how many pixels are in both, and how many in at least one?",
            "Two loops do. Or masks1[:, None] & masks2[None], which is [D, G, H, W].",
            "Where both masks are empty, divide by 1: np.maximum(union, 1).",
        ),
    ),
    Exercise(
        key="09.2",
        name="match",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=20,
        asks="Which object each detection has found, or -1, by the rule of COCO.",
        arguments=("overlap", "scores", "min_iou"),
        right=by_hand.match,
        source=by_hand.match,
        cases=(
            Case("by hand", cases.who_found_small),
            Case("random", cases.who_found_random),
            Case("the coins", cases.who_found_coins),
        ),
        wrong=WRONG_09["09.2"],
        hints=(
            "Go through the detections once, the best score first: np.argsort(-scores).",
            "Keep in mind which objects are taken, and look only at the others.",
            "Copy the row of the detection and set the objects that are taken to -1. Is the "
            "largest number that is left at least min_iou?",
        ),
    ),
    Exercise(
        key="09.3",
        name="precision_and_recall",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=15,
        asks="Precision and recall of the 1, 2, 3, .. detections with the best scores: [2, D].",
        arguments=("scores", "correct", "objects"),
        right=cases.precision_recall_rows,
        source=by_hand.precision_recall,
        cases=(
            Case("by hand", cases.twelve),
            Case("random", cases.listed_random),
            Case("the coins", cases.listed_coins),
        ),
        wrong=WRONG_09["09.3"],
        hints=(
            "Sort correct by the scores, and count hits from the top.",
            "np.cumsum counts them. Precision: of those kept so far. Recall: of all objects.",
            "How many are kept is 1, 2, 3, ..: np.arange(1, D + 1).",
        ),
    ),
    Exercise(
        key="09.4",
        name="area",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=20,
        asks="Average precision of one curve, read as COCO reads it.",
        arguments=("precision", "recall"),
        right=by_hand.area_under_curve,
        source=by_hand.area_under_curve,
        cases=(
            Case("by hand", lambda: cases.curve_of(cases.twelve())),
            Case("random", lambda: cases.curve_of(cases.listed_random())),
            Case("the coins", lambda: cases.curve_of(cases.listed_coins())),
        ),
        wrong=WRONG_09["09.4"],
        hints=(
            "Loop over np.linspace(0, 1, 101). What is read at each of these recalls?",
            "The best precision of all points with at least this recall.",
            "Where no point has so much recall, 0 is read. The answer is the mean of all 101.",
        ),
    ),
    Exercise(
        key="09.5",
        name="pooled_ap",
        kind=FIND_THE_BUG,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="Repair the function: AP of one class over several images, as COCO has it.",
        arguments=("scores", "correct", "images", "objects"),
        right=cases.pooled_area,
        source=by_hand.average_precision_by_hand,
        cases=(
            Case("by hand", cases.pooled_small),
            Case("random", cases.pooled_random),
            Case("the coins, a row per image", cases.pooled_coins),
        ),
        wrong=WRONG_09["09.5"],
        hints=(
            "Which detections does COCO put in one list? See Common confusions in the notebook.",
            "A false alarm with a good score should push down hits of all other images, too.",
            "One list, one sum of objects, one curve, one area: no loop is left.",
        ),
    ),
    Exercise(
        key="09.6",
        name="changes",
        kind=PREDICT,
        difficulty=2,
        importance=2,
        minutes=10,
        asks="Five times 1, 0 or -1: does AP rise, stay or fall?",
        right=cases.measured_rises,
        source=by_hand.area_under_curve,
        wrong=WRONG_09["09.6"],
        hints=(
            "AP sees the order of the detections, which of them are right, and nothing else.",
            "A wrong detection harms the hits below it, and only those.",
            "For each change, write down the list of right and wrong ones from the top.",
        ),
    ),
)
