"""The three kinds of hard objects in Scenes: small ones, hidden ones, ones of low contrast.

A stratum is a part of all objects that is measured on its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Stratum:
    """One kind of hard objects.

    name: as in "mask_AP_small".
    tag: which of a Sample's tags decides.
    is_hard: tells from an object's value of that tag whether the object is hard.
    title: for tables.
    """

    name: str
    tag: str
    is_hard: Callable[[float], bool]
    title: str


STRATA = (
    Stratum(
        name="small",
        tag="size",
        is_hard=lambda size: size < 20,
        title="under 20 pixels",
    ),
    Stratum(
        name="occluded",
        tag="occlusion",
        is_hard=lambda occlusion: occlusion > 0.3,
        title="30 % hidden",
    ),
    Stratum(
        name="low_contrast",
        tag="contrast",
        is_hard=lambda contrast: contrast < 20,
        title="low contrast",
    ),
)
