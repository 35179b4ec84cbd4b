"""Answers to the exercises of notebook 02, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_02 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers
from maskrcnn_explained.course.exercises.map_tools import conv_map

PYRAMID_PHOTO = (832, 1344)  # height and width of the molded image of 02.4, pixels


def upsample_answer(feature_map, how="nearest") -> np.ndarray:
    """A map of twice as many rows and columns: [2h, 2w, C]."""
    rows, columns = np.indices([2 * side for side in feature_map.shape[:2]])
    height, width, depth = feature_map.shape
    if how == "tiled":
        return feature_map[rows % height, columns % width]
    if how == "rows only":
        return feature_map.repeat(2, 0)
    if how == "one axis too far":
        return feature_map.repeat(2, 1).repeat(2, 2)
    if how == "zeros":
        whole = np.zeros((2 * height, 2 * width, depth))
        whole[::2, ::2] = feature_map
        return whole
    if how == "linear":
        return linear_upsampled(linear_upsampled(feature_map, 0), 1)
    return feature_map[rows // 2, columns // 2]


def linear_upsampled(feature_map, axis: int) -> np.ndarray:
    """Twice as many rows (axis 0) or columns (axis 1), each a mean of the two nearest."""
    lines = np.moveaxis(np.asarray(feature_map, float), axis, 0)
    before = np.concatenate([lines[:1], lines[:-1]])
    after = np.concatenate([lines[1:], lines[-1:]])
    pairs = np.stack([0.75 * lines + 0.25 * before, 0.75 * lines + 0.25 * after], 1)
    return np.moveaxis(pairs.reshape(-1, *lines.shape[1:]), 0, axis)


def top_down_answer(
    c, above, kernel, bias, no_bias=False, with_relu=False, halved=False, how="nearest"
) -> np.ndarray:
    """The sum of one level: [2h, 2w, D]."""
    lateral = conv_map(c, kernel, 0 * bias if no_bias else bias)
    total = lateral + upsample_answer(above, how)
    total = total / 2 if halved else total
    return np.maximum(total, 0) if with_relu else total


def level_four_answer(
    c4,
    c5,
    weights,
    p5_down=False,
    lateral_smoothed=False,
    no_smoothing=False,
    smooth="fpn_p4",
    only_c4=False,
) -> np.ndarray:
    """P4: [2h, 2w, D]."""
    above = conv_map(c5, *weights["fpn_c5p5"])
    above = conv_map(above, *weights["fpn_p5"]) if p5_down else above
    above = upsample_answer(0 * above if only_c4 else above)
    lateral = conv_map(c4, *weights["fpn_c4p4"])
    if no_smoothing:
        return lateral + above
    if lateral_smoothed:
        return conv_map(lateral, *weights[smooth]) + above
    return conv_map(lateral + above, *weights[smooth])


def p6_answer(p5, how="first of two") -> np.ndarray:
    """Every second cell of P5: [h / 2, w / 2, D]."""
    height, width = p5.shape[0] // 2, p5.shape[1] // 2
    blocks = np.stack([p5[i::2, j::2] for i in (0, 1) for j in (0, 1)])
    if how == "largest":
        return blocks.max(0)
    if how == "mean":
        return blocks.mean(0)
    if how == "quarter":
        return p5[:height, :width]
    return blocks[3 if how == "second of two" else 0]


def pyramid_cells_answer(no_p6=False, from_stride=4, per_cell=1, parts=4) -> int:
    """Cells of P2..P6 together; `parts`: how many times more the finer one of two levels has."""
    height, width = PYRAMID_PHOTO
    finest = (height // from_stride) * (width // from_stride)
    cells = [finest // parts**level for level in range(4 if no_p6 else 5)]
    return per_cell * sum(cells)


def deeper_answer(lateral=4, smoothing=16, head=4) -> np.ndarray:
    """How many times larger the kernels become with `fpn_depth=256`: [3]."""
    return np.array([lateral, smoothing, head])


WRONG_02 = {
    "02.1": wrong_answers(
        upsample_answer,
        {
            "You put copies of the whole map side by side. Each cell is to be repeated.": dict(
                how="tiled"
            ),
            "Your numbers change gradually, as with bilinear upsampling. Nearest upsampling makes "
            "stairs: every cell four times.": dict(how="linear"),
            "You double the rows alone. Double the columns, too.": dict(how="rows only"),
            "You double the columns and the channels. This map has no batch axis, so its rows are "
            "axis 0.": dict(how="one axis too far"),
            "The new cells are still zero. Each of them repeats its neighbour.": dict(how="zeros"),
        },
    ),
    "02.2": wrong_answers(
        top_down_answer,
        {
            "The bias of the lateral convolution is missing.": dict(no_bias=True),
            "There is no ReLU in the FPN. Its numbers may be negative.": dict(with_relu=True),
            "You take the mean of the two parts. The FPN takes their sum.": dict(halved=True),
            "You put copies of the map above side by side. Each of its cells is to be "
            "repeated.": dict(how="tiled"),
            "You upsample bilinearly. The FPN repeats each cell.": dict(how="linear"),
        },
    ),
    "02.3": wrong_answers(
        level_four_answer,
        {
            "P5 went down, after its 3x3. What goes down is the sum, before any 3x3.": dict(
                p5_down=True
            ),
            "You smooth the lateral part alone, so the stairs of the upsampled part stay. The 3x3 "
            "comes after the sum.": dict(lateral_smoothed=True),
            "That is the sum, P4'. The 3x3 makes P4 of it.": dict(no_smoothing=True),
            "You smooth with the weights of fpn_p5. Each level has a 3x3 of its own.": dict(
                smooth="fpn_p5"
            ),
            "Nothing comes from above: your P4 knows C4 alone.": dict(only_c4=True),
        },
    ),
    "02.4": wrong_answers(
        pyramid_cells_answer,
        {
            "P6 is missing. It has half the rows and half the columns of P5.": dict(no_p6=True),
            "You begin at stride 2. P2 has stride 4: 2 to the power of its number.": dict(
                from_stride=2
            ),
            "Those are the anchors, three per cell. The question is for the cells.": dict(
                per_cell=3
            ),
            "You halve the cells from level to level. Rows and columns are both halved, so a "
            "quarter is left.": dict(parts=2),
        },
    ),
    "02.5": wrong_answers(
        p6_answer,
        {
            "This still takes the second cell of every two. The pool of window 1 begins with the "
            "first.": dict(how="second of two"),
            "You take the largest of 2 x 2 cells. The window of this pool is 1, so it compares "
            "nothing.": dict(how="largest"),
            "You take the mean of 2 x 2 cells. Every vector of P6 is a vector of P5.": dict(
                how="mean"
            ),
            "That is the upper left quarter of P5. P6 covers the whole image.": dict(how="quarter"),
        },
    ),
    "02.6": wrong_answers(
        deeper_answer,
        {
            "A lateral convolution reads the map of the backbone, whose depth stays. Only its "
            "output grows.": dict(lateral=16),
            "The 3x3 of a level reads the pyramid's depth and writes it. Both grow.": dict(
                smoothing=4
            ),
            "The first layer of a head reads a level of the pyramid. Its input grows.": dict(
                head=1
            ),
            "The head reads the pyramid's depth, but its own width stays as it is.": dict(head=16),
        },
    ),
}
