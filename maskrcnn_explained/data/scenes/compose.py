"""Scenes: a data set that needs no download. Every image is composed on the fly from its number.

A scene is a photograph's texture with up to fifteen disks, rectangles, triangles and stars on it,
and the exact mask of each. `Scenes("train")[7]` is the same image in every process, always.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.shapes import outline, stencil
from maskrcnn_explained.data.scenes.textures import random_texture

MIN_VISIBLE = 0.3  # no object is ever hidden by more than the rest of this
MIN_AREA = 40  # square pixels of an object that can still be told apart


def make_scene(seed: int, size: int = 192) -> Sample:
    """Compose one scene.

    Args:
        seed: says everything about it.
        size: side of the image, pixels.

    Returns:
        A Sample whose tags are, an instance: "size" (longest side of the visible box, pixels),
        "occlusion" (share hidden by others or by the image's edge), "contrast" (difference of
        mean colour between the object and what surrounds it, grey levels).
    """
    rng = np.random.default_rng([seed, 20261122])
    canvas = _background(rng, size)
    scene = _Canvas(canvas)
    for class_id, extent in _plan(rng, size):
        _place(rng, scene, class_id, extent)
    return _finish(rng, scene, seed)


class _Canvas:
    """The picture so far: colours, what owns each pixel, and how large each object was whole."""

    def __init__(self, image):
        self.image = image  # [H, W, 3] float32
        self.owner = np.zeros(image.shape[:2], np.int32)  # 0 no object, i + 1 object i
        self.class_ids, self.whole_areas, self.centres, self.extents = [], [], [], []
        self.contrasts = []


def _background(rng, size):
    """A photograph's texture, or something plainer: [H, W, 3] float32."""
    if rng.random() < 0.65:
        return random_texture(rng, size, size)
    plain = rng.uniform(20, 235, 3)
    if rng.random() < 0.5:
        plain[:] = plain.mean()
    canvas = np.broadcast_to(plain, (size, size, 3)) + _slope(rng, size, size, 40)
    if rng.random() < 0.5:  # soft blotches
        blotches = rng.normal(0, 1, (size // 8 + 2, size // 8 + 2))
        canvas = canvas + ndimage.zoom(blotches, 9, order=1)[:size, :size, None] * 12
    return canvas.astype(np.float32)


def _slope(rng, height, width, strength):
    """A brightness that changes evenly in one direction: [h, w, 1] float32, about +-strength."""
    turn = rng.uniform(0, 2 * np.pi)
    rows = np.linspace(-1, 1, height)[:, None] * np.sin(turn)
    columns = np.linspace(-1, 1, width)[None] * np.cos(turn)
    return ((rows + columns) * rng.uniform(0, strength)).astype(np.float32)[..., None]


def _plan(rng, size):
    """Classes and extents of the objects of one scene, largest first half of the time."""
    kind = rng.random()
    if kind < 0.04:
        return []
    if kind < 0.24:  # a crowd: many of one class, of one size
        number, extent = rng.integers(8, 16), np.exp(rng.uniform(np.log(18), np.log(52)))
        extents = extent * rng.uniform(0.8, 1.25, number)
        class_id = rng.integers(1, 5)
        return [(class_id, extent) for extent in extents]
    number = rng.integers(1, 11)
    extents = np.exp(rng.uniform(np.log(14), np.log(130 * size / 192), number))
    if rng.random() < 0.8:
        extents = np.sort(extents)[::-1]  # the small ones on top, or they would vanish
    return [(rng.integers(1, 5), e) for e in extents]


def _place(rng, scene, class_id, extent):
    """Put one object somewhere, unless every try would hide too much of another."""
    size = scene.image.shape[0]
    overlap = bool(scene.centres) and rng.random() < 0.5
    for _ in range(8):
        if overlap:  # near an object that is already there, so that one covers a part of the other
            other = rng.integers(len(scene.centres))
            reach = (scene.extents[other] + extent) / 2
            centre = scene.centres[other] + _direction(rng) * reach * rng.uniform(0.35, 0.9)
        else:
            centre = rng.uniform(0.05, 0.95, 2) * size
        points = outline(rng, class_id, extent) + centre
        alpha, corner = stencil(points)
        alpha, rows, columns = _crop(alpha, corner, scene.owner.shape)
        if alpha is not None and _leaves_enough(scene, alpha, rows, columns, overlap):
            whole = float(stencil_area(points))
            if (alpha >= 0.5).sum() < MIN_VISIBLE * whole:
                continue
            _paint(rng, scene, class_id, alpha, rows, columns)
            scene.class_ids.append(class_id)
            scene.whole_areas.append(whole)
            scene.centres.append(centre)
            scene.extents.append(extent)
            return


def _direction(rng):
    turn = rng.uniform(0, 2 * np.pi)
    return np.array([np.sin(turn), np.cos(turn)])


def stencil_area(points: np.ndarray) -> float:
    """Area of a closed outline [V, 2], square pixels: the shoelace formula."""
    y, x = points.T
    return abs(np.dot(y, np.roll(x, 1)) - np.dot(x, np.roll(y, 1))) / 2


def _crop(alpha, corner, shape):
    """The part of a stencil that lies on the canvas, and where; None if nothing does."""
    top, left = max(corner[0], 0), max(corner[1], 0)
    bottom = min(corner[0] + alpha.shape[0], shape[0])
    right = min(corner[1] + alpha.shape[1], shape[1])
    if bottom <= top or right <= left:
        return None, None, None
    alpha = alpha[top - corner[0] : bottom - corner[0], left - corner[1] : right - corner[1]]
    return alpha, slice(top, bottom), slice(left, right)


def _leaves_enough(scene, alpha, rows, columns, overlap):
    """Would every object keep its visible share (most of it, where no overlap is wanted)?"""
    inside = alpha >= 0.5
    if inside.sum() < MIN_AREA:
        return False
    share = MIN_VISIBLE if overlap else 0.85
    hidden = np.bincount(scene.owner[rows, columns][inside], minlength=1)
    for owner in np.flatnonzero(hidden[1:]) + 1:
        visible = (scene.owner == owner).sum() - hidden[owner]
        if visible < max(share * scene.whole_areas[owner - 1], MIN_AREA):
            return False
    return True


def _paint(rng, scene, class_id, alpha, rows, columns):
    """Blend one object into the picture, with a shadow now and then, and note its contrast."""
    region = scene.image[rows, columns]
    if rng.random() < 0.25:
        shadow = ndimage.gaussian_filter(np.pad(alpha, 6), rng.uniform(1.5, 3))
        offset = rng.integers(3, 10, 2)
        shadow = shadow[offset[0] :, offset[1] :][: alpha.shape[0], : alpha.shape[1]]
        region *= 1 - rng.uniform(0.2, 0.6) * shadow[..., None]
    around = region[alpha < 0.5].mean(0) if (alpha < 0.5).any() else region.mean((0, 1))
    colours = _appearance(rng, alpha, around)
    scene.contrasts.append(float(np.abs(colours[alpha >= 0.5].mean(0) - around).mean()))
    scene.image[rows, columns] = region + alpha[..., None] * (colours - region)
    scene.owner[rows, columns][alpha >= 0.5] = len(scene.class_ids) + 1


def _appearance(rng, alpha, around):
    """Colours of one object: [h, w, 3] float32."""
    height, width = alpha.shape
    kind = rng.random()
    base = rng.uniform(10, 245, 3)
    if rng.random() < 0.4:
        base[:] = base.mean()
    if kind < 0.4:
        colours = np.broadcast_to(base, (height, width, 3)).astype(np.float32)
    elif kind < 0.55:  # stripes
        turn, period = rng.uniform(0, np.pi), rng.uniform(4, 16)
        phase = np.arange(height)[:, None] * np.sin(turn) + np.arange(width) * np.cos(turn)
        stripes = (np.sin(phase * 2 * np.pi / period) > 0)[..., None]
        colours = np.where(stripes, base, base + rng.normal(0, 50, 3)).astype(np.float32)
    else:
        colours = random_texture(rng, height, width)
    if rng.random() < 0.10:  # camouflage: hardly another colour than what is around
        shift = rng.choice([-1, 1]) * rng.uniform(9, 18) + rng.normal(0, 3, 3)
        colours = colours + (around + shift - colours.mean((0, 1)))
    colours = colours + _slope(rng, height, width, 45)
    if rng.random() < 0.35:
        colours = colours + _relief(rng, alpha)
    if rng.random() < 0.2:  # a darker or lighter rim
        inner = ndimage.grey_erosion(np.pad(alpha, 1), size=(3, 3))[1:-1, 1:-1]
        colours = colours + ((alpha - inner) * rng.uniform(-90, 90))[..., None]
    return colours


def _relief(rng, alpha):
    """As if embossed and lit from one side: bright and dark edges, and a figure inside."""
    height, width = alpha.shape
    bumps = ndimage.gaussian_filter(rng.normal(0, 1, (height, width)), rng.uniform(1, 3))
    bumps *= rng.uniform(0, 1.5) / max(bumps.std(), 1e-6)
    surface = ndimage.gaussian_filter(np.pad(alpha, 2), rng.uniform(0.8, 2.5))[2:-2, 2:-2]
    surface = surface * rng.uniform(2, 6) + bumps * alpha
    light = _direction(rng)
    slope = ndimage.sobel(surface, 0) * light[0] + ndimage.sobel(surface, 1) * light[1]
    return (slope * rng.uniform(2, 8)).astype(np.float32)[..., None]


def _finish(rng, scene, seed):
    """Light, blur and noise over the whole picture; then the Sample."""
    image, size = scene.image, scene.image.shape[0]
    if rng.random() < 0.4:
        image = image * (1 + _slope(rng, size, size, 40) / 100)
    if rng.random() < 0.25:
        image = np.repeat(image.mean(2, keepdims=True), 3, 2)
    if rng.random() < 0.5:
        sigma = rng.uniform(0.3, 1.0)
        image = ndimage.gaussian_filter(image, (sigma, sigma, 0))
    if rng.random() < 0.6:
        grain = rng.standard_normal(image.shape[:2] + (1 if rng.random() < 0.5 else 3,), np.float32)
        image = image + grain * rng.uniform(1, 10)
    image = np.clip(image, 0, 255).astype(np.uint8)
    ids = np.arange(1, len(scene.class_ids) + 1)
    masks = scene.owner[None] == ids[:, None, None]  # [G, H, W]
    visible = masks.sum((1, 2))
    whole = np.maximum(np.array(scene.whole_areas), 1)
    tall, wide = masks.any(2).sum(1), masks.any(1).sum(1)
    tags = dict(
        size=np.maximum(tall, wide),
        occlusion=np.clip(1 - visible / whole, 0, 1) if len(ids) else np.zeros(0),
        contrast=np.array(scene.contrasts),
    )
    return Sample(image, masks, np.array(scene.class_ids, np.int32), seed, tags)
