"""Published weights: those that ship with the package, and the reference's own, downloaded once.

Nothing is trusted unseen: a shipped file must have its recorded SHA-256, and every array of the
reference's file must have its published least and largest value and spread.
"""

from __future__ import annotations

import json
import os
import pathlib

import numpy as np

from maskrcnn_explained._downloads import CACHE_VARIABLE, cache_folder, fetch
from maskrcnn_explained._files import assets_folder, atomic_write
from maskrcnn_explained.weights.file import read_bytes, read_weights

SHIPPED = ("scenes", "nuclei")  # each has its preset
COCO = "coco"  # downloaded when it is first asked for
COCO_URL = "https://github.com/matterport/Mask_RCNN/releases/download/v2.0/mask_rcnn_coco.h5"
COCO_FILE = "mask_rcnn_coco.h5"


def find_weights(weights: str | os.PathLike) -> pathlib.Path:
    """The file of shipped weights (its SHA-256 is checked) or of a path.

    Raises:
        FileNotFoundError: no such file.
        ValueError: unknown name, or a shipped file without the recorded SHA-256.
    """
    path, sha256 = locate(weights)
    if sha256 is not None:
        read_bytes(path, sha256)
    return path


def locate(weights: str | os.PathLike) -> tuple[pathlib.Path, str | None]:
    """The file of shipped weights and the SHA-256 that it must have; or a path and None.

    Raises as `find_weights`, but does not read the file.
    """
    if weights in SHIPPED:
        path = shipped_folder() / f"{weights}.h5"
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return path, card["sha256"]
    path = pathlib.Path(weights)
    if path.is_file():
        return path, None
    if path.name == str(weights) and not path.suffix:  # a bare word: it was meant as a name
        raise ValueError(
            f"No weights are called {str(weights)!r}; there are: {', '.join([*SHIPPED, COCO])}. "
            "The path of a weights file (.h5) will do as well."
        )
    raise FileNotFoundError(f"There is no weights file at {path}.")


def shipped_folder() -> pathlib.Path:
    """Where the shipped weights lie, and beside them their cards."""
    return assets_folder() / "weights"


def coco_path() -> pathlib.Path:
    """Where the reference's COCO weights lie on this machine, or will lie once downloaded."""
    return cache_folder() / COCO_FILE


def coco_file() -> pathlib.Path:
    """The reference's COCO weights (ResNet-101, 81 classes, 250 MB); downloaded once.

    They are kept in the folder that the variable MASKRCNN_EXPLAINED_CACHE names, else in the
    user's cache folder. A file from the network counts only after every array has passed
    `check_fingerprints`.

    Raises:
        ConnectionError: no network; the message says where to put the file.
        ValueError: what came is not that file; nothing is kept.
    """
    path = coco_path()
    if path.is_file():
        return path
    otherwise = f"put it at {path}, or name the folder that holds it in {CACHE_VARIABLE}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConnectionError(f"The COCO weights cannot be kept at {path} ({error}).") from error
    with atomic_write(path) as fresh:
        fetch("The COCO weights", COCO_URL, fresh, otherwise)
        check_fingerprints(read_weights(fresh), fresh)
    return path


def check_fingerprints(arrays: dict[str, np.ndarray], path: str | os.PathLike) -> None:
    """Are these the published COCO weights? Compare least, largest value and std of each array.

    Args:
        arrays: "layer/weight" -> array, as `read_weights` gives.
        path: for the message.

    Raises `ValueError` naming an array that is missing, of another shape or of other values.
    """
    for name, (shape, *numbers) in coco_fingerprints().items():
        array = arrays.get(name)
        if array is None or list(array.shape) != shape:
            found = "missing" if array is None else list(array.shape)
            raise ValueError(f"{path} is not the COCO file: {name} {shape} is {found}.")
        measured = (array.min(), array.max(), array.std(dtype=np.float64))
        if not np.allclose(measured, numbers, rtol=0, atol=1e-4):  # four decimals were published
            raise ValueError(f"{path} is not the COCO file, or damaged: {name} has other values.")


def coco_fingerprints() -> dict[str, list]:
    """Of each array of the COCO weights: [shape, least, largest, std], by "layer/weight"."""
    file = shipped_folder() / "coco_fingerprints.json"
    return json.loads(file.read_text(encoding="utf-8"))
