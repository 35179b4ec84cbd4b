"""Numbers in the quiz of notebook 04: on paper where that can be done, and what is said of them."""

import pytest

from maskrcnn_explained.course.quizzes.q04_numbers import numbers_04


@pytest.fixture(scope="module")
def numbers():
    return numbers_04()


def test_moves(numbers):
    assert numbers["align_change"] == pytest.approx(0.25, abs=1e-4)
    assert numbers["pool_change"] == 0 and 0.2 < numbers["crop_change"] < 0.25


def test_the_index_of_pixel_20_at_stride_8(numbers):
    assert numbers["index"] == pytest.approx(2.0) and numbers["unaligned"] == 2.5
    assert numbers["doubled"] == pytest.approx(3.0)


def test_the_level_of_80_pixels(numbers):
    """80 / 112 is between 1/2 and 1; 80 / 224 between 1/4 and 1/2; log2(80 / 112) = -0.49."""
    levels = numbers["level"], numbers["paper_level"], numbers["rounded_level"]
    assert levels == (3, 2, 4) and numbers["roi_side"] == pytest.approx(80)
    assert (numbers["cells"], numbers["paper_cells"]) == (7, 14)


def test_minus_one(numbers):
    """3 / 9 and 5 / 9 read the rows 3, 4 and 5."""
    assert numbers["normalised"] == "0.333 and 0.556" and numbers["reads"] == "3, 4, 5"
    assert numbers["by_size"] == "0.300 and 0.600" and numbers["by_size_reads"] == "2.7, 4.05, 5.4"
    assert numbers["no_shift_reads"] == "3, 4.5, 6"


def test_gradients(numbers):
    assert numbers["pool_cells"] == 1 and numbers["align_cells"] == 9
    assert numbers["all_cells"] == 16 * 16


def test_what_is_said_of_the_costs(numbers):
    assert abs(numbers["crop_loose"] - numbers["loose_found"]) < 3
    assert numbers["crop_exact"] < numbers["exact_found"] / 4
    assert numbers["rounded_exact"] < numbers["exact_found"] - 3
