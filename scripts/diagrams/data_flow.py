"""data_flow.svg: from the image to the masks, with shapes."""

from __future__ import annotations

from diagrams.svg import ACCENT, INK, arrow, box, chips, legend, note, page, text

DESCRIPTION = (
    "An image is molded, goes through the backbone (C2 to C5) and the FPN (P2 to P6). The RPN "
    "head looks at P2 to P6, and its scores and deltas become N proposals. RoIAlign reads 7 by "
    "7 features for each proposal from P2 to P5; the box head gives class logits and deltas; "
    "detection refines them to D boxes, classes and scores. RoIAlign then reads 14 by 14 "
    "features for each detection; the mask head draws 28 by 28 masks, one per class; the mask "
    "of the detected class is pasted into the image."
)


def question(x, y, words) -> str:
    """The heading of a row."""
    return text(x, y, words, anchor="start", weight="bold", colour=ACCENT)


def image_to_pyramid() -> list[str]:
    """The column on the left: image, molded image, C2..C5, P2..P6."""
    return [
        box(30, 56, 216, 74, "image", "[H, W, 3] uint8, RGB"),
        arrow((138, 130), (138, 182)),
        note(150, 163, "mold"),
        box(30, 184, 216, 74, "molded image", "[B, Hm, Wm, 3]"),
        arrow((138, 258), (138, 310)),
        note(150, 291, "backbone"),
        box(30, 312, 216, 104, ""),
        text(138, 338, "feature maps", weight="bold"),
        chips(61, 352, ("C2", "C3", "C4", "C5")),
        arrow((138, 416), (138, 468)),
        note(150, 449, "fpn"),
        box(30, 470, 216, 104, ""),
        text(138, 496, "pyramid", weight="bold"),
        chips(42, 510, ("P2", "P3", "P4", "P5", "P6")),
    ]


def pyramid_to_rows() -> list[str]:
    """The line from the pyramid to each of the three rows, which all read it."""
    return [
        f'<polyline points="246,522 268,522 268,117" fill="none" stroke="{INK}" stroke-width="2"/>',
        arrow((246, 522), (292, 522)),
        arrow((268, 117), (292, 117)),
        arrow((268, 322), (292, 322)),
    ]


def proposals_row() -> list[str]:
    """The RPN, and the arrow down to the RoIs of the second row."""
    return [
        question(294, 44, "Where could something be?"),
        box(294, 62, 216, 110, "rpn head", "reads P2..P6", "probs [B, A, 2]", "deltas [B, A, 4]"),
        arrow((510, 117), (536, 117)),
        box(538, 62, 216, 110, "proposals", "decode, clip,", "top-k, NMS:", "boxes [B, N, 4]"),
        arrow((646, 172), (646, 204), (402, 204), (402, 265)),
    ]


def detections_row() -> list[str]:
    """RoIAlign, box head and detection, and the arrow down to the RoIs of the third row."""
    reads = ("reads P2..P5", "at the proposals:", "[B, N, 7, 7, depth]")
    finds = ("refine, NMS:", "boxes [B, D, 4],", "classes, scores")
    return [
        question(416, 244, "What is it, and where exactly?"),
        box(294, 267, 216, 110, "roi_align", *reads),
        arrow((510, 322), (536, 322)),
        box(538, 267, 216, 110, "box head", "logits [B, N, K]", "deltas [B, N, K, 4]"),
        arrow((754, 322), (780, 322)),
        box(782, 267, 194, 110, "detection", *finds),
        arrow((879, 377), (879, 407), (402, 407), (402, 465)),
    ]


def masks_row() -> list[str]:
    """RoIAlign, mask head and pasting."""
    reads = ("reads P2..P5", "at the detections:", "[B, D, 14, 14, depth]")
    keeps = ("[B, D, 28, 28, K],", "keep the mask of", "the class found")
    return [
        question(416, 447, "Which of its pixels?"),
        box(294, 467, 216, 110, "roi_align", *reads),
        arrow((510, 522), (536, 522)),
        box(538, 467, 216, 110, "mask head", *keeps),
        arrow((754, 522), (780, 522)),
        box(782, 467, 194, 110, "paste", "masks", "[D, H, W] bool"),
    ]


def draw() -> str:
    """A column up to the pyramid, then one row per question."""
    explained = legend(
        30,
        612,
        "B images, A anchors in all, N proposals and D detections per image, "
        "K classes (class 0 is background).",
        "Strides of C2..C5: 4, 8, 16, 32; P2..P6 add 64. "
        "P6 serves the RPN alone. All of P2..P6 have one depth.",
    )
    return page(
        "data_flow",
        656,
        "The data flow of Mask R-CNN, with shapes",
        DESCRIPTION,
        *image_to_pyramid(),
        *pyramid_to_rows(),
        *proposals_row(),
        *detections_row(),
        *masks_row(),
        *explained,
    )
