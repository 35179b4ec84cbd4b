"""transposed.svg: a transposed convolution, 2 x 2 with stride 2, as in the mask head."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from diagrams.large import BLUE, GREEN, GREY, ORANGE, fold, heading, mono, say
from diagrams.svg import INK, LEFT, MONO, SOFT, arrow, page, rect, text
from maskrcnn_explained.presets import get_config

CONFIG = get_config("scenes")
GIVEN = np.array([[1, 2], [3, 0]], np.float32)
KERNEL = np.array([[1, 2], [3, 4]], np.float32)
TINTS = np.array([[BLUE, ORANGE], [GREEN, GREY]])  # one per number of the input
CELL, MIDDLE = 72, 236  # units per number; height of the middle of the three arrays
IN_X, KERNEL_X, OUT_X = 60, 330, 640  # left edges
DESCRIPTION = (
    "A transposed convolution of 2 by 2 with stride 2, on one channel. The input has 2 by 2 "
    "numbers, each in a colour of its own. Each is multiplied by the whole 2 by 2 kernel, and the "
    "four products are written to a 2 by 2 place of the output in the same colour. The places do "
    "not overlap, so the output is twice as high and twice as wide: 4 by 4. In the mask head, 14 "
    "by 14 becomes 28 by 28."
)


def transposed() -> np.ndarray:
    """The output [4, 4], as TensorFlow computes it."""
    out = tf.nn.conv2d_transpose(
        GIVEN[None, :, :, None], KERNEL[:, :, None, None], (1, 4, 4, 1), strides=2
    )
    return out.numpy()[0, :, :, 0]


def array(x, values, tints, cell=CELL) -> list[str]:
    """Numbers in squares; x is the left edge."""
    rows, columns = values.shape
    top = MIDDLE - rows * cell / 2
    parts = []
    for r in range(rows):
        for c in range(columns):
            left, y = x + c * cell, top + r * cell
            parts.append(rect(left, y, cell, cell, tints[r, c], line=1.5))
            middle = left + cell / 2, y + cell / 2 + 9
            parts.append(text(*middle, f"{values[r, c]:g}", 26, colour=INK, font=MONO))
    return parts


def output() -> list[str]:
    """The output: each 2 x 2 place in the colour of its input number, with a thick edge."""
    side = 2 * CELL
    top = MIDDLE - side
    wide = np.repeat(np.repeat(TINTS, 2, 0), 2, 1)
    parts = array(OUT_X, transposed(), wide)
    for r in range(2):
        for c in range(2):
            parts.append(rect(OUT_X + c * side, top + r * side, side, side, "none", line=4))
    return parts


def signs() -> list[str]:
    """Names, sizes, and what is done between the arrays."""
    titles = ((IN_X, 2, "input"), (KERNEL_X, 2, "kernel"), (OUT_X, 4, "output"))
    parts = []
    for x, side, words in titles:
        middle, below = x + side * CELL / 2, MIDDLE + side * CELL / 2 + 32
        parts.append(heading(middle, 50, words, "middle"))
        parts.append(mono(middle, below, f"{side} × {side}"))
    times, written = (IN_X + 2 * CELL + KERNEL_X) / 2, (KERNEL_X + 2 * CELL + OUT_X) / 2
    return [
        *parts,
        text(times, MIDDLE + 20, "×", 44, weight="bold"),
        say(times, MIDDLE - 62, "each", "number"),
        arrow((KERNEL_X + 2 * CELL + 14, MIDDLE), (OUT_X - 12, MIDDLE), line=3.5),
        say(written, MIDDLE - 44, "to its", "own place"),
    ]


def example() -> str:
    """One input number, worked."""
    number = GIVEN[1, 0]
    products = (f"{number:g} · {k:g} = {number * k:g}" for k in KERNEL.ravel())
    return say(LEFT, 442, f"The green {number:g}:  " + ",   ".join(products), anchor="start")


def in_the_mask_head() -> str:
    """Where it stands in the model."""
    side, depth = CONFIG.mask_pool_size, CONFIG.mask_head_depth
    return say(
        LEFT,
        488,
        f"In the mask head (mrcnn_mask_deconv): {side} × {side} becomes {2 * side} × {2 * side}. "
        "There, each",
        f"output number is a sum over {depth} input channels, plus a bias; then a ReLU.",
        anchor="start",
        colour=SOFT,
    )


def draw() -> str:
    """Input, kernel and output side by side; one number worked; the mask head."""
    parts = fold(
        array(IN_X, GIVEN, TINTS),
        array(KERNEL_X, KERNEL, np.full((2, 2), "#FFFFFF")),
        output(),
        signs(),
        example(),
        in_the_mask_head(),
    )
    title = "A transposed convolution, 2 × 2 with stride 2"
    return page("transposed", 540, title, DESCRIPTION, *parts)
