"""Batches: padding, order, and bad input."""

import dataclasses
import tracemalloc

import numpy as np
import pytest

from maskrcnn_explained.data.batches import (
    PACKED_SIGNATURE,
    SIGNATURE,
    batch_indices,
    batches,
    make_batch,
)
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.molding import mold, mold_masks
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.masks import boxes_from_masks, to_mini_masks
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


# Cut masks and packed masks


def random_sample(seed):
    """A Sample of another size per seed: large, small, empty and single-pixel masks, and crowds."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(20, 400, 2)
    masks = rng.random((5, height, width)) > np.array([2, 0.5, 0.9, 0.999, 0.9999])[:, None, None]
    masks[2, height // 2 :] = False
    image = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    ids = rng.integers(1, 4, 5).astype(np.int32)
    return Sample(image, masks, ids, crowd=rng.random(5) > 0.7)


def batch_by_full_masks(samples, config):
    """The boxes, class ids and masks of a batch, computed from masks at full size."""
    images, windows = mold([sample.image for sample in samples], config)
    rows = []
    for sample, window in zip(samples, windows, strict=True):
        masks = mold_masks(sample.masks, window, images.shape[1:3], config.resize_rule)
        kept = masks.any((1, 2))
        masks = masks[kept]
        boxes = boxes_from_masks(masks)
        if config.mini_mask_size:
            masks = to_mini_masks(masks, boxes, config.mini_mask_size)
        ids = np.where(sample.crowd, -1, 1)[kept] * sample.class_ids[kept]
        rows.append((boxes, ids, masks))
    return rows


CONFIGS = {
    "square": square(),
    "pad64": SCENES,
    "mini": square(mini_mask_size=28),
    "reference": square(resize_rule="reference", mini_mask_size=56),
    "enlarged": get_config("scenes"),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_batch_is_that_of_the_full_masks(name, packed):
    config = CONFIGS[name]
    samples = [random_sample(seed) for seed in range(3)]
    batch = make_batch(samples, config, packed)
    assert ("gt_mask_bits" in batch) == (packed and not config.mini_mask_size)
    if "gt_mask_bits" in batch:
        assert batch["gt_mask_bits"].nbytes * 8 == np.prod((3, 5, *batch["images"].shape[1:3]))
        batch["gt_masks"] = np.unpackbits(batch["gt_mask_bits"], axis=-1)
    assert batch["gt_masks"].dtype == np.uint8 and batch["gt_boxes"].dtype == np.float32
    for i, (boxes, ids, masks) in enumerate(batch_by_full_masks(samples, config)):
        number = len(boxes)
        np.testing.assert_array_equal(batch["gt_boxes"][i, :number], boxes)
        np.testing.assert_array_equal(batch["gt_class_ids"][i, :number], ids)
        np.testing.assert_array_equal(batch["gt_masks"][i, :number], masks)
        for key in ("gt_boxes", "gt_class_ids", "gt_masks"):
            assert not batch[key][i, number:].any(), "padding"


@pytest.mark.parametrize("name", ["square", "mini"])
def test_a_stream_yields_what_its_signature_says(name):
    config = CONFIGS[name]
    data = [random_sample(seed) for seed in range(4)]
    stream = batches(data, config, 2, seed=1)
    signature = SIGNATURE if name == "mini" else PACKED_SIGNATURE
    assert stream.element_spec == signature
    batch = next(iter(stream))
    chosen = [data[index] for index in batch_indices(4, 2, 0, seed=1)]
    by_hand = make_batch(chosen, config, packed=True)
    assert by_hand.keys() == batch.keys()
    for key, value in by_hand.items():
        np.testing.assert_array_equal(batch[key], value)


def photograph(number, size=(3000, 4000)):
    """A Sample of 12 megapixels with `number` disks of 60 pixels."""
    rng = np.random.default_rng(number)
    corners = np.stack([rng.integers(0, side - 60, number) for side in size], 1)
    rows, columns = np.mgrid[-29.5:30, -29.5:30]
    disk = np.hypot(rows, columns) < 30
    masks = CutMasks(size, np.concatenate([corners, corners + 60], 1), [disk] * number)
    image = np.full((*size, 3), 90, np.uint8)
    return Sample(image, masks, np.ones(number, np.int32))


def test_a_photograph_with_many_objects_needs_little_memory():
    """At full size, its masks would be 5.4 GB; molded but not packed, 88 MB."""
    sample = photograph(450)
    config = get_config("scenes")
    make_batch([photograph(1, (900, 1200))], config)  # loads what is loaded once
    tracemalloc.start()
    batch = make_batch([sample], config, packed=True)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (batch["gt_class_ids"] > 0).sum() == 450
    molded = batch["images"].nbytes
    assert kept - molded < 15e6  # 450 masks of 384 x 512 bits, and boxes
    assert peak < 350e6  # one colour of the image as float64, three times over


def test_a_stream_cuts_whole_masks_before_it_takes_the_next_sample():
    """A data set that makes whole masks has them in memory for one sample at a time."""
    size = (1000, 1000)
    image = np.zeros((*size, 3), np.uint8)

    class Whole:
        def __len__(self):
            return 6

        def __getitem__(self, index):
            masks = np.zeros((30, *size), bool)
            masks[:, 100:300, 200:400] = True
            return Sample(image, masks, np.ones(30, np.int32))

    stream = batches(Whole(), square(), 6)
    tracemalloc.start()
    batch = next(iter(stream))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (batch["gt_class_ids"].numpy() == 1).all()
    assert peak < 2.9 * 30e6  # the six samples have 180 MB
