"""The printed answers of the exercises, read from the notebooks."""

import functools
import json
import re

from helpers import ROOT


@functools.cache
def answers(stem: str) -> dict[str, str]:
    """The printed answers of a notebook: {"03.2": "..."}."""
    [path] = (ROOT / "notebooks").glob(f"{stem}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    exercises = re.split(r"^## (?:\d+ · )?Exercises", prose, flags=re.M)[-1].partition("\n## ")[0]
    pieces = re.split(r"^\*\*(\d+)\. ", exercises, flags=re.M)[1:]
    texts = zip(pieces[::2], pieces[1::2], strict=True)
    return {f"{stem}.{number}": text.partition("<details>")[2] for number, text in texts}


def answer_says(exercise: str, *words: str) -> None:
    """Assert that the printed answer of an exercise has these words, in any spacing."""
    text = " ".join(answers(exercise[:2])[exercise].split())
    assert [word for word in words if word not in text] == []
