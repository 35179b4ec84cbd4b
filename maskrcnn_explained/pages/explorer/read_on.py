"""Where each section of the explorer and of the report is told at length: headings of notebooks."""

from __future__ import annotations

# The section's id in the page -> the notebook -> headings as they stand there.
READ_ON: dict[str, dict[str, tuple[str, ...]]] = {
    "molding": {
        "00_the_whole_picture": ("2 · Molding: from your image to the network's",),
    },
    "maps": {
        "01_backbone": ("1 · What a feature map is",),
        "02_fpn": ("3 · One top-down step of the trained model, by hand",),
    },
    "anchors": {
        "03_rpn": (
            "1 · Anchors: the boxes that are there before the image is",
            "2 · The RPN head: two questions, asked at every cell",
        ),
    },
    "proposals": {
        "03_rpn": (
            "4 · Non-maximum suppression (NMS)",
            "5 · From 30,690 anchors to hundreds of proposals",
        ),
    },
    "rois": {
        "04_roi_align": ("1 · Which level?", "3 · RoIAlign by hand"),
    },
    "head": {
        "05_mrcnn_heads": ("3 · What is in each RoI?", "4 · Where exactly? Deltas, once more"),
    },
    "detections": {
        "06_detection": ("3 · Suppress: one winner, many losers",),
    },
    "masks": {
        "05_mrcnn_heads": (
            "5 · Which pixels? The mask head",
            "6 · From 28 x 28 to the image",
        ),
    },
    "missed": {
        "06_detection": ("6 · Why was this one not found?",),
    },
    "tensors": {  # of the report only
        "00_the_whole_picture": ("1 · The task",),
    },
}


def places() -> dict[str, list[dict[str, str]]]:
    """The same for JSON: per section its places, {"notebook", "heading"}, in order.

    A page that knows where the notebooks are adds "href" to each; without it, the page shows the
    words alone.
    """
    return {
        section: [
            dict(notebook=notebook, heading=heading)
            for notebook, headings in notebooks.items()
            for heading in headings
        ]
        for section, notebooks in READ_ON.items()
    }
