"""Numbers in the quiz of notebook 01: on paper where that can be done, and what is said of them."""

import pytest

from maskrcnn_explained.course.quizzes.q01_numbers import numbers_01


@pytest.fixture(scope="module")
def numbers():
    return numbers_01()


def test_rows_of_c4(numbers):
    """700 x 500 shrinks to 512 x 366 and is padded to 512 x 384; 700 unshrunk is padded to 704."""
    assert (numbers["molded_high"], numbers["molded_wide"]) == (512, 384)
    assert (numbers["c4_rows"], numbers["unshrunk_rows"], numbers["c5_rows"]) == (32, 44, 16)


def test_maps_of_the_coins(numbers):
    assert numbers["c2_numbers"] == 80 * 96 * 96 and numbers["c5_numbers"] == 10 * 12 * 512
    assert (numbers["wide_depth"], numbers["narrow_depth"]) == (192, 48)


def test_half_of_a_frozen_batch_norm_learns(numbers):
    assert (numbers["frozen_learn"], numbers["frozen_fixed"], numbers["vectors"]) == (2, 2, 4)


def test_fields(numbers):
    """C2 sees 27 pixels; each stage adds two 3x3 convolutions: 4 steps of its stride."""
    assert numbers["c5_field"] == 27 + 4 * (8 + 16 + 32) and numbers["c5_stride"] == 32
    assert numbers["c5_field"] < numbers["image_wide"] < numbers["big_field"]
