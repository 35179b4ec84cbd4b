"""The twenty questions that learners ask, each with its one home in the notebooks."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

# (the question, as its heading says it; the notebook that shows the answer)
QUESTIONS = (
    ("What are deltas, and why are boxes refined twice?", "05_mrcnn_heads"),
    ("Why the std of 0.1 and 0.2: where is it divided, where multiplied?", "03_rpn"),
    ("crop_and_resize or RoIAlign or RoIPool: what differs?", "04_roi_align"),
    ("Why two logits per anchor and not one?", "03_rpn"),
    (
        "Why three anchors per cell and not scales times ratios? "
        "Are the scales in the right order?",
        "03_rpn",
    ),
    ("Anchors or proposals: which is fixed, which depends on the image?", "03_rpn"),
    ("What is P6 for, and why do the heads skip it?", "02_fpn"),
    ("Where do 4 and 224 in the RoI-level formula come from?", "04_roi_align"),
    ("Does the FPN add before or after the 3x3 convolution, and why is there one?", "02_fpn"),
    ("Why one mask per class, and a sigmoid, not a softmax?", "05_mrcnn_heads"),
    (
        "Why is the mask branch beside the box branch in training, and after it in inference?",
        "05_mrcnn_heads",
    ),
    ("What are box-relative small masks, and what do they lose?", "05_mrcnn_heads"),
    ('Why "minus one" in normalised boxes, and what is the shift?', "04_roi_align"),
    ("Why are there zeros in proposals and detections?", "06_detection"),
    ("What does freezing batch norm freeze?", "01_backbone"),
    ("What do the five losses mean, and is a loss above 1 bad?", "07_targets_and_losses"),
    ("What is an epoch here, and a step?", "08_training"),
    ("Why is the AP of one image not COCO AP?", "09_evaluation"),
    ("Why are masks cut off at the box, or blurred?", "05_mrcnn_heads"),
    ("Why is background a class, and where does it go?", "06_detection"),
)


def cells_that_answer(question: str, notebook: str | os.PathLike) -> list[dict[str, Any]]:
    """The code cells of a notebook between the heading that is a question and the next heading.

    Args:
        question: a heading of the third level; notebook: path of an .ipynb.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the notebook has no such heading, or no code below it.
    """
    path = pathlib.Path(notebook)
    found: list[dict[str, Any]] = []
    inside = False
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            found += [cell] if inside else []
            continue
        for line in "".join(cell["source"]).split("\n"):
            if line.startswith(("## ", "### ")):
                inside = line == f"### {question}"
    if not found:
        raise ValueError(f"{path.name} has no code below a heading {question!r}.")
    return found


def questions_table(folder: str | os.PathLike) -> str:
    """The questions with their homes, as a Markdown list of links.

    Args:
        folder: where the notebooks are. Raises as `cells_that_answer`.
    """
    lines = []
    for number, (question, notebook) in enumerate(QUESTIONS, start=1):
        cells_that_answer(question, pathlib.Path(folder) / f"{notebook}.ipynb")
        lines.append(f"{number}. {question} [{notebook}]({notebook}.ipynb)")
    return "\n".join(lines)
