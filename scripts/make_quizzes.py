"""Fill the numbers into the quizzes, and write them where the package reads them.

    python scripts/make_quizzes.py [03 ...]

Every number is computed by the modules of the package: `maskrcnn_explained/course/quizzes/q03.py`
has the texts, `q03_numbers.py` the numbers. It writes `filled/03.json` beside them, and the table
of the twenty questions, `teaching/questions.md`.
"""

import pathlib
import sys

from maskrcnn_explained._files import write_bytes
from maskrcnn_explained.course.quizzes.coverage import questions_page
from maskrcnn_explained.course.quizzes.filling import FILLED_FOLDER, fill_quiz, quiz_as_json
from maskrcnn_explained.course.quizzes.registry import quiz_numbers, quiz_of

ROOT = pathlib.Path(__file__).parent.parent


def main() -> None:
    FILLED_FOLDER.mkdir(exist_ok=True)
    for number in sys.argv[1:] or quiz_numbers():
        quiz = fill_quiz(quiz_of(number))
        write_bytes(FILLED_FOLDER / f"{number}.json", quiz_as_json(quiz).encode())
        print(f"{number}: {len(quiz.questions)} questions")
    write_bytes(ROOT / "teaching" / "questions.md", questions_page(ROOT / "notebooks").encode())


if __name__ == "__main__":
    main()
