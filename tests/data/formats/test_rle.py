"""Run-length codes are checked before pycocotools, which trusts them, sees them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from maskrcnn_explained.data.formats import rle
from maskrcnn_explained.data.formats.rle import checked_rle, number, require_size, runs_of_text


def test_the_text_of_pycocotools_is_read_as_it_reads_it():
    generator = np.random.default_rng(0)
    for share in np.linspace(0, 1, 60):
        mask = generator.random((23, 31)) < share
        text = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
        runs = runs_of_text(text)
        values = np.arange(len(runs)) % 2 == 1
        np.testing.assert_array_equal(np.repeat(values, runs).reshape(31, 23).T, mask)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (dict(size=[4, 5], counts=[10, 50]), "add up to 60 pixels"),
        (dict(size=[4, 5], counts=[10, 5]), "add up to 15 pixels"),
        (dict(size=[4, 5], counts=[]), "add up to 0 pixels"),
        (dict(size=[4, 5], counts=[-5, 25]), "negative run"),
        (dict(size=[4, 5], counts=[10, float("nan")]), "finite"),
        (dict(size=[4, 5], counts=["x"]), "not a number"),
        (dict(size=[4, 5], counts=None), "must be a list"),
        (dict(size=[4, 5], counts={}), "must be a list"),
        (dict(size=[4, 5], counts="Z"), "ends within|add up"),
        (dict(size=[4, 5], counts="ä"), "character"),
        (dict(size=[4, 5], counts="\n"), "character"),
        (dict(size=[4], counts=[20]), r"\[height, width\]"),
        (dict(size=4, counts=[20]), r"\[height, width\]"),
        (dict(size=[4, None], counts=[20]), r"\[height, width\]"),
    ],
)
def test_damaged_codes(code, message):
    with pytest.raises(ValueError, match=message):
        checked_rle(code)


def test_numbers_in_every_form():
    assert checked_rle(dict(size=[4.0, "5"], counts=[10.0, "10"])) == ((4, 5), (10, 10))
    assert number("3.5") == 3.5 and number(np.float32(2)) == 2
    for bad in (None, "x", [], float("inf")):
        with pytest.raises(ValueError, match=r"number"):
            number(bad)


def test_sizes():
    require_size((4, 5), [4, 5])
    with pytest.raises(ValueError, match="exchanged"):
        require_size((5, 4), (4, 5))
    with pytest.raises(ValueError, match=r"\[8, 10\] pixels does not fit an image of \[4, 5\]"):
        require_size((8, 10), (4, 5))


# Masks that are given inside their boxes


@given(st.integers(0, 9999), st.tuples(st.integers(1, 12), st.integers(1, 12)))
def test_a_crop_has_the_code_of_the_whole_mask(seed, size):
    rng = np.random.default_rng(seed)
    (y1, y2), (x1, x2) = (np.sort(rng.integers(0, side + 1, 2)) for side in size)
    crop = rng.random((y2 - y1, x2 - x1)) < rng.choice([0.1, 0.5, 1.0])
    mask = np.zeros(size, bool)
    mask[y1:y2, x1:x2] = crop
    code = rle.encode_crop(size, np.array([y1, x1, y2, x2]), crop)
    whole = rle.encode(mask)
    assert code == {"size": list(size), "counts": whole["counts"].decode()}
    np.testing.assert_array_equal(rle.decode_rle(code), mask)
    json.dumps(code)


def test_a_damaged_code_is_not_decoded():
    for wrong in ({}, {"size": [2, 2], "counts": [5]}, {"size": [2, 2], "counts": "~"}):
        with pytest.raises(ValueError, match="RLE"):
            rle.decode_rle(wrong)
