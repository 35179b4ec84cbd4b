"""Cut masks: every change of them gives what the change of the full masks gives, tightly boxed."""

import copy
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.resizing import nearest_pixels
from maskrcnn_explained.masks import boxes_from_masks


def random_masks(seed):
    """[G, H, W] bool: rectangles with holes; some masks are empty, one has scattered pixels."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, 40, 2)
    masks = np.zeros((rng.integers(0, 7), height, width), bool)
    for mask in masks[1:]:
        top = rng.integers(height)
        left = rng.integers(width)
        part = mask[top : top + rng.integers(1, 30), left : left + rng.integers(1, 30)]
        part[:] = rng.random(part.shape) > rng.choice([0.0, 0.4, 0.98])
    return masks


def cut(masks):
    return CutMasks.of(masks, masks.shape[1:])


def check(found, masks):
    """The CutMasks are these full masks, and keep all the promises of their class."""
    assert found.shape == masks.shape and len(found) == len(masks)
    np.testing.assert_array_equal(found.full(), masks)
    np.testing.assert_array_equal(found.boxes, boxes_from_masks(masks))  # tight
    assert found.boxes.shape == (len(masks), 4) and found.boxes.dtype == np.int64
    np.testing.assert_array_equal(found.areas, masks.sum((1, 2)))
    np.testing.assert_array_equal(found.union(), masks.any(0))
    for index, crop in enumerate(found.crops):
        y1, x1, y2, x2 = found.boxes[index]
        assert crop.shape == (y2 - y1, x2 - x1) and crop.dtype == bool
        np.testing.assert_array_equal(found.one(index), masks[index])


seeds = given(seed=st.integers(0, 10**6))


@seeds
def test_there_and_back(seed):
    masks = random_masks(seed)
    check(cut(masks), masks)
    check(CutMasks.of((mask for mask in masks), masks.shape[1:]), masks)
    check(cut(np.asfortranarray(masks)), masks)
    check(copy.deepcopy(cut(masks)), masks)


@seeds
def test_a_choice_of_masks(seed):
    masks = random_masks(seed)
    rng = np.random.default_rng(seed)
    some = rng.random(len(masks)) > 0.5
    check(cut(masks).kept(some), masks[some])
    order = rng.permutation(len(masks))
    check(cut(masks).kept(order), masks[order])
    check(cut(masks).kept(order[:0]), masks[:0])


@seeds
def test_flips_and_turns(seed):
    masks = random_masks(seed)
    check(cut(masks).flipped(), masks[:, :, ::-1])
    for quarters in range(-4, 6):
        check(cut(masks).turned(quarters), np.rot90(masks, quarters, axes=(1, 2)))


@given(seed=st.integers(0, 10**6), top=st.integers(0, 45), left=st.integers(0, 45))
def test_a_window(seed, top, left):
    """Also one that reaches beyond the image, or lies outside it."""
    masks = random_masks(seed)
    height, width = np.random.default_rng(seed).integers(1, 50, 2)
    part = masks[:, top : top + height, left : left + width]
    check(cut(masks).cropped(top, left, height, width), part)


@pytest.mark.parametrize("rule", ["smooth", "reference"])
@given(seed=st.integers(0, 10**6), height=st.integers(1, 90), width=st.integers(1, 90))
def test_rows_and_columns(rule, seed, height, width):
    """Larger and smaller; a mask that loses all its pixels gets an empty box."""
    masks = random_masks(seed)
    rows = nearest_pixels(height, masks.shape[1], rule)
    columns = nearest_pixels(width, masks.shape[2], rule)
    check(cut(masks).taken(rows, columns), masks[:, rows[:, None], columns[None]])


@given(seed=st.integers(0, 10**6), top=st.integers(0, 9), left=st.integers(0, 9))
def test_a_larger_canvas(seed, top, left):
    masks = random_masks(seed)
    number, height, width = masks.shape
    canvas = np.zeros((number, height + 9, width + 9), bool)
    canvas[:, top : top + height, left : left + width] = masks
    check(cut(masks).placed(canvas.shape[1:], top, left), canvas)


def test_a_loose_box_becomes_tight():
    crop = np.zeros((6, 8), bool)
    crop[2:4, 3:5] = True
    found = CutMasks((20, 30), np.array([[10, 20, 16, 28]]), [crop])
    assert found.boxes.tolist() == [[12, 23, 14, 25]] and found.crops[0].all()
    nothing = CutMasks((20, 30), np.array([[10, 20, 16, 28]]), [np.zeros((6, 8), bool)])
    assert nothing.boxes.tolist() == [[0, 0, 0, 0]] and nothing.crops[0].size == 0


def test_the_given_arrays_stay_as_they_are():
    masks = np.ones((1, 4, 4), bool)
    boxes = np.array([[0, 0, 4, 4]])
    found = CutMasks((4, 4), boxes, list(masks))
    masks[:] = False
    boxes[:] = 0
    assert found.areas.tolist() == [16] and found.boxes.tolist() == [[0, 0, 4, 4]]


SQUARE = np.ones((4, 4), bool)


@pytest.mark.parametrize(
    ("boxes", "crops", "words"),
    [
        ([[0, 0, 4, 4]], [SQUARE, SQUARE], "one box per crop; got 1 boxes and 2 crops"),
        ([[0, 0, 4, 5]], [SQUARE], r"Mask 0 must fill its box of 4 x 5 pixels"),
        ([[8, 0, 12, 4]], [SQUARE], r"box \[8, 0, 12, 4\], which reaches beyond .* 10 x 12"),
        ([[0, -1, 4, 3]], [SQUARE], "reaches beyond its image"),
        ([[0, 0, 4, 4]], [SQUARE.astype(np.uint8)], "Mask 0 must be bool; got uint8"),
    ],
)
def test_boxes_and_crops_that_do_not_fit(boxes, crops, words):
    with pytest.raises(ValueError, match=words):
        CutMasks((10, 12), np.array(boxes), crops)


def test_full_masks_that_do_not_fit():
    with pytest.raises(ValueError, match=r"Mask 1 must be \[4, 4\].* got \[4, 5\]"):
        CutMasks.of([SQUARE, np.ones((4, 5), bool)], (4, 4))
    with pytest.raises(ValueError, match="Mask 0 must be bool; got float64"):
        CutMasks.of([np.ones((4, 4))], (4, 4))
    with pytest.raises(ValueError, match="reaches beyond"):
        CutMasks.of([SQUARE], (4, 4)).placed((4, 4), 0, 1)


def test_one_full_mask_at_a_time_is_in_memory():
    """Twenty masks of 3 megapixels each come out of a generator, and each is soon forgotten."""
    size = (1500, 2000)

    def masks():
        for index in range(20):
            mask = np.zeros(size, bool)
            mask[30 * index : 30 * index + 20, 50:90] = True
            yield mask

    tracemalloc.start()
    found = CutMasks.of(masks(), size)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.areas.tolist() == [800] * 20
    assert peak < 3 * 3e6 and kept < 0.2e6


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint32, np.int64])
@pytest.mark.parametrize("numbers", [(), (3,), (3, 9, 250)])
def test_masks_of_a_label_map(dtype, numbers):
    rng = np.random.default_rng(0)
    labels = rng.choice([0, 3, 9, 250], (13, 17)).astype(dtype)
    cut = CutMasks.of_labels(labels, np.array(numbers, dtype))
    by_hand = np.array([labels == number for number in numbers], bool).reshape(-1, 13, 17)
    np.testing.assert_array_equal(cut.full(), by_hand)


def test_a_label_map_of_a_photograph_needs_little_memory():
    labels = np.zeros((2000, 3000), np.int32)
    for number in range(400):
        y, x = divmod(number, 20)
        labels[90 * y : 90 * y + 40, 140 * x : 140 * x + 40] = number + 1
    tracemalloc.start()
    cut = CutMasks.of_labels(labels, np.arange(1, 401))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (cut.areas == 1600).all()
    assert peak < 250e6, "whole masks would need 2.4 GB"
