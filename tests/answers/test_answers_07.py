"""The answers to the questions for the class of notebook 07, run."""

import numpy as np
import pytest
import tensorflow as tf
from question_answers import answer_says

import maskrcnn_explained as mrx
from maskrcnn_explained import losses
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.targets import anchor_targets, roi_targets

CONFIG = mrx.get_config("scenes")


@pytest.fixture(scope="module")
def scenes():
    return mrx.Scenes("validation", 100)


def labels(batch, config=CONFIG, class_ids=None):
    """Of all anchors of the batch: 1 positive, -1 negative, 0 neither; the notebook's draw."""
    anchors = generate_anchors(batch["images"].shape[1:3], config)
    ids = batch["gt_class_ids"] if class_ids is None else class_ids
    match, _ = anchor_targets(anchors, batch["gt_boxes"], ids, (0, 1), config)
    return match.numpy()


def test_question_07_1():
    answer_says("07.1", "0.8$, positive", "0.33$, ignored", "0$, negative")
    boxes = np.float32([[0, 0, 40, 32], [0, 20, 40, 60], [60, 60, 90, 90]])
    target = np.float32([[[0, 0, 40, 40]]])
    match, _ = anchor_targets(boxes, target, np.int32([[1]]), (0, 0), CONFIG)
    np.testing.assert_array_equal(match[0], [1, 0, -1])
    overlap = mrx.boxes.iou(boxes, target[0])[:, 0]
    np.testing.assert_allclose(overlap, [1280 / 1600, 800 / 2400, 0], rtol=1e-5)


def test_question_07_2(scenes):
    answer_says("07.2", "84, where 14 were", "six times as many")
    batch = make_batch([scenes[9]], CONFIG)
    assert (labels(batch) == 1).sum() == 14
    assert (labels(batch, CONFIG.changed(rpn_positive_iou=0.5)) == 1).sum() == 84


def test_question_07_3():
    answer_says("07.3", "= 23.8$", "= 0.17$", "= 3.17$")
    logits = np.float32([[[0, 1, 3]]])
    assert np.exp(logits).sum() == pytest.approx(23.8, abs=0.05)
    for truth, cost in ((2, 0.17), (0, 3.17)):
        loss = losses.mrcnn_class_loss(np.int32([[truth]]), logits, np.bool_([[True]]))
        assert float(loss) == pytest.approx(cost, abs=0.005)


def test_question_07_4(scenes):
    answer_says("07.4", "No anchor does", "a candidate ten times", "about two of them")
    batch = make_batch([scenes[9], scenes[12]], CONFIG)
    assert (batch["gt_class_ids"] == 0).sum(1).tolist() == [0, 10]
    wrong = np.maximum(batch["gt_class_ids"], 1)
    np.testing.assert_array_equal(labels(batch), labels(batch, class_ids=wrong))
    # 300 proposals that touch nothing, as a trained model's on a scene without objects.
    proposals = tf.tile([[[0.0, 0, 16, 16]]], [2, 300, 1])
    drawn = {"right": 0.0, "wrong": 0.0}
    for step in range(20):
        for name, ids in (("right", batch["gt_class_ids"]), ("wrong", wrong)):
            truth = batch["gt_boxes"], ids, batch["gt_masks"]
            target = roi_targets(proposals, tf.ones((2, 300)), *truth, (0, step), CONFIG)
            empty = tf.reduce_all(target["rois"][1] == 0, -1) & target["valid"][1]
            assert not tf.reduce_any(empty & (target["class_ids"][1] > 0)), "all are negative"
            drawn[name] += float(tf.reduce_sum(tf.cast(empty, tf.float32))) / 20
    assert drawn["right"] == 0 and 1.3 < drawn["wrong"] < 2.8


def test_question_07_5():
    answer_says("07.5", "= 4.39$", "0.98")
    assert np.log(81) == pytest.approx(4.39, abs=0.005)
    assert np.exp(-0.02) == pytest.approx(0.98, abs=0.005)
