"""An exam in one image: how many objects were found, and how many false alarms there were."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.evaluation.precision_recall import match
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.model import MaskRCNN


def exam(found: Detections, truth: Sample, min_iou: float = 0.8) -> dict[str, Any]:
    """Count what was found in one image; stricter and simpler than AP, for few objects.

    Detections choose in descending order of score: each takes, among the objects of its class that
    are still free, the one with the highest mask IoU, if that is at least `min_iou`. A detection
    that gets none is a false positive; a second one on the same object, or one of the wrong class,
    is too.

    Args:
        found: Detections; D may be 0.
        truth: a Sample of the same image size; G may be 0.
        min_iou: in 0..1.

    Returns:
        {"found": how many of the G objects were taken, "false_positives": how many detections got
        none, "ious": [G] float64, the mask IoU of each object with the detection that took it, or
        else the highest IoU that any detection of its class has with it}.

    Raises:
        ValueError: masks of different sizes, or `min_iou` outside 0..1.
    """
    if not 0 <= min_iou <= 1:
        raise ValueError(f"min_iou must lie in 0..1; got {min_iou}.")
    overlap = mask_iou(found.masks, truth.masks)
    overlap *= np.asarray(found.class_ids)[:, None] == truth.class_ids[None]  # [D, G]
    ious = overlap.max(0, initial=0.0)
    taken = match(overlap, found.scores, min_iou)  # [D]
    hits = np.flatnonzero(taken >= 0)
    ious[taken[hits]] = overlap[hits, taken[hits]]
    return dict(found=len(hits), false_positives=len(found) - len(hits), ious=ious)


COINS_EXAM = {1.0: 0.85, 0.5: 0.7}  # scale of the photograph: the mask IoU that counts
COINS_SCORE = 0.7  # detections below it do not count


def coins_exam(model: MaskRCNN, scale: float = 1.0) -> dict[str, Any]:
    """`exam` on the photograph of 24 coins, at its own size or at half of it.

    Args:
        model: a MaskRCNN that knows disks as class 1.
        scale: 1.0 or 0.5; the mask IoU that counts as found is 0.85 and 0.7.
    """
    truth = coins_sample(scale)
    return exam(model.detect(truth.image, min_score=COINS_SCORE), truth, COINS_EXAM[scale])
