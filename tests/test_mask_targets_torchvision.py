"""Mask targets against torchvision's, for the same boxes and masks."""

import numpy as np
import pytest
from helpers import REFERENCE_NUMBERS

from maskrcnn_explained.mask_targets import mask_targets
from maskrcnn_explained.presets import get_config

CONFIG = get_config("coco-torchvision")


def numbers():
    with np.load(REFERENCE_NUMBERS / "torchvision_training.npz") as file:
        return dict(file)


def masks_of(stored, image):
    """The masks [G, H, W] of an image."""
    size = stored["rois_image_size"]
    objects = len(stored[f"rois_{image}_gt_boxes"])
    bits = np.unpackbits(stored[f"rois_{image}_gt_masks_packed"])
    return bits[: objects * size.prod()].reshape(objects, *size)


@pytest.mark.parametrize("image", [0, 1])
def test_targets_of_positive_rois(image):
    stored = numbers()
    prefix = f"rois_{image}"
    positive = stored[f"{prefix}_class_ids"] > 0
    rois, objects = (stored[f"{prefix}_{name}"][positive] for name in ("rois", "objects"))
    theirs = stored[f"{prefix}_masks"]
    found = mask_targets(rois[None], objects[None], masks_of(stored, image)[None], CONFIG)
    np.testing.assert_allclose(found[0], theirs, atol=1e-4)
    assert ((theirs > 0.01) & (theirs < 0.99)).mean() > 0.05, "soft"
    rounded = mask_targets(
        rois[None],
        objects[None],
        masks_of(stored, image)[None],
        CONFIG.changed(mask_target_rule="rounded"),
    )
    assert np.abs(rounded[0] - theirs).mean() > 0.02, "the other rule would fail"


def test_targets_of_boxes_below_a_pixel_beyond_the_rim_and_of_whole_bins():
    stored = numbers()
    objects = stored["odd_objects"][None]
    found = mask_targets(stored["odd_boxes"][None], objects, masks_of(stored, 0)[None], CONFIG)
    for box, ours, theirs in zip(stored["odd_boxes"], found[0], stored["odd_masks"], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4, err_msg=str(box))
