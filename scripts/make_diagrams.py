"""Draw the course's diagrams: data_flow.svg, fpn.svg and heads.svg in assets/.

    python scripts/make_diagrams.py

The sizes come from the `scenes` Config. A test asserts that the stored files are the output of this
script. The drawing functions are in `svg.py`.
"""

from __future__ import annotations

import math
import pathlib

from svg import (
    ACCENT,
    EDGE,
    INK,
    SIZE,
    SMALL,
    SOFT,
    arrow,
    box,
    chips,
    code,
    grid,
    page,
    rect,
    text,
)

from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.viz.style import LEVEL_COLOURS

FOLDER = pathlib.Path(__file__).parent.parent / "assets"
COINS = (320, 384)  # the molded photo of the notebooks
INPUT, HIDDEN, OUTPUT = "#BFD0E2", "#DDD8CB", "#F0BE98"  # not level colours, which mean levels
CONFIG = get_config("scenes")


def data_flow() -> str:
    """From the image to the masks: a column up to the pyramid, then one row per question."""
    left = [
        box(30, 56, 216, 74, "image", "[H, W, 3] uint8, RGB"),
        arrow((138, 130), (138, 182)),
        text(150, 163, "mold", SMALL, "start"),
        box(30, 184, 216, 74, "molded image", "[B, Hm, Wm, 3]"),
        arrow((138, 258), (138, 310)),
        text(150, 291, "backbone", SMALL, "start"),
        box(30, 312, 216, 104, ""),
        text(138, 338, "feature maps", weight="bold"),
        chips(61, 352, ("C2", "C3", "C4", "C5")),
        arrow((138, 416), (138, 468)),
        text(150, 449, "fpn", SMALL, "start"),
        box(30, 470, 216, 104, ""),
        text(138, 496, "pyramid", weight="bold"),
        chips(42, 510, ("P2", "P3", "P4", "P5", "P6")),
    ]
    bus = [
        f'<polyline points="246,522 268,522 268,117" fill="none" stroke="{INK}" stroke-width="2"/>',
        arrow((246, 522), (292, 522)),
        arrow((268, 117), (292, 117)),
        arrow((268, 322), (292, 322)),
    ]
    rows = [
        text(294, 44, "Where could something be?", anchor="start", weight="bold", colour=ACCENT),
        box(294, 62, 216, 110, "rpn head", "reads P2..P6", "probs [B, A, 2]", "deltas [B, A, 4]"),
        arrow((510, 117), (536, 117)),
        box(538, 62, 216, 110, "proposals", "decode, clip,", "top-k, NMS:", "boxes [B, N, 4]"),
        arrow((646, 172), (646, 204), (402, 204), (402, 265)),
        text(
            416, 244, "What is it, and where exactly?", anchor="start", weight="bold", colour=ACCENT
        ),
        box(
            294,
            267,
            216,
            110,
            "roi_align",
            "reads P2..P5",
            "at the proposals:",
            "[B, N, 7, 7, depth]",
        ),
        arrow((510, 322), (536, 322)),
        box(538, 267, 216, 110, "box head", "logits [B, N, K]", "deltas [B, N, K, 4]"),
        arrow((754, 322), (780, 322)),
        box(782, 267, 194, 110, "detection", "refine, NMS:", "boxes [B, D, 4],", "classes, scores"),
        arrow((879, 377), (879, 407), (402, 407), (402, 465)),
        text(416, 447, "Which of its pixels?", anchor="start", weight="bold", colour=ACCENT),
        box(
            294,
            467,
            216,
            110,
            "roi_align",
            "reads P2..P5",
            "at the detections:",
            "[B, D, 14, 14, depth]",
        ),
        arrow((510, 522), (536, 522)),
        box(
            538,
            467,
            216,
            110,
            "mask head",
            "[B, D, 28, 28, K],",
            "keep the mask of",
            "the class found",
        ),
        arrow((754, 522), (780, 522)),
        box(782, 467, 194, 110, "paste", "masks", "[D, H, W] bool"),
    ]
    legend = [
        text(
            30,
            612,
            "B images, A anchors in all, N proposals and D detections per image, "
            "K classes (class 0 is background).",
            SMALL,
            "start",
            colour=SOFT,
        ),
        text(
            30,
            636,
            "Strides of C2..C5: 4, 8, 16, 32; P2..P6 add 64. "
            "P6 serves the RPN alone. All of P2..P6 have one depth.",
            SMALL,
            "start",
            colour=SOFT,
        ),
    ]
    return page(
        "data_flow",
        656,
        "The data flow of Mask R-CNN, with shapes",
        "An image is molded, goes through the backbone (C2 to C5) and the FPN (P2 to P6). The RPN "
        "head looks at P2 to P6, and its scores and deltas become N proposals. RoIAlign reads 7 by "
        "7 features for each proposal from P2 to P5; the box head gives class logits and deltas; "
        "detection refines them to D boxes, classes and scores. RoIAlign then reads 14 by 14 "
        "features for each detection; the mask head draws 28 by 28 masks, one per class; the mask "
        "of the detected class is pasted into the image.",
        *left,
        *bus,
        *rows,
        *legend,
    )


def shape_of(level: int, channels: int) -> str:
    """Rows x columns x channels of a feature map of the coins."""
    rows, columns = (math.ceil(side / STRIDES[level - 2]) for side in COINS)
    return f"{rows} × {columns} × {channels}"


def map_box(x, y, name) -> str:
    """A feature map of the coins, to scale (1 unit per cell), centred at x, y."""
    height, width = (side / STRIDES[int(name[1]) - 2] for side in COINS)
    return rect(x - width / 2, y - height / 2, width, height, LEVEL_COLOURS[name], line=1.2)


def fpn() -> str:
    """Bottom-up, lateral, top-down, 3x3 and P6: one row per level, coarse levels on top."""
    rows = {6: 88, 5: 184, 4: 284, 3: 394, 2: 524}  # level: its y
    map_x, add_x, out_x = 232, 500, 776
    depth = CONFIG.fpn_depth
    parts = []
    for x, title in (
        (150, "bottom-up: backbone"),
        (360, "lateral"),
        (add_x, "top-down"),
        (out_x + 80, "output"),
    ):
        parts.append(text(x, 40, title, weight="bold", colour=ACCENT))
    for level in (5, 4, 3, 2):
        y = rows[level]
        channels = 4 * CONFIG.backbone_widths[level - 2]
        half = COINS[1] / STRIDES[level - 2] / 2  # of the map's width
        node_left = add_x - 66
        parts += [
            text(28, y - 4, f"C{level}", anchor="start", weight="bold"),
            text(62, y - 4, f"stride {STRIDES[level - 2]}", SMALL, "start"),
            code(28, y + 19, shape_of(level, channels), "start"),
            map_box(map_x, y, f"C{level}"),
            arrow((map_x + half + 4, y), (node_left - 2, y)),
            text(360, y - 10, "1 × 1 conv", SMALL),
            code(360, y + 22, f"fpn_c{level}p{level}"),
            arrow((add_x + 66, y), (out_x - half - 6, y)),
            text(642, y - 10, "3 × 3 conv", SMALL),
            code(642, y + 22, f"fpn_p{level}"),
            map_box(out_x, y, f"P{level}"),
            text(850, y - 4, f"P{level}", anchor="start", weight="bold"),
            text(884, y - 4, f"stride {STRIDES[level - 2]}", SMALL, "start"),
            code(850, y + 19, shape_of(level, depth), "start"),
        ]
        if level == 5:
            parts.append(box(add_x - 66, y - 25, 132, 50, "as it is"))
        else:
            parts.append(box(add_x - 66, y - 25, 132, 50, "add", f"fpn_p{level}add"))
        if level > 2:
            below = rows[level - 1]
            tall = COINS[0] / STRIDES[level - 2] / 2  # half of the map's height
            parts += [
                arrow((add_x, y + 25), (add_x, below - 27)),
                text(add_x + 12, (y + below) / 2 + 6, "upsample × 2", SMALL, "start"),
                arrow((map_x, below - 2 * tall - 3), (map_x, y + tall + 3)),
            ]
    parts += [
        arrow((map_x, 614), (map_x, 568)),
        text(map_x, 634, "molded image, 320 × 384 × 3", SMALL),
        arrow((out_x, rows[5] - 10), (out_x, rows[6] + 6)),
        map_box(out_x, rows[6], "P6"),
        text(850, rows[6] - 4, "P6", anchor="start", weight="bold"),
        text(884, rows[6] - 4, "stride 64", SMALL, "start"),
        code(850, rows[6] + 19, shape_of(6, depth), "start"),
        text(out_x - 14, 120, "every second", SMALL, "end"),
        text(out_x - 14, 142, "cell: fpn_p6", SMALL, "end"),
        text(
            28,
            672,
            "Maps are drawn to scale, for the photo coins in the scenes model: "
            f"FPN depth {depth} (the paper: 256).",
            SMALL,
            "start",
            colour=SOFT,
        ),
        text(
            28,
            696,
            "All five maps go to the RPN. The mrcnn heads read P2..P5, not P6.",
            SMALL,
            "start",
            colour=SOFT,
        ),
    ]
    return page(
        "fpn",
        716,
        "The feature pyramid network",
        "Left, bottom-up: the backbone's maps C2 to C5, each half the size of the one before. A "
        "1 by 1 convolution brings each to one depth (lateral connection). Middle, top-down: the "
        "coarser sum, upsampled twice, is added to the lateral map. Right: a 3 by 3 convolution "
        "on each sum gives P2 to P5; P6 is every second cell of P5.",
        *parts,
    )


def steps(y, *names_and_spans) -> list[str]:
    """Labelled arrows on one line: each is (x from, x to, operation, layer name)."""
    parts = []
    for start, end, what, name in names_and_spans:
        middle = (start + end) / 2
        parts += [arrow((start, y), (end, y)), text(middle, y - 12, what, SMALL)]
        parts.append(code(middle, y + 24, name))
    return parts


def heads() -> str:
    """The box head above, the mask head below; each grid has as many cells as its map."""
    k = CONFIG.num_classes
    depth = CONFIG.fpn_depth
    box_depth = CONFIG.box_head_depth
    mask_depth = CONFIG.mask_head_depth
    cell, top, low = 4, 150, 408
    parts = [
        text(28, 42, "Box head: what is it, and where exactly?", SIZE + 2, "start", "bold", ACCENT),
        grid(50, top - 14, 7, cell, INPUT, copies=3),
        code(76, top + 60, f"7 × 7 × {depth}"),
        *steps(
            top,
            (104, 292, "7 × 7 conv", "mrcnn_class_conv1"),
            (322, 510, "1 × 1 conv", "mrcnn_class_conv2"),
        ),
        rect(302, top - 34, 10, 68, HIDDEN),
        code(307, top + 60, f"{box_depth}"),
        rect(520, top - 34, 10, 68, HIDDEN),
        code(525, top + 60, f"{box_depth}"),
        arrow((538, top), (560, top), (560, 102), (748, 102)),
        text(652, 90, "dense", SMALL),
        code(652, 126, "mrcnn_class_logits"),
        text(758, 98, "class: K logits", anchor="start", weight="bold"),
        text(758, 122, "softmax over classes", SMALL, "start"),
        arrow((560, top), (560, 198), (748, 198)),
        text(652, 186, "dense", SMALL),
        code(652, 222, "mrcnn_bbox_fc"),
        text(758, 194, "deltas: K × 4", anchor="start", weight="bold"),
        text(758, 218, "one box for each class", SMALL, "start"),
        f'<line x1="28" y1="254" x2="972" y2="254" stroke="{EDGE}" stroke-width="1.5"/>',
        text(28, 292, "Mask head: which of its pixels?", SIZE + 2, "start", "bold", ACCENT),
        grid(36, low - 28, 14, cell, INPUT, copies=3),
        code(80, low + 70, f"14 × 14 × {depth}"),
        *steps(
            low,
            (108, 276, "3 × 3 conv", "mrcnn_mask_conv1"),
            (358, 530, "2 × 2 deconv", "mrcnn_mask_deconv"),
            (664, 794, "1 × 1 conv", "mrcnn_mask"),
        ),
        text(192, low - 36, "four times", SMALL),
        code(192, low + 46, ".. conv4"),
        text(444, low - 36, "twice the side", SMALL),
        text(729, low - 36, "and sigmoid", SMALL),
        grid(284, low - 28, 14, cell, HIDDEN, copies=3),
        code(324, low + 70, f"14 × 14 × {mask_depth}"),
        grid(538, low - 56, 28, cell, HIDDEN, copies=3),
        code(599, low + 84, f"28 × 28 × {mask_depth}"),
        grid(804, low - 56, 28, cell, OUTPUT, copies=k, kept=0),
        code(870, low + 84, "28 × 28 × K"),
        text(972, low + 112, "one mask per class; the one", SMALL, "end"),
        text(972, low + 134, "of the class found is kept", SMALL, "end"),
        text(
            28,
            576,
            f"Sizes of the scenes model, K = {k} classes with background. "
            "Reference for COCO: 256 channels in,",
            SMALL,
            "start",
            colour=SOFT,
        ),
        text(
            28,
            600,
            "1024 in the box head, 256 in the mask head, K = 81. Batch norm and ReLU follow",
            SMALL,
            "start",
            colour=SOFT,
        ),
        text(
            28,
            624,
            "mrcnn_class_conv1, 2 and mrcnn_mask_conv1 to 4; a ReLU follows the deconv.",
            SMALL,
            "start",
            colour=SOFT,
        ),
    ]
    return page(
        "heads",
        644,
        "The two mrcnn heads",
        "Box head: 7 by 7 features of a RoI, a 7 by 7 convolution that leaves one cell, a 1 by 1 "
        "convolution, then two dense layers: K class logits with a softmax, and four deltas for "
        "each of the K classes. Mask head: 14 by 14 features, four 3 by 3 convolutions, a "
        "deconvolution that doubles the side to 28, and a 1 by 1 convolution with a sigmoid: one "
        "28 by 28 mask per class, of which the mask of the detected class is kept.",
        *parts,
    )


DIAGRAMS = {"data_flow": data_flow, "fpn": fpn, "heads": heads}


def main() -> None:
    for name, draw in DIAGRAMS.items():
        (FOLDER / f"{name}.svg").write_text(draw(), encoding="utf-8", newline="\n")
        print(f"assets/{name}.svg")


if __name__ == "__main__":
    main()
