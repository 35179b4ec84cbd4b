"""Published weights: files shipped with the package, and two COCO files, downloaded once.

Every file is checked. A shipped file and that of torchvision must have the recorded SHA-256. In the
reference's file, the minimum, maximum and standard deviation of every array must be the published
ones.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pathlib

import numpy as np

from maskrcnn_explained._arguments import checked_path
from maskrcnn_explained._downloads import CACHE_VARIABLE, cache_folder, fetch
from maskrcnn_explained._files import assets_folder, atomic_write
from maskrcnn_explained.stored.contents import read_bytes, read_file

SHIPPED = ("scenes", "nuclei", "photos")
COCO, TORCHVISION_COCO = DOWNLOADED = ("coco", "coco-torchvision")  # on first use
PRESET_OF = {  # weights: preset
    "scenes": "scenes",
    "nuclei": "nuclei",
    "photos": "photos",
    COCO: "coco-resnet101",
    TORCHVISION_COCO: "coco-torchvision",
}
OF_A_RUN = ("weights.h5", "checkpoint.weights.h5")  # in the folder of a run, the better one first
COCO_URL = "https://github.com/matterport/Mask_RCNN/releases/download/v2.0/mask_rcnn_coco.h5"
COCO_FILE = "mask_rcnn_coco.h5"
TORCHVISION_URL = "https://download.pytorch.org/models/maskrcnn_resnet50_fpn_coco-bf2d0c1e.pth"
TORCHVISION_FILE = "maskrcnn_resnet50_fpn_coco-bf2d0c1e.pth"  # in its name its SHA-256 begins
TORCHVISION_SHA256 = "bf2d0c1efbc936eeee2bc95a48e80ebc86b891f61b0106485937fc29f9315fc0"


def find_weights(weights: str | os.PathLike) -> pathlib.Path:
    """The file of named weights, after a check of its SHA-256 if that is known; or the given path.

    Raises:
        FileNotFoundError: no such file.
        ConnectionError: the weights must be downloaded, and there is no network.
        ValueError: unknown name, or a file whose SHA-256 is not the recorded one.
    """
    path, sha256 = downloaded(weights) if weights in DOWNLOADED else locate(weights)
    if sha256 is not None:
        read_bytes(path, sha256)
    return path


def locate(weights: str | os.PathLike) -> tuple[pathlib.Path, str | None]:
    """The file of shipped weights and its recorded SHA-256; or the given path and None.

    Of the folder of a run it is the file of weights in it. The file is not read. Raises
    `FileNotFoundError` if a path does not exist or a folder holds no weights, `ValueError` for an
    unknown name.
    """
    weights = checked_path("weights", weights) if not isinstance(weights, str) else weights
    if weights in SHIPPED:
        path = shipped_folder() / f"{weights}.h5"
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return path, card["sha256"]
    path = checked_path("weights", weights)
    if path.is_file():
        return path, None
    if path.is_dir():
        return weights_of_run(path), None
    if path.name == str(weights) and not path.suffix:  # a single word is meant as a name
        raise ValueError(
            f"No weights are called {str(weights)!r}; there are: {', '.join(PRESET_OF)}. "
            "You can also give the path of a weights file (.h5, .pth) or the folder of a run."
        )
    raise FileNotFoundError(f"There is no weights file at {path}.")


def weights_of_run(folder: pathlib.Path) -> pathlib.Path:
    """The weights in the folder of a run: of its last epoch, or at least a checkpoint.

    Raises `FileNotFoundError`, with a list of what is in the folder, if it holds neither.
    """
    for name in OF_A_RUN:
        if (folder / name).is_file():
            return folder / name
    inside = sorted(path.name for path in folder.iterdir())
    shown = ", ".join(inside[:10]) + (f" and {len(inside) - 10} more" if len(inside) > 10 else "")
    raise FileNotFoundError(
        f"The folder {folder} holds no weights of a run ({' or '.join(OF_A_RUN)}); in it are: "
        f"{shown or 'no files'}. Give the folder that `train` wrote to, or a file."
    )


def shipped_folder() -> pathlib.Path:
    """The folder of the shipped weights and their model cards."""
    return assets_folder() / "weights"


def downloaded(weights: str | os.PathLike) -> tuple[pathlib.Path, str | None]:
    """The file of weights of `DOWNLOADED` and its SHA-256 if that is known; downloaded once.

    Raises the errors of `coco_file` and `torchvision_file`.
    """
    return (coco_file(), None) if weights == COCO else (torchvision_file(), TORCHVISION_SHA256)


def coco_path() -> pathlib.Path:
    """Where the reference's COCO weights are on this machine, or will be after the download."""
    return cache_folder() / COCO_FILE


def coco_file() -> pathlib.Path:
    """The reference's COCO weights (ResNet-101, 81 classes, 250 MB); downloaded once.

    They are stored in the folder that the variable MASKRCNN_EXPLAINED_CACHE names, or in the
    user's cache folder. A downloaded file is kept only if every array passes `check_fingerprints`.

    Raises:
        ConnectionError: no network, or no place to store the file; the message says what to do.
        ValueError: the downloaded file is another one; it is deleted.
    """
    path = coco_path()
    if not path.is_file():
        with _to_download(path, "The COCO weights", COCO_URL) as fresh:
            check_fingerprints(read_file(fresh).arrays, fresh)
    return path


def torchvision_path() -> pathlib.Path:
    """Where torchvision's COCO weights are on this machine, or will be after the download."""
    return cache_folder() / TORCHVISION_FILE


def torchvision_file() -> pathlib.Path:
    """torchvision's COCO weights (ResNet-50, 91 classes, 170 MB); downloaded once.

    They are stored as `coco_file` says. A downloaded file is kept only if its SHA-256 is that of
    the published file; `load` compares it again each time. Raises as `coco_file`.
    """
    path = torchvision_path()
    if not path.is_file():
        with _to_download(path, "torchvision's COCO weights", TORCHVISION_URL) as fresh:
            read_bytes(fresh, TORCHVISION_SHA256)
    return path


def is_torchvision_file(path: pathlib.Path) -> bool:
    """Whether a file is the one that torchvision published, whatever its name."""
    return hashlib.sha256(path.read_bytes()).hexdigest() == TORCHVISION_SHA256


@contextlib.contextmanager
def _to_download(path, what, url):
    """Download a file, and keep it if the block, which checks it, raises nothing."""
    otherwise = f"put it at {path}, or name the folder that holds it in {CACHE_VARIABLE}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConnectionError(f"{what} cannot be stored at {path} ({error}).") from error
    with atomic_write(path) as fresh:
        fetch(what, url, fresh, otherwise)
        yield fresh


def check_fingerprints(arrays: dict[str, np.ndarray], path: str | os.PathLike) -> None:
    """Check that these are the published COCO weights: minimum, maximum and std of each array.

    Args:
        arrays: "layer/weight" -> array, as `read_weights` gives.
        path: of the file, for the error message.

    Raises `ValueError` that names the first array that is missing or has another shape or other
    values.
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
    """For each array of the COCO weights, by "layer/weight": [shape, minimum, maximum, std]."""
    file = shipped_folder() / "coco_fingerprints.json"
    return json.loads(file.read_text(encoding="utf-8"))
