"""The reference's steps and ours, side by side: for readers who know matterport's source."""

from __future__ import annotations

from maskrcnn_explained.course.reference_settings import SETTINGS
from maskrcnn_explained.course.reference_steps import REFERENCE_STEPS
from maskrcnn_explained.course.reference_steps_heads import LATER_STEPS

STEPS = REFERENCE_STEPS | LATER_STEPS


def show_beside(stage: str) -> None:
    """Show, in a notebook, what the reference does at one stage, with our line for each step.

    Args:
        stage: "backbone", "fpn", "rpn", "roi_align", "mrcnn_heads" or "graph".

    Raises `ValueError` for another stage.
    """
    from IPython.display import Markdown, display

    display(Markdown(beside_table(stage)))


def beside_table(stage: str) -> str:
    """What `show_beside` shows, as a Markdown table. Errors as there."""
    if stage not in STEPS:
        raise ValueError(f"There is no stage {stage!r}; there are: {', '.join(STEPS)}.")
    functions, rows = STEPS[stage]
    lines = [
        f"In the reference: {functions}.",
        "",
        "| what the reference does | what ours does | note |",
        "|---|---|---|",
    ]
    for theirs, function, line, note in rows:
        lines.append(f"| {theirs} | `{line}` in `{function}` | {note} |")
    return "\n".join(lines)


def show_settings() -> None:
    """Show, in a notebook, every setting of the reference's `Config` with ours."""
    from IPython.display import Markdown, display

    display(Markdown(settings_table()))


def settings_table() -> str:
    """What `show_settings` shows, as a Markdown table."""
    lines = ["| the reference's `Config` | ours | note |", "|---|---|---|"]
    for theirs, ours, note in SETTINGS:
        names = ", ".join(f"`{name}`" for name in ours.split(", ")) if ours else "none"
        lines.append(f"| `{theirs}` | {names} | {note} |")
    return "\n".join(lines)
