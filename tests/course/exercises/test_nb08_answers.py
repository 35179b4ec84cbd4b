"""The answers of notebook 08: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb08_answers as answers
from maskrcnn_explained.data.batches import batch_indices


@pytest.mark.parametrize(
    ("step", "wanted"),
    [(0, 0), (500, 0.00075), (1000, 0.0015), (15500, 0.00075), (30000, 0)],
)
def test_the_rate_of_the_shipped_weights(step, wanted):
    assert np.isclose(answers.rate_answer(step, 30000, 1000, 0.0015), wanted, atol=1e-12)


def test_wrong_rates_by_hand():
    assert np.isclose(answers.rate_answer(6, 10, 2, 1, way="quarter"), np.sqrt(0.5))
    assert answers.rate_answer(4, 10, 2, 1, way="straight") == 0.75
    assert np.isclose(answers.rate_answer(5, 10, 2, 1, from_zero=True), 0.5)
    assert answers.rate_answer(1, 10, 2, 1, no_warmup=True) == 1
    assert np.isclose(answers.rate_answer(7, 10, 2, 1, of_all=True), 0.5)


def test_batches_by_hand():
    rows = [answers.rows_answer(5, 2, step, 1).tolist() for step in range(5)]
    assert rows == [batch_indices(5, 2, step, 1) for step in range(5)]
    whole = sum(rows, [])
    assert sorted(whole[:5]) == sorted(whole[5:]) == [0, 1, 2, 3, 4]
    assert answers.rows_answer(5, 2, 2, 1, end="cut").tolist() == whole[4:5]
    assert answers.rows_answer(5, 2, 2, 1, end="out").tolist() == whole[5:7]
    assert answers.rows_answer(5, 2, 2, 1, end="wraps").tolist() == [whole[4], whole[0]]
    assert answers.rows_answer(5, 2, 1, 1, from_one=True).tolist() == whole[:2]
    assert answers.rows_answer(5, 5, 1, 1, one_order=True).tolist() == whole[:5]


def test_clipping_by_hand():
    given = np.array([[3, 4], [0, 12]])
    np.testing.assert_allclose(answers.clip_answer(given, 6.5), given / 2)
    np.testing.assert_allclose(answers.clip_answer(given, 20), given)
    np.testing.assert_allclose(answers.clip_answer(given, 6, by="row"), [[3, 4], [0, 6]])
    np.testing.assert_allclose(answers.clip_answer(given, 3.5, by="number"), [[3, 3.5], [0, 3.5]])
    np.testing.assert_allclose(answers.clip_answer(given, 26, always=True), given * 2)
    np.testing.assert_allclose(answers.clip_answer(given, 6.5, to_one=True), given / 13)


def test_adamw_by_hand():
    """The first step moves every weight by the rate, large gradient or small."""
    given = np.array([1.0, -2]), np.array([[0.5, -30]]), 0.1
    np.testing.assert_allclose(answers.adamw_answer(*given, 0), [0.9, -1.9], atol=1e-6)
    np.testing.assert_allclose(answers.adamw_answer(*given, 0.5), [0.85, -1.8], atol=1e-6)
    alone = answers.adamw_answer(*given, 0.5, decay_alone=True)
    np.testing.assert_allclose(alone, [0.4, -0.9], atol=1e-6)
    raw = answers.adamw_answer(*given, 0, no_root=True)
    np.testing.assert_allclose(raw, [1 - 0.1 / 0.5, -2 + 0.1 / 30], atol=1e-5)


def test_moving_statistics_by_hand():
    batch = np.array([[[2.0], [6.0]]])  # mean 4, variance 4
    np.testing.assert_allclose(answers.moving_answer(batch, 0.75), [[1], [1.75]])
    np.testing.assert_allclose(answers.moving_answer(batch, 0.75, exchanged=True), [[3], [3.25]])
    np.testing.assert_allclose(answers.moving_answer(batch, 0.75, start="first batch"), [[4], [4]])
    np.testing.assert_allclose(answers.moving_answer(batch, 0.75, start="zeros"), [[1], [1]])
    np.testing.assert_allclose(answers.moving_answer(batch, 0.75, unbiased=True), [[1], [2.75]])
    np.testing.assert_allclose(answers.moving_answer(batch, 0.75, deviation=True), [[1], [1.25]])


def test_what_moves():
    assert answers.moved_answer() == [0, 0, 1, 1, 1, 1]
    assert answers.moved_answer(statistics="nowhere") == [0, 0, 1, 1, 1, 0]


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_08.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
