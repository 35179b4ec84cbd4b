"""Copy-paste: objects of other photographs, pasted into this one.

Where few photographs have masks, each object is seen in front of one background only, and a model
can learn the background by heart. A mask says exactly which pixels are the object. So it can stand
anywhere, and rare classes can come as often as common ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from maskrcnn_explained._arguments import check_arrays, check_has, check_number, check_sample
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.resizing import nearest_pixels, resize_image
from maskrcnn_explained.data.sample import Sample

SMALLEST_COPIED = 16  # pixels of the shorter side: smaller objects are not copied
LEFT = 0.5  # of what is visible of an object, at least this part stays so when one is pasted
TRIES = 5  # to find a place


class Piece(NamedTuple):
    """A copied object: pixels [h, w, 3] uint8 and mask [h, w] bool of its box, and its class."""

    pixels: np.ndarray
    mask: np.ndarray
    class_id: int


@dataclasses.dataclass(frozen=True)
class CopyPaste:
    """Pastes copied objects. Call it with a Sample and a NumPy generator, as an `Augmentation`.

    Each object is drawn from a class that is drawn first, all classes alike. It is turned left to
    right or not, and its size is changed. It is pasted where at least half of what is
    visible of every object stays so; if no such place is found, it is left out.

    pieces: class id -> its Pieces: see `copied`.
    probability: 0..1, of a photograph that gets any.
    most: 1 to this many are tried.
    scale: (lowest, highest) factor of their size, drawn evenly on a logarithmic scale.

    Raises `ValueError` for a value out of range, or if there are no pieces.

    Source: Ghiasi et al. 2021, "Simple copy-paste is a strong data augmentation method for instance
    segmentation".
    """

    pieces: dict[int, list[Piece]]
    probability: float = 0.5
    most: int = 3
    scale: tuple[float, float] = (0.5, 1.4)

    def __post_init__(self) -> None:
        check_number("probability", self.probability, 0, 1)
        check_number("most", self.most, 1, 100, whole=True)
        check_arrays(scale=(self.scale, "2"))
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"scale must be two positive numbers in order; got {self.scale}.")
        if not self.pieces or not all(self.pieces.values()):
            raise ValueError("pieces must have at least one Piece per class id: see `copied`.")

    def __call__(self, sample: Sample, rng: np.random.Generator) -> Sample:
        """The Sample with other objects in it; all random numbers come from `rng`."""
        check_sample(sample)
        check_has("rng", rng, "a NumPy generator (np.random.default_rng)", "uniform", "integers")
        if rng.random() >= self.probability:
            return sample
        for _ in range(int(rng.integers(self.most)) + 1):
            sample = self._with_one_more(sample, rng)
        return sample

    def _with_one_more(self, sample, rng):
        """The Sample with one object more, if there is a place for it."""
        # Which object, how large, and which way round.
        classes = sorted(self.pieces)
        pieces = self.pieces[classes[int(rng.integers(len(classes)))]]
        piece = pieces[int(rng.integers(len(pieces)))]
        piece = resized(piece, np.exp(rng.uniform(*np.log(self.scale))), sample.image.shape[:2])
        if rng.random() < 0.5:
            piece = piece._replace(pixels=piece.pixels[:, ::-1], mask=piece.mask[:, ::-1])
        # A place where what is there stays visible.
        for _ in range(TRIES):
            room = np.subtract(sample.image.shape[:2], piece.mask.shape)
            top, left = (int(v) for v in rng.integers(room + 1))
            changed = pasted(sample, piece, top, left)
            if changed is not None:
                return changed
        return sample


def copied(samples: Iterable[Sample]) -> dict[int, list[Piece]]:
    """The objects of Samples as Pieces, by class id; without crowds and the smallest ones."""
    pieces: dict[int, list[Piece]] = {}
    for sample in samples:
        masks = sample.cut
        for index in np.flatnonzero(~sample.crowd):
            y1, x1, y2, x2 = masks.boxes[index]
            if min(y2 - y1, x2 - x1) >= SMALLEST_COPIED:
                pixels = sample.image[y1:y2, x1:x2].copy()
                piece = Piece(pixels, masks.crops[index], int(sample.class_ids[index]))
                pieces.setdefault(piece.class_id, []).append(piece)
    return pieces


def resized(piece: Piece, factor: float, limit: tuple[int, int]) -> Piece:
    """The Piece enlarged or shrunk, but not beyond `limit`, (H, W) pixels."""
    factor = min(factor, *(np.array(limit) / piece.mask.shape))
    height, width = (max(1, int(side * factor)) for side in piece.mask.shape)
    rows = nearest_pixels(height, piece.mask.shape[0])
    columns = nearest_pixels(width, piece.mask.shape[1])
    mask = piece.mask[rows[:, None], columns[None]]
    return Piece(resize_image(piece.pixels, (height, width)), mask, piece.class_id)


def pasted(sample: Sample, piece: Piece, top: int, left: int) -> Sample | None:
    """The Sample with the Piece in it, its corner at (top, left); what it covers is hidden.

    None if it would leave less than half of an object visible, or has no pixel itself.
    """
    height, width = piece.mask.shape
    covered = np.zeros(sample.image.shape[:2], bool)
    covered[top : top + height, left : left + width] = piece.mask
    before = sample.cut
    # What is left of each mask.
    crops = [
        crop & ~covered[y1:y2, x1:x2]
        for crop, (y1, x1, y2, x2) in zip(before.crops, before.boxes, strict=True)
    ]
    left_over = np.array([np.count_nonzero(crop) for crop in crops])
    if not piece.mask.any() or (left_over < LEFT * before.areas).any():
        return None
    image = sample.image.copy()
    image[covered] = piece.pixels[piece.mask]
    boxes = np.concatenate([before.boxes, [[top, left, top + height, left + width]]])
    tags = {name: np.append(values, values.dtype.type()) for name, values in sample.tags.items()}
    return dataclasses.replace(
        sample,
        image=image,
        masks=CutMasks(before.size, boxes, [*crops, piece.mask]),
        class_ids=np.append(sample.class_ids, np.int32(piece.class_id)),
        crowd=np.append(sample.crowd, False),
        tags=tags,
    )
