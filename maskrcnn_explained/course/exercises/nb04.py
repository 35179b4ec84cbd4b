"""The exercises of notebook 04: levels, reading between cells, three poolings, a gradient."""

from __future__ import annotations

from maskrcnn_explained import older_pooling, pasting, roi_align
from maskrcnn_explained.course.exercises import nb04_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    COMPUTE,
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb04_answers import WRONG_04

EXERCISES_04 = (
    Exercise(
        key="04.1",
        name="roi_levels",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=10,
        asks="The pyramid level of each RoI, 2 to 5.",
        arguments=("boxes", "canonical"),
        right=cases.roi_level_judge,
        source=roi_align.roi_levels,
        cases=(
            Case("by hand", cases.roi_sizes_by_hand),
            Case("random", cases.roi_sizes_random),
            Case("the coins", cases.roi_sizes_coins),
        ),
        wrong=WRONG_04["04.1"],
        hints=(
            "Begin with the sides: height and width of each box. Their product is the area.",
            "A RoI with sqrt(height * width) = canonical goes to level 4; one of twice that to 5.",
            "np.floor(4 + np.log2(size / canonical)), then np.clip to 2 and 5.",
        ),
    ),
    Exercise(
        key="04.2",
        name="bilinear",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=15,
        asks="The value of a map at (y, x), between the centres of its cells.",
        arguments=("feature_map", "y", "x"),
        right=cases.between_judge,
        source=pasting.bilinear_weights,
        tolerance=2e-3,
        cases=(
            Case("by hand", lambda: (cases.pool_small_map(), 0.75, 2.2)),
            Case("random", lambda: (cases.pool_random_map(5, 8, 3, seed=2), 2.3, 1.85)),
            Case("P4 of the coins", lambda: (cases.pool_coin_map(4), 7.4, 11.15)),
        ),
        wrong=WRONG_04["04.2"],
        hints=(
            "The four cells: rows int(y) and int(y) + 1, columns int(x) and int(x) + 1.",
            "With dy = y - int(y), the upper row has the weight 1 - dy and the lower row dy.",
            "First mix along x, in both rows; then mix the two results along y.",
        ),
    ),
    Exercise(
        key="04.3",
        name="roi_align",
        kind=IMPLEMENT,
        difficulty=3,
        importance=3,
        minutes=30,
        asks="RoIAlign of one box: the mean of 2 x 2 points in each of size x size bins.",
        arguments=("feature_map", "box", "size", "stride"),
        right=cases.roi_align_judge,
        source=roi_align.roi_align,
        tolerance=5e-3,
        cases=(
            Case("by hand", cases.roi_align_by_hand),
            Case("random", cases.roi_align_random),
            Case("a coin on P2", cases.roi_align_coins),
        ),
        wrong=WRONG_04["04.3"],
        hints=(
            "Along y there are 2 * size points, evenly spaced: the first lies a quarter of a bin "
            "inside the box.",
            "In pixels they are y1 + (np.arange(2 * size) + 0.5) / (2 * size) * (y2 - y1). Divide "
            "by the stride and take off 0.5: now they are indices of the map.",
            "Read every pair (y, x) with your bilinear: [2 * size, 2 * size, C]. Then "
            "reshape(size, 2, size, 2, -1).mean((1, 3)).",
        ),
    ),
    Exercise(
        key="04.4",
        name="one_bin",
        kind=COMPUTE,
        difficulty=2,
        importance=2,
        minutes=20,
        asks="Three numbers: the bin by RoIAlign, by crop_and_resize and by RoIPool.",
        right=cases.bin_judge,
        source=older_pooling.crop_and_resize,
        tolerance=2e-3,
        wrong=WRONG_04["04.4"],
        hints=(
            "RoIAlign: the points of the bin lie at 7 and 11 pixels along y, at 25 and 33 along x.",
            "crop_and_resize with 2 x 2 bins reads the corners of the box; bin (0, 1) is the upper "
            "right one. Its row is 5 * (3 - 1) / (24 - 1); x2 - 1 is the last pixel inside.",
            "RoIPool: 5 / 8 and 21 / 8 are rounded to 1 and 3, 5 / 8 and 37 / 8 to 1 and 5. Bin "
            "(0, 1) has the first half of the rows and the second half of the columns.",
        ),
    ),
    Exercise(
        key="04.5",
        name="touched",
        kind=PREDICT,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="Three numbers: cells with a gradient under RoIAlign, crop_and_resize and RoIPool.",
        right=cases.touched_judge,
        source=cases.touched_judge,
        wrong=WRONG_04["04.5"],
        hints=(
            "A cell gets a gradient if it was read. A point between four centres reads four cells.",
            "For crop_and_resize and RoIPool look at one bin, and then: can two bins share a cell?",
            "For RoIAlign write down the rows of the four points along y, in indices of the map, "
            "and which two rows of cells each of them reads. The same along x; then multiply.",
        ),
    ),
    Exercise(
        key="04.6",
        name="pool_by_level",
        kind=FIND_THE_BUG,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="Repair the function: every RoI pooled from its level, in the order of the boxes.",
        arguments=("boxes", "levels", "maps", "size"),
        right=cases.by_level_judge,
        source=roi_align.pool_pyramid,
        tolerance=5e-3,
        cases=(
            Case("by hand", cases.by_level_hand),
            Case("random", cases.by_level_random),
            Case("the coins", cases.by_level_coins),
        ),
        wrong=WRONG_04["04.6"],
        hints=(
            "Run it on three RoIs of the levels 4, 2 and 3. Which of them does row 0 belong to?",
            "Keep the rows of each level while you go: np.flatnonzero(levels == level).",
            "Make the result first, and write each level's part into its rows; or sort back with "
            "np.argsort of all rows.",
        ),
    ),
)
