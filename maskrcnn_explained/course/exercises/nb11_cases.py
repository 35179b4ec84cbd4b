"""Cases of notebook 11: small ones by hand, random ones, and the photograph of the coins.

No picture is square, no mask is its own mirror image, and category ids have gaps and no order. None
of this needs a model.
"""

from __future__ import annotations

import json
import math
import pathlib
import tempfile

import numpy as np
from PIL import Image

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.data.augmentation import crop, flip
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.data.formats.coco import CocoDataset
from maskrcnn_explained.data.formats.rle import encode, runs_of_text
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.presets import get_config


def mask_small() -> tuple:
    """3 x 4 pixels; the first one is inside, the last one is not."""
    return (np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0]], bool),)


def mask_random() -> tuple:
    """7 x 11 pixels at random, the last one inside."""
    mask = np.random.default_rng(0).random((7, 11)) < 0.4
    mask[0, 0], mask[-1, -1] = False, True
    return (mask,)


def mask_coin() -> tuple:
    """The first coin of the photograph, in the window of its box: its corners are outside."""
    sample = coins_sample()
    y1, x1, y2, x2 = sample.boxes[0].astype(int)
    return (sample.masks[0, y1 : y2 + 1, x1:x2],)


def flip_small() -> tuple:
    """A picture of 2 x 4 pixels with one object."""
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    masks = np.zeros((1, 2, 4), bool)
    masks[0, :, 0], masks[0, 1, 1] = True, True
    return image, masks, np.array([[0, 0, 2, 2]])


def flip_random() -> tuple:
    """A picture of 9 x 14 pixels, all random, with two objects."""
    rng = np.random.default_rng(1)
    masks = np.zeros((2, 9, 14), bool)
    masks[0, 1:4, 2:7], masks[0, 3, 2] = True, False
    masks[1, 5:8, 8:14], masks[1, 5, 9] = True, False
    boxes = np.array([[1, 2, 4, 7], [5, 8, 8, 14]])
    return rng.integers(0, 256, (9, 14, 3), dtype=np.uint8), masks, boxes


def flip_coins() -> tuple:
    """The upper left of the photograph, 120 x 200 pixels."""
    sample = crop(coins_sample(), 0, 0, 120, 200)
    return sample.image, sample.masks, sample.boxes


def squares_small() -> tuple:
    """The balloons of notebook 11: molded from 1024 to 512 pixels; the anchors of `scenes`."""
    return np.array([60.0, 100, 200, 400, 710]), 0.5, get_config("scenes").anchor_scales


def squares_random() -> tuple:
    """Forty sides from 10 to 500 pixels and four sizes of anchors that are no doublings."""
    return np.random.default_rng(2).uniform(10, 500, 40), 1.6, (20, 45, 150, 400)


def squares_coins() -> tuple:
    """The longer sides of the coins, enlarged to an image with a shorter side of 512 pixels."""
    sample = coins_sample()
    sides = (sample.boxes[:, 2:] - sample.boxes[:, :2]).max(1).astype(float)
    return sides, 512 / min(sample.image.shape[:2]), get_config("scenes").anchor_scales


def categories_small() -> tuple:
    """Ids 90, 3 and 7 in this order; no annotation is of category 7, and 90 comes first."""
    return np.array([90, 3, 90, 3]), np.array([90, 3, 7])


def categories_random() -> tuple:
    """Twelve ids of 1 to 90 and 20 annotations of some of them."""
    rng = np.random.default_rng(3)
    categories = rng.choice(np.arange(1, 91), 12, replace=False)
    return rng.choice(categories[:8], 20), categories


# What judges where no function of the package stands alone


def coco_runs(mask) -> list[int]:
    """The runs of the RLE that the package writes."""
    return runs_of_text(encode(mask)["counts"].decode())


def flipped_parts(image, masks, boxes) -> tuple:
    """`augmentation.flip`; boxes follow from masks."""
    flipped = flip(Sample(image, masks, np.ones(len(masks), np.int32)))
    return flipped.image, flipped.masks, flipped.boxes


def best_square_iou(sides, factor, scales) -> np.ndarray:
    """`boxes.iou` of squares and square anchors around one point, the best of each square."""

    def squares(lengths):
        half = np.asarray(lengths, np.float32)[:, None] / 2
        return np.concatenate([-half, -half, half, half], 1)

    return np.asarray(iou(squares(np.asarray(sides) * factor), squares(scales))).max(1)


def coco_classes(category_ids, categories) -> np.ndarray:
    """Classes as `CocoDataset` reads them from a file with these annotations and categories."""
    width = 4 * len(category_ids)
    rows = [
        dict(id=n + 1, image_id=1, category_id=int(one), iscrowd=0, segmentation=[corners])
        for n, one in enumerate(category_ids)
        for corners in [[4 * n, 0, 4 * n + 3, 0, 4 * n + 3, 3, 4 * n, 3]]
    ]
    content = dict(
        images=[dict(id=1, file_name="one.png", height=4, width=width)],
        categories=[dict(id=int(one), name=f"thing {one}") for one in categories],
        annotations=rows,
    )
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        Image.new("RGB", (width, 4)).save(folder / "one.png")
        (folder / "annotations.json").write_text(json.dumps(content), encoding="utf-8")
        return np.asarray(CocoDataset(folder / "annotations.json", folder)[0].class_ids)


def sorted_classes(category_ids, categories) -> np.ndarray:
    """The rule of `CocoDataset` in short: ids of all categories in ascending order, from 1."""
    numbers = {one: number for number, one in enumerate(sorted(categories), start=1)}
    return np.array([numbers[one] for one in category_ids])


def mixed_slides() -> float:
    """Expected number of the ten slides with at least one of the 40 pictures of 200."""
    none = math.comb(180, 40) / math.comb(200, 40)
    every = math.comb(180, 20) / math.comb(200, 40)  # all 20 pictures of a slide are drawn
    return 10 * (1 - none - every)
