"""Numbers in the quiz of notebook 00: on paper where that can be done, and what is said of them."""

import pytest

from maskrcnn_explained.course.quizzes.q00_numbers import numbers_00


@pytest.fixture(scope="module")
def numbers():
    return numbers_00()


def test_the_levels_of_512_x_768_pixels(numbers):
    """512 / 64, 512 / 32 and 768 / 64."""
    assert (numbers["p6_rows"], numbers["p5_rows"], numbers["p6_columns"]) == (8, 16, 12)


def test_the_window_of_the_coins(numbers):
    """303 rows become 320: 8 of the 17 free rows lie above."""
    assert (numbers["image_rows"], numbers["molded_rows"], numbers["shift"]) == (303, 320, 8)
    assert numbers["mask_shape"] == "[24, 303, 384]" and numbers["found"] == 24


def test_the_box_of_rows_2_to_4_and_columns_6_to_8(numbers):
    assert (numbers["first_row"], numbers["last_column"]) == (2, 8)
    assert numbers["box"] == "(2, 6, 5, 9)" and numbers["inclusive"] == "(2, 6, 4, 8)"
    assert numbers["x_first"] == "(6, 2, 9, 5)" and numbers["with_size"] == "(2, 6, 3, 3)"
