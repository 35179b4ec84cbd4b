"""Batches: padding, order, and bad input."""

import dataclasses

import numpy as np
import pytest

from maskrcnn_explained.data.batches import batch_indices, batches, make_batch
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.presets import get_config

SCENES = get_config("scenes", image_min_side=None)


def square(**changes):
    """A Config that resizes into a square of 128 pixels."""
    return SCENES.changed(resize_mode="square", image_min_side=64, image_max_side=128, **changes)


def sample_of(number, size=40, class_id=1, image_id=0):
    """A Sample with `number` squares of 8 pixels in a row."""
    masks = np.zeros((number, size, size), bool)
    for i, mask in enumerate(masks):
        mask[4:12, 10 * i : 10 * i + 8] = True
    image = np.full((size, size, 3), 10 * number, np.uint8)
    return Sample(image, masks, np.full(number, class_id, np.int32), image_id=image_id)


def test_ragged_instances_are_padded():
    config = SCENES
    samples = [sample_of(0), sample_of(3), sample_of(1, size=100)]
    batch = make_batch(samples, config)
    assert batch["images"].shape == (3, 128, 128, 3)
    assert batch["gt_boxes"].shape == (3, 3, 4) and batch["gt_masks"].shape == (3, 3, 128, 128)
    assert batch["gt_class_ids"].tolist() == [[0, 0, 0], [1, 1, 1], [1, 0, 0]]
    assert batch["gt_boxes"][1, 0].tolist() == [48, 44, 56, 52]
    assert batch["gt_masks"].sum((2, 3)).tolist() == [[0, 0, 0], [64, 64, 64], [64, 0, 0]]
    assert not batch["gt_boxes"][0].any()


def test_a_batch_without_any_object_has_one_padded_row():
    batch = make_batch([sample_of(0), sample_of(0)], SCENES)
    assert batch["gt_boxes"].shape == (2, 1, 4) and not batch["gt_class_ids"].any()


def test_an_object_that_vanishes_in_shrinking_is_dropped():
    masks = np.zeros((2, 512, 512), bool)
    masks[0, 3, 3] = True  # one pixel of an image that shrinks to a quarter
    masks[1, 100:200, 100:200] = True
    sample = Sample(np.zeros((512, 512, 3), np.uint8), masks, np.array([1, 2], np.int32))
    batch = make_batch([sample], square())
    assert batch["gt_class_ids"].tolist() == [[2, 0]]
    assert batch["gt_boxes"][0, 0].tolist() == [25, 25, 50, 50]


def test_crowd_regions_have_minus_their_class():
    one = sample_of(2, class_id=3)
    crowd = dataclasses.replace(one, crowd=np.array([False, True]))
    assert make_batch([crowd], SCENES)["gt_class_ids"].tolist() == [[3, -3]]


def test_class_beyond_the_model():
    with pytest.raises(ValueError, match="class id 9.*1..4"):
        make_batch([sample_of(1, class_id=9)], SCENES)


@pytest.mark.parametrize(("length", "batch_size"), [(7, 3), (4, 8), (6, 2), (2, 12)])
def test_every_sample_comes_once_per_epoch(length, batch_size):
    row = sum((batch_indices(length, batch_size, step, seed=3) for step in range(length)), [])
    epochs = np.array(row).reshape(batch_size, length)
    assert (np.sort(epochs, 1) == np.arange(length)).all()
    assert len({tuple(epoch) for epoch in epochs}) > 1  # not the same order every time
    assert row != sum((batch_indices(length, batch_size, s, seed=4) for s in range(length)), [])


def test_a_stream_that_goes_on_continues_the_row():
    data = [sample_of(number % 4, image_id=number) for number in range(5)]
    whole = list(batches(data, SCENES, 2, seed=1).take(4))
    rest = list(batches(data, SCENES, 2, seed=1, first_step=2).take(2))
    for first, second in zip(whole[2:], rest, strict=True):
        assert all(np.array_equal(first[name], second[name]) for name in first)
    assert not np.array_equal(whole[0]["images"], whole[2]["images"])


def test_empty_data_set():
    with pytest.raises(ValueError, match="empty"):
        batches([], SCENES, 2)
