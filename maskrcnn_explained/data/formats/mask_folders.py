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

    The folder may have one of two layouts:

        FOLDER/images/NAME.png and FOLDER/labels/NAME.png: one label map per image; 0 is
            background, and each other number is one instance;
        FOLDER/NAME/images/NAME.png and FOLDER/NAME/masks/*.png: one picture per instance, nonzero
            inside it (the layout of the Data Science Bowl 2018).

    Args:
        folder: FOLDER.
        names: the NAMEs of the images to take, in this order; None takes all, in alphabetical
            order.
        class_name: the class of all instances.

    Attributes: class_names, names, paths (of the images, in order).

    Raises:
        FileNotFoundError: the folder, an image or its masks do not exist.
        ValueError: the folder has neither layout.
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
        if (folder / "images").is_dir() and (folder / "labels").is_dir():
            found = _with_label_maps(folder)
        else:
            found = _with_one_picture_per_instance(folder)
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
        if isinstance(source, pathlib.Path):
            masks = _from_label_map(source)
        else:
            masks = _from_pictures(source)
        if not len(masks):
            masks = np.zeros((0, *image.shape[:2]), bool)
        number = range(len(self))[index]  # counted from the start, also for a negative index
        class_ids = np.ones(len(masks), np.int32)
        return Sample(image=image, masks=masks, class_ids=class_ids, image_id=number)


def _with_label_maps(folder):
    """NAME -> (image, label map)."""
    labels = {path.stem: path for path in _pictures(folder / "labels")}
    images = {path.stem: path for path in _pictures(folder / "images")}
    return {name: (path, labels[name]) for name, path in images.items() if name in labels}


def _with_one_picture_per_instance(folder):
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
    """[G, H, W] bool: one mask per number that occurs, 0 left out."""
    labels = io.imread(path)
    if labels.ndim != 2 or labels.dtype.kind not in "ui":
        raise ValueError(
            f"{path} is not a label map: it must be [H, W] of whole numbers; got "
            f"{list(labels.shape)} {labels.dtype}."
        )
    numbers = np.unique(labels)
    return labels[None] == numbers[numbers > 0][:, None, None]


def _from_pictures(paths):
    """[G, H, W] bool: one mask per picture."""
    masks = []
    for path in paths:
        picture = io.imread(path)
        if picture.ndim == 3:  # a colour picture: nonzero in any colour; alpha does not count
            picture = picture[..., :3].max(-1)
        masks.append(picture > 0)
    return np.array(masks, bool)
