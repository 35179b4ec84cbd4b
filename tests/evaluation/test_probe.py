"""The linear probe: what can be read off a vector, and from which cell the vector is."""

import types

import numpy as np
import pytest

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.evaluation import probe


def points(number=60, seed=0):
    """Vectors whose class is the largest of their first three numbers, and noise behind."""
    vectors = np.random.default_rng(seed).normal(size=(number, 5))
    return vectors, vectors[:, :3].argmax(1)


def test_a_probe_reads_what_is_linear():
    vectors, classes = points(400)
    fit = probe.fit_probe(vectors, classes, 3)
    more, truth = points(400, 1)
    assert probe.balanced_accuracy(fit.predict(more), truth) > 0.9
    assert fit.weights.shape == (6, 3)


def test_a_probe_cannot_read_what_is_not_there():
    vectors, classes = points(400)
    fit = probe.fit_probe(vectors[:, 3:], classes, 3)
    more, truth = points(400, 1)
    assert abs(probe.balanced_accuracy(fit.predict(more[:, 3:]), truth) - 1 / 3) < 0.1


def test_each_class_counts_the_same():
    """Nine of ten vectors are of class 0; where nothing tells them apart, no class wins."""
    vectors = np.zeros((10, 1))
    scores = probe.fit_probe(vectors, np.array([0] * 9 + [1]), 2)
    np.testing.assert_allclose(scores.weights[-1], 0.5, atol=0.01)


def test_the_fit_is_that_of_a_slow_loop():
    vectors, classes = points(30)
    fit = probe.fit_probe(vectors, classes, 3, strength=0.1)
    inputs = np.column_stack([(vectors - fit.mean) / fit.spread, np.ones(30)])
    left, right = 0.1 * np.eye(6), np.zeros((6, 3))
    for row, k in zip(inputs, classes, strict=True):
        weight = 1 / 3 / (classes == k).sum()
        left += weight * np.outer(row, row)
        right[:, k] += weight * row
    np.testing.assert_allclose(left @ fit.weights, right, atol=1e-8)


def test_balanced_accuracy_by_hand():
    assert probe.balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 2]) == 0.5  # 3 of 3 and 0 of 1
    assert probe.balanced_accuracy([0, 0, 0, 0], [0, 0, 1, 2]) == pytest.approx(1 / 3)


def scene():
    masks = np.zeros((2, 8, 8), bool)
    masks[0, 2:4, 2:4] = True
    masks[1, 6, 7] = True
    return Sample(np.zeros((8, 8, 3), np.uint8), masks, np.array([3, 1], np.int32))


def test_places_lie_on_their_class():
    places = probe.class_places(scene(), 3, np.random.default_rng(0))
    assert np.bincount(places[:, 2]).tolist() == [3, 1, 0, 3]
    for row, column, class_id in places:
        inside = scene().masks[:, row, column]
        assert (scene().class_ids[inside].tolist() or [0]) == [class_id]


def test_the_vector_is_that_of_the_cell_that_holds_the_place():
    window = types.SimpleNamespace(to_molded=lambda boxes: boxes * 2)  # an image enlarged twice
    level = np.arange(2 * 3).reshape(2, 3, 1)
    places = np.array([[0, 0, 1], [3, 4, 2], [7, 11, 0]])  # molded: (1, 1), (7, 9), (15, 23)
    found = probe.cell_vectors({"P3": level, "window": window}, "P3", places)
    assert found[:, 0].tolist() == [0, 1, 5]


def test_the_strength_is_chosen_on_vectors_held_out():
    vectors, classes = points(60)
    held_out = np.arange(60) % 4 == 0
    chosen = probe.choose_strength(vectors, classes, 3, held_out)
    scores = {
        s: probe.balanced_accuracy(
            probe.fit_probe(vectors[~held_out], classes[~held_out], 3, s).predict(
                vectors[held_out]
            ),
            classes[held_out],
        )
        for s in probe.STRENGTHS
    }
    assert scores[chosen] == max(scores.values())


@pytest.mark.parametrize(
    "vectors, classes, strength",
    [
        (np.zeros((0, 3)), np.zeros(0, int), 0.1),
        (np.zeros((2, 3)), np.zeros(3, int), 0.1),
        (np.zeros(2), np.zeros(2, int), 0.1),
        (np.zeros((2, 3)), np.zeros(2, int), 0),
        (np.zeros((2, 3)), np.array([0, 5]), 0.1),
    ],
)
def test_what_cannot_be_fitted(vectors, classes, strength):
    with pytest.raises(ValueError, match="fit_probe needs"):
        probe.fit_probe(vectors, classes, 3, strength)
