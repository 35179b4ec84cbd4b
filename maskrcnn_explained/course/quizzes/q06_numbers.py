"""The numbers in the quiz of notebook 06, from the coins and from boxes small enough to check.

A wrong choice's number is made by the mistake that it stands for.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from maskrcnn_explained._files import assets_folder
from maskrcnn_explained.anchors import anchor_levels
from maskrcnn_explained.boxes import decode_deltas, iou
from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.nb06_answers import class_nms_answer, to_photo_answer
from maskrcnn_explained.course.exercises.nb06_cases import coin_rois, judge_winner, last_nms_rivals
from maskrcnn_explained.data.molding import boxes_to_image
from maskrcnn_explained.detection import nms_per_class
from maskrcnn_explained.pasting import paste_masks
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.roi_align import roi_levels

SHOWN_SCORE = 0.5  # of the pictures in the notebook
# A, B and C are disks, each further to the right; D is a star near A.
NMS_BOXES = np.array([[0, 0, 20, 20], [0, 5, 20, 25], [0, 10, 20, 30], [0, 1, 20, 21]], np.float32)
NMS_SCORES, NMS_CLASSES = np.array([0.9, 0.8, 0.7, 0.6], np.float32), np.array([1, 1, 1, 2])
FOLLOWED = 17  # the detection whose biography the notebook tells
# A photo that was made twice as large, and then padded.
QUIZ_PHOTO, QUIZ_WINDOW, QUIZ_BOX = (150, 200), (10, 0, 310, 400), (110, 40, 210, 140)


def numbers_06() -> dict[str, Any]:
    """The fields of the quiz of notebook 06."""
    return _rows() | _background() | _nms() | _rivals() | _levels() | _halved() | _std() | _photo()


def _rows():
    class_ids = np.asarray(photo.coin_tensors()["detection_class_ids"])
    return {"rows": len(class_ids), "found": int((class_ids > 0).sum())}


def _background():
    probs, low = coin_rois()["class_probs"], get_config("scenes").detection_min_score
    objects = probs[:, 1:]
    stretched = objects / objects.sum(1, keepdims=True)
    passing = objects >= low
    return {
        "score_count": probs.shape[1],
        "shown_score": SHOWN_SCORE,
        "rois": len(probs),
        "with_it": int((objects.max(1) >= SHOWN_SCORE).sum()),
        "without_it": int((stretched.max(1) >= SHOWN_SCORE).sum()),
        "low_limit": low,
        "rescued": int(passing[probs.argmax(1) == 0].sum()),
    }


def _nms():
    config = get_config("scenes")
    limit = config.detection_nms_iou
    overlap = np.asarray(iou(NMS_BOXES, NMS_BOXES))
    told = NMS_BOXES, NMS_SCORES, NMS_CLASSES
    kept = np.asarray(nms_per_class(*told, config))
    compete = class_nms_answer(*told, limit, config.detections, compete=True)
    rival = (NMS_CLASSES[:, None] == NMS_CLASSES) & (NMS_SCORES[:, None] < NMS_SCORES)
    dropped_too = np.flatnonzero(~(rival & (overlap > limit)).any(1))  # dropped boxes drop others
    named = {"kept": kept, "kept_compete": compete, "kept_dropped_too": dropped_too}
    named["kept_nothing_dropped"] = np.arange(len(NMS_BOXES))
    letters = {name: ", ".join("ABCD"[i] for i in sorted(rows)) for name, rows in named.items()}
    pairs = {f"iou_{'abcd'[i]}{'abcd'[j]}": overlap[i, j] for i, j in ((0, 1), (1, 2), (0, 2))}
    return letters | pairs | {"iou_ad": overlap[0, 3], "nms_iou": limit}


def _rivals():
    rows = last_nms_rivals()
    weak = next(row for row in rows if row["roi"] == judge_winner())
    sure = max(rows, key=lambda row: row["objectness"])
    told = {"weak": weak, "sure": sure}
    return {
        f"{who}_{name}": value
        for who, row in told.items()
        for name, value in row.items()
        if (who, name) != ("sure", "roi")
    } | {"sure_roi": sure["roi"]}


def _levels():
    config, tensors = get_config("scenes"), photo.coin_tensors()
    rois = [i for i in np.asarray(tensors["detection_rois"]) if i >= 0]
    boxes = np.asarray(tensors["proposals"])[rois]
    anchors = np.asarray(tensors["proposal_anchors"])[rois]
    pooled = np.asarray(roi_levels(boxes, photo.coin_size(), config))
    began = anchor_levels(photo.coin_size(), config)[anchors]
    height, width = boxes[FOLLOWED, 2:] - boxes[FOLLOWED, :2]
    return {
        "anchor_level": LEVELS[began[FOLLOWED]],
        "roi_level": f"P{pooled[FOLLOWED]}",
        "roi_height": height,
        "roi_width": width,
        "canonical": config.roi_canonical_size,
        "from_p3": int((pooled == 3).sum()),
    }


def _halved():
    tensors = photo.coin_tensors()
    size, small = photo.coin_size(), np.asarray(tensors["masks"])[FOLLOWED]
    box = np.asarray(tensors["detection_boxes"])[FOLLOWED]
    half = box.copy()
    half[3] = middle = (box[1] + box[3]) / 2
    whole, squeezed = (paste_masks(small[None], one[None], size)[0] for one in (box, half))
    cut = whole & (np.arange(size[1]) + 0.5 < middle)
    differ = int((squeezed != cut).sum())  # one pixel more or less says nothing
    return {"mask_side": len(small), "differ": differ // 100 * 100}


def _std():
    text = (assets_folder() / "dialect_costs.json").read_text(encoding="utf-8")
    costs, std = json.loads(text), get_config("scenes").delta_std
    row = next(row for row in costs["rows"] if list(row["changes"]) == ["delta_std"])
    box = np.array([0, 0, 1, 1], np.float32)
    deltas = np.array([0.1, 0, 0.1, 0], np.float32)
    meant, moved = (np.asarray(decode_deltas(box, deltas, s)) for s in (std, (1.0,) * 4))
    before, after = (
        ((b[0] + b[2]) / 2 - 0.5, np.log(b[2] - b[0])) for b in (meant, moved)
    )  # shift and stretch
    return {
        "std_shift": std[0],
        "std_stretch": std[2],
        "std_false": row["coins_false_positives"],
        "times_stretch": after[1] / before[1],
        "times_shift": after[0] / before[0],
    }


def _photo():
    size, window = np.array(QUIZ_PHOTO, np.float32), np.array(QUIZ_WINDOW, np.float32)
    box = np.array([QUIZ_BOX], np.float32)
    right = np.asarray(boxes_to_image(box, window, size))
    wrong = {
        "y_scaled": "scale",
        "y_shifted": "shift",
        "y_wrong_order": "scale, shift",
    }
    found = {name: to_photo_answer(box, window, size, order) for name, order in wrong.items()}
    return {name: value[0, 0] for name, value in found.items()} | {
        "y_photo": right[0, 0],
        "y_box": QUIZ_BOX[0],
        "window_top": QUIZ_WINDOW[0],
        "photo_height": QUIZ_PHOTO[0],
        "window_height": QUIZ_WINDOW[2] - QUIZ_WINDOW[0],
    }
