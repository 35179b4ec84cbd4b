"""Problems are counted, ten are told in full, and what is left out stands in one line."""

import pytest

from maskrcnn_explained.data.formats.problems import Rules, left_out_line, problem_list


def test_ten_of_many_are_told_in_full():
    text = problem_list([f"{number}.png: it is bad" for number in range(25)])
    assert text.startswith("25 problems.") and "9.png" in text and "10.png" not in text
    assert "and 15 more" in text and "--problems leave-out" in text


def test_one_problem_and_boxes():
    text = problem_list(["a.png, annotation 3: it has a box and no outline"], box_only=1)
    assert text.startswith("1 problem.") and "--boxes rectangles" in text


def test_left_out_in_one_line():
    assert left_out_line({}) == "Nothing is left out."
    assert (
        left_out_line({"crowd regions": 3, "crumbs": 2}) == "Left out: 3 crowd regions; 2 crumbs."
    )


@pytest.mark.parametrize("wrong", [dict(crowds="yes"), dict(boxes="box"), dict(problems="ignore")])
def test_rules(wrong):
    with pytest.raises(ValueError, match="must be one of"):
        Rules(**wrong)
