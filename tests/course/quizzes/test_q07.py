"""The quiz of notebook 07: what it says without a number is true of targets and losses."""

import numpy as np
import pytest
import tensorflow as tf

from maskrcnn_explained.course.quizzes.q07 import QUIZ_07
from maskrcnn_explained.course.quizzes.q07_numbers import (
    BEST_ANCHORS,
    BEST_OBJECT,
    NEAR_DISK,
    NEAR_ROI,
    half_disk,
)
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.losses import NAMES, mrcnn_mask_loss
from maskrcnn_explained.mask_targets import mask_targets
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.targets import anchor_targets, roi_targets
from maskrcnn_explained.weights.layer_table import stage_of

IDS = np.int32([[1]])


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_07.notebook == "07"
    assert {number for asked in QUIZ_07.questions for number in asked.asks} == {
        *(2, 10, 12, 16, 19, 20)
    }


def test_the_best_anchor_is_positive(right_texts):
    match, _ = anchor_targets(BEST_ANCHORS, BEST_OBJECT[None], IDS, (0, 0), get_config("scenes"))
    words = {1: "Positive", 0: "Ignored", -1: "Negative"}
    assert words[int(match[0, 0])] in right_texts(QUIZ_07, "A small object")[0]


def test_a_roi_below_one_half_is_background(right_texts):
    told = NEAR_ROI[None, None], np.ones((1, 1), np.float32), NEAR_DISK[None, None], IDS
    config = get_config("scenes", add_gt_to_proposals=False, rois_per_image=1)
    target = roi_targets(*told, np.ones((1, 1, 64, 64), np.uint8), (0, 0), config)
    assert bool(target["valid"][0, 0]) and int(target["class_ids"][0, 0]) == 0
    assert right_texts(QUIZ_07, "A RoI that fits by less than half") == ["Background."]


@pytest.mark.parametrize("other", [0, 2])
def test_only_the_mask_of_the_true_class_is_graded(other):
    rng = np.random.default_rng(0)
    truth, masks = np.ones((1, 1, 4, 4), np.float32), rng.random((1, 1, 4, 4, 3)).astype(np.float32)
    before = float(mrcnn_mask_loss(IDS, truth, masks))
    masks[..., other] = 0.5
    assert float(mrcnn_mask_loss(IDS, truth, masks)) == before


@pytest.mark.slow
def test_what_the_mask_loss_trains(tiny, tiny_config, right_texts):
    batch = make_batch([Scenes("train", 4, sizes=64)[1]], tiny_config)
    with tf.GradientTape() as tape:
        losses = dict(zip(NAMES, tiny.compute_losses(batch, False), strict=True))
        loss = losses["mrcnn_mask_loss"]
    gradients = tape.gradient(loss, tiny.trainable_variables)
    reached = {
        stage_of(variable.path.split("/")[-2])
        for variable, gradient in zip(tiny.trainable_variables, gradients, strict=True)
        if gradient is not None and np.abs(tf.convert_to_tensor(gradient)).max() > 0
    }
    assert reached == {"backbone", "fpn", "mask head"}
    right = ["The backbone and the FPN", "The mask head"]
    assert right_texts(QUIZ_07, "What the mask loss trains") == right


def test_the_target_of_half_a_disk_fills_its_square():
    disk, roi = half_disk()
    config = get_config("scenes")
    target = mask_targets(roi[None, None], np.int32([[0]]), disk[None, None], config)[0, 0].numpy()
    assert target[:, -1].all() and target.any(0).all()
    assert (np.diff(target.sum(0)) >= 0).all()  # it grows to the right: half of a disk
