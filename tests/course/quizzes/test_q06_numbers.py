"""Numbers in the quiz of notebook 06 that one can compute on paper, and those of the coins."""

import pytest

from maskrcnn_explained.course.quizzes.q06_numbers import numbers_06


@pytest.fixture(scope="module")
def numbers():
    return numbers_06()


def test_rows_and_background(numbers):
    assert numbers["rows"] > numbers["found"] == 24
    assert numbers["without_it"] > 4 * numbers["with_it"]
    assert numbers["rescued"] > 0


def test_nms(numbers):
    """20 x 15 pixels are shared by A and B, of 2 x 400 less 300; 20 x 10 by A and C."""
    assert numbers["iou_ab"] == pytest.approx(300 / 500) == numbers["iou_bc"]
    assert numbers["iou_ac"] == pytest.approx(200 / 600)
    kept = [numbers[f"kept{end}"] for end in ("", "_compete", "_dropped_too", "_nothing_dropped")]
    assert kept == ["A, C, D", "A, C", "A, D", "A, B, C, D"]


def test_rivals_disagree(numbers):
    assert numbers["weak_objectness"] < 0.2 < 0.9 < numbers["sure_objectness"]
    assert 0 < numbers["weak_disk"] - numbers["sure_disk"] < 0.02
    assert numbers["weak_fit"] > numbers["sure_fit"]
    assert numbers["weak_product"] < numbers["sure_product"]


def test_levels_and_masks(numbers):
    assert (numbers["anchor_level"], numbers["roi_level"]) == ("P3", "P2")
    assert numbers["roi_height"] * numbers["roi_width"] < (numbers["canonical"] / 2) ** 2
    assert 0 < numbers["from_p3"] < numbers["found"]
    assert numbers["differ"] >= 200


def test_std_and_window(numbers):
    assert numbers["times_shift"] == pytest.approx(10, rel=1e-3)
    assert numbers["times_stretch"] == pytest.approx(5, rel=1e-3)
    window = [numbers[f"y_{name}"] for name in ("photo", "scaled", "shifted", "wrong_order")]
    assert window == [50, 55, 100, 45]
