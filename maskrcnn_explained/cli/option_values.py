"""What options of the command accept: numbers, names of classes, weights."""

from __future__ import annotations

import argparse
from collections.abc import Callable

WEIGHTS = (
    "'scenes' (the default), 'nuclei', 'photos', 'coco-torchvision' or 'coco' (downloaded once), a "
    "weights file, or the folder of a run"
)


def classes_option(add: Callable[..., object]) -> None:
    """The option --class-names, which several commands have."""
    text = (
        "the classes of the weights, for a file that does not tell them (a .pth); in its order, "
        "with or without 'background' in front"
    )
    add("--class-names", type=class_names, metavar="NUT,BOLT,..", help=text)


def class_names(text: str) -> tuple[str, ...]:
    """Names with commas between them; "background" is put in front if it is not there."""
    names = [name.strip() for name in text.split(",")]
    if names[0] != "background":
        names.insert(0, "background")
    if len(names) < 2 or not all(names) or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(
            f"must be different names with commas between them; got {text!r}"
        )
    return tuple(names)


def score(text: str) -> float:
    """A number in 0..1."""
    return _number(float, text, lambda n: 0 <= n <= 1, "must lie in 0..1")


def whole_number(text: str) -> int:
    """A whole number from 1 on."""
    return _number(int, text, lambda n: 1 <= n <= 1_000_000_000, "must be a whole number from 1 on")


def count(text: str) -> int:
    """A whole number from 0 on."""
    return _number(int, text, lambda n: 0 <= n < 2**31, "must be a whole number from 0 on")


def amount(text: str) -> float:
    """A positive number."""
    return _number(float, text, lambda n: 0 < n < float("inf"), "must be a positive number")


def _number(kind, text, fits, rule):
    try:
        number = kind(text)
    except ValueError:
        number = None
    if number is None or not fits(number):
        raise argparse.ArgumentTypeError(f"{rule}; got {text!r}")
    return number
