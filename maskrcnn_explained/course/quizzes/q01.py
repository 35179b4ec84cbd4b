"""The quiz of notebook 01: maps, blocks, frozen batch norm, receptive fields."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q01_numbers import numbers_01
from maskrcnn_explained.course.quizzes.quiz import (
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Question,
    Quiz,
    right,
    wrong,
)

_ROWS_OF_A_MAP = Question(
    topic="Rows of a map",
    kind=TYPED_NUMBER,
    tolerance=0.4,
    otherwise="Shrink the longer side to {max_side}, pad each side to the next multiple of "
    "{multiple}, then divide the height by the stride of C4.",
    text="A photograph of {photo_high} rows and {photo_wide} columns goes into the model "
    "`scenes`. How many rows has its C4?",
    choices=(
        right(
            "{c4_rows}",
            "It is shrunk until its longer side is {max_side}, then padded to {molded_high} x "
            "{molded_wide}. C4 has stride {c4_stride}, so it has {c4_rows} rows.",
        ),
        wrong(
            "{unshrunk_rows}",
            "You took the photograph as it is. Its longer side is above {max_side}, the largest "
            "that this model takes, so it is shrunk first.",
        ),
        wrong(
            "{c5_rows}",
            "This is C5, whose stride is {c5_stride}. The stride doubles from level to level.",
        ),
    ),
)

_THE_MAP_WITH_THE_MOST_NUMBERS = Question(
    topic="The map with the most numbers",
    text="The depth of the maps grows from {c2_depth} in C2 to {c5_depth} in C5. Which map holds "
    "the most numbers?",
    choices=(
        wrong(
            "C5, since it has the most channels",
            "It has {c5_numbers:,} numbers for the coins, the fewest. The channels at most double "
            "per level, while a quarter of the cells is left.",
        ),
        wrong(
            "All hold the same number, so that nothing is lost",
            "It would be so if the channels grew fourfold each time. They at most double: "
            "{c2_numbers:,} numbers in C2, {c5_numbers:,} in C5.",
        ),
        right(
            "C2, since it has the most cells",
            "It has {c2_numbers:,} numbers for the coins. One step to the next level leaves a "
            "quarter of the cells and at most doubles the channels.",
        ),
    ),
)

_A_CONVOLUTION_THAT_SEES_ONE_CELL = Question(
    topic="A convolution that sees one cell",
    text="What can the 1x1 convolutions of a bottleneck block do?",
    choices=(
        wrong(
            "Nothing useful: each multiplies a map by one number",
            "It would be so with one channel. Here it is a matrix product at each cell: from "
            "{wide_depth} channels to {narrow_depth} and back.",
        ),
        right(
            "They mix the channels of each cell, and change how many there are",
            "The first takes {wide_depth} channels to {narrow_depth} in the last block before C3, "
            "so that the 3x3 convolution, the expensive part, has less work. The last one "
            "restores them.",
        ),
        wrong(
            "They look at the direct neighbours of a cell",
            "That is the work of the 3x3 convolution between them. A 1x1 convolution never looks "
            "beside its cell.",
        ),
    ),
)

_A_BRANCH_THAT_GIVES_ZEROS = Question(
    topic="A branch that gives zeros",
    text="In a trained model somebody sets gamma and beta of the last batch norm in a branch to "
    "zero. The shortcut of this block is its plain input. What does the block give?",
    choices=(
        right(
            "Its input",
            "The branch adds zero, and the ReLU changes nothing, since the input had one already. "
            "So a block has the option to do nothing.",
        ),
        wrong(
            "Zeros everywhere",
            "The branch gives zeros, but the block gives the sum of branch and shortcut, and the "
            "shortcut is as it was.",
        ),
        wrong(
            "The mean of its input in every cell",
            "Gamma and beta are a scale and a shift. With both at zero the branch says zero "
            "whatever its input is, and no mean is left of it.",
        ),
        wrong(
            "An error, since a batch norm cannot have a scale of zero",
            "The scale is multiplied, never divided by. What stands below the fraction is the "
            "variance, with an epsilon added.",
        ),
    ),
)

_WHAT_FROZEN_BATCH_NORM_LEAVES_FREE = Question(
    topic="What frozen batch norm leaves free",
    asks=(15,),
    kind=SEVERAL_RIGHT,
    text="`Config.batch_norm` is `frozen`. Which of the vectors of a batch norm can a training "
    "step still change?",
    choices=(
        wrong(
            "The moving mean",
            "This is what freezing is about. The layer normalises with the stored mean and leaves "
            "it alone: {frozen_fixed} of its {vectors} vectors are fixed.",
        ),
        right(
            "Gamma, the scale",
            "It is learnt by gradient like a kernel, and stays among the trainable weights: "
            "{frozen_learn} of {vectors} vectors learn here. In torchvision's frozen batch norm "
            "none does.",
        ),
        wrong(
            "The moving variance",
            "It is a statistic, as the moving mean is. In a frozen layer no forward pass moves "
            "it, in training as little as at inference.",
        ),
        right(
            "Beta, the shift",
            "Freezing in this model, as in the reference, holds the statistics alone. Beta goes "
            "on learning. To fix it, too, set `trainable = False`.",
        ),
    ),
)

_WHAT_A_CELL_OF_C5_CAN_SEE = Question(
    topic="What a cell of C5 can see",
    text="The stride of C5 is {c5_stride}. How many pixels wide is the square that can change one "
    "of its cells?",
    choices=(
        wrong(
            "{c5_stride}: the square that the cell covers",
            "The stride says how far apart the cells look, the receptive field how far each of "
            "them looks. Neighbours share most of their fields.",
        ),
        wrong(
            "{three_cells}: the cell and its neighbours",
            "It would be so if one 3x3 convolution read the image in cells of this size. Each "
            "layer adds its part, from the first one on.",
        ),
        right(
            "{c5_field}",
            "Each layer adds its kernel minus one, in units of the strides before it. Measured by "
            "gradient, a cell looks mostly at the middle of this square.",
        ),
        wrong(
            "{image_wide}: all of the image",
            "A ResNet that is deep enough comes to that; C5 of the preset for COCO sees "
            "{big_field} pixels. Here it is {c5_field}.",
        ),
    ),
)

_MOVING_THE_IMAGE_BY_ONE_PIXEL = Question(
    topic="Moving the image by one pixel",
    text="You move the photograph by one pixel to the right. What does C5 do?",
    choices=(
        wrong(
            "It moves by one cell",
            "One cell stands for {c5_stride} pixels. Only when the image moves by that much does "
            "C5 move by one cell.",
        ),
        wrong(
            "It stays exactly as it is, since a cell is much larger than a pixel",
            "A cell is no mean over its square. It answers to edges and textures, and these lie "
            "elsewhere now, so its numbers change.",
        ),
        right(
            "It stays where it is, with other numbers",
            "Maps move by whole strides only. In between, C5 has to say the same thing with other "
            "values.",
        ),
    ),
)

QUIZ_01 = Quiz(
    "01",
    (
        _ROWS_OF_A_MAP,
        _THE_MAP_WITH_THE_MOST_NUMBERS,
        _A_CONVOLUTION_THAT_SEES_ONE_CELL,
        _A_BRANCH_THAT_GIVES_ZEROS,
        _WHAT_FROZEN_BATCH_NORM_LEAVES_FREE,
        _WHAT_A_CELL_OF_C5_CAN_SEE,
        _MOVING_THE_IMAGE_BY_ONE_PIXEL,
    ),
    numbers_01,
)
