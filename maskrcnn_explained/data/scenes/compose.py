"""Compose one image of the Scenes data set from its number.

A scene is a photograph's texture, or one colour, with up to fifteen disks, rectangles, triangles
and stars on it, and the exact mask of each. `Scenes("train")[7]` is always the same image, in every
process: all random numbers come from one generator, so the order in which they are drawn must never
change.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import ndimage

from maskrcnn_explained._arguments import check_number
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.colours import appearance, background, photographed
from maskrcnn_explained.data.scenes.shapes import (
    outline,
    outline_area,
    random_direction,
    stencil,
)

# Part of every seed, next to the scene's number, so that a scene does not share its random numbers
# with other code that seeds a generator with the same number. The value has no meaning (it is a
# date), but another value would change every image.
SCENES_SEED = 20261122
SMALLEST = 16  # side of a scene in which there is room for an object, pixels
MIN_VISIBLE = 0.3  # at least this share of each object stays visible
MIN_AREA = 40  # smallest visible area of an object, square pixels; below it, shapes look alike


def make_scene(seed: int, size: int = 192) -> Sample:
    """Compose one scene.

    Args:
        seed: the scene's number; the same number gives the same scene.
        size: side of the image, pixels.

    Returns:
        A Sample with three tags per instance: "size" (longer side of the visible box, pixels),
        "occlusion" (share, 0..1, that other objects or the image's edge hide) and "contrast"
        (difference between the mean colours of the object and of its surroundings, grey levels).
    """
    check_number("seed", seed, 0, 2**63, whole=True)
    check_scene_size(size)
    rng = np.random.default_rng([int(seed), SCENES_SEED])
    scene = _Canvas(background(rng, size))
    for class_id, extent in _plan(rng, size):
        _place(rng, scene, class_id, extent)
    return _sample(photographed(rng, scene.image), scene, seed)


def check_scene_size(size: float) -> int:
    """The side of a scene, pixels. Raises `ValueError` for one that a scene cannot have."""
    check_number("size", size, SMALLEST, 8192, whole=True)
    return int(size)


@dataclasses.dataclass(frozen=True)
class _Placed:
    """One object of a scene."""

    class_id: int
    centre: np.ndarray  # [2] (y, x), pixels
    extent: float  # longer side of the whole object's box, pixels
    whole_area: float  # square pixels, hidden parts included
    contrast: float  # grey levels


class _Canvas:
    """The scene so far: its colours, its objects, and to which object each pixel belongs."""

    def __init__(self, image):
        self.image = image  # [H, W, 3] float32
        self.owner = np.zeros(image.shape[:2], np.int32)  # 0 for no object, i + 1 for objects[i]
        self.objects: list[_Placed] = []


def _plan(rng, size):
    """The objects of one scene as (class id, extent); in most scenes the largest come first."""
    kind = rng.random()
    if kind < 0.04:
        return []
    if kind < 0.24:  # many objects of one class, of similar sizes
        number = rng.integers(8, 16)
        extent = np.exp(rng.uniform(np.log(18), np.log(52)))
        extents = extent * rng.uniform(0.8, 1.25, number)
        class_id = rng.integers(1, 5)
        return [(class_id, extent) for extent in extents]
    number = rng.integers(1, 11)
    extents = np.exp(rng.uniform(np.log(14), np.log(130 * size / 192), number))
    if rng.random() < 0.8:
        extents = np.sort(extents)[::-1]  # the small ones on top, or they would be hidden
    return [(rng.integers(1, 5), extent) for extent in extents]


def _place(rng, scene, class_id, extent):
    """Add one object. Gives up after eight places that would hide too much of some object."""
    overlap = len(scene.objects) > 0 and rng.random() < 0.5
    for _ in range(8):
        centre = _centre(rng, scene, extent, overlap)
        points = outline(rng, class_id, extent) + centre
        alpha, corner = stencil(points)
        alpha, rows, columns = _crop(alpha, corner, scene.owner.shape)
        if alpha is None or not _leaves_enough(scene, alpha, rows, columns, overlap):
            continue
        whole_area = float(outline_area(points))
        if (alpha >= 0.5).sum() < MIN_VISIBLE * whole_area:
            continue
        placed = _Placed(
            class_id=class_id,
            centre=centre,
            extent=extent,
            whole_area=whole_area,
            contrast=_paint(rng, scene, alpha, rows, columns),
        )
        scene.objects.append(placed)
        return


def _centre(rng, scene, extent, overlap):
    """A place for an object, [2] (y, x): anywhere, or so near another that they overlap."""
    if not overlap:
        return rng.uniform(0.05, 0.95, 2) * scene.image.shape[0]
    other = scene.objects[rng.integers(len(scene.objects))]
    reach = (other.extent + extent) / 2
    return other.centre + random_direction(rng) * reach * rng.uniform(0.35, 0.9)


def _crop(alpha, corner, shape):
    """The part of a stencil inside the image, and its rows and columns; three None if outside."""
    top = max(corner[0], 0)
    left = max(corner[1], 0)
    bottom = min(corner[0] + alpha.shape[0], shape[0])
    right = min(corner[1] + alpha.shape[1], shape[1])
    if bottom <= top or right <= left:
        return None, None, None
    alpha = alpha[top - corner[0] : bottom - corner[0], left - corner[1] : right - corner[1]]
    return alpha, slice(top, bottom), slice(left, right)


def _leaves_enough(scene, alpha, rows, columns, overlap):
    """Would enough of each object stay visible? Without `overlap`, that is most of it."""
    inside = alpha >= 0.5
    if inside.sum() < MIN_AREA:
        return False
    share = MIN_VISIBLE if overlap else 0.85
    hidden = np.bincount(scene.owner[rows, columns][inside], minlength=1)
    for owner in np.flatnonzero(hidden[1:]) + 1:
        visible = (scene.owner == owner).sum() - hidden[owner]
        if visible < max(share * scene.objects[owner - 1].whole_area, MIN_AREA):
            return False
    return True


def _paint(rng, scene, alpha, rows, columns):
    """Blend one object into the image, sometimes with a shadow. Returns its contrast."""
    region = scene.image[rows, columns]
    if rng.random() < 0.25:
        shadow = ndimage.gaussian_filter(np.pad(alpha, 6), rng.uniform(1.5, 3))
        offset = rng.integers(3, 10, 2)
        bottom, right = offset + alpha.shape
        shadow = shadow[offset[0] : bottom, offset[1] : right]
        region *= 1 - rng.uniform(0.2, 0.6) * shadow[..., None]
    inside = alpha >= 0.5
    around = region.mean((0, 1)) if inside.all() else region[~inside].mean(0)
    colours = appearance(rng, alpha, around)
    scene.image[rows, columns] = region + alpha[..., None] * (colours - region)
    scene.owner[rows, columns][inside] = len(scene.objects) + 1
    return float(np.abs(colours[inside].mean(0) - around).mean())


def _sample(image, scene, seed):
    """The Sample of a finished scene, with its masks and tags."""
    objects = scene.objects
    owners = np.arange(1, len(objects) + 1)
    masks = scene.owner[None] == owners[:, None, None]  # [G, H, W]
    height = masks.any(2).sum(1)
    width = masks.any(1).sum(1)
    whole_areas = np.maximum(np.array([placed.whole_area for placed in objects]), 1)
    tags = dict(
        size=np.maximum(height, width),
        occlusion=np.clip(1 - masks.sum((1, 2)) / whole_areas, 0, 1),
        contrast=np.array([placed.contrast for placed in objects]),
    )
    class_ids = np.array([placed.class_id for placed in objects], np.int32)
    return Sample(image=image, masks=masks, class_ids=class_ids, image_id=seed, tags=tags)
