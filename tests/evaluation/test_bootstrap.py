"""The bootstrap over images: cases that can be counted, and AP by hand as an oracle."""

import numpy as np
import pytest

from maskrcnn_explained.evaluation.bootstrap import bootstrap_ap, interval
from maskrcnn_explained.evaluation.precision_recall import average_precision_by_hand

FOUND = (np.eye(1), [0.9], [1], [1])
LOST = (np.zeros((0, 1)), [], [], [1])


def random_images(count, seed=0):
    rng = np.random.default_rng(seed)
    images = []
    for _ in range(count):
        d, g = rng.integers(0, 6, 2)
        ids = rng.integers(1, 4, d), rng.integers(1, 4, g)
        images.append((rng.random((d, g)), rng.random(d), *ids))
    return images


def test_two_images_of_which_one_is_found():
    # Drawn: both the found one (AP 1), both the lost one (0), or one of each (51 of 101 recalls).
    values = bootstrap_ap([FOUND, LOST], [0.5], rounds=2000)
    kinds, counts = np.unique(values.round(4), return_counts=True)
    assert kinds.tolist() == [0, round(51 / 101, 4), 1]
    np.testing.assert_allclose(counts / 2000, [0.25, 0.5, 0.25], atol=0.04)


def test_one_image_cannot_vary():
    assert interval(bootstrap_ap([FOUND] * 3, rounds=20)) == (1.0, 1.0)


@pytest.mark.parametrize("seed", range(3))
def test_each_round_is_the_ap_of_the_images_that_were_drawn(seed):
    images = random_images(7, seed)
    values = bootstrap_ap(images, [0.5, 0.75], rounds=5, seed=seed)
    drawn = np.random.default_rng(seed).integers(7, size=(5, 7))
    for value, rows in zip(values, drawn, strict=True):
        by_hand = average_precision_by_hand([images[i] for i in sorted(rows)], [0.5, 0.75])
        assert np.isclose(value, by_hand)


def test_one_seed_draws_the_same_images_for_two_models():
    images = random_images(9)
    other = [(overlap * 0.8, *rest) for overlap, *rest in images]
    gain = bootstrap_ap(images, rounds=50) - bootstrap_ap(other, rounds=50)
    assert gain.min() > 0
    np.testing.assert_array_equal(bootstrap_ap(images, rounds=50), bootstrap_ap(images, rounds=50))


def test_a_class_that_was_not_drawn_is_left_out():
    images = [(np.eye(1), [0.9], [k], [k]) for k in (1, 2, 3)]
    assert set(bootstrap_ap(images, rounds=30)) == {1.0}


def test_the_interval_is_the_middle():
    assert interval(np.arange(101.0), 0.9) == pytest.approx((5, 95))
    low, high = interval(np.random.default_rng(0).normal(size=100_000))
    assert np.isclose(low, -1.96, atol=0.03) and np.isclose(high, 1.96, atol=0.03)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="images with objects"):
        bootstrap_ap([(np.zeros((1, 0)), [0.9], [1], [])])
    with pytest.raises(ValueError, match="rounds"):
        bootstrap_ap([FOUND], rounds=0)
    with pytest.raises(ValueError, match="seed"):
        bootstrap_ap([FOUND], seed=-1)
    with pytest.raises(ValueError, match="share"):
        interval([0.5], 1.5)
