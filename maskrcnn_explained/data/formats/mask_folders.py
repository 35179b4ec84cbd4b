"""Data sets whose masks are pictures: one label map per image, or one picture per instance."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence

import numpy as np
from skimage import io

from maskrcnn_explained.data.images import read_image
from maskrcnn_explained.data.sample import Sample

SUFFIXES = (".png", ".tif", ".tiff", ".jpg", ".jpeg", ".bmp")


class InstanceMaskDataset:
    """A sequence of Samples of one class, from folders of pictures.

    Two layouts are recognised by what is there:

        FOLDER/images/NAME.png and FOLDER/labels/NAME.png: a label map, 0 is background and every
            other number one instance;
        FOLDER/NAME/images/NAME.png and FOLDER/NAME/masks/*.png: one picture per instance, nonzero
            inside (as the Data Science Bowl 2018 has it).

    Args:
        folder: FOLDER.
        names: which images, by NAME, in this order; None takes all, in alphabetical order.
        class_name: of all instances.

    Attributes: class_names, names, paths (of the images, in order).

    Raises:
        FileNotFoundError: no such folder, no image in it, or masks that are not there.
        ValueError: neither layout.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        names: Sequence[str] | None = None,
        class_name: str = "object",
    ) -> None:
        folder = pathlib.Path(folder)
        if not folder.is_dir():
            raise FileNotFoundError(f"There is no folder {folder}.")
        maps = (folder / "images").is_dir() and (folder / "labels").is_dir()
        found = _with_label_maps(folder) if maps else _with_one_picture_each(folder)
        if not found:
            raise ValueError(
                f"{folder} has neither images/ and labels/, nor one folder per image with "
                "images/ and masks/ in it."
            )
        self.names = sorted(found) if names is None else [str(name) for name in names]
        absent = [name for name in self.names if name not in found]
        if absent:
            raise FileNotFoundError(f"{folder} lacks the masks or the image of {absent[0]}.")
        self.class_names = ("background", class_name)
        self.paths = [found[name][0] for name in self.names]
        self._masks = [found[name][1] for name in self.names]

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> Sample:
        image = read_image(self.paths[index])
        source = self._masks[index]
        masks = _from_label_map(source) if isinstance(source, pathlib.Path) else _stacked(source)
        masks = masks if len(masks) else np.zeros((0, *image.shape[:2]), bool)
        number = range(len(self))[index]
        return Sample(image, masks, np.ones(len(masks), np.int32), number)


def _with_label_maps(folder):
    """NAME -> (image, label map)."""
    labels = {path.stem: path for path in _pictures(folder / "labels")}
    images = {path.stem: path for path in _pictures(folder / "images")}
    return {name: (path, labels[name]) for name, path in images.items() if name in labels}


def _with_one_picture_each(folder):
    """NAME -> (image, list of mask files)."""
    found = {}
    for inner in sorted(folder.iterdir()):
        images = _pictures(inner / "images")
        if images and (inner / "masks").is_dir():
            found[inner.name] = images[0], _pictures(inner / "masks")
    return found


def _pictures(folder):
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def _from_label_map(path):
    """[G, H, W] bool, one for each number that occurs."""
    labels = io.imread(path)
    if labels.ndim != 2 or labels.dtype.kind not in "ui":
        raise ValueError(
            f"{path} is not a label map: it must be [H, W] of whole numbers; got "
            f"{list(labels.shape)} {labels.dtype}."
        )
    numbers = np.unique(labels)
    return labels[None] == numbers[numbers > 0][:, None, None]


def _stacked(paths):
    """[G, H, W] bool, one for each picture."""
    pictures = [io.imread(path) for path in paths]
    return np.array([p[..., :3].max(-1) > 0 if p.ndim == 3 else p > 0 for p in pictures], bool)
