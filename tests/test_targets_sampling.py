"""How the sample of anchors and RoIs is drawn that a training step learns from."""

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import targets
from maskrcnn_explained.presets import get_config

SEED = tf.constant([1, 2])


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 30), st.integers(0, 99))
def test_sample_keeps_candidates_only_and_as_many_as_it_may(candidates, limit, seed):
    candidates = np.array(candidates)
    kept = targets.sample(candidates[None], limit, [seed, 0]).numpy()[0]
    assert kept.sum() == min(limit, candidates.sum()) and not (kept & ~candidates).any()


def test_sample_has_one_limit_per_image_and_follows_its_seed():
    candidates = np.ones((3, 50), bool)
    kept = targets.sample(candidates, tf.constant([0, 5, 99]), SEED).numpy()
    np.testing.assert_array_equal(kept.sum(1), [0, 5, 50])
    np.testing.assert_array_equal(kept, targets.sample(candidates, tf.constant([0, 5, 99]), SEED))
    assert not np.array_equal(kept, targets.sample(candidates, tf.constant([0, 5, 99]), SEED + 1))


def twenty_on_and_twenty_off_an_object():
    """Boxes [40, 4]: twenty on the object (0, 0, 10, 10), twenty far away."""
    boxes = np.repeat([[0, 0, 10, 10], [50, 50, 60, 60]], 20, 0)
    return np.float32(boxes) + np.tile(np.arange(20), 2)[:, None].astype(np.float32) * 0.01


def test_the_draws_of_a_step_are_those_that_trained_the_shipped_weights():
    """The numbers come from version 0.1.0: weights follow from their recipe and its seed.

    Here who may be drawn is the same as then. In general it is not: version 0.1.0 lost some of the
    anchors that tie for the best, so its recipe would today give slightly other weights.
    """
    drawn = [targets.purpose_seed([5, 7], purpose).numpy().tolist() for purpose in targets.PURPOSES]
    assert drawn == [[5, 7], [6, 8], [7, 9], [8, 10]]
    boxes = twenty_on_and_twenty_off_an_object()
    config = get_config("scenes", rpn_anchors_per_image=8)
    truth = np.float32([[[0, 0, 10, 10]]]), np.int32([[1]])
    match = targets.anchor_targets(boxes, *truth, [5, 7], config)[0][0]
    assert np.flatnonzero(match == 1).tolist() == [6, 9, 15, 16]
    assert np.flatnonzero(match == -1).tolist() == [30, 36, 37, 38]
    rois = drawn_rois(boxes, [5, 7])
    np.testing.assert_array_equal(rois, boxes[[4, 5, 7, 13, 21, 32, 36, 37]])


def drawn_rois(boxes, seed):
    """The RoIs [8, 4] that `roi_targets` draws, half of them positive."""
    config = get_config(
        "scenes", rois_per_image=8, roi_positive_ratio=0.5, add_gt_to_proposals=False
    )
    found = targets.roi_targets(
        boxes[None],
        np.ones((1, 40), np.float32),
        np.float32([[[0, 0, 10, 10]]]),
        np.int32([[1]]),
        np.ones((1, 1, 64, 64), bool),
        seed,
        config,
    )
    return found["rois"].numpy()[0]


def test_sample_is_fair():
    candidates = np.tile(np.arange(10) < 8, (3000, 1))
    kept = targets.sample(candidates, 2, SEED).numpy().mean(0)
    np.testing.assert_allclose(kept, [0.25] * 8 + [0] * 2, atol=0.03)  # about four sigma
