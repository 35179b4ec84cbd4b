"""Every question for the class has one printed answer, and a test that runs it."""

import pathlib
import re

import pytest
from question_answers import NUMBERS, answers

FOLDER = pathlib.Path(__file__).parent


@pytest.mark.parametrize("number", NUMBERS)
def test_every_printed_answer_is_run_by_a_test(number):
    path = FOLDER / f"test_answers_{number}.py"
    run = set(re.findall(r"^def test_question_(\d+_\d+)", path.read_text(), re.M))
    printed = answers(number)
    assert run == {question.replace(".", "_") for question in printed}
    assert all(text.strip() for text in printed.values())
    assert list(printed) == [f"{number}.{i}" for i in range(1, len(printed) + 1)]


def test_all_questions_moved_here():
    assert sum(len(answers(number)) for number in NUMBERS) >= 58
