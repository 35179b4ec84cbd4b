"""The five losses, by hand, in plain NumPy, and with nothing to learn."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import losses


def gradient(function, prediction):
    variable = tf.Variable(prediction, dtype=tf.float32)
    with tf.GradientTape() as tape:
        loss = function(variable)
    return loss.numpy(), tf.convert_to_tensor(tape.gradient(loss, variable)).numpy()


# By hand


def test_smooth_l1_by_hand():
    np.testing.assert_allclose(losses.smooth_l1([-2.0, -0.5, 0, 1, 3]), [1.5, 0.125, 0, 0.5, 2.5])
    np.testing.assert_allclose(losses.smooth_l1([0.1, 1.0], beta=0.5), [0.01, 0.75], rtol=1e-6)


@given(st.floats(-5, 5), st.floats(0.05, 3))
def test_smooth_l1_is_even_continuous_and_never_steeper_than_one(error, beta):
    value, slope = gradient(lambda e: losses.smooth_l1(e, beta), [error])
    np.testing.assert_allclose(value, losses.smooth_l1([-error], beta), rtol=1e-6)
    np.testing.assert_allclose(slope, np.clip(error / beta, -1, 1), atol=1e-5)
    step = np.float32([beta - 1e-4, beta + 1e-4])
    np.testing.assert_allclose(*losses.smooth_l1(step, beta).numpy(), atol=3e-4)


def test_a_coin_toss_costs_log_2():
    toss = np.log(2)
    match = np.array([[1, -1, 0]])
    assert losses.rpn_class_loss(match, np.zeros((1, 3, 2), "f")).numpy() == pytest.approx(toss)
    ids = np.array([[1, 0, 2, 3]])
    logits = np.zeros((1, 4, 5), "f")
    loss = losses.mrcnn_class_loss(ids, logits, np.ones((1, 4), bool)).numpy()
    assert loss == pytest.approx(np.log(5))
    masks, truth = np.full((1, 4, 28, 28, 5), 0.5, "f"), np.ones((1, 4, 28, 28), "f")
    assert losses.mrcnn_mask_loss(ids, truth, masks).numpy() == pytest.approx(toss, rel=1e-5)


def test_ignored_anchors_and_padding_do_not_count():
    match = np.array([[1, -1, 0, 0]])
    logits = np.array([[[0, 9], [9, 0], [50, -50], [-50, 50]]], "f")
    assert losses.rpn_class_loss(match, logits).numpy() == pytest.approx(
        np.log1p(np.exp(-9)), rel=1e-3
    )
    ids = np.array([[1, 0]])
    logits = np.array([[[0, 9], [-50, 50]]], "f")
    loss = losses.mrcnn_class_loss(ids, logits, np.array([[True, False]])).numpy()
    assert loss == pytest.approx(np.log1p(np.exp(-9)), rel=1e-3)


def test_box_losses_by_hand():
    match, target = np.array([[1, -1, 0]]), np.zeros((1, 3, 4), "f")
    deltas = np.array([[[1, 0, 0, 3], [9, 9, 9, 9], [9, 9, 9, 9]]], "f")
    loss = losses.rpn_bbox_loss(match, target, deltas).numpy()
    assert loss == pytest.approx((0.5 + 0 + 0 + 2.5) / 4), "the positive alone"
    ids = np.array([[2, 0]])
    deltas = np.full((1, 2, 3, 4), 9, "f")
    deltas[0, 0, 2] = [1, 0, 0, 3]
    loss = losses.mrcnn_bbox_loss(ids, np.zeros((1, 2, 4), "f"), deltas).numpy()
    assert loss == pytest.approx(0.75), "the deltas of the true class alone"


def test_only_the_mask_of_the_true_class_is_asked():
    masks = np.full((1, 2, 28, 28, 3), 0.01, "f")
    masks[0, 0, ..., 2] = 0.9
    truth = np.ones((1, 2, 28, 28), "f")
    loss = losses.mrcnn_mask_loss(np.array([[2, 0]]), truth, masks).numpy()
    assert loss == pytest.approx(-np.log(0.9), rel=1e-4)


# With nothing to learn: zero, and a gradient of zeros rather than NaN

EMPTY = {
    "rpn_class": lambda x: losses.rpn_class_loss(np.zeros((2, 5), int), x[..., :2]),
    "rpn_bbox": lambda x: losses.rpn_bbox_loss(np.full((2, 5), -1), np.zeros((2, 5, 4), "f"), x),
    "mrcnn_class": lambda x: losses.mrcnn_class_loss(
        np.zeros((2, 5), int), x, np.zeros((2, 5), bool)
    ),
    "mrcnn_bbox": lambda x: losses.mrcnn_bbox_loss(
        np.zeros((2, 5), int), np.zeros((2, 5, 4), "f"), x[:, :, None]
    ),
    "mrcnn_mask": lambda x: losses.mrcnn_mask_loss(
        np.zeros((2, 5), int), np.zeros((2, 5, 2, 2), "f"), tf.reshape(x, [2, 5, 2, 2, 1])
    ),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_learn(name):
    prediction = np.random.default_rng(0).uniform(0.1, 0.9, (2, 5, 4))
    loss, slope = gradient(EMPTY[name], prediction)
    assert loss == 0
    np.testing.assert_array_equal(slope, 0)


def test_masked_mean():
    values = tf.constant([1.0, 2, 30])
    assert losses.masked_mean(values, [True, True, False]).numpy() == 1.5
    assert losses.masked_mean(values, [False] * 3).numpy() == 0


def test_a_mask_of_exact_zeros_and_ones_costs_no_infinity():
    masks, truth = np.zeros((1, 1, 2, 2, 2), "f"), np.ones((1, 1, 2, 2), "f")
    loss, slope = gradient(lambda x: losses.mrcnn_mask_loss(np.array([[1]]), truth, x), masks)
    assert loss == pytest.approx(-np.log(1e-7), rel=1e-3) and np.isfinite(slope).all()


def test_names_follow_the_order_of_the_stages():
    assert losses.NAMES == (
        "rpn_class_loss",
        "rpn_bbox_loss",
        "mrcnn_class_loss",
        "mrcnn_bbox_loss",
        "mrcnn_mask_loss",
    )


# Against plain loops


def random_case(seed):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 4, (2, 6))
    return rng, ids, rng.integers(-1, 2, (2, 6)), rng.normal(size=(2, 6, 4)).astype(np.float32)


def cross_entropy(logits, label):
    return np.log(np.exp(logits - logits[label]).sum())


def huber(error, beta):
    return sum(0.5 * e * e / beta if abs(e) < beta else abs(e) - beta / 2 for e in error) / 4


def mean(values):
    return np.mean(values) if len(values) else 0.0


@given(st.integers(0, 9999))
def test_losses_equal_plain_loops(seed):
    rng, ids, match, target = random_case(seed)
    cells = list(np.ndindex(2, 6))
    logits = rng.normal(size=(2, 6, 2)).astype(np.float32)
    expected = mean([cross_entropy(logits[c], int(match[c] == 1)) for c in cells if match[c]])
    np.testing.assert_allclose(losses.rpn_class_loss(match, logits), expected, rtol=1e-4)
    deltas = rng.normal(size=(2, 6, 4)).astype(np.float32)
    expected = mean([huber(target[c] - deltas[c], 1 / 9) for c in cells if match[c] == 1])
    np.testing.assert_allclose(
        losses.rpn_bbox_loss(match, target, deltas, 1 / 9), expected, rtol=1e-4
    )
    logits, valid = rng.normal(size=(2, 6, 4)).astype(np.float32), rng.random((2, 6)) < 0.7
    expected = mean([cross_entropy(logits[c], ids[c]) for c in cells if valid[c]])
    np.testing.assert_allclose(losses.mrcnn_class_loss(ids, logits, valid), expected, rtol=1e-4)
    deltas = rng.normal(size=(2, 6, 4, 4)).astype(np.float32)
    expected = mean([huber(target[c] - deltas[c][ids[c]], 1.0) for c in cells if ids[c]])
    np.testing.assert_allclose(losses.mrcnn_bbox_loss(ids, target, deltas), expected, rtol=1e-4)
    masks = rng.uniform(0.05, 0.95, (2, 6, 3, 3, 4)).astype(np.float32)
    truth = rng.integers(0, 2, (2, 6, 3, 3)).astype(np.float32)
    own = {c: masks[c][..., ids[c]] for c in cells}
    expected = mean(
        [
            -np.mean(np.where(truth[c] == 1, np.log(own[c]), np.log(1 - own[c])))
            for c in cells
            if ids[c]
        ]
    )
    np.testing.assert_allclose(losses.mrcnn_mask_loss(ids, truth, masks), expected, rtol=1e-4)


# Against the reference


def unpacked(match, packed):
    """The reference packs the deltas of an image's positives together; ours stay in place."""
    deltas = np.zeros((*match.shape, 4), np.float32)
    for image in range(len(match)):
        positive = np.flatnonzero(match[image] == 1)
        deltas[image, positive] = packed[image, : len(positive)]
    return deltas


def test_rpn_losses_of_the_reference(reference):
    numbers = reference("losses")
    match = numbers["rpn_match"][..., 0]
    loss, slope = gradient(lambda x: losses.rpn_class_loss(match, x), numbers["rpn_class_logits"])
    np.testing.assert_allclose(loss, numbers["rpn_class_loss"], rtol=1e-5)
    np.testing.assert_allclose(slope, numbers["rpn_class_loss_grad"], atol=1e-6)
    target = unpacked(match, numbers["target_rpn_bbox"])
    loss, slope = gradient(lambda x: losses.rpn_bbox_loss(match, target, x), numbers["rpn_bbox"])
    np.testing.assert_allclose(loss, numbers["rpn_bbox_loss"], rtol=1e-5)
    np.testing.assert_allclose(slope, numbers["rpn_bbox_loss_grad"], atol=1e-6)


def test_head_losses_of_the_reference(reference):
    numbers = reference("losses")
    ids = numbers["target_class_ids"]
    loss = losses.mrcnn_class_loss(ids, numbers["class_logits"], np.ones(ids.shape, bool))
    np.testing.assert_allclose(loss, numbers["mrcnn_class_loss_all_active"], rtol=1e-5)
    loss = losses.mrcnn_bbox_loss(ids, numbers["target_bbox"], numbers["pred_bbox"])
    np.testing.assert_allclose(loss, numbers["mrcnn_bbox_loss"], rtol=1e-5)


def test_mask_loss_of_the_reference(reference):
    numbers = reference("losses")
    ids, truth = numbers["target_class_ids"], numbers["target_mask"].astype(np.float32)
    # Keras' cross-entropy, which the reference calls, adds 1e-7 inside the logarithm after it has
    # clipped at 1e-7. That shows where a probability is exactly 0 or 1, as one pixel here is.
    toward_truth = np.where(truth[..., None] == 1, 1e-7, -1e-7)
    masks = np.clip(numbers["pred_mask"].astype(np.float64), 1e-7, 1 - 1e-7) + toward_truth
    loss, slope = gradient(lambda x: losses.mrcnn_mask_loss(ids, truth, x), masks)
    np.testing.assert_allclose(loss, numbers["mrcnn_mask_loss"], rtol=1e-5)
    second = np.abs(slope[1]).sum()  # the recorded sum is of the second image alone
    np.testing.assert_allclose(second, numbers["mrcnn_mask_loss_grad_abs_sum"], rtol=1e-4)


def test_smooth_l1_and_empty_losses_of_the_reference(reference):
    numbers = reference("losses")
    error = numbers["sl1_true"] - numbers["sl1_pred"]
    np.testing.assert_allclose(losses.smooth_l1(error), numbers["sl1"], atol=1e-6)
    for name in ("bbox", "mask", "rpn_class", "rpn_bbox"):
        assert numbers[f"empty_{name}_loss"] == 0, "ours are zero too, see above"
