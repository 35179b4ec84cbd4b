"""The numbers in the quiz of notebook 11: runs, classes, splits, anchors, and a stored measurement.

A wrong choice's number is made by the mistake that it stands for.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from maskrcnn_explained._files import assets_folder
from maskrcnn_explained.course.exercises.nb10_cases import scenes_arrays
from maskrcnn_explained.course.exercises.nb11_answers import (
    best_iou_answer,
    class_answer,
    runs_answer,
    slides_answer,
)
from maskrcnn_explained.course.exercises.nb11_cases import (
    best_square_iou,
    coco_classes,
    coco_runs,
    mixed_slides,
)
from maskrcnn_explained.presets import get_config

RUNS_MASK = np.array([[1, 1, 0], [0, 1, 0]], bool)
# Ids of the categories as a file lists them, and of its annotations.
LISTED_IDS, ANNOTATED_IDS, ASKED_ID = np.array([90, 3, 7]), np.array([3, 90, 3]), 90
SLIDES, SLIDE_PICTURES, DRAWN_PICTURES = 10, 20, 40
OBJECT_SIDE, ENLARGED = 20.0, 1.2
OWN_RATIOS = (0.25, 0.5, 1.0, 2.0)


def numbers_11() -> dict[str, Any]:
    """The fields of the quiz of notebook 11."""
    return _runs() | _classes() | _slides() | _anchors() | _ratios() | _starts()


def _runs():
    wrong = {
        "runs_by_rows": {"by_rows": True},
        "runs_from_inside": {"from_inside": True},
        "runs_inside_only": {"inside_only": True},
    }
    upper, lower = (" ".join(str(int(pixel)) for pixel in row) for row in RUNS_MASK)
    found = {name: runs_answer(RUNS_MASK, **slip).tolist() for name, slip in wrong.items()}
    return found | {"upper_row": upper, "lower_row": lower, "runs": coco_runs(RUNS_MASK)}


def _classes():
    asked = int(np.flatnonzero(ANNOTATED_IDS == ASKED_ID)[0])
    wrong = {"class_listed": "as listed", "class_used": "used", "class_as_it_is": "as it is"}
    told = ANNOTATED_IDS, LISTED_IDS
    return {name: int(class_answer(*told, rule)[asked]) for name, rule in wrong.items()} | {
        "listed": ", ".join(str(one) for one in LISTED_IDS),
        "asked_id": ASKED_ID,
        "unused_id": int(np.setdiff1d(LISTED_IDS, ANNOTATED_IDS)[0]),
        "class_of_it": int(coco_classes(*told)[asked]),
    }


def _slides():
    wrong = {"slides_whole": "whole slides", "slides_share": "share", "slides_pictures": "pictures"}
    return {name: slides_answer(count=count) for name, count in wrong.items()} | {
        "slides": SLIDES,
        "slide_pictures": SLIDE_PICTURES,
        "all_pictures": SLIDES * SLIDE_PICTURES,
        "drawn_pictures": DRAWN_PICTURES,
        "slides_mixed": mixed_slides(),
    }


def _anchors():
    config = get_config("scenes")
    sides, scales = np.array([OBJECT_SIDE]), config.anchor_scales
    told = sides, ENLARGED, np.array(scales)
    return {
        "object_side": OBJECT_SIDE,
        "enlarged": ENLARGED,
        "scales": ", ".join(str(scale) for scale in scales),
        "positive_iou": config.rpn_positive_iou,
        "molded_side": OBJECT_SIDE * ENLARGED,
        "best_fit": float(best_square_iou(*told)[0]),
        "fit_no_factor": float(best_iou_answer(*told, no_factor=True)[0]),
        "fit_of_sides": float(best_iou_answer(*told, linear=True)[0]),
        "fit_by_pixels": float(best_iou_answer(*told, by_pixels=True)[0]),
    }


def _ratios():
    ratios, outputs = get_config("scenes").anchor_ratios, scenes_arrays()["rpn_class_raw/bias"].size
    return {
        "old_ratios": len(ratios),
        "new_ratios": len(OWN_RATIOS),
        "old_outputs": outputs,
        "new_outputs": outputs // len(ratios) * len(OWN_RATIOS),
    }


def _starts():
    text = (assets_folder() / "pretraining.json").read_text(encoding="utf-8")
    runs = {run["start"]: run for run in json.loads(text)["runs"]}
    text = (assets_folder() / "pooling_ablation.json").read_text(encoding="utf-8")
    same = [r["mask_AP50"] for r in json.loads(text)["runs"] if r["operator"] == "roi_align"]
    return {"start_steps": runs["frozen"]["steps"][-1], "luck": max(same) - min(same)} | {
        f"{start}_{short}": runs[start][name][-1]
        for start in ("frozen", "trained")
        for short, name in (("ap50", "val_mask_AP50"), ("loss", "loss"))
    }
