"""The cases of notebook 08 hide nothing, and what judges does what a training run does."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb08_cases as cases
from maskrcnn_explained.course.exercises.nb08_answers import ASKED_WEIGHTS


def test_the_recipe_is_that_of_the_notebook():
    assert cases.shipped_recipe(500) == (500, 30_000, 1_000, 1.5e-3)
    assert cases.scheduled_rate(*cases.shipped_recipe(500)) == pytest.approx(0.00075)


def test_gradients_are_longer_than_the_limit():
    gradients, limit = cases.clip_random()
    rows = np.linalg.norm(gradients, axis=1)
    assert rows.min() < limit < rows.max()
    assert np.linalg.norm(cases.clipped_gradients(gradients, limit)) == pytest.approx(limit)


def test_two_steps_of_adamw_end_where_keras_ends():
    weights, gradients, rate, _ = cases.adamw_random()
    one = cases.adamw_weights(weights, gradients[:1], rate, 0)
    np.testing.assert_allclose(one, weights - rate * np.sign(gradients[0]), atol=1e-5)


def test_statistics_of_each_channel_differ():
    for make in (cases.moving_random, cases.moving_coins):
        found = cases.moving_statistics(*make())
        assert found.shape == (2, make()[0].shape[-1])
        assert len(np.unique(found)) == found.size


def test_what_moves_is_measured():
    moved = dict(zip(ASKED_WEIGHTS, cases.moved_at_heads(), strict=True))
    assert not moved["bn4a_branch2a/moving_mean"] and moved["mrcnn_mask_bn1/moving_variance"]
