"""The answers to the questions for the class of notebook 05, run."""

import numpy as np
import pytest
import tensorflow as tf
from question_answers import answer_says

from maskrcnn_explained.boxes import decode_deltas
from maskrcnn_explained.masks import mask_iou, paste_masks
from maskrcnn_explained.mrcnn_heads import head_layers, mask_head
from maskrcnn_explained.pasting import bilinear_rows
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.roi_align import pool_pyramid


@pytest.fixture(scope="module")
def coins_seen(scenes_model, coins):
    """The tensors of the coins, and the rows of what is found."""
    tensors = scenes_model.tensors(coins)
    return tensors, np.flatnonzero(tensors["detection_scores"] >= 0.7)


def test_question_05_1():
    made = head_layers(get_config("coco-resnet50"))
    made["mrcnn_class_conv1"].build((None, 7, 7, 256))
    made["mrcnn_mask_conv2"].build((None, 14, 14, 256))
    counts = [made[f"mrcnn_{name}"].count_params() for name in ("class_conv1", "mask_conv2")]
    assert counts == [12_846_080, 590_080] and round(counts[0] / counts[1]) == 22
    answer_says("05.1", "12{,}846{,}080", "590{,}080", "22 of the mask head")


def test_question_05_2(scenes_model):
    exponents = np.exp([0.0, 3.0, 0.0])
    assert round(exponents[1] / exponents.sum(), 2) == 0.91
    std = scenes_model.config.delta_std
    box = decode_deltas([[0.0, 0, 40, 80]], [[0.5, 0, 0, -1.0]], std)[0]
    np.testing.assert_allclose(box, [2, 7.25, 42, 72.75], atol=0.01)
    answer_says("05.2", "= 0.91", "(2, 7.25, 42, 72.75)", "= 65.5")


def test_question_05_3(scenes_model, coins, coins_seen):
    tensors, rows = coins_seen
    boxes = tensors["detection_boxes"][rows]
    maps = [tensors[f"P{k}"][None] for k in (2, 3, 4, 5)]
    config = scenes_model.config
    pooled = pool_pyramid(boxes, tf.zeros(len(boxes), tf.int32), maps, 14, config)
    drawn = mask_head(scenes_model.get_layer, pooled[None], config)[0].numpy()
    to_image, size = tensors["window"].to_image, coins.shape[:2]
    right = paste_masks(drawn[..., 1], to_image(boxes), size)
    others = [paste_masks(drawn[..., k], to_image(boxes), size) for k in (2, 3, 4)]
    others.append(paste_masks(drawn[..., 1], to_image(boxes) + 5, size))
    means = [np.diag(mask_iou(right, other)).mean() for other in others]
    np.testing.assert_allclose(means, [0.97, 0.66, 0.16, 0.66], atol=0.006)
    answer_says("05.3", "IoU of 0.97", "has 0.66, the star's 0.16", "moved box has 0.66")


def test_question_05_4(coins, coins_seen):
    _, mix = bilinear_rows(0, 8, 8, 4)
    row = mix @ np.float32([0, 0.4, 0.4, 1])
    np.testing.assert_allclose(row[2], 0.3, rtol=1e-5)
    assert [int(np.argmax(row >= cut)) for cut in (0.25, 0.5, 0.9)] == [2, 5, 7]
    tensors, rows = coins_seen
    boxes = tensors["window"].to_image(tensors["detection_boxes"][rows])
    large = int((boxes[:, 2] - boxes[:, 0]).argmax())
    small = tensors["masks"][rows][[large]]
    cut = [paste_masks(small, boxes[[large]], coins.shape[:2], c).sum() for c in (0.1, 0.5, 0.9)]
    np.testing.assert_allclose(cut, [3248, 3060, 2830], atol=2)
    radii = np.sqrt(np.array(cut) / np.pi)
    np.testing.assert_allclose(radii, [32.2, 31.2, 30.0], atol=0.06)
    side = (boxes[large, 2:] - boxes[large, :2]).mean()
    np.testing.assert_allclose([radii[0] - radii[2], side / 28], [2.1, 2.2], atol=0.06)
    answer_says("05.4", "0.3. The mask begins at pixel 2, 5 and 7", "3248, 3060 and 2830")
    answer_says("05.4", "32.2, 31.2 and 30.0", "moves by 2.1 pixels", "2.2 pixels here")
