"""heads.svg: the box head above, the mask head below."""

from __future__ import annotations

from diagrams.svg import (
    ACCENT,
    EDGE,
    LEFT,
    SIZE,
    SMALL,
    arrow,
    code,
    grid,
    legend,
    note,
    page,
    rect,
    text,
)
from maskrcnn_explained.presets import get_config

CONFIG = get_config("scenes")
INPUT, HIDDEN, OUTPUT = "#BFD0E2", "#DDD8CB", "#F0BE98"  # not level colours, which mean levels
CELL = 4  # units per cell: each grid has as many cells as its map
BOX_Y, MASK_Y = 150, 408  # where the arrows of the two heads run
DESCRIPTION = (
    "Box head: 7 by 7 features of a RoI, a 7 by 7 convolution that leaves one cell, a 1 by 1 "
    "convolution, then two dense layers: K class logits with a softmax, and four deltas for "
    "each of the K classes. Mask head: 14 by 14 features, four 3 by 3 convolutions, a "
    "deconvolution that doubles the side to 28, and a 1 by 1 convolution with a sigmoid: one "
    "28 by 28 mask per class, of which the mask of the detected class is kept."
)


def steps(y, *spans) -> list[str]:
    """Labelled arrows on one line: each is (x from, x to, operation, layer name)."""
    parts = []
    for start, end, what, name in spans:
        middle = (start + end) / 2
        parts += [arrow((start, y), (end, y)), text(middle, y - 12, what, SMALL)]
        parts.append(code(middle, y + 24, name))
    return parts


def title(y, words) -> str:
    return text(LEFT, y, words, SIZE + 2, "start", "bold", ACCENT)


def vector(x) -> list[str]:
    """The hidden features of a RoI, which are one cell."""
    return [
        rect(x, BOX_Y - 34, 10, 68, HIDDEN),
        code(x + 5, BOX_Y + 60, f"{CONFIG.box_head_depth}"),
    ]


def dense(y, name, result, what) -> list[str]:
    """Beside its arrow: one of the two dense layers that read the last vector; what it gives."""
    return [
        text(652, y - 12, "dense", SMALL),
        code(652, y + 24, name),
        text(758, y - 4, result, anchor="start", weight="bold"),
        note(758, y + 20, what),
    ]


def box_head() -> list[str]:
    """7 x 7 features, two hidden layers, then a logit and four deltas for each class."""
    return [
        title(42, "Box head: what is it, and where exactly?"),
        grid(50, BOX_Y - 14, 7, CELL, INPUT, copies=3),
        code(76, BOX_Y + 60, f"7 × 7 × {CONFIG.fpn_depth}"),
        *steps(
            BOX_Y,
            (104, 292, "7 × 7 conv", "mrcnn_class_conv1"),
            (322, 510, "1 × 1 conv", "mrcnn_class_conv2"),
        ),
        *vector(302),
        *vector(520),
        arrow((538, BOX_Y), (560, BOX_Y), (560, 102), (748, 102)),
        *dense(102, "mrcnn_class_logits", "class: K logits", "softmax over classes"),
        arrow((560, BOX_Y), (560, 198), (748, 198)),
        *dense(198, "mrcnn_bbox_fc", "deltas: K × 4", "one box for each class"),
    ]


def mask_head() -> list[str]:
    """14 x 14 features, four convolutions, twice the side, then one mask for each class."""
    y = MASK_Y
    depth = CONFIG.mask_head_depth
    return [
        title(292, "Mask head: which of its pixels?"),
        grid(36, y - 28, 14, CELL, INPUT, copies=3),
        code(80, y + 70, f"14 × 14 × {CONFIG.fpn_depth}"),
        *steps(
            y,
            (108, 276, "3 × 3 conv", "mrcnn_mask_conv1"),
            (358, 530, "2 × 2 deconv", "mrcnn_mask_deconv"),
            (664, 794, "1 × 1 conv", "mrcnn_mask"),
        ),
        text(192, y - 36, "four times", SMALL),
        code(192, y + 46, ".. conv4"),
        text(444, y - 36, "twice the side", SMALL),
        text(729, y - 36, "and sigmoid", SMALL),
        grid(284, y - 28, 14, CELL, HIDDEN, copies=3),
        code(324, y + 70, f"14 × 14 × {depth}"),
        grid(538, y - 56, 28, CELL, HIDDEN, copies=3),
        code(599, y + 84, f"28 × 28 × {depth}"),
        grid(804, y - 56, 28, CELL, OUTPUT, copies=CONFIG.num_classes, kept=0),
        code(870, y + 84, "28 × 28 × K"),
        text(972, y + 112, "one mask per class; the one", SMALL, "end"),
        text(972, y + 134, "of the class found is kept", SMALL, "end"),
    ]


def draw() -> str:
    """The two heads, with a line between them."""
    line = f'<line x1="28" y1="254" x2="972" y2="254" stroke="{EDGE}" stroke-width="1.5"/>'
    explained = legend(
        LEFT,
        576,
        f"Sizes of the scenes model, K = {CONFIG.num_classes} classes with background. "
        "Reference for COCO: 256 channels in,",
        "1024 in the box head, 256 in the mask head, K = 81. Batch norm and ReLU follow",
        "mrcnn_class_conv1, 2 and mrcnn_mask_conv1 to 4; a ReLU follows the deconv.",
    )
    return page(
        "heads",
        644,
        "The two mrcnn heads",
        DESCRIPTION,
        *box_head(),
        line,
        *mask_head(),
        *explained,
    )
