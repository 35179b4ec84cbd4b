"""Copy-paste: what is pasted hides what is under it, and nothing vanishes."""

import numpy as np
import pytest

from maskrcnn_explained.data.copy_paste import (
    SMALLEST_COPIED,
    CopyPaste,
    Piece,
    copied,
    pasted,
    resized,
)
from maskrcnn_explained.data.sample import Sample


def sample(boxes=((2, 2, 22, 22),), side=40, crowd=None, **tags):
    """A dark image with bright rectangles, one class each."""
    image = np.zeros((side, side, 3), np.uint8)
    masks = np.zeros((len(boxes), side, side), bool)
    for mask, (y1, x1, y2, x2) in zip(masks, boxes, strict=True):
        mask[y1:y2, x1:x2] = True
        image[mask] = 100
    ids = np.arange(1, len(boxes) + 1, dtype=np.int32)
    return Sample(image, masks, ids, crowd=crowd, tags=tags)


def piece(height=10, width=12, class_id=7):
    """A bright thing; its first row does not belong to it."""
    mask = np.ones((height, width), bool)
    mask[0] = False
    return Piece(np.full((height, width, 3), 200, np.uint8), mask, class_id)


def test_what_is_pasted_is_seen_and_hides_what_is_under_it():
    before = sample()
    after = pasted(before, piece(), 15, 16)
    assert after.class_ids.tolist() == [1, 7]
    # The mask of the piece is where its pixels are, and nowhere else is the image changed.
    own = after.masks[1]
    assert own.sum() == 9 * 12
    assert (after.image[own] == 200).all()
    assert (after.image[~own] == before.image[~own]).all()
    # Nothing belongs to two objects, and the first has lost just what is covered.
    np.testing.assert_array_equal(after.masks[0], before.masks[0] & ~own)
    np.testing.assert_array_equal(after.boxes[1], [16, 16, 25, 28])
    assert before.class_ids.tolist() == [1]
    assert before.image.max() == 100


def test_half_of_each_object_stays_visible():
    assert pasted(sample([(2, 2, 12, 12)]), piece(), 1, 1) is None
    kept = pasted(sample([(2, 2, 12, 12)]), piece(), 7, 2)
    assert kept.masks[0].sum() == 60
    assert pasted(sample([(2, 2, 12, 12)]), piece(), 6, 2).masks[0].sum() == 50


def test_a_piece_without_a_pixel_is_not_pasted():
    empty = Piece(np.zeros((3, 3, 3), np.uint8), np.zeros((3, 3), bool), 1)
    assert pasted(sample(), empty, 30, 30) is None


def test_crowds_and_tags_come_along():
    before = sample([(2, 2, 12, 12), (20, 20, 30, 30)], crowd=np.array([True, False]), size=[5, 6])
    before.tags["size"] = np.array([5, 6])
    after = pasted(before, piece(), 25, 2)
    assert after.crowd.tolist() == [True, False, False]
    assert after.tags["size"].tolist() == [5, 6, 0]


def test_copied_are_the_objects_but_crowds_and_crumbs():
    boxes = [(0, 0, 20, 18), (20, 20, 40, 40), (0, 20, SMALLEST_COPIED - 1, 40)]
    found = copied([sample(boxes, crowd=np.array([False, True, False]))])
    assert list(found) == [1]
    [one] = found[1]
    assert one.pixels.shape == (20, 18, 3)
    assert one.mask.all()
    assert one.class_id == 1
    assert (one.pixels == 100).all()


@pytest.mark.parametrize("factor", [0.3, 1, 2.5, 100])
def test_a_resized_piece_fits_the_image_and_keeps_its_shape(factor):
    one = resized(piece(10, 20), factor, (30, 30))
    assert one.mask.shape == one.pixels.shape[:2]
    assert max(one.mask.shape) <= 30
    assert one.mask.shape[1] / one.mask.shape[0] == pytest.approx(2, abs=0.2)
    # The first row, a tenth of the height, is still not part of it.
    assert one.mask.mean() == pytest.approx(0.9, abs=0.1)


def test_each_class_comes_equally_often_and_the_draw_repeats():
    many = {1: [piece(class_id=1)] * 50, 2: [piece(class_id=2)]}
    paste = CopyPaste(many, probability=1.0, most=1)
    empty = sample([])
    drawn = [paste(empty, np.random.default_rng(i)) for i in range(200)]
    ids = np.concatenate([one.class_ids for one in drawn])
    assert len(ids) == 200  # there is always a place in an empty image
    assert 70 < (ids == 2).sum() < 130
    again = paste(empty, np.random.default_rng(3))
    np.testing.assert_array_equal(again.image, drawn[3].image)


def test_probability_and_number():
    pieces = {1: [piece(4, 4)]}
    empty = sample([])
    never = CopyPaste(pieces, probability=0.0)
    assert never(empty, np.random.default_rng(0)) is empty
    often = CopyPaste(pieces, probability=1.0, most=3, scale=(1.0, 1.0))
    numbers = {len(often(empty, np.random.default_rng(i))) for i in range(60)}
    assert numbers == {1, 2, 3}


def test_where_there_is_no_place_the_sample_stays():
    full = sample([(0, 0, 40, 40)])
    large = CopyPaste({1: [piece(39, 39)]}, probability=1.0, scale=(1.0, 1.0))
    assert large(full, np.random.default_rng(0)) is full


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (dict(pieces={}), "at least one Piece"),
        (dict(pieces={1: []}), "at least one Piece"),
        (dict(probability=1.5), "probability"),
        (dict(most=0), "most"),
        (dict(scale=(2.0, 1.0)), "in order"),
        (dict(scale=(0.0, 1.0)), "in order"),
    ],
)
def test_wrong_settings_are_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        CopyPaste(**({"pieces": {1: [piece()]}} | wrong))
