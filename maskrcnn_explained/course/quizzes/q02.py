"""The quiz of notebook 02: the pyramid, its sums, and P6."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q02_numbers import numbers_02
from maskrcnn_explained.course.quizzes.quiz import TYPED_NUMBER, Question, Quiz, right, wrong

_WHERE_THE_FPN_ADDS = Question(
    topic="Where the FPN adds",
    asks=(9,),
    text="In which order does the FPN make P2?",
    choices=(
        wrong(
            "A 3x3 convolution on each part, then the sum",
            "A convolution is linear, so the same one on both parts would give the same map at "
            "double the work. This model has one per level, after the sum.",
        ),
        right(
            "A 1x1 convolution on C2, the sum with what comes from above, then a 3x3 convolution",
            "The sum has stairs from upsampling, and the 3x3 convolution can take them away. In "
            "the sum of level P2 the steps inside of a block are {stairs:.0%} as large as those "
            "across its edge; after the convolution {smooth:.0%}.",
        ),
        wrong(
            "A 3x3 convolution on C2, then the sum with what comes from above",
            "Then nothing would smooth the sum, and the stairs of the upsampled part would reach "
            "the heads as they are.",
        ),
        wrong(
            "The sum of C2 and C3, then a 1x1 convolution",
            "C2 has a depth of {c2_depth} and C3 one of {c3_depth}, so they cannot be added. The "
            "1x1 convolutions bring all maps to a depth of {depth} first.",
        ),
    ),
)

_WHAT_GOES_DOWN = Question(
    topic="What goes down",
    asks=(9,),
    text="What is upsampled and goes from level P3 to level P2?",
    choices=(
        wrong(
            "P3, as the heads get it",
            "P3 is a side exit to the heads. If it went down, every level would have passed one "
            "convolution more than the one above it.",
        ),
        right(
            "The sum of level P3, before its 3x3 convolution",
            "The way down is made of sums alone. The 3x3 convolutions stand on the side exits.",
        ),
        wrong(
            "C3, the map of the backbone",
            "C3 enters by its lateral connection. What goes down also has all that came from C4 "
            "and C5.",
        ),
    ),
)

_WHAT_P6_IS_FOR = Question(
    topic="What P6 is for",
    asks=(7,),
    text="What is P6 for?",
    choices=(
        right(
            "For the largest anchors of the RPN",
            "Its anchors have a scale of {p6_scale} pixels. They need not stand closer together "
            "than {p6_stride} pixels, so a map this coarse is enough.",
        ),
        wrong(
            "For the heads: the largest RoIs are pooled from it",
            "The level of a RoI is held within P2 to P5. A RoI of {large_roi} pixels is pooled "
            "from P{large_level}. P6 has no vector that P5 does not have.",
        ),
        wrong(
            "It closes the pyramid: the way down begins with it",
            "The way down begins with C5. P6 is made last, from P5, and nothing comes from it.",
        ),
        wrong(
            "For a sixth stage of the backbone",
            "The backbone has no further stage. P6 has no weights: it is every second row and "
            "column of P5.",
        ),
    ),
)

_HOW_P6_IS_MADE = Question(
    topic="How P6 is made",
    text="P5 of the coins is {p5_high} x {p5_wide} cells. P6 is made of it by a max pool of "
    "window one and stride {pool_stride}. What is in P6?",
    choices=(
        wrong(
            "The largest of each block of neighbours",
            "A window of one compares nothing: the maximum of one number is that number.",
        ),
        wrong(
            "The mean of each block of neighbours",
            "Nothing is averaged. Every vector of P6 is a vector of P5, to the last digit.",
        ),
        right(
            "Every second row and column of P5, {p6_high} x {p6_wide} cells",
            "A pool of window one only skips. Detectors do so to have a coarser level at no cost.",
        ),
        wrong(
            "The upper left quarter of P5",
            "The size is the same, but P6 covers the whole image, with cells that stand further "
            "apart.",
        ),
    ),
)

_CELLS_OF_THE_PYRAMID = Question(
    topic="Cells of the pyramid",
    kind=TYPED_NUMBER,
    tolerance=0.4,
    otherwise="The stride halves from P4 to P3. What does that do to the rows, and what to the "
    "columns?",
    text="P4 of a molded image has {p4_high} x {p4_wide} cells. How many cells has P3?",
    choices=(
        right(
            "{p3_cells}",
            "It has double the rows and double the columns: {p3_high} x {p3_wide}.",
        ),
        wrong(
            "{p3_doubled}",
            "You doubled the number of cells. Rows and columns both double, so there are fourfold "
            "as many.",
        ),
        wrong(
            "{p5_cells}",
            "This is P5, the next coarser level. A smaller number of the level means smaller "
            "cells, and more of them.",
        ),
    ),
)

_ONE_DEPTH_FOR_ALL_LEVELS = Question(
    topic="One depth for all levels",
    text="Why do P2 to P6 have one depth ({depth}), while C2 to C5 have different ones?",
    choices=(
        wrong(
            "Deeper maps would not fit in memory",
            "C5 is the deepest map, and it has the fewest numbers of the backbone's. P2 is where "
            "the memory of the pyramid goes.",
        ),
        wrong(
            "All levels have the same number of cells",
            "They do not: each level has a quarter of the cells of the one before. It is the "
            "length of the vectors that is equal.",
        ),
        wrong(
            "A convolution cannot change the depth",
            "It can, and the lateral 1x1 convolutions do just that: from {c2_depth} and up to "
            "{c5_depth} channels to {depth}.",
        ),
        right(
            "They are added, and one head with the same weights reads every level",
            "Sums need equal depths. And the RPN's head runs on every level with one set of "
            "weights.",
        ),
    ),
)

_WHAT_THE_WAY_DOWN_BRINGS = Question(
    topic="What the way down brings",
    text="A linear probe reads the class of what a cell lies on, from one vector. How does P2 "
    "compare with C2?",
    choices=(
        wrong(
            "C2 is better, for it has {c2_depth} numbers per cell and P2 has {depth}",
            "More numbers are not more knowledge. From C2 the probe is right in {c2_right:.0%} of "
            "the places, from P2 in {p2_right:.0%}.",
        ),
        wrong(
            "Both are the same, for they have the same cells",
            "The cells are the same, what they know is not: {c2_right:.0%} right from C2, "
            "{p2_right:.0%} from P2. Guessing gives {guess:.0%}.",
        ),
        right(
            "P2 is better, for what C5, C4 and C3 know has come down to it",
            "The probe is right in {p2_right:.0%} of the places, and in {c2_right:.0%} from C2. "
            "That is what the pyramid is for: what is known on coarse levels, in small cells.",
        ),
    ),
)

QUIZ_02 = Quiz(
    "02",
    (
        _WHERE_THE_FPN_ADDS,
        _WHAT_GOES_DOWN,
        _WHAT_P6_IS_FOR,
        _HOW_P6_IS_MADE,
        _CELLS_OF_THE_PYRAMID,
        _ONE_DEPTH_FOR_ALL_LEVELS,
        _WHAT_THE_WAY_DOWN_BRINGS,
    ),
    numbers_02,
)
