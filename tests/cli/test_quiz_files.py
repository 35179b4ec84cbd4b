"""The command `quiz`: one line, or one line of error; TensorFlow is not needed."""

import subprocess
import sys

import pytest
from helpers import run

from maskrcnn_explained.cli.quiz_files import FORM_NAMES
from maskrcnn_explained.course.quizzes.export import QUIZ_FORMS


def test_forms_are_those_of_the_export():
    assert tuple(QUIZ_FORMS) == FORM_NAMES


def test_one_notebook_and_all(here, capsys):
    code, out, err = run(capsys, "quiz", "03", "-o", "quiz.txt")
    assert code == 0 and err == "" and out == "quiz.txt: 1 quiz, 8 questions, as text\n"
    code, out, _ = run(capsys, "quiz", "all", "--form", "qti", "-o", "all.zip")
    assert code == 0 and out.startswith("all.zip: 12 quizzes, ") and out.endswith(", as qti\n")


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("quiz", "77", "-o", "a.txt"), "No quiz of a notebook '77'"),
        (("quiz", "03", "-o", "a.zip"), "must end in .txt"),
        (("quiz", "03", "--form", "word", "-o", "a.txt"), "invalid choice: 'word'"),
        (("quiz", "03"), "-o/--output"),
    ],
)
def test_errors(arguments, told, here, capsys):
    code, out, err = run(capsys, *arguments)
    assert code == 2 and out == "" and told in err and list(here.iterdir()) == []


def test_tensorflow_is_not_imported(here):
    code = (
        "import sys\nfrom maskrcnn_explained.cli import main\n"
        "print(main(['quiz', '03', '-o', 'a.txt']), 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["0", "False"]
