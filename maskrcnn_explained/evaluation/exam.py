"""An exam on one image: how many objects were found, and how many false positives there are."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskrcnn_explained._arguments import check_model, check_number
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.data.examples.everyday import everyday_names, everyday_sample
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.evaluation.precision_recall import match
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.presets import PHOTO_CLASSES


def exam(found: Detections, truth: Sample, min_iou: float = 0.8) -> dict[str, Any]:
    """Count the objects found in one image. It is simpler and stricter than AP, for few objects.

    In descending order of score, each detection takes one object: of the objects of its class that
    no other detection has taken, the one with the highest mask IoU, if that is at least `min_iou`.
    A detection that takes none is a false positive. So is a second detection on the same object,
    and one of the wrong class.

    Args:
        found: Detections; D may be 0.
        truth: a Sample of the same image size; G may be 0.
        min_iou: in 0..1.

    Returns:
        A dict: "found" is the number of objects that were taken; "false_positives" is the number
        of detections that took none; "ious", [G] float64 in 0..1, is the mask IoU of each object
        with the detection that took it or, if none did, the highest one with a detection of its
        class.

    Raises:
        ValueError: masks of different sizes, or `min_iou` outside 0..1.
    """
    check_number("min_iou", min_iou, 0, 1)
    overlap = mask_iou(found.masks, truth.masks)
    overlap *= np.asarray(found.class_ids)[:, None] == truth.class_ids[None]  # [D, G]
    ious = overlap.max(0, initial=0.0)
    taken = match(overlap, found.scores, min_iou)  # [D]
    hits = np.flatnonzero(taken >= 0)
    ious[taken[hits]] = overlap[hits, taken[hits]]
    return dict(found=len(hits), false_positives=len(found) - len(hits), ious=ious)


COINS_EXAM = {1.0: 0.85, 0.5: 0.7}  # scale of the photograph -> lowest mask IoU that counts
COINS_SCORE = 0.7  # lowest score that counts


def coins_exam(model: MaskRCNN, scale: float = 1.0) -> dict[str, Any]:
    """`exam` on the photograph of 24 coins, at full size or half size.

    Args:
        model: a MaskRCNN whose class 1 is a disk.
        scale: 1.0 or 0.5. A coin counts as found from a mask IoU of 0.85 (1.0) or 0.7 (0.5).

    Returns:
        As `exam`.
    """
    check_model(model)
    if not isinstance(scale, (int, float)) or scale not in COINS_EXAM:
        raise ValueError(f"scale must be one of {tuple(COINS_EXAM)}; got {scale!r}.")
    truth = coins_sample(scale)
    found = model.detect(truth.image, min_score=COINS_SCORE)
    return exam(found, truth, COINS_EXAM[scale])


EVERYDAY_IOU = 0.7  # lowest mask IoU that counts in an everyday photograph
EVERYDAY_SCORE = 0.5  # lowest score that counts there, unless another is given


def everyday_exam(model: MaskRCNN, min_score: float = EVERYDAY_SCORE) -> dict[str, dict[str, Any]]:
    """`exam` on each of scikit-image's everyday photographs, with masks drawn by hand.

    Args:
        model: a MaskRCNN with the classes of the preset "photos".
        min_score: lowest score that counts, in 0..1. An object counts as found from a mask IoU of
            0.7.

    Returns:
        Name of the photograph -> as `exam`. Most of them have no object: what is found there is a
        false positive.

    Raises `ValueError` for a model with other classes.
    """
    check_model(model)
    check_number("min_score", min_score, 0, 1)
    if model.config.class_names != PHOTO_CLASSES:
        raise ValueError(
            "The everyday photographs have objects of the classes of the preset 'photos' "
            f"({', '.join(PHOTO_CLASSES[1:])}); this model knows "
            f"{', '.join(model.config.class_names[1:])}."
        )
    results = {}
    for name in everyday_names():
        truth = everyday_sample(name)
        found = model.detect(truth.image, min_score=min_score)
        results[name] = exam(found, truth, EVERYDAY_IOU)
    return results
