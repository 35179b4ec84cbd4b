"""The answers to the questions for the class of notebook 04, run."""

import numpy as np
import pytest
import tensorflow as tf
from question_answers import answer_says

import maskrcnn_explained as mrx
from maskrcnn_explained.evaluation.exam import exam
from maskrcnn_explained.masks import mask_iou, paste_masks
from maskrcnn_explained.mrcnn_heads import mask_head
from maskrcnn_explained.roi_align import (
    crop_and_resize,
    roi_align,
    roi_align_unaligned,
    roi_levels,
    roi_pool,
)

ZERO = tf.zeros(1, tf.int32)


def test_question_04_1(scenes_model):
    wide = np.float32([[0, 0, 40, 160]])
    configs = [scenes_model.config, mrx.get_config("coco-resnet50", roi_level_rule="paper")]
    configs.append(mrx.get_config("coco-resnet50", roi_level_rule="reference"))
    assert [int(roi_levels(wide, (1024, 1024), config)[0]) for config in configs] == [3, 2, 2]
    for side, canonical, exact in ((80, 112, 3.51), (80, 224, 2.51), (78.7, 224, 4 - 1.51)):
        assert round(4 + np.log2(side / canonical), 2) == exact
    assert round(np.sqrt(39 * 159), 1) == 78.7
    answer_says("04.1", "= 3$", "= 2$", "\\mathrm{round}(-1.51) = -2$ and so P2")


def test_question_04_2():
    values = np.array([[0, 2, 4], [6, 8, 20], [12, 14, 16]], np.float32)[None, :, :, None]
    box = tf.constant([[2.0, 3.0, 22.0, 21.0]])
    pooled = [
        float(operator(values, box, ZERO, 2, 8)[0, 1, 0, 0])
        for operator in (roi_align, crop_and_resize, roi_pool)
    ]
    np.testing.assert_allclose(pooled, [10.625, 11.478, 14], atol=1e-3)
    answer_says("04.2", "10.625", "11.478", "is 14", "1.3125 and 1.9375", "0.15625 and 0.71875")


def ious_and_sides(**changes):
    """Of each object of 40 scenes: the mask IoU with what found it, and its side in pixels."""
    model, rows = mrx.load("scenes", **changes), []
    for sample in mrx.Scenes("test", 40):
        ious = exam(model.detect(sample.image, min_score=0.7), sample, 0.5)["ious"]
        sides = np.sqrt((sample.boxes[:, 2:] - sample.boxes[:, :2]).prod(1)) * 300 / 192
        rows.append(np.stack([ious, sides]))
    return np.concatenate(rows, 1)


@pytest.mark.minutes
def test_question_04_3(scenes_model, coins):
    boxes = scenes_model.detect(coins, min_score=0.7).boxes
    sides = np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(1))
    spans = {}
    for canonical in (112.0, 56.0):
        config = scenes_model.config.changed(roi_canonical_size=canonical)
        levels = roi_levels(boxes, coins.shape[:2], config).numpy()
        cells = sides / 2.0**levels
        spans[canonical] = np.bincount(levels).tolist(), f"{cells.min():.1f} to {cells.max():.1f}"
    assert spans == {112.0: ([0, 0, 22, 2], "7.2 to 14.0"), 56.0: ([0, 0, 0, 22, 2], "3.6 to 7.0")}
    seen = [ious_and_sides(roi_canonical_size=size) for size in (112.0, 56.0, 1000.0)]
    shares = [[(ious >= least).mean() for least in (0.5, 0.9)] for ious, _ in seen]
    np.testing.assert_allclose(shares, [[0.85, 0.64], [0.78, 0.40], [0.81, 0.62]], atol=0.006)
    large = [ious[sides >= 112] >= 0.5 for ious, sides in (seen[0], seen[2])]
    assert len(large[0]) == 29 and [round(hits.mean(), 2) for hits in large] == [0.9, 0.59]
    answer_says("04.3", "22 go to P3 and 2 to P4", "3.6 to 7.0", "7.2 to 14.0")
    answer_says("04.3", "falls from 0.64 to 0.40", "from 0.85 to 0.78", "0.62 and 0.81")
    answer_says("04.3", "29 with 112 pixels or more, 59 of 100", "no longer 90", "at most 28")


def shifted_iou(model, tensors, row, share):
    """IoU of a detection's mask with that from features read a share of a cell too far, and P."""
    box, class_id = tensors["detection_boxes"][row], tensors["detection_class_ids"][row]
    size = tensors["molded_image"].shape[:2]
    level = int(roi_levels(box, size, model.config))
    feature_map, stride = tensors[f"P{level}"][None], 2**level
    two = np.stack([box, box + share * stride]).astype(np.float32)
    pooled = roi_align(feature_map, two, tf.zeros(2, tf.int32), 14, stride)
    if share == 0.5:
        late = roi_align_unaligned(feature_map, two[:1], ZERO, 14, stride)
        np.testing.assert_allclose(pooled[1], late[0], atol=2e-3)
    small = mask_head(model.get_layer, pooled[None], model.config)[0, ..., class_id].numpy()
    right, shifted = paste_masks(small, np.stack([box, box]), size)
    return mask_iou(right[None], shifted[None])[0, 0], level


@pytest.mark.slow
def test_question_04_4(scenes_model, coins):
    tensors = scenes_model.tensors(coins)
    disk = int(np.argmax(tensors["detection_class_ids"] == 1))
    ious = [shifted_iou(scenes_model, tensors, disk, share)[0] for share in (1 / 8, 1 / 2, 1)]
    np.testing.assert_allclose(ious, [0.97, 0.89, 0.80], atol=0.006)
    answer_says("04.4", "0.97 for an eighth", "0.89 for half", "0.80 for the whole")
    rows = []
    for k in range(24):
        seen = scenes_model.tensors(mrx.Scenes("test", 40)[k].image)
        for row in np.flatnonzero(seen["detection_scores"] >= 0.7):
            box = seen["detection_boxes"][row]
            side = np.sqrt((box[2:] - box[:2]).prod())
            rows.append((*shifted_iou(scenes_model, seen, row, 0.5), side))
    iou, level, side = np.array(rows).T
    means = [iou[level == k].mean() for k in (2, 3, 4)] + [iou[side < 28].mean()]
    np.testing.assert_allclose(means, [0.77, 0.77, 0.75, 0.71], atol=0.006)
    answer_says("04.4", "0.77 on P2, 0.77 on P3 and 0.75 on P4", "a little worse: 0.71")
