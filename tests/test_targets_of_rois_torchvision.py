"""RoI targets against torchvision: which proposals are positive, their classes and deltas."""

import numpy as np
import pytest
from helpers import REFERENCE_NUMBERS

from maskrcnn_explained import targets
from maskrcnn_explained.presets import get_config


def numbers():
    with np.load(REFERENCE_NUMBERS / "torchvision_training.npz") as file:
        return dict(file)


def by_box(rois):
    """The order of boxes by their corners: theirs come as they were given, ours positives first."""
    return np.lexsort(rois.T[::-1])


def masks_of(stored, prefix):
    size, objects = stored["rois_image_size"], len(stored[f"{prefix}_gt_boxes"])
    bits = np.unpackbits(stored[f"{prefix}_gt_masks_packed"])
    return bits[: objects * size.prod()].reshape(objects, *size)


@pytest.mark.parametrize("image", [0, 1])
def test_classes_deltas_objects_and_masks(image):
    """Of all candidates: the numbers are so large that nothing is left out."""
    stored = numbers()
    prefix = f"rois_{image}"
    theirs = {
        name: stored[f"{prefix}_{name}"] for name in ("rois", "class_ids", "deltas", "objects")
    }
    count = len(theirs["rois"])
    config = get_config(
        "coco-torchvision", rois_per_image=count, roi_positive_ratio=1.0, mask_rois_per_image=count
    )
    proposals = stored[f"{prefix}_proposals"]
    found = targets.roi_targets(
        proposals[None],
        np.ones((1, len(proposals)), np.float32),
        stored[f"{prefix}_gt_boxes"][None],
        stored[f"{prefix}_gt_class_ids"][None],
        masks_of(stored, prefix)[None],
        (0, 1),
        config,
    )
    ours = {name: value.numpy()[0] for name, value in found.items()}
    assert ours["valid"].all() and len(ours["rois"]) == count > len(proposals), "objects join"
    order, their_order = by_box(ours["rois"]), by_box(theirs["rois"])
    for name, other in (("rois", "rois"), ("class_ids", "class_ids")):
        np.testing.assert_array_equal(ours[name][order], theirs[other][their_order])
    positive = ours["class_ids"][order] > 0
    assert 5 < positive.sum() < count - 5
    for name, other in (("deltas", "deltas"), ("object_indices", "objects")):
        mine, other = ours[name][order][positive], theirs[other][their_order][positive]
        np.testing.assert_allclose(mine, other, atol=1e-5)
    # Their mask targets are stored in the order of the positives.
    slots = np.flatnonzero(theirs["class_ids"] > 0)
    place = {slot: index for index, slot in enumerate(slots)}
    their_masks = stored[f"{prefix}_masks"][[place[slot] for slot in their_order[positive]]]
    np.testing.assert_allclose(ours["masks"][order][positive], their_masks, atol=1e-4)


def test_sampling_of_the_preset():
    """512 RoIs of an image, a quarter of them positive; all positives have a mask."""
    config = get_config("coco-torchvision")
    assert (config.rois_per_image, config.roi_positive_ratio) == (512, 0.25)
    assert config.mask_rois_per_image == 512 * 0.25 and config.add_gt_to_proposals
    assert np.allclose(1 / np.array(config.delta_std), [10, 10, 5, 5])
