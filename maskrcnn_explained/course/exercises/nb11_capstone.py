"""The form of the capstone of notebook 11: your own pictures, a measured model, half a page.

This looks at the form alone: numbers of pictures, that no picture is on both sides, a spread, and
the parts of a card. Whether the outlines are good, whether the pictures are photographs of your
own, whether the model was trained on them, and whether the card is true, only people can tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from maskrcnn_explained._arguments import check_arrays, check_has, check_kind, check_number

CAPSTONE_PARTS = (
    "twenty pictures",
    "apart",
    "enough to measure",
    "spread",
    "half a page",
    "parts of the card",
)
CARD_PARTS = ("data", "training", "result", "limits")
MET, NOT_MET, UNSEEN = 1, 0, -1


def capstone_form(
    train: Sequence[Any], test: Sequence[Any], mask_ap: float, spread: Any, card: str
) -> np.ndarray:
    """Whether a hand-in has the form that is asked for; its worth is for people to judge.

    Args:
        train, test: the samples that the model learned from (validation included), and those that
            AP was measured on: data sets, or lists of Samples.
        mask_ap: on `test`, 0 to 1; spread: (low, high), as `evaluation.bootstrap.interval` gives.
        card: the text of the model card, in Markdown.

    Returns:
        One number per entry of CAPSTONE_PARTS, [6] integers: 1 met; 0 not met; -1 not looked at,
        for something before it is not met.

    Raises:
        ValueError: an argument is of another kind.
    """
    for name, samples in (("train", train), ("test", test)):
        check_has(name, samples, "a data set, or a list of Samples", "__len__", "__getitem__")
    check_number("mask_ap", mask_ap)
    check_arrays(spread=(spread, "2"))
    check_kind("card", card, str, "the text of the card")
    low, high = (float(edge) for edge in spread)
    found = (
        len(train) + len(test) >= 20,
        not set(_pixels_of(train)) & set(_pixels_of(test)),
        len(test) >= 5 and _objects(train) > 0 and _objects(test) > 0,
        0 <= low <= mask_ap <= high <= 1 and low < high,
        120 <= len(re.findall(r"\w[\w.%-]*", card)) <= 400,
        card_is_whole(card, mask_ap),
    )
    first = found.index(False) if False in found else len(found)
    return np.array([MET] * first + [NOT_MET] * (first < len(found)) + [UNSEEN] * 9)[: len(found)]


def card_is_whole(card: str, mask_ap: float) -> bool:
    """Whether a card has all its words (CARD_PARTS), and the AP with two decimals."""
    words = set(re.findall(r"[a-z]+", card.lower()))
    numbers = {round(float(number), 2) for number in re.findall(r"\d*\.\d{2,}", card)}
    return words >= set(CARD_PARTS) and round(float(mask_ap), 2) in numbers


def _pixels_of(samples):
    """What tells a picture from others: its size and all its pixels."""
    return [(sample.image.shape, sample.image.tobytes()) for sample in samples]


def _objects(samples):
    return sum(len(sample) for sample in samples)
