"""Show the quiz of a notebook in the notebook, with the package jupyterquiz.

Everything that is shown is in the output: it works offline, in JupyterLab and in pages made of the
notebook. The same call always gives the same bytes.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

from maskrcnn_explained.course.quizzes.filling import filled_quiz
from maskrcnn_explained.course.quizzes.jupyterquiz_form import jupyterquiz_questions

# Dark enough for white letters; the frame's own orange for several right answers is not.
QUIZ_COLOURS = {
    "--jq-multiple-choice-bg": "#2b4a7d",
    "--jq-many-choice-bg": "#6b3d7d",
    "--jq-numeric-bg": "#1f5c5c",
    "--jq-numeric-input-bg": "#ffffff",
    "--jq-numeric-input-label": "#707070",
    "--jq-text-color": "#ffffff",
    "--jq-correct-color": "#007a10",
}
# Explanations are sentences: smaller than the questions, and from the left. What is typed would be
# as white as its field, until it is judged.
QUIZ_STYLE = """<style>
.Quiz .Feedback, .Quiz .MCButton { text-align: left; line-height: 1.35; }
.Quiz .MCButton { justify-content: flex-start; gap: 8px; }
.Quiz .Feedback { font-size: 13pt; margin: 4px 12px 0; }
.Quiz { line-height: 1.25; color-scheme: light; }
.Quiz code { line-height: 1.5; }
.Quiz input { border: 1px solid #767676; }
.Quiz .Input-text:not(.correctButton, .incorrectButton) { color: #222222; }
</style>"""


# jupyterquiz draws formulas with MathJax. Where JupyterLab has loaded one that it does not know, it
# fetches another from the web. There are no formulas here, so its script is told of no MathJax.
BEFORE_SCRIPT, AFTER_SCRIPT = "(function () {\nvar MathJax;\n", "\n})();\n"


def show_quiz(number: str) -> None:
    """Show the quiz of a notebook below its cell; a click on a choice tells why.

    Args:
        number: of the notebook, "03".

    Raises:
        TypeError: the number is no text.
        ValueError: there is no quiz of this number.
        ModuleNotFoundError: jupyterquiz is not installed.
        RuntimeError: it is called outside of a notebook.
    """
    questions = jupyterquiz_questions(filled_quiz(number))
    try:
        from IPython.display import HTML, Javascript, display
        from IPython.utils.capture import capture_output
        from jupyterquiz import display_quiz
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Quizzes are shown by jupyterquiz, which is not installed. It is part of the extra "
            'lab: pip install "maskrcnn-explained[lab]"'
        ) from error
    with _drawn_from(f"quiz {number}"), capture_output(stdout=False, stderr=False) as made:
        display_quiz(questions, shuffle_answers=False, max_width=760, colors=QUIZ_COLOURS)
    if not made.outputs:
        raise RuntimeError(
            "A quiz is shown in a notebook. Elsewhere, as text: "
            f"maskrcnn-explained quiz {number} -o quiz.txt"
        )
    display(HTML(QUIZ_STYLE))
    for output in made.outputs:
        script = output.data.get("application/javascript")
        if script is None:
            display(HTML(output.data["text/html"]))
        else:
            display(Javascript(f"{BEFORE_SCRIPT}{script}{AFTER_SCRIPT}"))


@contextlib.contextmanager
def _drawn_from(seed: str) -> Iterator[None]:
    """jupyterquiz draws the name of its box; from a seed it is the same in every run.

    The state of the module `random` is put back: nobody else's numbers change.
    """
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
