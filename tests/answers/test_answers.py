"""Every exercise of the notebooks has a test that runs its printed answer."""

import pathlib
import re

import pytest
from exercise_answers import answers

FOLDER = pathlib.Path(__file__).parent
STEMS = [f"{number:02}" for number in range(12)]


@pytest.mark.parametrize("stem", STEMS)
def test_every_printed_answer_is_run_by_a_test(stem):
    path = FOLDER / f"test_answers_{stem}.py"
    run = set(re.findall(r"^def test_exercise_(\d+_\d+)", path.read_text(), re.M))
    assert run == {number.replace(".", "_") for number in answers(stem)}
