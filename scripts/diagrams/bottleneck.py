"""bottleneck.svg: the block of a ResNet, and the stages that are made of such blocks."""

from __future__ import annotations

from diagrams.large import BLUE, GREY, ORANGE, fold, heading, mono, say
from diagrams.svg import ACCENT, EDGE, INK, LEFT, SOFT, arrow, page, rect, text
from maskrcnn_explained.backbone import block_letter
from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.viz.style import LEVEL_COLOURS

CONFIG = get_config("scenes")
WIDTHS, BLOCKS = CONFIG.backbone_widths, CONFIG.backbone_blocks
COINS = (320, 384)  # the molded photo of the notebooks
STAGE = 3  # whose last block is drawn
FULL = 4 * WIDTHS[STAGE - 2]  # channels of its input and output
BLOCK_Y, STAGES_Y = 196, 540  # middle of the block, and of the maps
DESCRIPTION = (
    "Above, a bottleneck block. Its input goes two ways. The branch: a 1 by 1 convolution to a "
    "quarter of the channels, a 3 by 3 convolution, a 1 by 1 convolution back to all channels. The "
    "shortcut: the input as it is. Both are added, then a ReLU. Below, the stages, with their maps "
    "to scale: conv1 and pool1 bring the image to stride 4; stage 2 keeps that side and gives C2; "
    "stages 3, 4 and 5 each halve the side in their first block and give C3, C4 and C5, with more "
    "and more channels."
)


def bar(x, channels, colour) -> list[str]:
    """A map inside the block: as tall as it has channels."""
    tall = channels * 0.75
    below = BLOCK_Y + FULL * 0.375 + 26
    return [
        rect(x, BLOCK_Y - tall / 2, 26, tall, colour, line=2),
        mono(x + 13, below, str(channels), colour=INK),
    ]


def convolution(x, words, name) -> list[str]:
    """An arrow from one map to the next."""
    return [
        arrow((x, BLOCK_Y), (x + 136, BLOCK_Y), line=2.5),
        say(x + 66, BLOCK_Y - 14, words),
        mono(x + 66, BLOCK_Y + 30, name),
    ]


def branch() -> list[str]:
    """Three convolutions: fewer channels, look at the neighbours, all channels again."""
    width = WIDTHS[STAGE - 2]
    return fold(
        bar(60, FULL, BLUE),
        convolution(90, "1 × 1 conv", "branch2a"),
        bar(230, width, ORANGE),
        convolution(260, "3 × 3 conv", "branch2b"),
        bar(400, width, ORANGE),
        convolution(430, "1 × 1 conv", "branch2c"),
        bar(570, FULL, ORANGE),
    )


def shortcut() -> list[str]:
    """The way around the branch, and the sum."""
    return [
        arrow(
            (73, BLOCK_Y - 74), (73, 88), (688, 88), (688, BLOCK_Y - 26), colour=ACCENT, line=3.5
        ),
        say(380, 78, "shortcut: the input as it is", weight="bold", colour=ACCENT),
        arrow((600, BLOCK_Y), (662, BLOCK_Y), line=2.5),
        rect(664, BLOCK_Y - 24, 48, 48, "#FFFFFF", radius=24, line=2.5),
        text(688, BLOCK_Y + 11, "+", 34, weight="bold"),
        arrow((712, BLOCK_Y), (840, BLOCK_Y), line=2.5),
        say(774, BLOCK_Y - 14, "ReLU"),
        *bar(844, FULL, BLUE),
    ]


def block() -> list[str]:
    """The block, from left to right."""
    last = f"res{STAGE}{block_letter(BLOCKS[STAGE - 2] - 1)}"
    words = (
        "Batch norm follows each convolution, ReLU the first two. In the first block of a",
        "stage the shape changes: there the shortcut is a 1 × 1 convolution.",
    )
    return [
        heading(LEFT, 44, f"one bottleneck block ({last})"),
        *branch(),
        *shortcut(),
        say(928, BLOCK_Y + FULL * 0.375 + 26, "channels"),
        say(LEFT, BLOCK_Y + 142, *words, anchor="start", colour=SOFT),
    ]


def stages() -> list[tuple[str, int, int, str]]:
    """Of each map: name, stride, channels, layers."""
    found = [("conv1", 2, CONFIG.backbone_stem, "7 × 7 conv")]
    for i, (blocks, width) in enumerate(zip(BLOCKS, WIDTHS, strict=True)):
        before = "pool, " if i == 0 else ""
        found.append((f"C{i + 2}", STRIDES[i], 4 * width, f"{before}{blocks} blocks"))
    return found


def stage_map(middle, name, stride, channels, layers) -> list[str]:
    """One map, to scale, and its numbers below each other."""
    rows, columns = COINS[0] // stride, COINS[1] // stride
    height, width = 0.9 * rows, 0.9 * columns
    colour = LEVEL_COLOURS.get(name, GREY)
    lines = (f"{stride}", f"{rows} × {columns}", f"{channels}")
    return [
        rect(middle - width / 2, STAGES_Y - height / 2, width, height, colour, line=2),
        say(middle, STAGES_Y + 112, name, weight="bold"),
        mono(middle, STAGES_Y + 144, *lines, colour=INK),
        say(middle, STAGES_Y + 228, layers),
    ]


def stage_row() -> list[str]:
    """From the image to C5."""
    every = stages()
    halves = [0.45 * COINS[1] / stride for _, stride, _, _ in every]
    parts = [
        f'<path d="M{LEFT},392H972" stroke="{EDGE}" stroke-width="1.5"/>',
        heading(LEFT, 432, f"the stages, for an image of {COINS[0]} × {COINS[1]} pixels"),
        say(LEFT, STAGES_Y + 144, "stride", "cells", "channels", "layers", anchor="start"),
    ]
    for i, stage in enumerate(every):
        middle = 234 + 170 * i
        parts += stage_map(middle, *stage)
        if i:
            start, end = middle - 170 + halves[i - 1] + 6, middle - halves[i] - 6
            parts.append(arrow((start, STAGES_Y), (end, STAGES_Y), line=2.5))
    return parts


def draw() -> str:
    """The block above, the stages below."""
    return page(
        "bottleneck",
        796,
        "The bottleneck block and the stages",
        DESCRIPTION,
        *block(),
        *stage_row(),
    )
