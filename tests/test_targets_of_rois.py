"""RoI targets: which proposals train the heads, and what each should have said."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import random_objects
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import targets
from maskrcnn_explained.boxes import decode_deltas, encode_deltas, iou
from maskrcnn_explained.mask_bits import MaskBits
from maskrcnn_explained.presets import get_config

SEED = tf.constant([1, 2])
STD = get_config("scenes").rpn_delta_std

# RoIs, by hand


def square_masks(boxes, size=64):
    masks = np.zeros((len(boxes), size, size), np.uint8)
    for mask, (y1, x1, y2, x2) in zip(masks, np.asarray(boxes).astype(int), strict=True):
        mask[y1:y2, x1:x2] = 1
    return masks


def roi_targets(proposals, gt_boxes, class_ids, config, *, scores=None, masks=None, seed=SEED):
    """targets.roi_targets of one image, as a dict of arrays."""
    proposals, gt_boxes = (np.asarray(x, np.float32)[None] for x in (proposals, gt_boxes))
    scores = (
        np.ones(proposals.shape[:2], np.float32) if scores is None else np.float32(scores)[None]
    )
    masks = square_masks(gt_boxes[0]) if masks is None else masks
    found = targets.roi_targets(
        proposals,
        scores,
        gt_boxes,
        np.asarray(class_ids, np.int32)[None],
        masks[None],
        seed,
        config,
    )
    return {name: value.numpy()[0] for name, value in found.items()}


def plain_config(**changes):
    """Four RoIs, half of them positive at most; the objects' own boxes stay out."""
    return get_config(
        "scenes",
        **{
            "add_gt_to_proposals": False,
            "rois_per_image": 4,
            "roi_positive_ratio": 0.5,
            "mask_rois_per_image": 2,
            **changes,
        },
    )


def test_rois_on_a_crowd_are_no_background():
    proposals = [[0, 0, 10, 10], [20, 20, 40, 40], [50, 50, 60, 60]]
    gt = [[0, 0, 10, 8], [22, 22, 38, 38]]
    found = roi_targets(proposals, gt, [3, -3], plain_config(add_gt_to_proposals=True))
    np.testing.assert_array_equal(found["class_ids"], [3, 3, 0, 0])
    np.testing.assert_array_equal(found["valid"], [True, True, True, False])
    np.testing.assert_array_equal(found["rois"][2], proposals[2])


def test_rois_by_hand():
    proposals = [[0, 0, 10, 10], [20, 20, 40, 40], [0, 0, 10, 6]]
    gt = [[0, 0, 10, 8]]  # IoU 0.8, 0, 0.75
    found = roi_targets(proposals, gt, [3], plain_config())
    np.testing.assert_array_equal(found["class_ids"], [3, 3, 0, 0])
    np.testing.assert_array_equal(found["valid"], [True, True, True, False])
    np.testing.assert_array_equal(found["rois"][2], proposals[1])
    np.testing.assert_array_equal(found["object_indices"][:2], [0, 0])
    expected = encode_deltas(found["rois"][:2], np.float32(gt * 2), (0.1, 0.1, 0.2, 0.2))
    np.testing.assert_allclose(found["deltas"][:2], expected, atol=1e-5)
    np.testing.assert_array_equal(found["deltas"][2:], 0)


def test_at_most_the_ratio_is_positive():
    proposals = [[0, 0, 10, 10]] * 6 + [[40, 40, 60, 60]] * 6
    found = roi_targets(proposals, [[0, 0, 10, 10]], [1], plain_config(roi_positive_ratio=0.25))
    np.testing.assert_array_equal(found["class_ids"], [1, 0, 0, 0])
    assert found["valid"].all()


def test_ground_truth_boxes_join_the_proposals_if_wanted():
    proposals, gt = [[40, 40, 60, 60]], [[0, 0, 10, 10], [0, 0, 0, 0]]
    joined = roi_targets(proposals, gt, [2, 0], plain_config(add_gt_to_proposals=True))
    np.testing.assert_array_equal(joined["rois"][0], gt[0])
    np.testing.assert_array_equal(joined["class_ids"], [2, 0, 0, 0])
    np.testing.assert_array_equal(joined["valid"], [True, True, False, False])
    alone = roi_targets(proposals, gt, [2, 0], plain_config())
    assert (alone["class_ids"] == 0).all() and alone["valid"].sum() == 1


def test_mask_targets_by_hand():
    config = plain_config()
    mask = np.zeros((1, 64, 64), np.uint8)
    mask[0, :, 10:] = 1  # everything right of x = 10
    found = roi_targets([[0, 0, 20, 20]], [[0, 0, 20, 20]], [1], config, masks=mask)
    expected = np.zeros((28, 28))
    expected[:, 14:] = 1  # x = 10 is the middle of the RoI
    np.testing.assert_array_equal(found["masks"][0], expected)
    assert found["masks"].shape == (2, 28, 28) and found["masks"].dtype == np.float32


def test_padding_proposals_are_not_sampled():
    found = roi_targets(
        [[0, 0, 10, 10]] * 3, [[0, 0, 10, 10]], [1], plain_config(), scores=[0.9, -1, -1]
    )
    np.testing.assert_array_equal(found["valid"], [True, False, False, False])
    np.testing.assert_array_equal(found["class_ids"], [1, 0, 0, 0])


@pytest.mark.parametrize("add", [True, False])
def test_an_image_with_nothing_in_it(add):
    config = plain_config(add_gt_to_proposals=add)
    proposals = [[0, 0, 10, 10], [5, 5, 30, 30]]
    found = roi_targets(proposals, [[0, 0, 0, 0]], [0], config)
    np.testing.assert_array_equal(found["class_ids"], 0)
    np.testing.assert_array_equal(found["valid"], [True, True, False, False])
    np.testing.assert_array_equal(found["deltas"], 0)
    np.testing.assert_array_equal(found["masks"], 0)


# RoIs, properties and the reference


@given(st.integers(0, 9999))
def test_what_roi_targets_always_are(seed):
    config = plain_config(rois_per_image=12, mask_rois_per_image=5, add_gt_to_proposals=True)
    rng = np.random.default_rng(seed)
    gt, class_ids = random_objects(seed), rng.integers(1, 5, 4)
    near = gt[rng.integers(0, 4, 10)] + rng.normal(0, 2, (10, 4))
    proposals = np.concatenate([near, random_objects(seed + 1, 10)])
    found = roi_targets(proposals, gt, class_ids, config, seed=tf.constant([seed, 3]))
    positive = found["class_ids"] > 0
    assert positive.sum() <= 6 and not (positive & ~found["valid"]).any()
    assert (np.diff(positive.astype(int)) <= 0).all(), "positives first"
    overlap = iou(found["rois"], gt).numpy()
    assert (overlap[positive].max(1) >= 0.5).all()
    assert (overlap[found["valid"] & ~positive].max(1) < 0.5).all()
    objects = found["object_indices"][positive]
    np.testing.assert_array_equal(objects, overlap[positive].argmax(1))
    np.testing.assert_array_equal(found["class_ids"][positive], class_ids[objects])
    aims = decode_deltas(found["rois"][positive], found["deltas"][positive], config.delta_std)
    np.testing.assert_allclose(aims, gt[objects], atol=1e-2)
    assert set(np.unique(found["masks"])) <= {0.0, 1.0}


def test_a_batch_is_its_images_one_by_one():
    """But for the random choice: here there is nothing to choose."""
    config = plain_config(rois_per_image=30, roi_positive_ratio=1.0)
    proposals = np.stack([random_objects(s, 20) for s in (1, 2)])
    gt = np.stack([random_objects(s, 4) for s in (1, 2)])
    masks = np.stack([square_masks(boxes) for boxes in gt])
    ids = np.array([[1, 2, 3, 4], [4, 3, 0, 0]], np.int32)
    both = targets.roi_targets(proposals, np.ones((2, 20), "f"), gt, ids, masks, SEED, config)
    for i in range(2):
        alone = roi_targets(proposals[i], gt[i], ids[i], config, masks=masks[i])
        for name, value in alone.items():
            np.testing.assert_array_equal(both[name][i], value)


@pytest.mark.parametrize(("masks_are", "size"), [("full", None), ("mini", 56)])
def test_roi_targets_of_the_reference(reference, masks_are, size):
    numbers = {
        name.removeprefix(f"{masks_are}_"): array
        for name, array in reference("targets").items()
        if name.startswith(masks_are)
    }
    side = 255  # of the last pixel: the reference's boxes are inclusive
    shape = numbers["gt_masks_shape"]
    masks = np.unpackbits(numbers["gt_masks_packed"])[: shape.prod()].reshape(shape)
    real = numbers["gt_class_ids"] > 0  # one is a crowd, which only removes negatives
    config = get_config("coco-resnet50", mini_mask_size=size)
    found = roi_targets(
        numbers["proposals"] * side,
        numbers["gt_boxes"][real] * side,
        numbers["gt_class_ids"][real],
        config,
        masks=np.moveaxis(masks, 2, 0)[real],
    )
    positive = found["class_ids"] > 0
    rois = found["rois"][positive] / side
    order = np.lexsort(rois.T[::-1])
    np.testing.assert_allclose(rois[order], numbers["pos_rois"], atol=1e-6)
    np.testing.assert_array_equal(found["class_ids"][positive][order], numbers["pos_class_ids"])
    np.testing.assert_allclose(found["deltas"][positive][order], numbers["pos_deltas"], atol=1e-4)
    np.testing.assert_array_equal(found["masks"][: len(order)][order], numbers["pos_masks"])
    negatives = found["rois"][found["valid"] & ~positive] / side
    distance = np.abs(negatives[None] - numbers["neg_rois"][:, None]).max(-1)
    assert (distance.min(1) < 1e-5).all(), "theirs are among ours"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("traced", [False, True])
def test_bits_give_the_same_targets_as_masks(seed, traced):
    """Also with objects that no RoI uses, and with padding."""
    config = plain_config(rois_per_image=30)
    gt = np.stack([random_objects(s, 6) for s in (seed, seed + 1)])
    proposals = np.stack([random_objects(s, 40) for s in (seed, seed + 1)])
    masks = np.stack([square_masks(boxes) for boxes in gt])
    masks &= np.random.default_rng(seed).integers(0, 2, masks.shape).astype(np.uint8)
    ids = np.array([[1, 2, 3, 4, 1, -2], [4, 3, 0, 0, 0, 0]], np.int32)
    truth = (proposals, np.ones((2, 40), np.float32), gt, ids)

    def both():
        full = targets.roi_targets(*truth, masks, SEED, config)
        bits = MaskBits(np.packbits(masks, axis=-1))
        return full, targets.roi_targets(*truth, bits, SEED, config)

    function = tf.function(both) if traced else both
    full, packed = function()
    assert full["masks"].numpy().any()
    for name, value in full.items():
        np.testing.assert_array_equal(packed[name], value)
