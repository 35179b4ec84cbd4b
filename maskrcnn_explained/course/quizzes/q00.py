"""The quiz of notebook 00: the stages, boxes, windows and results."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q00_numbers import numbers_00
from maskrcnn_explained.course.quizzes.quiz import TYPED_NUMBER, Question, Quiz, right, wrong

_THE_ORDER_OF_THE_STAGES = Question(
    topic="The order of the stages",
    asks=(11,),
    text="In which order does a photograph go through the model, when it is asked for detections?",
    choices=(
        wrong(
            "Backbone, RPN, FPN, RoIAlign, both heads, detection",
            "The RPN comes late in many drawings, but it reads the maps of the pyramid, P2 to P6. "
            "So the FPN must come before it.",
        ),
        wrong(
            "Backbone, FPN, RPN, RoIAlign, box head and mask head side by side, detection",
            "This is how the paper draws it, and how training works. At inference the mask head "
            "waits: it paints {detections} masks in the final boxes, not {proposals} in proposals "
            "that will move.",
        ),
        wrong(
            "RPN, then the backbone on each proposal, then the heads",
            "This was the way of R-CNN, which ran its network once per region. Here the backbone "
            "runs once per image, and each region takes its features from the finished maps.",
        ),
        right(
            "Backbone, FPN, RPN, RoIAlign, box head, detection, RoIAlign again, mask head",
            "The mask head comes last, so a mask is painted in a box that does not move any more, "
            "and only for {detections} rows, not for {proposals}.",
        ),
    ),
)

_WHAT_INSTANCE_SEGMENTATION_GIVES = Question(
    topic="What instance segmentation gives",
    text="In some photograph, coins touch each other. What does the result hold for their pixels?",
    choices=(
        wrong(
            "One mask with the pixels of all coins, since they have one class",
            "That is semantic segmentation: it says the class of each pixel, and touching coins "
            "become one blot. Here each object is an instance with a mask of its own.",
        ),
        right(
            "One mask for each coin",
            "Boxes, classes, scores and masks have one row per object. For the coins of the "
            "course these are {found} rows, and masks of shape {mask_shape}.",
        ),
        wrong(
            "One box around the coins that touch, with one mask",
            "The RPN proposes boxes of many sizes, but NMS and the heads work on single objects. "
            "A box around a group would be a false positive.",
        ),
    ),
)

_CELLS_OF_A_LEVEL = Question(
    topic="Cells of a level",
    kind=TYPED_NUMBER,
    tolerance=0.4,
    otherwise="Divide the height by the stride of P6. The strides begin with that of P2, and each "
    "is double the one before.",
    text="An image is molded to {tall} x {wide} pixels. How many rows of cells has P6?",
    choices=(
        right(
            "{p6_rows}",
            "P6 has stride {p6_stride}: one cell for {p6_stride} rows of pixels. Each level has "
            "half as many rows as the one before.",
        ),
        wrong(
            "{p5_rows}",
            "These are the rows of P5, whose stride is {p5_stride}. P6 is one level coarser.",
        ),
        wrong(
            "{p6_columns}",
            "These are its columns. Sizes are height first, so the image has {tall} rows of "
            "pixels.",
        ),
    ),
)

_BOXES_AND_THE_WINDOW = Question(
    topic="Boxes and the window",
    text='You draw `t["detection_boxes"]` on the photograph of the coins, which has '
    "{image_rows} rows. The molded image has {molded_rows}. What do you see?",
    choices=(
        wrong(
            "The boxes fit",
            "They would if they came from `detect`, which takes them back to your image. The "
            "tensors in `t` are all in pixels of the molded image.",
        ),
        wrong(
            "The boxes are too small",
            "They would be if the photograph had been shrunk, for then its scale is another one. "
            "This one was only padded.",
        ),
        wrong(
            "The boxes sit {shift} pixels too high",
            "The padding lies above the image, so in the molded image everything has a larger y. "
            "Drawn on the photograph, boxes come out lower, not higher.",
        ),
        right(
            "The boxes sit {shift} pixels too low",
            "The window begins at row {shift} of the molded image, since half of the padding lies "
            'above it. `t["window"].to_image(boxes)` takes them back.',
        ),
    ),
)

_THE_BOX_OF_A_MASK = Question(
    topic="The box of a mask",
    text="The pixels of a mask lie in rows {first_row} to {last_row} and in columns "
    "{first_column} to {last_column}, both ends included. What is its box?",
    choices=(
        wrong(
            "{inclusive}",
            "This names the last row and the last column. Here y2 and x2 are the far edge, where "
            "that row and that column end. Who counts pixels so must add one to get the height.",
        ),
        wrong(
            "{x_first}",
            "The numbers are right, but x comes first. In this course boxes are (y1, x1, y2, x2), "
            "as rows come first in arrays.",
        ),
        right(
            "{box}",
            "Coordinates are continuous: the last row ends at {end_row}, the last column at "
            "{end_column}. So the height is y2 - y1, with nothing added.",
        ),
        wrong(
            "{with_size}",
            "This is corner, height and width, which COCO's files use in another order. Here the "
            "second half of a box is its other corner.",
        ),
    ),
)

_WHY_A_COIN_IS_CALLED_A_DISK = Question(
    topic="Why a coin is called a disk",
    text="The model `scenes` says `disk` for each coin, with high scores. Why?",
    choices=(
        wrong(
            "It was trained on photographs of coins",
            "It has never seen a coin. It was trained on scenes, pictures of simple shapes that a "
            "program composes.",
        ),
        right(
            "Its classes are {classes}, and of these a disk is the best",
            "The class scores of a RoI add up to one over these classes and background. What is "
            "none of them must be called something, or background.",
        ),
        wrong(
            "`disk` stands for any object",
            "It is one class of its own, beside {others}. The stage that knows objects but no "
            "classes is the RPN.",
        ),
    ),
)

_FROM_THE_SMALL_MASK_TO_PIXELS = Question(
    topic="From the small mask to pixels",
    asks=(12,),
    text="The mask head gives a mask of {small} numbers per detection. `detect` returns masks "
    "with as many rows and columns as your photograph. What happens in between?",
    choices=(
        wrong(
            "The mask head runs again, on the whole image",
            "It runs once, on a grid of fixed size per box. No layer of it ever sees the whole "
            "image.",
        ),
        wrong(
            "Every pixel in the box with the colour of the object is added",
            "No colour is compared after the backbone. What belongs to the object is said by the "
            "small mask alone.",
        ),
        right(
            "Each small mask is stretched over its box, and cut into yes and no",
            "`paste_masks` does it. The stretched values are smooth, so the cut gives an outline "
            "finer than the small cells, though not a new detail.",
        ),
        wrong(
            "The mask is repeated at the same size until it fills the box",
            "A mask is relative to its box: it covers the whole box once, whatever size that has.",
        ),
    ),
)

_WHAT_A_SCORE_THRESHOLD_CHANGES = Question(
    topic="What a score threshold changes",
    text="You call the model with a higher `min_score`. What becomes different?",
    choices=(
        right(
            "Fewer detections are kept; those that stay are as before",
            "The threshold acts at the end, after the box head. Fewer false positives come "
            "through, and now and then fewer objects.",
        ),
        wrong(
            "The RPN gives fewer proposals",
            "The RPN has no threshold on its scores at all. It takes the best anchors of each "
            "level, however low they are.",
        ),
        wrong(
            "The scores of the detections rise",
            "No score is computed again. Those that stay are the higher ones, so their mean "
            "rises, but each is what it was.",
        ),
    ),
)

QUIZ_00 = Quiz(
    "00",
    (
        _THE_ORDER_OF_THE_STAGES,
        _WHAT_INSTANCE_SEGMENTATION_GIVES,
        _CELLS_OF_A_LEVEL,
        _BOXES_AND_THE_WINDOW,
        _THE_BOX_OF_A_MASK,
        _WHY_A_COIN_IS_CALLED_A_DISK,
        _FROM_THE_SMALL_MASK_TO_PIXELS,
        _WHAT_A_SCORE_THRESHOLD_CHANGES,
    ),
    numbers_00,
)
