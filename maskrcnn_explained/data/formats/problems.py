"""What to do with what is wrong in a data set, and how it is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

LISTED = 10  # problems that are told in full


@dataclasses.dataclass(frozen=True)
class Rules:
    """What to do with what an annotation file may hold. Each field is an option of `open_dataset`.

    crowds: "ignore" keeps crowd regions (`iscrowd` 1) out of learning and measuring; "objects"
        takes each as an object, for tools that mark every mask so (CVAT's brush).
    boxes: "problem" counts an object with a box and no outline as a problem; "rectangles" takes the
        box as its outline.
    problems: "stop" raises an error that lists them; "leave out" goes on without the images and
        annotations that have one.

    Raises `ValueError` for another value.
    """

    crowds: str = "ignore"
    boxes: str = "problem"
    problems: str = "stop"

    def __post_init__(self) -> None:
        for name, values in CHOICES.items():
            if getattr(self, name) not in values:
                raise ValueError(f"{name} must be one of {values}; got {getattr(self, name)!r}.")


CHOICES = {
    "crowds": ("ignore", "objects"),
    "boxes": ("problem", "rectangles"),
    "problems": ("stop", "leave out"),
}


def problem_list(problems: Sequence[str], box_only: int = 0) -> str:
    """How many problems there are, the first ten in full, and what can be done.

    Args:
        problems: one text each, which begins with the file's name.
        box_only: how many annotations have a box and no outline.
    """
    advice = "Mend them, or go on without them: problems='leave out' (--problems leave-out)."
    if len(problems) == 1 and not box_only:
        return f"1 problem: {problems[0]}. {advice}"
    lines = [f"{len(problems)} problems." if len(problems) > 1 else "1 problem."]
    if box_only:
        lines.append(
            f"{box_only} annotations have a box and no outline (box only): boxes='rectangles' "
            "(--boxes rectangles) takes the box as the outline."
        )
    lines += [f"  {text}" for text in problems[:LISTED]]
    if len(problems) > LISTED:
        lines.append(f"  and {len(problems) - LISTED} more.")
    return "\n".join([*lines, advice])


def left_out_line(left_out: Mapping[str, int]) -> str:
    """The counts of what is left out, in one line."""
    if not left_out:
        return "Nothing is left out."
    return "Left out: " + "; ".join(f"{n} {reason}" for reason, n in left_out.items()) + "."
