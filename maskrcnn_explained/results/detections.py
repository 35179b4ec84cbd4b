"""Detections: what was found in one image, and its ways to JSON and back."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from maskrcnn_explained._arguments import check_arrays, check_names, check_number, described
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.formats.rle import encode_crop
from maskrcnn_explained.results import coco_results, files
from maskrcnn_explained.results.pasted_masks import PastedMasks


class _MasksField:
    """The field `masks`: given as an array, as CutMasks or as PastedMasks, read as an array."""

    def __get__(self, found: Detections | None, owner: type | None = None) -> np.ndarray:
        if found is None:
            raise AttributeError("masks")  # so `dataclass` learns that there is no default
        masks = vars(found)["masks"]
        if isinstance(masks, np.ndarray):
            return masks
        # Not kept: the masks of a long list would fill the memory. What is written into such an
        # array would be lost, so nothing can be.
        full = masks.full()
        full.flags.writeable = False
        return full

    def __set__(self, found: Detections, masks: np.ndarray | CutMasks | PastedMasks) -> None:
        vars(found)["masks"] = masks


@dataclasses.dataclass(frozen=True)
class Detections:
    """What was found in one image, best score first; D may be 0.

    boxes: [D, 4] float32, pixels of the user's image.
    class_ids: [D] int32, never 0.
    class_names: a list of D strings.
    scores: [D] float32 in 0..1.
    masks: [D, H, W] bool. In what `detect` returns they are drawn each time that they are asked
        for, as an array that cannot be written to, so that a long list of results stays small:
        keep them in a variable if you use them twice. `rles`, `areas`, `to_coco` and `save` never
        draw whole masks. May be given as an array, as CutMasks or as PastedMasks.
    mask_probs: [D, 28, 28] float32, the small masks before pasting; NaN where they are not known.
    scale: by how much the image was resized before the model saw it: 0.25 is a quarter of its
        height and width. None: not known.
    """

    boxes: np.ndarray
    class_ids: np.ndarray
    class_names: list[str]
    scores: np.ndarray
    masks: _MasksField = _MasksField()
    mask_probs: np.ndarray  # type: ignore[misc]  # masks have no default, only a descriptor
    scale: float | None = None

    def __post_init__(self) -> None:
        small = (self.mask_probs, "D h w")
        check_arrays(boxes=(self.boxes, "D 4"), class_ids=(self.class_ids, "D"), mask_probs=small)
        check_arrays(scores=(self.scores, "D"), boxes=(self.boxes, "D 4"))
        check_names("class_names", self.class_names)
        masks = vars(self)["masks"]
        shape = getattr(masks, "shape", ())
        if len(self.class_names) != len(self.boxes) or tuple(shape[:1]) != (len(self.boxes),):
            raise ValueError(
                f"Detections of {len(self.boxes)} boxes need as many class names and masks; got "
                f"{len(self.class_names)} names and for masks {described(masks)}."
            )
        if len(shape) != 3:
            raise ValueError(f"masks must be [D, H, W]; got {described(masks)}.")

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def image_size(self) -> tuple[int, int]:
        """(H, W) of the image, pixels."""
        height, width = vars(self)["masks"].shape[1:]
        return int(height), int(width)

    def above(self, min_score: float) -> Detections:
        """Only those with at least this score."""
        check_number("min_score", min_score)
        return self.kept(self.scores >= min_score)

    def kept(self, which: np.ndarray) -> Detections:
        """Some of them: `which` is [D] bool, or an array of indices (any order)."""
        which = self._checked(which)
        masks = vars(self)["masks"]
        return dataclasses.replace(
            self,
            boxes=self.boxes[which],
            class_ids=self.class_ids[which],
            class_names=[self.class_names[i] for i in np.arange(len(self))[which]],
            scores=self.scores[which],
            masks=masks[which] if isinstance(masks, np.ndarray) else masks.kept(which),
            mask_probs=self.mask_probs[which],
        )

    def _checked(self, which):
        """`which` of `kept` as an array of bools or of indices that exist."""
        check_arrays(which=(which, "D"))
        which = np.asarray(which)
        which = which.astype(int) if not len(which) else which
        number = len(self)
        if which.dtype == bool and len(which) == number:
            return which
        if which.dtype.kind not in "iu" or not ((which >= -number) & (which < number)).all():
            raise ValueError(
                f"which must be [{number}] bool, or indices of the {number} detections; got "
                f"{described(which)}."
            )
        return which

    # Masks without whole images of them

    def pieces(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Of each mask in turn a box that holds it, [4] int, and its pixels there, [h, w] bool."""
        masks = vars(self)["masks"]
        if isinstance(masks, PastedMasks):
            return masks.pieces()
        cut = masks if isinstance(masks, CutMasks) else CutMasks.of(masks, self.image_size)
        return zip(cut.boxes, cut.crops, strict=True)

    def rles(self) -> list[dict[str, Any]]:
        """The masks as COCO's run-length codes, which pycocotools decodes.

        Returns D dicts {"size": [H, W], "counts": text}: kilobytes for each mask, not megabytes.
        """
        return [encode_crop(self.image_size, box, crop) for box, crop in self.pieces()]

    @property
    def areas(self) -> np.ndarray:
        """[D] int64, the pixels of each mask."""
        return np.array([np.count_nonzero(crop) for _, crop in self.pieces()], np.int64)

    # JSON and files

    def to_coco(
        self, image_id: int | str, category_ids: Mapping[str, int] | None = None
    ) -> list[dict[str, Any]]:
        """The detections as COCO results, for `json.dump` and for `COCO.loadRes` of pycocotools.

        Args:
            image_id: the id of this image in your annotation file.
            category_ids: class name -> id of the category in your annotation file; None takes the
                model's class ids.

        Returns:
            D dicts of image_id, category_id, bbox [x, y, width, height], score, segmentation (see
            `rles`). Boxes and scores are exact.

        Raises `ValueError` for a class name that `category_ids` has not.
        """
        return coco_results.coco_records(self, image_id, category_ids)

    @classmethod
    def from_coco(
        cls,
        records: Sequence[Mapping[str, Any]],
        class_names: Sequence[str] | Mapping[int, str],
        image_size: Sequence[int] | None = None,
    ) -> Detections:
        """Detections from the COCO results of one image: the way back from `to_coco`.

        Args:
            records: dicts of category_id, bbox, score, segmentation (an RLE).
            class_names: the K names of the model's Config, background first; or id -> name. The id
                is the class id.
            image_size: (H, W), pixels; needed only if there are no records.

        Returns:
            Detections, best score first. Their `mask_probs` are NaN, since COCO has none.

        Raises `ValueError` for records that are no results, of several images, or of an unknown
        class; the message names the record.
        """
        found = cls(**coco_results.coco_fields(records, class_names, image_size))
        return found.kept(np.argsort(-found.scores, kind="stable"))

    def save(self, path: str | os.PathLike, file_name: str = "") -> None:
        """Write them to a JSON file, from which `Detections.load` gives exactly the same.

        The file is in COCO's format with one image, whose id is 1, so other tools can open it; each
        annotation has a score. The small masks stand beside them, as text. It appears complete or
        not at all.

        Args:
            path: of the file, which ends in .json.
            file_name: the name of the image, for other tools.

        Raises:
            ValueError: the name does not end in .json.
            FileNotFoundError, PermissionError: its folder does not exist, or is not writable.
        """
        files.write_detections(self, path, file_name)

    @classmethod
    def load(cls, path: str | os.PathLike) -> Detections:
        """What `save` wrote.

        Raises `FileNotFoundError` if there is no such file, `ValueError` if `save` did not write
        it, or it is damaged.
        """
        return cls(**files.read_detections(path))
