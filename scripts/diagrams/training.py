"""training.svg: where the targets come from, where the losses are, which arrows have a gradient."""

from __future__ import annotations

from diagrams.large import GREEN, GREY, ORANGE, card, fold, heading, mono, say
from diagrams.svg import ACCENT, EDGE, INK, LEFT, SOFT, arrow, page, rect
from maskrcnn_explained.losses import NAMES
from maskrcnn_explained.presets import get_config

CONFIG = get_config("scenes")
SAID, LOSS, TRUTH = 64, 394, 648  # left edges of the three columns
WIDE = 292  # of a box on the left
STOPPED = "7 6"  # dashes of an arrow without a gradient
RPN_Y, PROPOSALS_Y, ALIGN_Y, BOX_Y, MASK_Y = 346, 512, 640, 748, 900
DESCRIPTION = (
    "Training, in three columns: what the model says, five losses, what it should have said. "
    "Left, downwards: image, backbone, FPN, RPN head, proposals, RoIAlign, box head, mask head. "
    "Right: the ground truth gives anchor targets and, with the proposals, RoI targets: class, "
    "deltas and masks of the sampled RoIs. The RPN head meets the anchor targets in "
    "rpn_class_loss and rpn_bbox_loss; the box head meets the RoI targets in mrcnn_class_loss and "
    "mrcnn_bbox_loss, the mask head in mrcnn_mask_loss. Gradients go back from each loss through "
    "its head, RoIAlign, FPN and backbone. No gradient goes through proposals, RoIs or targets. "
    "In inference there is no truth and no loss, and the mask head runs after detection."
)


def back(*points) -> str:
    """An arrow along which a gradient comes back."""
    return arrow(*points, colour=ACCENT, line=3.5)


def stopped(*points) -> str:
    """An arrow without a gradient."""
    return arrow(*points, colour=SOFT, line=2.5, dash=STOPPED)


def trunk() -> list[str]:
    """Image, backbone, FPN and RPN head, one above the other."""
    middle = SAID + WIDE / 2
    outputs = ("logits [B, A, 2]", "deltas [B, A, 4]")
    return [
        heading(middle, 44, "the model says", "middle"),
        card(SAID, 64, WIDE, 64, "molded image", "[B, Hm, Wm, 3]"),
        stopped((middle, 128), (middle, 154)),
        card(SAID, 156, WIDE, 64, "backbone", "C2..C5", fill=ORANGE),
        back((middle, 220), (middle, 246)),
        card(SAID, 248, WIDE, 64, "FPN", "P2..P6", fill=ORANGE),
        back((middle, 312), (middle, RPN_Y - 2)),
        card(SAID, RPN_Y, WIDE, 104, "RPN head", *outputs, fill=ORANGE),
    ]


def truth() -> list[str]:
    """Ground truth and what is made of it: targets of anchors, targets of RoIs."""
    middle = TRUTH + 136
    sampled = ("object or not, deltas", f"of {CONFIG.rpn_anchors_per_image} anchors")
    drawn = f"of {CONFIG.rois_per_image} RoIs per image"
    return [
        heading(810, 44, "it should have said", "middle"),
        card(TRUTH, 64, 324, 64, "ground truth", "boxes, classes, masks", fill=GREEN),
        stopped((middle, 128), (middle, RPN_Y - 2)),
        say(middle + 12, 196, "IoU with", "all anchors", anchor="start"),
        card(TRUTH, RPN_Y, 272, 104, "anchor targets", *sampled, fill=GREEN),
        stopped((948, 128), (948, PROPOSALS_Y - 2)),
        card(TRUTH, PROPOSALS_Y, 324, 76, "RoI targets", drawn, fill=GREEN),
    ]


def rois() -> list[str]:
    """Proposals go to the targets, sampled RoIs come back; no gradient on either way."""
    middle = SAID + WIDE / 2
    count = f"[B, {CONFIG.proposals_train}, 4]"
    return [
        stopped((middle, RPN_Y + 104), (middle, PROPOSALS_Y - 2)),
        rect(middle - 22, 478, 44, 8, ACCENT, ACCENT),
        say(middle + 34, 488, "stopped", anchor="start", weight="bold", colour=ACCENT),
        card(SAID, PROPOSALS_Y, WIDE, 76, "proposals", count),
        stopped((SAID + WIDE, PROPOSALS_Y + 38), (TRUTH - 2, PROPOSALS_Y + 38)),
        say(500, PROPOSALS_Y + 26, "as given boxes"),
        stopped((710, PROPOSALS_Y + 76), (710, ALIGN_Y + 34), (SAID + WIDE + 2, ALIGN_Y + 34)),
        say(500, ALIGN_Y + 22, "sampled RoIs"),
    ]


def heads() -> list[str]:
    """RoIAlign reads the pyramid; box head and mask head stand beside each other."""
    inner, wide, middle = SAID + 48, WIDE - 48, 250
    return [
        back((SAID, 280), (40, 280), (40, ALIGN_Y + 34), (SAID - 2, ALIGN_Y + 34)),
        card(SAID, ALIGN_Y, WIDE, 68, "RoIAlign", "reads P2..P5"),
        back((middle, ALIGN_Y + 68), (middle, BOX_Y - 2)),
        mono(middle + 14, ALIGN_Y + 95, "7 × 7", anchor="start"),
        card(
            inner,
            BOX_Y,
            wide,
            104,
            "box head",
            "logits [B, R, K]",
            "deltas [B, R, K, 4]",
            fill=ORANGE,
        ),
        back((88, ALIGN_Y + 68), (88, MASK_Y - 2)),
        mono(100, MASK_Y - 16, "14 × 14", anchor="start"),
        card(SAID, MASK_Y, WIDE, 76, "mask head", "[P, 28, 28, K]", fill=ORANGE),
    ]


def targets_of_rois() -> list[str]:
    """What the sampled RoIs should have been called; the masks are those of the P positives."""
    lines = ("class_ids [B, R]", "deltas [B, R, 4]")
    return [
        stopped((790, PROPOSALS_Y + 76), (790, BOX_Y - 2)),
        card(TRUTH, BOX_Y, 272, 104, "class, deltas", *lines, fill=GREEN),
        stopped((948, PROPOSALS_Y + 76), (948, MASK_Y - 2)),
        card(TRUTH, MASK_Y, 324, 76, "masks of positives", "[P, 28, 28]", fill=GREEN),
    ]


def loss(y, name, right) -> list[str]:
    """A loss, with an arrow from what is said and one from what should have been said."""
    return [
        back((SAID + WIDE, y + 22), (LOSS - 2, y + 22)),
        stopped((right, y + 22), (LOSS + 218, y + 22)),
        rect(LOSS, y, 216, 44, ACCENT, radius=8),
        mono(LOSS + 108, y + 29, name, colour="#FFFFFF"),
    ]


def losses() -> list[str]:
    """The five, where both sides meet."""
    rows = (RPN_Y + 2, RPN_Y + 58, BOX_Y + 2, BOX_Y + 58, MASK_Y + 16)
    parts = [heading(502, 44, "five losses", "middle")]
    for y, name in zip(rows, NAMES, strict=True):
        parts += loss(y, name, TRUTH)
    return parts


def key(y) -> list[str]:
    """What the two arrows mean."""
    return [
        back((LEFT, y - 7), (LEFT + 70, y - 7)),
        say(LEFT + 84, y, "values go, a gradient comes back", anchor="start"),
        stopped((490, y - 7), (560, y - 7)),
        say(574, y, "values only, no gradient", anchor="start"),
        rect(LEFT, y + 18, 30, 22, ORANGE, radius=4),
        say(LEFT + 42, y + 36, "has weights: is trained", anchor="start"),
        rect(360, y + 18, 30, 22, GREEN, radius=4),
        say(402, y + 36, "known or computed from the truth: not learned", anchor="start"),
    ]


def inference(y) -> list[str]:
    """The same heads in inference, one after the other, with detection between them."""
    number = CONFIG.proposals
    names = ("proposals", "RoIAlign", "box head", "detection", "RoIAlign", "mask head")
    fills = ("#FFFFFF", "#FFFFFF", ORANGE, GREY, "#FFFFFF", ORANGE)
    parts = [
        f'<line x1="{LEFT}" y1="{y}" x2="972" y2="{y}" stroke="{EDGE}" stroke-width="1.5"/>',
        heading(LEFT, y + 38, "In inference: no truth, no targets, no losses"),
    ]
    for i, (name, fill) in enumerate(zip(names, fills, strict=True)):
        x = LEFT + 160.8 * i
        parts.append(card(x, y + 58, 140, 52, name, fill=fill, dash="5 4" if fill == GREY else ""))
        if i:
            parts.append(arrow((x - 20.8, y + 84), (x - 2, y + 84), colour=INK))
    parts.append(
        say(
            LEFT,
            y + 142,
            f"Up to {number} proposals go on, without sampling. Detection has no weights, so",
            "training leaves it out. The mask head waits for the better boxes of detection.",
            anchor="start",
        )
    )
    return parts


def draw() -> str:
    """Three columns of training, the key, and the row of inference."""
    parts = fold(trunk(), truth(), rois(), heads(), targets_of_rois(), losses())
    parts += [*key(1024), *inference(1082)]
    return page("training", 1272, "How Mask R-CNN is trained", DESCRIPTION, *parts)
