"""Run-length codes are checked before pycocotools, which trusts them, sees them."""

import numpy as np
import pytest
from pycocotools import mask as coco_mask

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
        (dict(size=[4, 5], counts=[-5, 25]), "add up"),
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
