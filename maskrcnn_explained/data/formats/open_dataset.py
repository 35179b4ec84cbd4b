"""Open a data set without naming its format: COCO, VIA, labelme, or folders of masks."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence

from maskrcnn_explained._arguments import check_kind, check_names, checked_path
from maskrcnn_explained.data.formats.annotated import AnnotatedDataset
from maskrcnn_explained.data.formats.coco import CocoDataset
from maskrcnn_explained.data.formats.coco_writer import ANNOTATIONS, IMAGES
from maskrcnn_explained.data.formats.json_files import format_of, not_understood, read_json
from maskrcnn_explained.data.formats.labelme import LabelmeDataset
from maskrcnn_explained.data.formats.mask_folders import InstanceMaskDataset
from maskrcnn_explained.data.formats.problems import Rules
from maskrcnn_explained.data.formats.via import ViaDataset

INNER = ("annotations", "Annotations", "annotation")  # where CVAT and COCO put their JSON
SPLIT_FOLDERS = ("train", "valid", "val", "test")  # folders of Roboflow's exports


def open_dataset(
    path: str | os.PathLike,
    image_folder: str | os.PathLike | None = None,
    class_names: Sequence[str] | None = None,
    attribute: str | None = None,
    crowds: str = "ignore",
    boxes: str = "problem",
    problems: str = "stop",
) -> AnnotatedDataset | InstanceMaskDataset:
    """Open a data set; the format is detected from its content, and every record is checked.

    Args:
        path: a JSON file of COCO, VIA or labelme; a folder with one such file, or with one JSON of
            labelme per image; or a folder of pictures in one of the layouts of
            `InstanceMaskDataset`.
        image_folder: the folder of a JSON file's images. None: the folder `images` beside the
            file if it exists, else the folder of the file itself.
        class_names: K names, background first; None takes those of the data set.
        attribute: the region attribute of a VIA file that holds the class; "" if none does.
        crowds, boxes, problems: what to do with crowd regions, with boxes without an outline, and
            with records that have a problem: see `formats.problems.Rules`.

    Returns:
        A CocoDataset, ViaDataset, LabelmeDataset or InstanceMaskDataset; its `left_out` counts
        what does not become an object.

    Raises:
        FileNotFoundError: the path does not exist, or images are missing.
        ValueError: the format is none of these, several files could be meant, no class is among
            `class_names`, or records have problems: the first ten are told in full.
    """
    Rules(crowds=crowds, boxes=boxes, problems=problems)  # a wrong word fails for each format
    path = checked_path("path", path)
    if image_folder is not None:
        image_folder = checked_path("image_folder", image_folder)
    if class_names is not None:
        check_names("class_names", class_names)
    if attribute is not None:
        check_kind("attribute", attribute, str, "the name of an attribute")
    if path.is_dir():
        file = _annotation_file(path)
        if file is None:
            return _open_pictures(path, class_names, problems)
        if file == path:
            return LabelmeDataset(path, image_folder, class_names, problems)
        path = file
    content = read_json(path)
    kind = format_of(content)
    images = image_folder or _image_folder(path)
    if kind == "coco":
        return CocoDataset(path, images, class_names, crowds, boxes, problems)
    if kind in ("via", "via3") or content == {}:
        return ViaDataset(path, images, attribute, class_names, problems)
    if kind == "labelme":
        return LabelmeDataset(path, image_folder, class_names, problems)
    raise not_understood(path, content)


def _open_pictures(path, class_names, problems) -> InstanceMaskDataset:
    """A folder of mask pictures, which hold one class."""
    splits = [name for name in SPLIT_FOLDERS if (path / name).is_dir()]
    inner = [name for name in splits if _annotation_file(path / name) is not None]
    if inner:
        raise ValueError(
            f"{path} holds the parts {', '.join(inner)} of a data set: give one of them, for "
            f"example {path / inner[0]}."
        )
    texts = sorted((path / "labels").rglob("*.txt"))
    if texts and not (path / "masks").is_dir():
        raise ValueError(
            f"{path} holds YOLO's text files ({texts[0].name}, ...): convert them to COCO's JSON "
            "first; their numbers are parts of the image's width and height."
        )
    if class_names is not None and len(class_names) != 2:
        raise ValueError(
            f"The masks in {path} do not say which of the classes "
            f"{', '.join(class_names[1:])} they are; a folder of masks holds one class."
        )
    name = "object" if class_names is None else class_names[1]
    return InstanceMaskDataset(path, class_name=name, problems=problems)


def _annotation_file(folder: pathlib.Path) -> pathlib.Path | None:
    """The annotation file of a folder; the folder itself for labelme's; None if there is none.

    Raises `ValueError` if several files could be meant.
    """
    if (folder / ANNOTATIONS).is_file():
        return folder / ANNOTATIONS
    for place in (folder, *(folder / name for name in INNER)):
        kinds = {file: format_of(read_json(file)) for file in _json_files(place)}
        if place == folder and "labelme" in kinds.values():
            return folder
        found = [file for file, kind in kinds.items() if kind in ("coco", "via", "via3")]
        if len(found) > 1:
            raise ValueError(
                f"{place} holds {len(found)} annotation files: give one of "
                f"{', '.join(file.name for file in found[:5])}."
            )
        if found:
            return found[0]
    return None


def _json_files(folder):
    return sorted(file for file in folder.glob("*.json") if not file.name.startswith("."))


def _image_folder(path: pathlib.Path) -> pathlib.Path:
    """Where a file's images most likely are: see `open_dataset`."""
    base = path.parent.parent if path.parent.name in INNER else path.parent
    inside = base / IMAGES
    return inside if inside.is_dir() else base
