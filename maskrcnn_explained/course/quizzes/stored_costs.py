"""What one changed choice costs, of 100 objects: the stored measurement behind notebooks 03 and 04.

Source: `assets/dialect_costs.json`, counted by `make dialects` on test scenes that no training saw.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from maskrcnn_explained._files import assets_folder

UNCHANGED = "nothing changed"


@functools.cache
def _measured() -> dict[str, Any]:
    path = assets_folder() / "dialect_costs.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _row(name):
    rows = {row["name"]: row for row in _measured()["rows"]}
    rows[UNCHANGED] = _measured()["unchanged"][0]
    if name not in rows:
        raise ValueError(f"No row {name!r}; there are: {', '.join(rows)}.")
    return rows[name]


def found_objects(name: str, mask_iou: float = 0.5) -> float:
    """How many of 100 objects the model `scenes` finds with one field changed.

    Args:
        name: of a row, "anchor scales reversed", or UNCHANGED.
        mask_iou: how well the mask must fit to count: 0.5, 0.75 or 0.9.

    Raises:
        ValueError: no row has this name, or nothing was counted at this IoU.
    """
    ious = _measured()["ious"]
    if mask_iou not in ious:
        raise ValueError(f"mask_iou must be one of {ious}; got {mask_iou}.")
    return 100 * _row(name)["found"][ious.index(mask_iou)]


def found_coins(name: str) -> int:
    """How many of the 24 coins are found with one field changed, with a mask IoU of at least 0.85.

    Raises:
        ValueError: no row has this name.
    """
    return _row(name)["coins_found"]
