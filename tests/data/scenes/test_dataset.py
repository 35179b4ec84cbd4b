"""Scenes: the same in every process, with the promised mix; their shapes and textures."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained.data.scenes.dataset import SPLITS, Scenes
from maskrcnn_explained.data.scenes.shapes import LINES, outline, stencil
from maskrcnn_explained.data.scenes.textures import PHOTOS, photo


@pytest.fixture(scope="module")
def first_500():
    """The test scenes that the model card's figures are measured on."""
    scenes = Scenes("test", 500)
    return [scenes[i] for i in range(500)]


HASH = """
import hashlib
from maskrcnn_explained.data.scenes import Scenes
digest = hashlib.sha256()
for split in ("train", "validation", "test"):
    for sample in (Scenes(split, 9, (96, 64))[i] for i in (0, 3, 8)):
        for array in (sample.image, sample.masks, sample.class_ids):
            digest.update(array.tobytes())
print(digest.hexdigest())
"""


def test_scenes_are_the_same_in_every_process():
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", HASH], env=environment, capture_output=True, text=True, check=True
    )
    digest = hashlib.sha256()
    for split in SPLITS:
        scenes = Scenes(split, 9, (96, 64))
        for sample in (scenes[8], scenes[3], scenes[0])[::-1]:  # the order of asking is nothing
            for array in (sample.image, sample.masks, sample.class_ids):
                digest.update(array.tobytes())
    assert done.stdout.strip() == digest.hexdigest()


def test_splits_are_disjoint():
    """Scene numbers of the longest possible splits do not meet, and the scenes differ."""
    ranges = [(first, first + 1_000_000_000) for first in SPLITS.values()]
    ranges.sort()
    assert all(end <= start for (_, end), (start, _) in zip(ranges, ranges[1:], strict=False))
    samples = [Scenes(split, 1)[0] for split in SPLITS]
    assert [sample.image_id for sample in samples] == list(SPLITS.values())
    assert not np.array_equal(samples[0].image, samples[1].image)
    with pytest.raises(ValueError, match="length"):
        Scenes("train", 1_000_000_001)


def test_the_mix_of_hard_objects(first_500):
    size, occlusion, contrast = (
        np.concatenate([sample.tags[name] for sample in first_500])
        for name in ("size", "occlusion", "contrast")
    )
    assert (size < 20).mean() >= 0.15
    assert (occlusion > 0.3).mean() >= 0.15
    assert (contrast < 20).mean() >= 0.10
    assert size.max() > 100


def test_every_class_some_crowds_and_some_empty_scenes(first_500):
    number = np.array([len(sample) for sample in first_500])
    assert (number == 0).any() and number.max() >= 10 and number.max() <= 15
    ids = np.concatenate([sample.class_ids for sample in first_500])
    assert np.bincount(ids, minlength=5)[1:].min() > 0.15 * len(ids)


def test_masks_are_disjoint_and_nonempty(first_500):
    for sample in first_500:
        assert sample.image.shape == (192, 192, 3)
        assert sample.masks.any((1, 2)).all()
        if len(sample):
            assert sample.masks.sum(0).max() == 1


def test_boxes_and_tags_fit_the_masks(first_500):
    for sample in first_500[:60]:
        boxes = sample.boxes.astype(int)
        for (y1, x1, y2, x2), mask in zip(boxes, sample.masks, strict=True):
            assert mask[y1:y2, x1:x2].sum() == mask.sum()  # nothing outside, and tight:
            assert mask[[y1, y2 - 1]].any(1).all() and mask[:, [x1, x2 - 1]].any(0).all()
        assert all(len(values) == len(sample) for values in sample.tags.values())
        assert ((sample.tags["occlusion"] >= 0) & (sample.tags["occlusion"] <= 1)).all()


def test_sizes_take_turns():
    scenes = Scenes("train", 5, (64, 96))
    assert [scenes[i].image.shape[0] for i in range(5)] == [64, 96, 64, 96, 64]
    assert np.array_equal(scenes[-1].image, scenes[4].image)


def test_scenes_errors():
    with pytest.raises(ValueError, match="'exam'.*train, validation, test"):
        Scenes("exam")
    with pytest.raises(ValueError, match="length"):
        Scenes("test", 0)
    with pytest.raises(IndexError, match="9"):
        Scenes("test", 9)[9]


def test_coins_are_not_among_the_textures():
    assert "coins" not in PHOTOS
    with pytest.raises(ValueError, match="coins"):
        photo("coins", 1.0)


# Shapes


def test_stencil_of_a_square_by_hand():
    alpha, corner = stencil(np.array([[1, 1], [1, 3.5], [3, 3.5], [3, 1]], float))
    inside = alpha[1 - corner[0] : 3 - corner[0], 1 - corner[1] : 4 - corner[1]]
    assert inside == pytest.approx(np.array([[1, 1, 0.5], [1, 1, 0.5]]))
    assert alpha.sum() == pytest.approx(5)


def inside_polygon(points, y, x):
    """Is each point inside? Count the edges that a ray to the left crosses, edge by edge."""
    inside = np.zeros(np.broadcast(y, x).shape, bool)
    for (y1, x1), (y2, x2) in zip(points, np.roll(points, -1, 0), strict=True):
        if y1 != y2:
            crosses = (y1 <= y) != (y2 <= y)
            inside ^= crosses & (x1 + (y - y1) / (y2 - y1) * (x2 - x1) < x)
    return inside


@pytest.mark.parametrize("class_id", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_stencil_equals_asking_every_point(class_id, seed):
    rng = np.random.default_rng(seed)
    points = outline(rng, class_id, rng.uniform(8, 30)) + rng.uniform(-5, 40, 2)
    alpha, (top, left) = stencil(points)
    fine = 64  # points per pixel along a line
    y = top + (np.arange(alpha.shape[0] * LINES) + 0.5) / LINES
    x = left + (np.arange(alpha.shape[1] * fine) + 0.5) / fine
    asked = inside_polygon(points, y[:, None], x[None])
    asked = asked.reshape(alpha.shape[0], LINES, alpha.shape[1], fine).mean((1, 3))
    assert np.abs(alpha - asked).max() < 2 / fine
    assert alpha[[0, -1]].max() == 0 and alpha.min() >= 0 and alpha.max() <= 1 + 1e-6


@given(st.integers(0, 10_000), st.integers(1, 4), st.floats(8, 130))
def test_outline_has_the_size_asked_for(seed, class_id, size):
    points = outline(np.random.default_rng(seed), class_id, size)
    assert np.ptp(points, axis=0).max() == pytest.approx(size)
