"""The exercises of notebook 06: pairs, NMS within a class, the whole last stage, the way back."""

from __future__ import annotations

from maskrcnn_explained import detection
from maskrcnn_explained.course.exercises import nb06_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb06_answers import (
    WRONG_06,
    painted_guesses,
    winner_guesses,
)
from maskrcnn_explained.data.molding import boxes_to_image
from maskrcnn_explained.tracing.why_not import why_not

EXERCISES_06 = (
    Exercise(
        key="06.1",
        name="candidate_pairs",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=15,
        asks="All (RoI, class) pairs with a score of at least min_score, best score first.",
        arguments=("probs", "min_score"),
        right=cases.judge_pairs,
        source=detection.select_detections,
        cases=(
            Case("by hand", cases.pairs_small),
            Case("random", cases.pairs_random),
            Case("the coins", cases.pairs_coins),
        ),
        wrong=WRONG_06["06.1"],
        hints=(
            "One RoI can make several pairs, or none. Which column of probs can make none?",
            "np.argwhere(probs >= min_score) gives all pairs as rows, with those of column 0.",
            "Look at probs[:, 1:] only and add 1 to the columns; then sort the rows by "
            "-probs[roi, class].",
        ),
    ),
    Exercise(
        key="06.2",
        name="nms_by_class",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=20,
        asks="NMS within each class; indices of the boxes that stay, best score of all first.",
        arguments=("boxes", "scores", "class_ids", "iou_threshold", "limit"),
        right=cases.judge_class_nms,
        source=detection.nms_per_class,
        cases=(
            Case("by hand", cases.class_nms_small),
            Case("a large image", cases.class_nms_wide),
            Case("random", cases.class_nms_random),
            Case("the coins", cases.class_nms_coins),
        ),
        wrong=WRONG_06["06.2"],
        hints=(
            "Two ways: one NMS per class in a loop; or one for all, after the classes were moved "
            "far apart.",
            "The loop: rows = np.flatnonzero(class_ids == k); NMS of boxes[rows] counts within "
            "rows, so rows[kept] are the indices.",
            "At the end join the indices of all classes, sort them by -scores and cut the list "
            "off at the limit.",
        ),
    ),
    Exercise(
        key="06.3",
        name="last_stage",
        kind=IMPLEMENT,
        difficulty=3,
        importance=3,
        minutes=25,
        asks="From the answers of the box head to what is found: one row per detection.",
        arguments=("rois", "probs", "deltas", "window", "min_score"),
        right=cases.judge_last_stage,
        source=detection.select_detections,
        tolerance=1e-2,
        cases=(
            Case("by hand", cases.last_stage_small),
            Case("random", cases.last_stage_random),
            Case("the coins", cases.last_stage_coins),
        ),
        wrong=WRONG_06["06.3"],
        hints=(
            "The order is: filter (06.1), refine, clip, NMS within each class (06.2).",
            "roi, class_id = candidate_pairs(probs, min_score).T; then rois[roi] and "
            "deltas[roi, class_id] have one row per pair.",
            "mrx.boxes.decode_deltas with the std (0.1, 0.1, 0.2, 0.2), mrx.boxes.clip_boxes with "
            "the window, nms_by_class with 0.5 and 100.",
        ),
    ),
    Exercise(
        key="06.4",
        name="boxes_on_photo",
        kind=FIND_THE_BUG,
        difficulty=1,
        importance=2,
        minutes=10,
        asks="Repair the function: boxes of the molded image as boxes of the photograph.",
        arguments=("boxes", "window", "image_size"),
        right=cases.judge_to_photo,
        source=boxes_to_image,
        tolerance=1e-2,
        cases=(
            Case("by hand", cases.to_photo_small),
            Case("random", cases.to_photo_random),
            Case("the coins", cases.to_photo_coins),
        ),
        wrong=WRONG_06["06.4"],
        hints=(
            "Where does the upper left corner of the photo lie on the molded image? It must come "
            "out as (0, 0).",
            "The photo was scaled first and padded then. Undo the last step first.",
            "Subtract (y1, x1, y1, x1) of the window from the boxes, then divide by the scale.",
        ),
    ),
    Exercise(
        key="06.5",
        name="winner",
        kind=PREDICT,
        difficulty=1,
        importance=2,
        minutes=5,
        asks="Which of the RoIs in the table becomes the detection? Give its number.",
        right=cases.judge_winner,
        source=detection.nms_per_class,
        wrong=winner_guesses(cases.last_nms_rivals),
        hints=(
            "All of them lie on one coin and overlap by more than 0.5, so one drops the others.",
            "The last NMS sorts its boxes by one column of the table. Who gave that score?",
        ),
    ),
    Exercise(
        key="06.6",
        name="painted_coin",
        kind=PREDICT,
        difficulty=2,
        importance=2,
        minutes=5,
        asks="Where is the painted coin lost: 1 (the RPN), 2 (the box head) or 3 (nowhere)?",
        right=cases.judge_painted,
        source=why_not,
        wrong=painted_guesses(),
        hints=(
            "Look at the picture again. Can you see where the coin was? By what?",
            "What did the model learn from: photographs of coins, or plain shapes on a ground?",
        ),
    ),
)
