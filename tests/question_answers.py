"""The printed answers of the questions for the class, read from the instructor's notes."""

import functools
import re

from helpers import ROOT

NOTES = ROOT / "teaching" / "notes"
NUMBERS = [f"{number:02}" for number in range(12)]


def note(number: str) -> str:
    """The text of the note of a notebook, such as "03"."""
    [path] = NOTES.glob(f"{number}_*.md")
    return path.read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """What stands below a heading of the second level, up to the next one."""
    [below] = re.split(rf"^## {re.escape(title)}$", text, flags=re.M)[1:]
    return re.split(r"^## ", below, flags=re.M)[0]


@functools.cache
def answers(number: str) -> dict[str, str]:
    """The printed answers of a note: {"03.2": "..."}, question 2 of notebook 03."""
    questions = section(note(number), "Questions for the class")
    pieces = re.split(r"^\*\*Question (\d+) · ", questions, flags=re.M)[1:]
    texts = zip(pieces[::2], pieces[1::2], strict=True)
    return {f"{number}.{which}": text.partition("**Answer.**")[2] for which, text in texts}


def answer_says(question: str, *words: str) -> None:
    """Assert that the printed answer of a question has these words, in any spacing."""
    text = " ".join(answers(question[:2])[question].split())
    assert [word for word in words if word not in text] == []
