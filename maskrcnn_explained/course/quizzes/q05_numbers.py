"""The numbers in the quiz of notebook 05, each computed by the modules."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskrcnn_explained.boxes import area, decode_deltas, iou
from maskrcnn_explained.course.exercises.photo import coin_model, coin_tensors
from maskrcnn_explained.data.scenes.shapes import outline, stencil
from maskrcnn_explained.mask_targets import mask_targets
from maskrcnn_explained.masks import boxes_from_masks, mask_iou
from maskrcnn_explained.pasting import paste_masks
from maskrcnn_explained.presets import SCENES_CLASSES, get_config


def numbers_05() -> dict[str, Any]:
    """The value of every field in the quiz."""
    return _boxes() | _delta() | _masks() | _small_masks() | _weights() | _background()


def _boxes():
    """The RoI behind each coin beside its final box."""
    tensors, limit = coin_tensors(), 0.75
    found = tensors["detection_class_ids"] > 0
    before = tensors["proposals"][tensors["detection_rois"][found]]
    after = tensors["detection_boxes"][found]
    fits = np.diag(iou(before, after).numpy())
    low = np.maximum(before[:, :2], after[:, :2])
    high = np.minimum(before[:, 2:], after[:, 2:])
    outside = 1 - (high - low).prod(1) / area(after).numpy()
    return dict(
        found=int(found.sum()),
        poor=int((fits < limit).sum()),
        limit=limit,
        lowest=fits.min(),
        outside=outside.max(),
    )


def _delta():
    """A move of a RoI, in pixels."""
    std, dy = get_config("scenes").delta_std, 0.5
    roi = np.array([10, 20, 50, 100], np.float32)
    moved = decode_deltas(roi, np.array([dy, 0, 0, 0], np.float32), std).numpy()
    unscaled = decode_deltas(roi, np.array([dy, 0, 0, 0], np.float32)).numpy()
    high, wide = roi[2:] - roi[:2]
    return dict(
        dy=dy,
        std=std[0],
        high=int(high),
        wide=int(wide),
        shift=moved[0] - roi[0],
        no_std=unscaled[0] - roi[0],
        of_width=dy * std[0] * wide,
    )


def _masks():
    """The small masks of all classes of the best coin."""
    masks = coin_tensors()["masks_all_classes"][0][..., 1:]
    return dict(largest_sum=masks.sum(-1).max(), classes=masks.shape[-1])


def _small_masks():
    """How well stars and a disk come back from a small mask."""
    side = 2 * get_config("scenes").mask_pool_size
    fine, large, tiny = 2 * side, 300, 12
    return dict(
        small_side=side,
        fine_side=fine,
        star_side=large,
        tiny_side=tiny,
        star_iou=_back("star", large, side),
        star_fine_iou=_back("star", large, fine),
        tiny_iou=_back("star", tiny, side),
        disk_iou=_back("disk", large, side),
    )


def _back(name, size, side):
    """IoU of a mask with itself after it was shrunk to side x side and pasted."""
    points = outline(np.random.default_rng(0), SCENES_CLASSES.index(name), size)
    mask = stencil(points)[0] >= 0.5
    box = boxes_from_masks(mask[None])
    config = get_config("scenes", mask_pool_size=side // 2)
    small = mask_targets(box[None], np.zeros((1, 1), np.int32), mask[None, None], config)[0]
    pasted = paste_masks(np.asarray(small), box, mask.shape)
    return mask_iou(pasted, mask[None])[0, 0]


def _weights():
    """Weights of the largest layer of each head, and the grids that they read."""
    model, tensors = coin_model(), coin_tensors()
    grids = (tensors["box_features"].shape[1:3], tensors["mask_features"].shape[1:3])
    box_grid, mask_grid = (" x ".join(str(bins) for bins in grid) for grid in grids)
    layers = [layer for layer in model.layers if layer.name.startswith("mrcnn_mask")]
    return dict(
        box_grid=box_grid,
        mask_grid=mask_grid,
        first_layer=model.get_layer("mrcnn_class_conv1").count_params(),
        mask_layer=max(layer.count_params() for layer in layers),
    )


def _background():
    """How many proposals of the coins the box head calls background."""
    tensors = coin_tensors()
    real = tensors["proposal_scores"] >= 0
    probs = tensors["class_probs"][real]
    return dict(
        proposals=int(real.sum()),
        background=int((probs.argmax(-1) == 0).sum()),
        all_classes=probs.shape[-1],
    )
