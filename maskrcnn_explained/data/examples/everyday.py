"""Everyday photographs with ground truth drawn by hand: scikit-image's own, which may be shown.

Every point of the outlines in `everyday.json` was set by eye, on enlarged photographs with a grid
of pixels. The outlines were drawn over the photographs, looked at, and corrected. No detector and
no program that segments was used, and nothing moved a point afterwards. They lie within about two
pixels of the edge. Where an edge is out of focus (the cat's paw), nobody can say it so exactly.

What counts, as in COCO: clothes belong to a person (the astronaut's suit), what he holds does not
(her helmet, his camera). The cup has its handle and its coffee, but no saucer and no spoon. Narrow
openings belong to their object: between spokes, and between the boards of the bench, except where
the bicycle shows through them. What is not COCO's is no object here: a flag, a rocket, a model of a
space shuttle, tins, boxes.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import numpy as np
from skimage import data

from maskrcnn_explained.data.formats.outlines import Outline, outline_mask
from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.presets import PHOTO_CLASSES

STORED = "everyday.json"
# Name -> what is in the photograph. All come with scikit-image's wheel, without a download.
EVERYDAY = {
    "astronaut": "a woman in a space suit; behind her a flag and a model of a space shuttle",
    "camera": "a man at a camera on a tripod, grey; the tripod cuts off his hand and a sleeve",
    "chelsea": "the head of a cat, very near; ears, chest and paw are cut off or out of focus",
    "coffee": "a cup on a saucer, seen from above, with a spoon",
    "motorcycle": "a motorcycle in a garage; behind it a bench, a bicycle and two bottles",
    # None of these has an object of the seven groups: whatever is found there is a false alarm.
    "brick": "a pavement of bricks, grey",
    "clock": "a clock, blurred by motion, grey",
    "coins": "24 Greek coins, grey; some show heads in relief",
    "grass": "grass and fallen leaves, grey",
    "gravel": "small stones, grey",
    "hubble_deep_field": "galaxies",
    "moon": "the surface of the moon, grey",
    "page": "printed text on a bent page, grey",
    "retina": "the back of an eye, as a doctor sees it",
    "rocket": "a rocket between towers in the evening",
    "text": "handwriting on a tilted sheet, grey",
}


def everyday_names() -> tuple[str, ...]:
    """The names of the photographs: five with objects first, then those without any."""
    return tuple(EVERYDAY)


def everyday_objects(name: str) -> list[dict[str, Any]]:
    """The objects of one photograph as they are stored, a list of dicts.

    Each dict is {"group": a key of `PHOTO_GROUPS`, "category": COCO's finer name, "outlines":
    its parts, each a list of points [y, x]}. Points are in pixels, continuous: pixel (r, c) covers
    [r, r+1) x [c, c+1). An object has several parts if something in front divides it, or if its
    parts leave an opening between them. Photographs without objects give an empty list.

    Raises `ValueError` for an unknown name.
    """
    _check_name(name)
    path = resources.files("maskrcnn_explained.data.examples") / STORED
    return json.loads(path.read_text(encoding="utf-8"))[name]


def everyday_sample(name: str) -> Sample:
    """One photograph and the masks of its G objects.

    Args:
        name: one of `everyday_names()`.

    Returns: a Sample. Its image is [H, W, 3] uint8, in the size that scikit-image has. Its class
    ids are those of the preset "photos". A pixel belongs to the first object of
    `everyday_objects(name)` that covers it. G may be 0.

    Raises `ValueError` for an unknown name.
    """
    objects = everyday_objects(name)
    image = _photograph(name)
    size = image.shape[:2]
    masks = np.zeros((len(objects), *size), bool)
    for mask, found in zip(masks, objects, strict=True):
        mask |= _drawn(found["outlines"], size)
    masks[1:] &= ~np.logical_or.accumulate(masks, axis=0)[:-1]
    class_ids = np.array([PHOTO_CLASSES.index(found["group"]) for found in objects], np.int32)
    return Sample(image, masks, class_ids, image_id=everyday_names().index(name))


def _check_name(name):
    if not isinstance(name, str) or name not in EVERYDAY:
        names = ", ".join(EVERYDAY)
        raise ValueError(f"No everyday photograph is called {name!r}; there are: {names}.")


def _photograph(name):
    """[H, W, 3] uint8."""
    if name == "motorcycle":
        left, _, _ = data.stereo_motorcycle()
        return as_rgb(left)
    return as_rgb(getattr(data, name)())


def _drawn(outlines, size):
    """The mask of all parts of one object, [H, W] bool."""
    rings = [np.array(outline, float)[:, ::-1] for outline in outlines]  # (x, y)
    return outline_mask(Outline(polygons=tuple(rings)), size)
