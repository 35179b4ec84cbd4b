"""Scenes as a data set: splits, sizes and errors."""

import numpy as np
import pytest

from maskrcnn_explained.data.scenes.dataset import SPLITS, Scenes


def test_splits_are_disjoint():
    """The seeds of the longest possible splits do not overlap, and the scenes differ."""
    ranges = [(first, first + 1_000_000_000) for first in SPLITS.values()]
    ranges.sort()
    assert all(end <= start for (_, end), (start, _) in zip(ranges, ranges[1:], strict=False))
    samples = [Scenes(split, 1)[0] for split in SPLITS]
    assert [sample.image_id for sample in samples] == list(SPLITS.values())
    assert not np.array_equal(samples[0].image, samples[1].image)
    with pytest.raises(ValueError, match="length"):
        Scenes("train", 1_000_000_001)


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
