"""The output of `maskrcnn-explained detect`: a picture, and a table to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from maskrcnn_explained.detection import Detections


def picture(image: np.ndarray, found: Detections) -> bytes:
    """The image with its detections as PNG, at least 900 pixels on its longer side."""
    from maskrcnn_explained.viz import style
    from maskrcnn_explained.viz.detection import show_detections

    height, width = image.shape[:2]
    inches = style.PAGE_WIDTH / max(height, width)  # per pixel; each side has at least one inch
    ax = style.new_axes(None, max(width * inches, 1.0), max(height * inches, 1.0))
    show_detections(image, found, ax)
    dots_per_inch = min(max(100, round(1 / inches)), 300)  # a large photo keeps its pixels
    return style.to_png(ax.figure, dots_per_inch)


def detections_table(found: Detections) -> str:
    """One line per detection; boxes in pixels of the photo."""
    lines = [f"{'':>3}  {'class':<12}{'score':>6}{'y1':>8}{'x1':>8}{'y2':>8}{'x2':>8}{'mask':>9}"]
    rows = zip(found.class_names, found.scores, found.boxes, found.areas, strict=True)
    for number, (name, score, box, area) in enumerate(rows, start=1):
        edges = "".join(f"{edge:>8.1f}" for edge in box)
        lines.append(f"{number:>3}  {name:<12}{score:>6.2f}{edges}{area:>9}")
    return "\n".join(lines)
