"""Which notebook shows what: the list of what the course promises, checked against its code."""

from __future__ import annotations

import json
import os
import pathlib

# What the notebooks of the reference show (A), what they do not show (B), and where it is here.
CATALOGUE = (
    ("A1", "sample images with the masks of their classes", "08_training", "show_samples"),
    ("A2", "an image after resizing and padding", "00_the_whole_picture", "show_molding"),
    (
        "A2",
        "boxes and masks of the objects on the molded image",
        "07_targets_and_losses",
        "show_roi_targets, show_mask_targets",
    ),
    (
        "A3",
        "full masks, small masks, and the round trip",
        "07_targets_and_losses",
        "show_mini_masks",
    ),
    (
        "A3",
        "what the round trip loses, by size",
        "05_mrcnn_heads",
        "show_round_trips, show_iou_by_size",
    ),
    (
        "A4",
        "anchors per level; anchors of one cell; the best-scored ones",
        "03_rpn",
        "show_cell_anchors, show_best_anchors, anchors_widget",
    ),
    ("A4", "the number of anchors of each level", "00_the_whole_picture", "show_anchor_overview"),
    (
        "A5",
        "RPN targets: positive, negative and ignored anchors",
        "07_targets_and_losses",
        "show_anchor_targets, show_matching",
    ),
    (
        "A6",
        "RPN on an image: scores, moved, clipped, after NMS; recall at each point",
        "03_rpn",
        "show_objectness, show_refinement, show_rpn_steps, show_recall",
    ),
    (
        "A7",
        "distributions: deltas, edges of proposals",
        "03_rpn",
        "show_delta_histograms, show_edges",
    ),
    ("A7", "positive anchors and RoIs over images", "07_targets_and_losses", "show_counts"),
    (
        "A8",
        "RoIs with their objects and mask targets",
        "07_targets_and_losses",
        "show_roi_targets, show_mask_targets",
    ),
    (
        "A9",
        "classes of proposals, refined RoIs",
        "05_mrcnn_heads",
        "show_proposal_classes, show_refined",
    ),
    (
        "A9",
        "score filter and NMS, and which box was dropped for which",
        "06_detection",
        "show_detection_steps, show_suppression",
    ),
    (
        "A10",
        "masks as predicted, and pasted",
        "05_mrcnn_heads",
        "show_class_masks, show_pasting, show_masks_in_boxes",
    ),
    ("A10", "one pixel of a pasted mask", "06_detection", "show_sampled_pixel"),
    ("A11", "activations of chosen layers", "01_backbone", "show_channels, show_feature_maps"),
    (
        "A12",
        "weights: a table with flags, histograms",
        "10_pretrained_weights",
        "show_weight_table, show_weight_histograms, show_filters",
    ),
    (
        "A13",
        "detections: true, false, missed; precision and recall; IoU of all pairs",
        "09_evaluation",
        "show_verdicts, show_precision_recall, show_iou_grid, show_ap_by_threshold",
    ),
    (
        "A14",
        "statistics of a data set; augmentations",
        "11_your_own_data",
        "show_statistics, show_augmentations",
    ),
    ("A15", "training curves, one per loss", "08_training", "show_curves"),
    ("A16", "colour splash", "06_detection", "show_splash"),
    (
        "B",
        "the biography of a detection; why an object was missed",
        "06_detection",
        "show_biography, show_reasons",
    ),
    (
        "B",
        "three pooling operators side by side",
        "04_roi_align",
        "show_operators, show_moved_box, roi_widget",
    ),
    (
        "B",
        "receptive fields, theoretical and measured",
        "01_backbone",
        "show_receptive_fields, show_pixel_gradients",
    ),
    ("B", "what a good start of training buys", "11_your_own_data", "show_starts"),
    ("B", "what one cell of each map knows of the class", "02_fpn", "show_cell_probe"),
    ("B", "one depth, one meaning: the pyramid as colours", "02_fpn", "show_pyramid_colours"),
    ("B", "the stairs of upsampling, before and after the 3x3", "02_fpn", "show_stairs_by_level"),
    ("B", "why each level exists: objectness by size", "03_rpn", "show_objectness_by_size"),
    ("B", "what every choice of a dialect costs", "04_roi_align", "show_dialect_costs"),
    (
        "B",
        "what a kind of mistake costs; which class is taken for which; how sure an AP is",
        "09_evaluation",
        "show_error_costs, show_confusion, show_ap_interval",
    ),
    ("B", "a cell of P4 to touch", "02_fpn", "fpn_widget"),
    ("B", "matching of anchors and RoIs to drag", "07_targets_and_losses", "matching_widget"),
    ("B", "NMS and deltas to drag", "03_rpn", "nms_widget, deltas_widget"),
    ("B", "a score threshold to drag", "09_evaluation", "scores_widget"),
)


def catalogue_table(folder: str | os.PathLike) -> str:
    """The catalogue as a Markdown table.

    Args:
        folder: where the notebooks are.

    Raises `ValueError` if a notebook does not use a function that the catalogue lists for it.
    """
    lines = ["| | what | notebook | functions |", "|---|---|---|---|"]
    for item, what, notebook, functions in CATALOGUE:
        path = pathlib.Path(folder) / f"{notebook}.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        code = "".join(sources)
        absent = [name for name in functions.split(", ") if f"{name}(" not in code]
        if absent:
            raise ValueError(f"{notebook} does not use {', '.join(absent)}.")
        names = ", ".join(f"`{name}`" for name in functions.split(", "))
        lines.append(f"| {item} | {what} | [{notebook}]({notebook}.ipynb) | {names} |")
    return "\n".join(lines)
