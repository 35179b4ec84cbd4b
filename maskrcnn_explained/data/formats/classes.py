"""The classes of an annotation file and those of a model, brought together by name."""

from __future__ import annotations

import collections
import os
from collections.abc import Sequence

from maskrcnn_explained._arguments import check_names

BACKGROUND_CLASS = "background"


def class_numbers(
    path: str | os.PathLike, found: Sequence[str], class_names: Sequence[str] | None = None
) -> tuple[tuple[str, ...], dict[str, int]]:
    """The classes of a data set, and the number of each name that the file uses.

    Args:
        path: the file, for messages.
        found: its class names, in order, without the background.
        class_names: K names of a model, background first; None takes `found`.

    Returns:
        K names, background first; and name -> class id, for the names that are among them.

    Raises:
        ValueError: a name is there twice, or twice but for case and spaces, or is "background"; a
            name of the file equals one of the model but for case and spaces; no name of the file is
            among those of the model.
    """
    if class_names is not None:
        check_names("class_names", class_names)
    _require_different(path, found, "the file")
    names = tuple(class_names) if class_names is not None else (BACKGROUND_CLASS, *found)
    _require_different(path, names[1:], "class_names")
    known = {name: number for number, name in enumerate(names) if number}
    by_form = {_form(name): name for name in known}
    for name in found:
        near = by_form.get(_form(name))
        if name not in known and near is not None:
            raise ValueError(
                f"{path} has the class {name!r}, the model has {near!r}: they differ by case or "
                f"spaces only. Write {near!r} in the file, or give the model the file's name."
            )
    if found and not set(found) & set(known):
        raise ValueError(
            f"{path} has the classes {', '.join(found)}; none of them is among the classes "
            f"{', '.join(known)}."
        )
    return names, {name: known[name] for name in found if name in known}


def _require_different(path, names, where):
    """Raise `ValueError` for a name that is there twice, or that is the background's."""
    forms = collections.defaultdict(list)
    for name in names:
        forms[_form(name)].append(name)
    if BACKGROUND_CLASS in forms:
        raise ValueError(
            f"{path}: a class of {where} is called {forms[BACKGROUND_CLASS][0]!r}. Class 0 is the "
            "background, and nothing is annotated as background: remove it or rename it."
        )
    for same in forms.values():
        if len(same) > 1:
            raise ValueError(
                f"{path}: {where} has {' and '.join(repr(n) for n in same)}, one class twice (case "
                "and spaces do not count). Give each class one name."
            )


def _form(name):
    """A name without what people and tools vary: case, spaces, underscores, hyphens."""
    return "".join(str(name).casefold().replace("_", " ").replace("-", " ").split())
