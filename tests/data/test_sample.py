"""Samples: shapes that fit together, and parts of a data set."""

import copy
import dataclasses
import pickle
import tracemalloc

import numpy as np
import pytest

from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.sample import Sample, Subset

IMAGE = np.zeros((4, 6, 3), np.uint8)
MASKS = np.zeros((2, 4, 6), bool)
IDS = np.array([1, 2])


def test_boxes_follow_from_the_masks():
    masks = MASKS.copy()
    masks[0, 1:3, 2:5] = True
    sample = Sample(IMAGE, masks, IDS)
    assert len(sample) == 2 and not sample.crowd.any()
    np.testing.assert_array_equal(sample.boxes, [[1, 2, 3, 5], [0] * 4])


def test_a_sample_without_instances():
    empty = Sample(IMAGE, MASKS[:0], np.zeros(0, np.int32))
    assert len(empty) == 0 and empty.boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(image=IMAGE[..., 0]), r"image must be \[H, W, 3\] uint8"),
        (dict(image=IMAGE.astype(float)), "uint8; got .* float64"),
        (dict(masks=MASKS[:, :3]), r"masks must be \[G, 4, 6\] bool, the size of the image"),
        (dict(masks=MASKS.transpose(0, 2, 1)), "the size of the image"),
        (dict(masks=MASKS.astype(int)), "bool"),
        (dict(crowd=np.zeros(3, bool)), "crowd must hold one bool per mask, 2 in all"),
        (dict(class_ids=np.array([1])), "2 masks need 2 class ids"),
        (dict(class_ids=np.array([0, 1])), "class ids start at 1"),
    ],
)
def test_an_error_reports_the_image_id(change, words):
    given = dict(image=IMAGE, masks=MASKS, class_ids=IDS, image_id=7) | change
    with pytest.raises(ValueError, match=f"Sample 7: .*{words}"):
        Sample(**given)


# Cut masks


def two_squares():
    """Masks [2, 4, 6] bool, of which the second is empty."""
    masks = MASKS.copy()
    masks[0, 1:3, 2:5] = True
    return masks


def from_cut():
    return Sample(IMAGE, CutMasks.of(two_squares(), (4, 6)), IDS, image_id=7)


def test_both_forms_are_one_sample():
    full = Sample(IMAGE, two_squares(), IDS)
    cut = from_cut()
    for sample in (full, cut):
        assert len(sample) == 2 and sample.crowd.tolist() == [False, False]
        np.testing.assert_array_equal(sample.boxes, [[1, 2, 3, 5], [0] * 4])
        assert sample.boxes.dtype == np.float32
        assert sample.cut.areas.tolist() == [6, 0]
        np.testing.assert_array_equal(sample.masks, two_squares())
        assert sample.masks.dtype == bool


def test_whole_masks_are_made_once_and_may_be_changed():
    sample = from_cut()
    assert sample.masks is sample.masks
    sample.masks[0, 0, 0] = True
    assert sample.cut.areas.tolist() == [7, 0] and sample.boxes[0].tolist() == [0, 0, 3, 5]


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda sample: pickle.loads(pickle.dumps(sample))],
    ids=["copy", "deepcopy", "pickle"],
)
@pytest.mark.parametrize("asked", [False, True])
def test_copies_of_a_sample_with_cut_masks(again, asked):
    sample = from_cut()
    if asked:
        np.testing.assert_array_equal(sample.masks, two_squares())
    other = again(sample)
    assert other.image_id == 7 and other.cut.areas.tolist() == [6, 0]
    np.testing.assert_array_equal(other.masks, two_squares())


def test_a_sample_is_replaced_in_both_forms():
    white = np.full_like(IMAGE, 255)
    sample = from_cut()
    for masks in (sample.cut, sample.masks):
        other = dataclasses.replace(sample, image=white, masks=masks)
        assert (other.image == 255).all() and other.image_id == 7
        np.testing.assert_array_equal(other.masks, two_squares())
    kept = dataclasses.replace(sample, image=white)
    np.testing.assert_array_equal(kept.masks, two_squares())


def test_a_sample_stays_frozen_and_needs_masks():
    with pytest.raises(dataclasses.FrozenInstanceError):
        from_cut().masks = MASKS
    with pytest.raises(TypeError, match="masks"):
        Sample(image=IMAGE, class_ids=IDS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(masks=CutMasks.of(MASKS, (4, 6)).turned(1)), r"masks must be \[G, 4, 6\] bool"),
        (dict(crowd=np.zeros(3, bool)), "crowd must hold one bool per mask, 2 in all"),
        (dict(class_ids=np.array([1])), "2 masks need 2 class ids"),
    ],
)
def test_an_error_with_cut_masks_reports_the_image_id(change, words):
    with pytest.raises(ValueError, match=f"Sample 7: .*{words}"):
        dataclasses.replace(from_cut(), **(dict(masks=from_cut().cut) | change))


def test_cut_masks_stay_small_until_the_whole_ones_are_asked_for():
    size = (1000, 2000)
    one = CutMasks(size, np.array([[10, 20, 30, 40]] * 50), [np.ones((20, 20), bool)] * 50)
    image = np.zeros((*size, 3), np.uint8)
    tracemalloc.start()
    sample = Sample(image, one, np.ones(50, np.int32))
    sample = dataclasses.replace(sample, image=image, masks=sample.cut)
    assert len(sample) == 50 and sample.boxes.shape == (50, 4)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1e6  # whole, they are 100 MB


# Subsets


def test_a_part_of_a_data_set():
    part = Subset(list("abcdef"), 2, 3)
    assert list(part) == ["c", "d", "e"]
    assert len(Subset("abc", 2, 9)) == 1 and len(Subset("abc", 5, 1)) == 0
    with pytest.raises(IndexError, match="3 samples; got index 3"):
        part[3]
