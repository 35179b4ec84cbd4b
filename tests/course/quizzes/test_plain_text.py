"""Quizzes to print: questions without a trace of the answers, then the key."""

from maskrcnn_explained.course.quizzes.filling import filled_numbers, filled_quiz
from maskrcnn_explained.course.quizzes.plain_text import TEXT_WIDTH, quizzes_as_text
from maskrcnn_explained.course.quizzes.quiz import (
    TYPED_NUMBER,
    Choice,
    Question,
    Quiz,
    right,
    wrong,
)

ONE = Question("Where?", (wrong("left", "One forgets it."), right("right", "So it is.")))
TYPED = Question(
    "How many?",
    (Choice("2.5", True, "Count them."), Choice("5.0", False, "You doubled it.")),
    kind=TYPED_NUMBER,
    tolerance=0.1,
    otherwise="Count again.",
)


def test_a_small_quiz():
    assert quizzes_as_text([Quiz("03", (ONE, TYPED))]) == (
        "Quiz of notebook 03\n\n"
        "03.q1  Where?\n    a) left\n    b) right\n\n"
        "03.q2  How many?\n    Your number: ________\n\n"
        "Key of notebook 03\n\n"
        "03.q1  b\n    a (wrong): One forgets it.\n    b (right): So it is.\n\n"
        "03.q2  2.5\n    2.5 (right): Count them.\n    5.0 (wrong): You doubled it.\n"
        "    any other number: Count again.\n"
    )


def test_all_quizzes():
    quizzes = [filled_quiz(number) for number in filled_numbers()]
    text = quizzes_as_text(quizzes)
    assert all(len(line) <= TEXT_WIDTH for line in text.splitlines())
    sheets, key = text.split("Key of notebook 00")
    words, key_words = (" ".join(part.split()) for part in (sheets, key))
    for quiz in quizzes:
        for asked in quiz.questions:
            assert " ".join(asked.text.split()) in words
            for choice in asked.choices:
                explanation = " ".join(choice.explanation.split())
                assert explanation in key_words and explanation not in words
