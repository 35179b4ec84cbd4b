"""What the tests of single quizzes share."""

import pytest


@pytest.fixture(scope="session")
def right_texts():
    """The right choices of a quiz's question, found by its topic: right_texts(QUIZ_07, "..")."""

    def texts(quiz, topic):
        [asked] = [asked for asked in quiz.questions if asked.topic == topic]
        return [choice.text for choice in asked.choices if choice.correct]

    return texts
