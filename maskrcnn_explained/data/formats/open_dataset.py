"""Open a data set without naming its format: COCO JSON, VIA JSON, or folders of masks."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence

from maskrcnn_explained.data.formats.coco import ANNOTATIONS, IMAGES, CocoDataset, read_json
from maskrcnn_explained.data.formats.mask_folders import InstanceMaskDataset
from maskrcnn_explained.data.formats.via import ViaDataset


def open_dataset(
    path: str | os.PathLike,
    image_folder: str | os.PathLike | None = None,
    class_names: Sequence[str] | None = None,
    attribute: str | None = None,
) -> CocoDataset | ViaDataset | InstanceMaskDataset:
    """Open a data set; the format is detected from its content.

    Args:
        path: a JSON file of COCO or VIA, a folder that `save_coco` made, or a folder of pictures
            in one of the layouts of `InstanceMaskDataset`.
        image_folder: the folder of a JSON file's images. None: the folder `images` beside the
            file if it exists, else the folder of the file itself.
        class_names: K names, background first; None takes those of the data set.
        attribute: the region attribute of a VIA file that holds the class.

    Returns:
        A CocoDataset, a ViaDataset or an InstanceMaskDataset.

    Raises:
        FileNotFoundError: the path does not exist, or images are missing.
        ValueError: the format is none of these, or no class is among `class_names`.
    """
    path = pathlib.Path(path)
    if path.is_dir() and (path / ANNOTATIONS).is_file():
        return CocoDataset(path / ANNOTATIONS, image_folder or path / IMAGES, class_names)
    if path.is_dir():
        if class_names is not None and len(class_names) != 2:
            raise ValueError(
                f"The masks in {path} do not say which of the classes "
                f"{', '.join(class_names[1:])} they are; a folder of masks holds one class."
            )
        name = "object" if class_names is None else class_names[1]
        return InstanceMaskDataset(path, class_name=name)
    content = read_json(path)
    inside = path.parent / IMAGES
    images = image_folder or (inside if inside.is_dir() else path.parent)
    if isinstance(content, dict) and "annotations" in content:
        return CocoDataset(path, images, class_names)
    return ViaDataset(path, images, attribute, class_names)
