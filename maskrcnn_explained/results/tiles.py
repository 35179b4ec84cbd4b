"""Tiles: a large photograph is looked at piece by piece, and the results are put together.

The network sees images of at most `image_max_side` pixels (with `scale_rule="fit"` squares of
`image_min_side`). A strip of 4000 x 200 is shrunk to an
eighth for that, and what is on it vanishes. As tiles, it is seen at its own size. An object at the
edge of a tile is cut, so tiles overlap by half: what is shorter than the overlap lies whole in at
least one tile. For what is longer there are tiles of twice the side, which are shrunk to half, of
four times the side, and so on, up to the whole image.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.config import Config, ceil_div
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.results.pasted_masks import PastedMasks

# Both in parts of a tile's side; with a side of 512 pixels, 8 and 32 pixels as the network sees it.
EDGE = 1 / 64  # a box that ends so near to the edge of its tile may be cut there
SMALL = 1 / 16  # below it, an object in a shrunk tile is left to the smaller tiles
COVERED = 0.5  # a piece belongs to an object that covers this share of it


def tile_boxes(image_size: Sequence[int], side: int) -> np.ndarray:
    """The tiles of an image: first the whole image, then from large to small, each size row by row.

    Args:
        image_size: (H, W), pixels.
        side: of the smallest tiles, pixels; tiles of one size overlap by at least half of it.

    Returns:
        [T, 4] int, boxes in pixels of the image; the whole image alone if it is not larger.
    """
    tiles = [[0, 0, int(image_size[0]), int(image_size[1])]]
    sides = []
    while side < max(image_size):
        sides.append(side)
        side *= 2
    for side in reversed(sides):
        height, width = (min(side, length) for length in image_size)
        for top in _starts(image_size[0], side):
            tiles += [
                [top, left, top + height, left + width] for left in _starts(image_size[1], side)
            ]
    return np.array(tiles)


def _starts(length, side):
    """Where the tiles begin along one axis: evenly spaced, the last one ends with the image."""
    if length <= side:
        return [0]
    step = max(side // 2, 1)
    return np.linspace(0, length - side, ceil_div(length - side, step) + 1).astype(int).tolist()


def tile_side(config: Config) -> int:
    """The side of the smallest tiles, pixels: a square so large is not shrunk by the model."""
    if config.scale_rule == "fit" and config.image_min_side is not None:
        return min(config.image_min_side, config.image_max_side)
    return config.image_max_side


def merge_tiles(
    tiles: np.ndarray, parts: Sequence[Detections], image_size: Sequence[int], config: Config
) -> Detections:
    """One result from what was found in the tiles of an image.

    1. A box that ends at an edge of its tile, inside the image, is a piece of an object. If it does
       not reach beyond the overlap, the neighbour sees more of the object: the piece is dropped.
    2. What is small in a tile that was shrunk is dropped, since smaller tiles show it better.
    3. NMS within each class, over all tiles. Pieces that are left stand back behind whole objects,
       and also fall to one that covers half of them.

    Args:
        tiles: [T, 4] int, from `tile_boxes`.
        parts: what was found in each tile, in pixels of the tile.
        image_size: (H, W), pixels.
        config: side of the tiles, IoU of NMS and rim of masks.

    Returns:
        Detections of the image, best score first; there may be more than `config.detections`.
    """
    views, pieces = [], []
    for tile, part in zip(tiles, parts, strict=True):
        longest = int((tile[2:] - tile[:2]).max())
        cut, reach = _cut_at(part.boxes, tile, image_size, longest * EDGE)
        kept = ~cut | (reach > longest * (1 / 2 - EDGE))
        if longest > tile_side(config):
            kept &= (part.boxes[:, 2:] - part.boxes[:, :2]).max(1, initial=0) >= longest * SMALL
        views.append(_moved(part.kept(kept), tile[:2]))
        pieces.append(cut[kept])
    found = _together(views, image_size, config, parts[-1].scale)
    return found.kept(_without_doubles(found, np.concatenate(pieces), config.detection_nms_iou))


def _cut_at(boxes, tile, image_size, edge):
    """Which boxes [d, 4] of a tile end at an edge that lies inside the image, and how far they
    reach from that edge into the tile, pixels; the farthest if they end at several edges."""
    size = tile[2:] - tile[:2]
    reach = np.zeros(len(boxes))
    for axis in (0, 1):
        if tile[axis] > 0:
            at_start = boxes[:, axis] < edge
            reach = np.where(at_start, np.maximum(reach, boxes[:, axis + 2]), reach)
        if tile[axis + 2] < image_size[axis]:
            at_end = boxes[:, axis + 2] > size[axis] - edge
            reach = np.where(at_end, np.maximum(reach, size[axis] - boxes[:, axis]), reach)
    return reach > 0, reach


def _moved(part, corner):
    """Detections of a tile with boxes in pixels of the image. Their masks are made later."""
    boxes = part.boxes + np.concatenate([corner, corner]).astype(np.float32)
    return dataclasses.replace(part, boxes=boxes)


def _together(views, image_size, config, scale):
    """Detections of several views as one, in their order."""
    boxes = np.concatenate([view.boxes for view in views])
    small = np.concatenate([view.mask_probs for view in views])
    return Detections(
        boxes=boxes,
        class_ids=np.concatenate([view.class_ids for view in views]),
        class_names=[name for view in views for name in view.class_names],
        scores=np.concatenate([view.scores for view in views]),
        masks=PastedMasks(small, boxes, image_size, config.mask_rim),
        mask_probs=small,
        scale=scale,
    )


def _without_doubles(found, piece, max_iou):
    """NMS within each class, whole objects before pieces. `piece` is [n] bool.

    Returns those that stay, best score first, [k] int.
    """
    left = np.lexsort((-found.scores, piece))
    kept = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(best)
        # One row of IoUs at a time: a photograph may have ten thousand boxes in its tiles.
        same = np.asarray(iou(found.boxes[best][None], found.boxes[left]))[0] > max_iou
        same |= piece[left] & (_covered(found.boxes[left], found.boxes[best]) >= COVERED)
        left = left[~(same & (found.class_ids[left] == found.class_ids[best]))]
    stay = np.array(kept, int)
    return stay[np.argsort(-found.scores[stay], kind="stable")]


def _covered(boxes, cover):
    """Which share of each box [n, 4] lies in the box `cover` [4]."""
    common = np.minimum(boxes[:, 2:], cover[2:]) - np.maximum(boxes[:, :2], cover[:2])
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return np.maximum(common, 0).prod(1) / np.maximum(area, 1e-6)
