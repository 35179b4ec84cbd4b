"""The quiz of notebook 04: levels of RoIs, and how boxes are pooled."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q04_numbers import numbers_04
from maskrcnn_explained.course.quizzes.quiz import TYPED_NUMBER, Question, Quiz, right, wrong

_WHAT_A_SMALL_MOVE_CHANGES = Question(
    topic="What a small move changes",
    asks=(3,),
    text="The values of a map rise by one per cell to the right. A RoI moves to the right by "
    "{step} of a cell. What happens to a pooled bin?",
    choices=(
        wrong(
            "It changes by as much with RoIPool as with RoIAlign",
            "RoIPool rounds the box to whole cells first. Here its bin changes by "
            "{pool_change:.2f}, while that of RoIAlign changes by {align_change:.2f}.",
        ),
        wrong(
            "It stays the same with all operators, since a map has values at whole cells only",
            "Bilinear reading gives a value between the centres of cells, too. RoIAlign's bin "
            "changes by {align_change:.2f}.",
        ),
        right(
            "With RoIAlign it changes by as much, with RoIPool not at all",
            "RoIAlign rounds nothing: {align_change:.2f}. RoIPool takes whole cells, so for a "
            "while nothing changes, and then it jumps.",
        ),
        wrong(
            "It stays the same with `crop_and_resize`, which reads one point per bin",
            "One point is enough to notice: {crop_change:.2f}. It reads bilinearly, too, only on "
            "another grid.",
        ),
    ),
)

_ANOTHER_OPERATOR_AFTER_TRAINING = Question(
    topic="Another operator after training",
    asks=(3,),
    text="The weights `scenes` were trained with RoIAlign. Somebody runs them with "
    "`crop_and_resize`. What happens?",
    choices=(
        right(
            "About as many objects are found, but hardly any mask is exact",
            "At a mask IoU of {loose} it finds {crop_loose:.0f} % of the objects, with RoIAlign "
            "{loose_found:.0f} %. At {exact} it is {crop_exact:.0f} % instead of "
            "{exact_found:.0f} %. The content is right, the place is off.",
        ),
        wrong(
            "No objects are found, since the features come from other places",
            "The places are off by little, so the class is still right: {crop_loose:.0f} % of the "
            "objects are found at a mask IoU of {loose}.",
        ),
        wrong(
            "Nothing changes, since both read bilinearly",
            "Both do, but at other points: its outer points lie near the corners of the box. At a "
            "mask IoU of {exact} it finds {crop_exact:.0f} % of the objects instead of "
            "{exact_found:.0f} %.",
        ),
        wrong(
            "Loading fails, since the operator belongs to the weights",
            "No pooling has weights, so nothing can fail. It is one word in the `Config`.",
        ),
    ),
)

_PIXEL_AND_INDEX = Question(
    topic="Pixel and index",
    kind=TYPED_NUMBER,
    tolerance=0.2,
    otherwise="Divide by the stride first. Then ask at which y the centre of cell zero lies.",
    text="A map has stride {stride}. Which index of it, in rows, lies at y = {y} pixels of the "
    "image, for RoIAlign? (One decimal is enough.)",
    choices=(
        right(
            "{index:.1f}",
            "Divided by the stride, less a half: the centre of cell zero lies half a cell inside "
            "the image.",
        ),
        wrong(
            "{unaligned:.1f}",
            "This is y / stride, as the first version of RoIAlign had it. It takes index zero for "
            "the edge of the image, and reads half a cell too far.",
        ),
        wrong(
            "{doubled:.1f}",
            "You added the half. An index counts from the centre of cell zero, so it is smaller "
            "than y / stride.",
        ),
    ),
)

_THE_LEVEL_OF_A_ROI = Question(
    topic="The level of a RoI",
    asks=(8,),
    text="Which level does the model `scenes`, whose canonical size is {canonical:.0f}, pool a "
    "RoI of {roi_high} x {roi_wide} pixels from?",
    choices=(
        wrong(
            "P{paper_level}",
            "You put {paper_size:.0f} in, the number of the paper. The formula is the same here, "
            "with another canonical size.",
        ),
        wrong(
            "P{rounded_level}",
            "You rounded to the nearest level, as the reference does, or took the longer side. "
            "The paper takes the root of the area, and rounds down.",
        ),
        right(
            "P{level}",
            "The root of the area is {roi_side:.0f} pixels, below {canonical:.0f}. So it goes one "
            "level down from P4, where the canonical size belongs.",
        ),
    ),
)

_WHAT_THE_CANONICAL_SIZE_DECIDES = Question(
    topic="What the canonical size decides",
    asks=(8,),
    text="The paper has {paper_size:.0f} in its formula, the side of an ImageNet picture. The "
    "model `scenes` has {canonical:.0f}. Is that allowed?",
    choices=(
        wrong(
            "No: its backbone must have been trained on pictures of that size",
            "The number comes from there, by history. The formula itself only compares sizes of "
            "boxes; no weight has a shape that depends on it.",
        ),
        right(
            "Yes: it decides how many cells a RoI spans, and a model may choose that before its "
            "training",
            "A RoI of the canonical size spans {cells:.0f} cells of P4 here, and "
            "{paper_cells:.0f} with the paper's number. Changed after training, it costs.",
        ),
        wrong(
            "Yes, since the level of a RoI has no influence on the result",
            "It has. With the levels rounded the reference's way these weights find "
            "{rounded_exact:.0f} % of the objects at a mask IoU of {exact}, and not "
            "{exact_found:.0f} %.",
        ),
        wrong(
            "No: it must be the side of the molded image",
            "The level depends on the RoI alone. In the reference's formula the size of the image "
            "stands, but it cancels out.",
        ),
    ),
)

_WHY_MINUS_ONE = Question(
    topic="Why minus one",
    asks=(13,),
    text="A box covers rows {first_row} to {last_row} of an image with {rows} rows: y1 = {y1}, y2 "
    "= {y2}. What are its normalised y1 and y2 in the reference, for `crop_and_resize`?",
    choices=(
        wrong(
            "{by_size}",
            "You divided by the height. Then the crop reads rows {by_size_reads}, for the "
            "operation takes zero for the first row and one for the last.",
        ),
        wrong(
            "{no_shift}",
            "The size is less by one, as it must be. But y2 is the edge, and row {y2} is not in "
            "the box: without the shift the crop reads rows {no_shift_reads}.",
        ),
        right(
            "{normalised}",
            "y2 less one is the last row inside, and the last row of the image has the number "
            "{rows} less one. The crop then reads rows {reads}.",
        ),
    ),
)

_WHERE_THE_GRADIENT_GOES = Question(
    topic="Where the gradient goes",
    text="In training, the loss of one pooled bin of RoIAlign sends its gradient back. Where does "
    "it go?",
    choices=(
        wrong(
            "To the corners of the box, so that the RPN learns to place it",
            "No gradient goes to the box. Where a RoI lies is taught by the RPN's own loss; the "
            "paper treats proposals as given.",
        ),
        wrong(
            "To the cell with the largest value",
            "That is RoIPool, whose bin is a maximum: {pool_cells} cell gets all of it.",
        ),
        right(
            "To all cells that its points mix, by their weights",
            "Each of its points mixes the cells around it. Here {align_cells} cells of the map "
            "get a share, and the shares add up to one.",
        ),
        wrong(
            "To all cells of the level in equal parts",
            "That would be a mean over the map. Of the {all_cells} cells of this map "
            "{align_cells} get a share.",
        ),
    ),
)

QUIZ_04 = Quiz(
    "04",
    (
        _WHAT_A_SMALL_MOVE_CHANGES,
        _ANOTHER_OPERATOR_AFTER_TRAINING,
        _PIXEL_AND_INDEX,
        _THE_LEVEL_OF_A_ROI,
        _WHAT_THE_CANONICAL_SIZE_DECIDES,
        _WHY_MINUS_ONE,
        _WHERE_THE_GRADIENT_GOES,
    ),
    numbers_04,
)
