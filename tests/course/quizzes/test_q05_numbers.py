"""Numbers in the quiz of notebook 05: on paper where that can be done, and what is said of them."""

import pytest

from maskrcnn_explained.course.quizzes.q05_numbers import numbers_05


@pytest.fixture(scope="module")
def numbers():
    return numbers_05()


def test_a_delta_in_pixels(numbers):
    """0.5 * 0.1 of 40 pixels, without the std 0.5 of 40, and 0.5 * 0.1 of 80."""
    moves = [numbers[name] for name in ("shift", "no_std", "of_width")]
    assert moves == pytest.approx([2, 20, 4], abs=1e-4)


def test_what_is_said_of_boxes(numbers):
    assert 0 < numbers["poor"] < numbers["found"] == 24 and numbers["lowest"] < numbers["limit"]
    assert 0.2 < numbers["outside"] < 1 and numbers["found"] < numbers["proposals"] / 10


def test_masks_of_all_classes_sum_to_more_than_one(numbers):
    assert 1.5 < numbers["largest_sum"] < numbers["classes"] == numbers["all_classes"] - 1


def test_small_masks(numbers):
    assert numbers["star_iou"] < numbers["star_fine_iou"] < numbers["tiny_iou"]
    assert numbers["star_iou"] < numbers["disk_iou"] and numbers["tiny_iou"] > 0.99


def test_weights_of_the_first_layer(numbers):
    """7 x 7 bins of 64 numbers to 256 units with a bias; and 3 x 3 x 64 to 64."""
    assert numbers["first_layer"] == 7 * 7 * 64 * 256 + 256
    assert numbers["mask_layer"] == 3 * 3 * 64 * 64 + 64


def test_most_proposals_are_background(numbers):
    assert numbers["proposals"] / 2 < numbers["background"] < numbers["proposals"]
