"""Data sets whose masks are pictures: one label map per image, or one picture per instance."""

from __future__ import annotations

import collections
import os
import pathlib
import re
from collections.abc import Sequence

import numpy as np

from maskrcnn_explained._arguments import checked_path
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.formats.mask_pictures import instance_mask, is_lossy, label_map_masks
from maskrcnn_explained.data.formats.problems import Rules, problem_list
from maskrcnn_explained.data.image_files import as_annotated, read_header, read_image
from maskrcnn_explained.data.sample import Sample

# Reasons of `left_out`.
NO_MASKS = "pictures without a label map"
NO_PICTURE = "label maps without a picture"
HALF = "folders of a picture without masks, or of masks without a picture"
REFUSED = "pictures whose masks have another size, or cannot be used"
NO_OBJECT = "label maps with numbers that are no object (255 as void, or below 0)"
SUFFIXES = (".png", ".tif", ".tiff", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".heic", ".avif")
IMAGE_FOLDERS = ("images", "image", "jpegimages", "imgs")
LABEL_FOLDERS = ("labels", "masks", "label", "mask", "segmentationobject")
# What tools add to the name of a label map, and of its image.
OF_LABELS = re.compile(
    r"^(masks?|labels?|msk|lbl)[ _.-]*|^(gt|ground_?truth|seg|inst|instances?)[ _.-]|"
    r"[ _.-]*(masks?|labels?)$|"
    r"[ _.-](label_?ids|seg|segm|segmentations?|gt|gtfine|ground_?truth|annotations?|cp|l|msk|lbl|"
    r"inst|instances?|instance_?ids?|ids|objects?|png|jpe?g|tiff?|bmp|webp|heic)$",
    re.IGNORECASE,
)
OF_IMAGES = re.compile(
    r"^(images?|img)[ _.-]*|[ _.-](images?|img|rgb|orig|original|leftimg8bit)$", re.IGNORECASE
)


class InstanceMaskDataset:
    """A sequence of Samples of one class, from folders of pictures.

    The folder may have one of two layouts:

        FOLDER/images/NAME.png and FOLDER/labels/NAME.png (or masks/): one label map per image; 0
            is background, and each other number or colour is one instance. What tools add to a
            name is understood: NAME_mask.png belongs to NAME.jpg;
        FOLDER/NAME/images/NAME.png and FOLDER/NAME/masks/*.png: one picture per instance, bright
            inside it (the layout of the Data Science Bowl 2018).

    Masks have the size of the upright picture or of the stored one; it is read accordingly.

    Args:
        folder: FOLDER.
        names: the NAMEs of the images to take, in this order; None takes all, by alphabet.
        class_name: the class of all instances.
        problems: "stop" raises an error that lists pictures without masks, masks without a picture,
            and masks of another size or with loss; "leave out" goes on without them.
        void: see `label_map_masks`.

    Attributes: class_names, names, paths (of the images, in order), left_out (reason -> count;
    voids are counted as they are read).

    Raises:
        FileNotFoundError: the folder, an image or its masks do not exist.
        ValueError: neither layout, two pictures of one name, problems, or no picture is left.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        names: Sequence[str] | None = None,
        class_name: str = "object",
        problems: str = "stop",
        void: int | None = 255,
    ) -> None:
        folder = checked_path("folder", folder)
        rules = Rules(problems=problems)
        if not folder.is_dir():
            raise FileNotFoundError(f"There is no folder {folder}.")
        found, told = _pairs(folder)
        wanted = sorted(found) if names is None else [str(name) for name in names]
        absent = [name for name in wanted if name not in found]
        if absent:
            raise FileNotFoundError(f"{folder} lacks the masks or the image of {absent[0]}.")
        told = told if names is None else []
        sizes = {name: _checked(name, found[name], told) for name in wanted}
        self.names = [name for name in wanted if sizes[name] is not None]
        if told and (rules.problems == "stop" or not self.names):
            raise ValueError(f"{folder}: {problem_list([text for _, text in told])}")
        self.left_out: dict[str, int] = dict(collections.Counter(reason for reason, _ in told))
        self.class_names = ("background", class_name)
        self.paths = [found[name][0] for name in self.names]
        self._masks = [found[name][1] for name in self.names]
        self._sizes = [sizes[name] for name in self.names]
        self._void = void
        self._voids: set[int] = set()

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> Sample:
        image = read_image(self.paths[index], self._sizes[index])
        source = self._masks[index]
        number = range(len(self))[index]  # counted from the start, also for a negative index
        if isinstance(source, pathlib.Path):
            masks, voids = label_map_masks(source, self._void)
            if voids:
                self._voids.add(number)
                self.left_out[NO_OBJECT] = len(self._voids)
        else:
            masks = CutMasks.of((instance_mask(path) for path in source), image.shape[:2])
        return Sample(image, masks, np.ones(len(masks), np.int32), image_id=number)


def _pairs(folder):
    """NAME -> (image, its label map or list of masks), and what has no partner, with the reason."""
    images = _one_folder(folder, IMAGE_FOLDERS)
    labels = _one_folder(folder, LABEL_FOLDERS)
    if images and labels:
        return _with_label_maps(images, labels)
    found, told = _with_one_picture_per_instance(folder)
    if not found:
        raise ValueError(
            f"{folder} has neither images/ and labels/, nor one folder per image with images/ and "
            "masks/ in it."
        )
    return found, told


def _one_folder(folder, names):
    """The inner folder of one of these names, in small or capital letters; one with pictures.

    None if there is none. Raises `ValueError` if several could be meant.
    """
    inner = sorted(path for path in folder.glob("*") if path.name.lower() in names)
    full = [path for path in inner if _pictures(path)]
    if len(full) > 1:
        raise ValueError(f"{full[0]} and {full[1]} both hold pictures: move or rename one of them.")
    return next((path for path in full or inner if path.is_dir()), None)


def _with_label_maps(image_folder, label_folder):
    """As `_pairs`, of label maps."""
    images = _by_stem(image_folder)
    labels = _by_stem(label_folder)
    pairs = _fitting(images, labels)
    if not pairs:
        raise ValueError(
            f"No label map has the name of an image. Compared were {_some(images)} in "
            f"{image_folder} and {_some(labels)} in {label_folder}, and all others there."
        )
    lone = [images[stem] for stem in images.keys() - pairs.keys()]
    told = [(NO_MASKS, f"{path}: it has no label map in {label_folder}") for path in lone]
    lone = [labels[stem] for stem in labels.keys() - set(pairs.values())]
    told += [(NO_PICTURE, f"{path}: it has no image in {image_folder}") for path in lone]
    return {stem: (images[stem], labels[label]) for stem, label in pairs.items()}, sorted(told)


def _fitting(images, labels):
    """Stem of an image -> stem of its label map: the very same, else by what is left of both.

    Raises `ValueError` if two fit one.
    """
    pairs = {stem: stem for stem in images if stem in labels}
    plain = collections.defaultdict(list)
    for stem in labels.keys() - pairs.keys():
        plain[_plain(OF_LABELS, stem)].append(stem)
    users: dict[str, str] = {}
    for stem in sorted(images.keys() - pairs.keys()):
        near = plain.get(stem.lower()) or plain.get(_plain(OF_IMAGES, stem)) or []
        if len(near) > 1:
            both = " and ".join(str(labels[one]) for one in sorted(near)[:2])
            raise ValueError(f"{both} both fit the image {images[stem].name}: remove one of them.")
        for label in near:
            other = users.setdefault(label, stem)
            if other != stem:
                both = f"{images[other]} and {images[stem]}"
                raise ValueError(f"{both} both fit the label map {labels[label].name}: rename one.")
            pairs[stem] = label
    return pairs


def _plain(pattern, stem):
    """A stem in small letters, without what tools add to it."""
    while pattern.sub("", stem, count=1) not in ("", stem):
        stem = pattern.sub("", stem, count=1)
    return stem.lower()


def _some(paths):
    """The first names of some files, for a message."""
    names = sorted(path.name for path in paths.values())
    return ", ".join(names[:3]) or "no pictures"


def _with_one_picture_per_instance(folder):
    """NAME -> (image, list of mask files), and what has no partner, with the reason."""
    found = {}
    told = []
    for inner in sorted(folder.iterdir()):
        place = _one_folder(inner, ("images",))
        masks = _one_folder(inner, ("masks",))
        images = _pictures(place) if place else []
        if len(images) > 1:
            raise ValueError(
                f"{place} holds {len(images)} pictures ({images[0].name}, {images[1].name}); one "
                "set of masks belongs to one picture."
            )
        if images and masks:
            found[inner.name] = images[0], _pictures(masks)
        elif images or (masks and _pictures(masks)):
            told.append((HALF, f"{inner}: it lacks {'masks/' if images else 'a picture'}"))
    return found, told


def _by_stem(folder):
    """Stem -> picture. Raises `ValueError` for two pictures of one stem."""
    found: dict[str, pathlib.Path] = {}
    for path in _pictures(folder):
        other = found.setdefault(path.stem, path)
        if other != path:
            raise ValueError(f"{other} and {path.name} have one name: rename or remove one.")
    return found


def _pictures(folder):
    """The pictures of a folder; hidden files, as a Mac's ZIP brings them, are none."""
    return sorted(path for path in folder.glob("[!.]*") if path.suffix.lower() in SUFFIXES)


def _checked(name, pair, told):
    """The size of one image's masks, by headers alone; None, its problem told, if it fails."""
    path, source = pair
    masks = [source] if isinstance(source, pathlib.Path) else source
    try:
        header = read_header(path)
        sizes = [read_header(mask).stored for mask in masks]
        for mask, size in zip(masks, sizes, strict=True):
            as_annotated(header, size, f"{mask} does not fit its picture: {path}")
            if size != sizes[0]:
                raise ValueError(f"{masks[0]} is {sizes[0]} pixels (H, W), but {mask} is {size}")
        if masks is not source and is_lossy(source):
            label_map_masks(source)  # it raises
    except ValueError as error:
        told.append((REFUSED, f"{name}: {error}".rstrip(".")))
        return None
    return sizes[0] if sizes else header.upright
