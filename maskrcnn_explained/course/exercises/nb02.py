"""The exercises of notebook 02: upsampling, a top-down step, P4, the cells of a pyramid, P6."""

from __future__ import annotations

from maskrcnn_explained import anchors, fpn
from maskrcnn_explained.course.exercises import nb02_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    COMPUTE,
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.map_tools import random_map
from maskrcnn_explained.course.exercises.nb02_answers import WRONG_02

EXERCISES_02 = (
    Exercise(
        key="02.1",
        name="upsample",
        kind=IMPLEMENT,
        difficulty=1,
        importance=2,
        minutes=5,
        asks="A map with twice as many rows and columns: each cell becomes 2 x 2 equal cells.",
        arguments=("feature_map",),
        right=cases.upsampled_map,
        source=fpn.build_fpn,
        cases=(
            Case("by hand", cases.upsample_by_hand),
            Case("random", lambda: (random_map(5, 3, 4, seed=19),)),
            Case("the sum of level 4 of the coins", cases.upsample_coins),
        ),
        wrong=WRONG_02["02.1"],
        hints=(
            "np.repeat repeats each entry along one axis; np.tile repeats the whole array.",
            "Repeat twice: along the rows (axis 0) and along the columns (axis 1).",
        ),
    ),
    Exercise(
        key="02.2",
        name="top_down_sum",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=10,
        asks="One top-down step: a lateral 1x1 convolution plus the upsampled sum of the level "
        "above.",
        arguments=("c", "above", "kernel", "bias"),
        right=cases.top_down_sum,
        source=fpn.build_fpn,
        tolerance=1e-2,
        cases=(
            Case("by hand", cases.top_down_by_hand),
            Case("random", cases.top_down_random),
            Case("level 3 of the coins", cases.top_down_coins),
        ),
        wrong=WRONG_02["02.2"],
        hints=(
            "Two parts of one shape: what comes from the left, and what comes from above.",
            "A 1x1 convolution is one matrix product, the same at every cell. The matrix is "
            "kernel[0, 0].",
            "c @ kernel[0, 0] + bias is the lateral part; add upsample(above).",
        ),
    ),
    Exercise(
        key="02.3",
        name="level_four",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="P4 from C4 and C5: the level that the FPN hands out.",
        arguments=("c4", "c5", "weights"),
        right=cases.level_four,
        source=fpn.build_fpn,
        tolerance=1e-2,
        cases=(
            Case("by hand", cases.level_four_by_hand),
            Case("random", cases.level_four_random),
            Case("the coins", cases.level_four_coins),
        ),
        wrong=WRONG_02["02.3"],
        hints=(
            "Begin at the top: P5' is a 1x1 convolution of C5, and nothing comes from above it.",
            "P5' goes down, not P5: one of the four layers is not needed.",
            "The sum P4' is top_down_sum of C4 and P5'. A 3x3 convolution, fpn_p4, makes P4 of it.",
        ),
    ),
    Exercise(
        key="02.4",
        name="cells",
        kind=COMPUTE,
        difficulty=1,
        importance=2,
        minutes=5,
        asks="How many cells P2 to P6 have together on a molded image of 832 x 1344 pixels.",
        right=cases.pyramid_cells,
        source=anchors.level_sizes,
        wrong=WRONG_02["02.4"],
        hints=(
            "The strides are 4, 8, 16, 32 and 64 pixels.",
            "Begin with P6, whose numbers are small. Each finer level has four times as many "
            "cells.",
            "The cells of P6 times 1 + 4 + 16 + 64 + 256.",
        ),
    ),
    Exercise(
        key="02.5",
        name="p6",
        kind=FIND_THE_BUG,
        difficulty=1,
        importance=2,
        minutes=5,
        asks="Repair the function: P6 from P5.",
        arguments=("p5",),
        right=cases.p6_of,
        source=fpn.build_fpn,
        cases=(
            Case("by hand", cases.p6_by_hand),
            Case("random", lambda: (random_map(8, 6, 3, seed=32),)),
            Case("the coins", cases.p6_coins),
        ),
        wrong=WRONG_02["02.5"],
        hints=(
            "Where does a pool of window 1 and stride 2 look first?",
            "Cell (0, 0) of P6 is cell (0, 0) of P5. Section 4 shows it on 4 x 4 numbers.",
        ),
    ),
    Exercise(
        key="02.6",
        name="factors",
        kind=PREDICT,
        difficulty=2,
        importance=2,
        minutes=10,
        asks="How many times larger become the kernels of a lateral convolution, of a 3x3 of the "
        "pyramid, and of the first layer of the RPN head? Three whole numbers.",
        right=cases.deeper_pyramid,
        source=fpn.build_fpn,
        wrong=WRONG_02["02.6"],
        hints=(
            "A kernel has height * width * input depth * output depth numbers.",
            "Ask of each of the three: is its input depth the pyramid's? Is its output depth?",
            "The depth grows fourfold. One depth that is the pyramid's gives a factor of 4, two "
            "give 4 * 4.",
        ),
    ),
)
