"""The five losses against torchvision's, and the factor between its means and ours."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import REFERENCE_NUMBERS, squares, tensors_of
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import losses
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.mask_targets import mask_targets
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import get_config

CONFIG = get_config("coco-torchvision")
BETA = 1 / 9


@pytest.fixture(scope="module")
def theirs():
    with np.load(REFERENCE_NUMBERS / "torchvision_training.npz") as file:
        return dict(file)


def gradient(function, prediction):
    variable = tf.Variable(prediction, dtype=tf.float32)
    with tf.GradientTape() as tape:
        loss = function(variable)
    return loss.numpy(), tf.convert_to_tensor(tape.gradient(loss, variable)).numpy()


def two_logits(logits):
    """One logit x an anchor as the pair (0, x), which a softmax turns into the sigmoid of x."""
    return tf.stack([tf.zeros_like(logits), logits], -1)


def match_of(labels):
    """Theirs: 1 positive, 0 negative, -1 ignored. Ours: 1, -1, 0."""
    return np.select([labels == 1, labels == 0], [1, -1], 0)


def test_rpn_class_loss(theirs):
    match = match_of(theirs["rpn_labels"])
    loss, slope = gradient(
        lambda x: losses.rpn_class_loss(match, two_logits(x)), theirs["rpn_logits"]
    )
    np.testing.assert_allclose(loss, theirs["rpn_class_loss"], rtol=1e-5)
    np.testing.assert_allclose(slope, theirs["rpn_logits_grad"], atol=1e-7)


def test_rpn_bbox_loss(theirs):
    match, target = match_of(theirs["rpn_labels"]), theirs["rpn_target_deltas"]
    loss, slope = gradient(
        lambda x: losses.rpn_bbox_loss(match, target, x, BETA, sampled=match != 0),
        theirs["rpn_deltas"],
    )
    np.testing.assert_allclose(loss, theirs["rpn_bbox_loss"], rtol=1e-5)
    np.testing.assert_allclose(slope, theirs["rpn_deltas_grad"], atol=1e-7)
    # Our own mean, over positives and four deltas: the factor is exact.
    ours = losses.rpn_bbox_loss(match, target, theirs["rpn_deltas"], BETA)
    factor = 4 * (match == 1).sum() / (match != 0).sum()
    np.testing.assert_allclose(ours * factor, theirs["rpn_bbox_loss"], rtol=1e-5)


def test_mrcnn_class_loss(theirs):
    ids = theirs["box_class_ids"]
    loss, slope = gradient(
        lambda x: losses.mrcnn_class_loss(ids, x, np.ones(ids.shape, bool)), theirs["box_logits"]
    )
    np.testing.assert_allclose(loss, theirs["mrcnn_class_loss"], rtol=1e-5)
    np.testing.assert_allclose(slope, theirs["box_logits_grad"], atol=1e-7)


def test_mrcnn_bbox_loss(theirs):
    ids, target = theirs["box_class_ids"], theirs["box_target_deltas"]
    everywhere = np.ones(ids.shape, bool)
    loss, slope = gradient(
        lambda x: losses.mrcnn_bbox_loss(ids, target, x, BETA, sampled=everywhere),
        theirs["box_deltas"],
    )
    np.testing.assert_allclose(loss, theirs["mrcnn_bbox_loss"], rtol=1e-5)
    np.testing.assert_allclose(slope, theirs["box_deltas_grad"], atol=1e-7)
    ours = losses.mrcnn_bbox_loss(ids, target, theirs["box_deltas"], BETA)
    factor = 4 * (ids > 0).sum() / ids.size
    np.testing.assert_allclose(ours * factor, theirs["mrcnn_bbox_loss"], rtol=1e-5)


def test_mrcnn_mask_loss(theirs):
    """From masks and boxes to the loss: its target is soft."""
    size, bits = theirs["rois_image_size"], np.unpackbits(theirs["rois_0_gt_masks_packed"])
    masks = bits[: 5 * size.prod()].reshape(1, 5, *size)
    truth = mask_targets(theirs["mask_rois"][None], theirs["mask_objects"][None], masks, CONFIG)
    ids = theirs["mask_class_ids"][None]
    loss, slope = gradient(
        lambda x: losses.mrcnn_mask_loss(ids, truth, tf.sigmoid(x)[None]), theirs["mask_logits"]
    )
    np.testing.assert_allclose(loss, theirs["mrcnn_mask_loss"], rtol=1e-5)
    np.testing.assert_allclose(
        np.sqrt((slope**2).sum()), theirs["mask_logits_grad_norm"], rtol=1e-4
    )
    rounded = losses.mrcnn_mask_loss(ids, tf.round(truth), tf.sigmoid(theirs["mask_logits"])[None])
    assert abs(rounded - theirs["mrcnn_mask_loss"]) > 1e-4, "rounded targets would fail"


@given(st.floats(-20, 20), st.booleans())
def test_two_logits_with_softmax_are_one_with_a_sigmoid(logit, is_object):
    match = np.array([[1 if is_object else -1]])
    toward = logit if is_object else -logit
    loss = losses.rpn_class_loss(match, two_logits(np.float32([[logit]])))
    np.testing.assert_allclose(loss, np.logaddexp(0, -toward), rtol=1e-4, atol=1e-6)


@given(st.integers(0, 9999))
def test_the_two_means_differ_by_the_share_of_positives(seed):
    rng = np.random.default_rng(seed)
    positive, sampled = rng.random((2, 9)) < 0.3, rng.random((2, 9)) < 0.6
    sampled |= positive
    error = rng.random((2, 9, 4)).astype(np.float32)
    over_all = losses.box_mean(error, positive, sampled)
    factor = 4 * positive.sum() / max(sampled.sum(), 1)
    np.testing.assert_allclose(over_all, losses.box_mean(error, positive) * factor, rtol=1e-5)


@pytest.mark.parametrize("rule", ["positives", "sampled"])
def test_the_training_step_takes_the_mean_that_its_config_says(tiny_config, monkeypatch, rule):
    model = build(tiny_config, box_loss_mean=rule)
    batch = tensors_of(make_batch([squares(3), squares(1, 1)], model.config))
    given = []
    box_mean = losses.box_mean
    monkeypatch.setattr(losses, "box_mean", lambda *args: given.append(args) or box_mean(*args))
    parts = model.compute_losses(batch, training=False)
    for loss, (errors, positive, sampled, _) in zip(parts[1::2], given, strict=True):
        assert positive.numpy().any()
        expected = errors.numpy()[positive].mean()
        if rule == "sampled":
            expected *= 4 * positive.numpy().sum() / sampled.numpy().sum()
            assert (sampled.numpy() | ~positive.numpy()).all() and not positive.numpy().all()
        else:
            assert sampled is None
        np.testing.assert_allclose(loss, expected, rtol=1e-5)
