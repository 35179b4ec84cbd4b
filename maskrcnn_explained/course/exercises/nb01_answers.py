"""Answers to the exercises of notebook 01, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_01 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers
from maskrcnn_explained.course.exercises.map_tools import conv_map

PHOTO_SIDES = (1600, 900)  # height and width of the photograph of 01.1, pixels
NORM_EPSILON = 0.001
NORM_CHANNELS = 192  # of the batch norm of 01.6


def c4_answer(
    shrink=True, multiples=True, square=False, exchanged=False, width_only=False, stage=4
) -> np.ndarray:
    """Rows, columns and channels of C4 in the model `scenes`: [3]."""
    sides = np.array(PHOTO_SIDES)
    sides = sides * 512 // sides.max() if shrink else sides
    sides = np.full(2, sides.max()) if square else sides
    sides = np.ceil(sides / 64).astype(int) * 64 if multiples else sides
    rows, columns = sides // 2**stage
    width = (24, 48, 80, 128)[stage - 2]
    cells = (columns, rows) if exchanged else (rows, columns)
    return np.array([*cells, width if width_only else 4 * width])


def conv_cell_answer(
    feature_map,
    kernel,
    bias,
    row,
    column,
    begins=False,
    flipped=False,
    no_bias=False,
    repeated=False,
    x_first=False,
) -> np.ndarray:
    """One cell of a convolution with "same" padding: [D]."""
    side = len(kernel)
    margins = [(side, side), (side, side), (0, 0)]
    padded = np.pad(feature_map, margins, "edge") if repeated else np.pad(feature_map, margins)
    place = (column, row) if x_first else (row, column)
    y, x = (index + side - (0 if begins else side // 2) for index in place)
    patch = padded[y : y + side, x : x + side]
    kernel = kernel[::-1, ::-1] if flipped else kernel
    total = (patch[..., None] * kernel).sum((0, 1, 2))
    return total if no_bias else total + bias


def residual_answer(
    x, down, middle, up, relu_first=False, no_shortcut=False, no_last=False, linear=False
) -> np.ndarray:
    """The output of a bottleneck block whose batch norms are folded: [h, w, C]."""

    def relu(values):
        return np.maximum(values, 0)

    branch = x
    for kernel, bias in (down, middle):
        branch = conv_map(branch, kernel, bias)
        branch = branch if linear else relu(branch)
    branch = conv_map(branch, *up)
    total = (relu(branch) if relu_first else branch) + (0 if no_shortcut else x)
    return total if no_last else relu(total)


def field_answer(
    blocks,
    no_pool=False,
    every_convolution=False,
    stride_first=False,
    whole_kernel=False,
    halves="3 4 5 first",
) -> np.ndarray:
    """Sides of what one cell of C2, C3, C4, C5 can see, pixels: [4].

    halves: the stages that halve the map, and whether their "first" block does it or their "last".
    """
    *stages, where = halves.split()
    windows = [(7, 2)] if no_pool else [(7, 2), (3, 2)]
    size, stride, sides = 1, 1, []
    for stage, number in enumerate(blocks, start=2):
        windows += [(1, 2)] * (str(stage) in stages and where == "first")
        windows += [(3, 1)] * (number * (3 if every_convolution else 1))
        for kernel, step in windows:
            unit = stride * step if stride_first else stride
            steps = kernel if whole_kernel and kernel > 1 else kernel - 1
            size += steps * unit
            stride *= step
        windows = [(1, 2)] * (str(stage) in stages and where == "last")
        sides.append(size)
    return np.array(sides)


def frozen_norm_answer(
    x,
    gamma,
    beta,
    mean,
    variance,
    of_batch=False,
    no_root=False,
    no_epsilon=False,
    not_scaled=False,
) -> np.ndarray:
    """The output of a frozen batch norm in training: [B, h, w, C]."""
    if of_batch:
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    spread = variance if no_epsilon else variance + NORM_EPSILON
    normal = (x - mean) / (spread if no_root else np.sqrt(spread))
    return normal if not_scaled else gamma * normal + beta


def norm_moved_answer(trained=4, frozen=2, fixed=0, channels=NORM_CHANNELS) -> np.ndarray:
    """Numbers of a batch norm that a training step changes: [3].

    trained, frozen, fixed: how many of its four vectors, in each of the three ways.
    """
    return np.array([trained, frozen, fixed]) * channels


WRONG_01 = {
    "01.1": wrong_answers(
        c4_answer,
        {
            "The photograph is larger than the model takes. Its longer side shrinks to 512 pixels "
            "first.": dict(shrink=False),
            "After shrinking, each side is padded to a multiple of 64.": dict(multiples=False),
            "That is the map of a square. The reference pads to a square; here each side goes to "
            "its own multiple of 64.": dict(square=True),
            "Rows come first. The photograph is higher than it is wide.": dict(exchanged=True),
            "A stage's last 1x1 convolution restores the channels: four times the width.": dict(
                width_only=True
            ),
            "That is C5. C4 has stride 16.": dict(stage=5),
        },
    ),
    "01.2": wrong_answers(
        conv_cell_answer,
        {
            "Your patch begins at the cell. With same padding the cell stands in the middle of its "
            "patch.": dict(begins=True),
            "Your kernel is flipped. In mathematics a convolution does that; a layer does "
            "not.": dict(flipped=True),
            "The bias is missing.": dict(no_bias=True),
            "Outside of the map are zeros. You repeat its edge.": dict(repeated=True),
            "You look at (column, row). Rows are the first axis.": dict(x_first=True),
        },
    ),
    "01.3": wrong_answers(
        residual_answer,
        {
            "Your branch has its ReLU before the sum. Add first, so that the branch can also take "
            "away.": dict(relu_first=True),
            "That is the branch alone, only what the block adds. The input is missing.": dict(
                no_shortcut=True
            ),
            "The sum is right, but the block ends with a ReLU.": dict(no_last=True),
            "There is a ReLU after the first and after the second convolution, too. Without it the "
            "three are one linear map.": dict(linear=True),
        },
    ),
    "01.4": wrong_answers(
        field_answer,
        {
            "The max-pooling of stage 1 is missing. It has a window of 3 and a stride of 2.": dict(
                no_pool=True
            ),
            "You count all three convolutions of a block as 3x3. Two of them are 1x1 and add "
            "nothing.": dict(every_convolution=True),
            "A layer's own stride counts for the layers after it. You multiply before you "
            "add.": dict(stride_first=True),
            "A kernel of k adds k - 1 steps, not k: its own cell was there before.": dict(
                whole_kernel=True
            ),
            "Stage 2 does not halve the map: the pooling before it has just done that.": dict(
                halves="2 3 4 5 first"
            ),
            "You halve the map at the end of a stage. Its first block does it, before its "
            "3x3.": dict(halves="3 4 5 last"),
        },
    ),
    "01.5": wrong_answers(
        frozen_norm_answer,
        {
            "This still normalises with the mean and variance of the batch. Frozen means: with the "
            "stored ones, in training, too.": dict(of_batch=True),
            "You divide by the variance. Divide by its square root.": dict(no_root=True),
            "The epsilon is missing: add 0.001 to the variance.": dict(no_epsilon=True),
            "Gamma and beta are missing. Frozen statistics still leave the scale and the "
            "shift.": dict(not_scaled=True),
        },
    ),
    "01.6": wrong_answers(
        norm_moved_answer,
        {
            "Frozen as here freezes the statistics alone. Gamma and beta go on learning.": dict(
                frozen=0
            ),
            "Frozen as in torchvision fixes all four vectors, gamma and beta as well.": dict(
                fixed=2
            ),
            "In training the statistics move, too: not by a gradient, but in the forward "
            "pass.": dict(trained=2),
            "Each of the four vectors has one number per channel, and there are 192 channels. You "
            "count the vectors.": dict(channels=1),
        },
    ),
}
