"""The preset "coco-torchvision" against torchvision's `maskrcnn_resnet50_fpn`, stage by stage.

Same weights, same pixels. Three images: a square one at its own size; one of 200 x 333 shrunk (and
padded so that P6 has odd cells), and enlarged.

Tolerances are those of test_parity.py: torchvision differs from itself by up to 4e-5 of a map's
standard deviation, oneDNN kernels on or off. Up to the RPN's outputs every number is compared with
its counterpart. Proposals and detections are compared as sets, since noise swaps places, and the
heads run on torchvision's own boxes.
"""

import numpy as np
import pytest
import tensorflow as tf
from helpers import REFERENCE_NUMBERS
from reference_run import unpack
from torchvision_run import model_with_torchvision_weights

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.mrcnn_heads import box_head, mask_head
from maskrcnn_explained.pasting import paste_masks
from maskrcnn_explained.rpn import propose

pytestmark = pytest.mark.slow

RUNS = ("square", "rect_shrunk", "rect_enlarged")
TOLERANCE = 1e-4  # in standard deviations of what is compared
STD = 255 * np.array([0.229, 0.224, 0.225], np.float32)  # which we fold into conv1
YX = [1, 0, 3, 2]  # (x1, y1, x2, y2) -> (y1, x1, y2, x2); also of deltas
POOLED = ("P2", "P3", "P4", "P5")


def numbers(name):
    """A file of torchvision's numbers as a dict of arrays."""
    with np.load(REFERENCE_NUMBERS / f"torchvision_{name}.npz") as file:
        return dict(file)


class Run:
    """One image through ours, and what torchvision found."""

    def __init__(self, name, **changes):
        self.theirs = numbers(f"model_{name}")
        sizes = [int(self.theirs.get(side, 256)) for side in ("min_size", "max_size")]
        self.model = model_with_torchvision_weights(
            image_min_side=sizes[0], image_max_side=sizes[1], **changes
        )
        self.ours = self.model.tensors(self.theirs["image"])
        self.boxes = {
            key: self.theirs[key][:, YX]
            for key in ("proposals", "det_boxes", "det_boxes_transformed")
            if key in self.theirs
        }

    def close(self, ours, theirs, std=None):
        std = theirs.std() if std is None else std
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE * std)

    def pool(self, layer, boxes):
        """Pool given boxes from our own pyramid."""
        maps = [tf.constant(self.ours[level][None]) for level in POOLED]
        return self.model.get_layer(layer)([tf.constant(boxes[None], tf.float32), *maps])

    def detected(self):
        """Our detections in the order of theirs; every one of theirs must have its own."""
        found = self.model.detect(self.theirs["image"])
        fits = iou(self.boxes["det_boxes"], found.boxes).numpy() > 0.99
        fits &= self.theirs["det_labels"][:, None] == found.class_ids[None]
        assert fits.any(1).all() and len(found) == len(fits)
        return found.kept(fits.argmax(1))


@pytest.fixture(scope="module", params=RUNS)
def run(request):
    return Run(request.param)


def test_molded_image(run):
    theirs = run.theirs
    crop = theirs["transformed_crop"].transpose(1, 2, 0)
    row, column = (120, 120) if "padded_size" not in theirs else (90, 150)
    ours = (run.ours["molded_image"] / STD)[row : row + 16, column : column + 16]
    np.testing.assert_allclose(ours, crop, atol=1e-5)
    if "padded_size" in theirs:
        assert run.ours["molded_image"].shape[:2] == tuple(theirs["padded_size"])
        window = run.ours["window"]
        assert (window.top, window.left) == (0, 0)
        assert (window.height, window.width) == tuple(theirs["transformed_size"])


@pytest.mark.parametrize("name", ["C2", "C3", "C4", "C5", "P2", "P3", "P4", "P5", "P6"])
def test_feature_maps(run, name):
    ours, theirs = run.ours[name], run.theirs
    std = theirs[f"{name}_stats"][1]
    assert ours.transpose(2, 0, 1).shape == tuple(theirs[f"{name}_shape"])
    row, column = theirs[f"{name}_slice_origin"][-2:]
    channels, height, width = theirs[f"{name}_slice"].shape
    crop = ours[row : row + height, column : column + width, :channels]
    run.close(crop.transpose(2, 0, 1), theirs[f"{name}_slice"], std)
    run.close(ours.mean((0, 1)), theirs[f"{name}_channel_mean"], std)


def test_rpn_outputs(run):
    """One logit there, two here: that of the background is always 0."""
    np.testing.assert_array_equal(run.ours["rpn_logits"][:, 0], 0)
    run.close(run.ours["rpn_logits"][:, 1], run.theirs["rpn_objectness"])
    run.close(run.ours["rpn_deltas"][::8], run.theirs["rpn_deltas_every8"][:, YX])


def test_anchors(run):
    ours, theirs = run.ours["anchors"], run.theirs
    if "anchors" in theirs:
        np.testing.assert_array_equal(ours, theirs["anchors"][:, YX])
    else:
        np.testing.assert_array_equal(ours[::5], theirs["anchors_every_5"][:, YX])


def test_proposals(run):
    ours = run.ours["proposals"][run.ours["proposal_anchors"] >= 0]
    overlap = iou(ours, run.boxes["proposals"]).numpy()
    assert len(ours) == len(run.boxes["proposals"])
    assert (overlap.max(0) > 0.99).all() and (overlap.max(1) > 0.99).all()


def test_box_head_on_their_proposals(run):
    theirs, number = run.theirs, len(run.theirs["class_logits"])
    pooled = run.pool("roi_align_classifier", run.boxes["proposals"][:number])
    logits, _, deltas = box_head(run.model.get_layer, pooled, run.model.config)
    run.close(logits[0], theirs["class_logits"])
    if "pooled7_slice" in theirs:
        run.close(pooled[0, :24, ..., :16].numpy().transpose(0, 3, 1, 2), theirs["pooled7_slice"])
        rows = theirs["box_regression_slice"].reshape(48, run.model.config.num_classes, 4)
        run.close(deltas[0, :48], rows[..., YX])


def test_mask_head_on_their_detections(run):
    if "mask_logits_slice" not in run.theirs:
        pytest.skip("stored for the square image only")
    pooled = run.pool("roi_align_mask", run.boxes["det_boxes"])  # its scale is 1
    features = pooled[0, :8, ..., :8].numpy().transpose(0, 3, 1, 2)
    run.close(features, run.theirs["pooled14_slice"])
    masks = mask_head(run.model.get_layer, pooled, run.model.config)[0].numpy()
    logits = run.theirs["mask_logits_slice"]  # 3 detections, every 8th class
    expected = 1 / (1 + np.exp(-logits.astype(np.float64)))
    np.testing.assert_allclose(masks[:3, ..., ::8].transpose(0, 3, 1, 2), expected, atol=1e-3)


def test_detections(run):
    found, theirs = run.detected(), run.theirs
    np.testing.assert_allclose(found.scores, theirs["det_scores"], atol=1e-3)
    np.testing.assert_allclose(found.boxes, run.boxes["det_boxes"], atol=0.02)
    small = theirs["det_mask_prob_28"]
    np.testing.assert_allclose(found.mask_probs[: len(small)], small, atol=2e-3)


def test_masks_in_pixels_of_the_image(run):
    """Nearly all pixels are the same; noise decides those whose probability is one half."""
    theirs = unpack(run.theirs["masks_packed"], run.theirs["masks_shape"])
    masks = run.detected().masks
    theirs = theirs.reshape(masks.shape)
    assert (masks != theirs).sum() <= 1e-3 * theirs.sum()


def test_pasting_their_own_small_masks():
    """Without that noise, no pixel differs."""
    theirs = numbers("model_square")
    masks = unpack(theirs["masks_packed"], theirs["masks_shape"])
    size = masks.shape[-2:]
    small, boxes = theirs["det_mask_prob_28"], theirs["det_boxes"][:, YX]
    ours = paste_masks(small, boxes, size, rim="padded")
    np.testing.assert_array_equal(ours, masks.reshape(-1, *size))


# One choice of the dialect at a time: each changes something


@pytest.fixture(scope="module")
def shrunk():
    return Run("rect_shrunk")


@pytest.mark.parametrize(
    ("changes", "tensor"),
    [
        (dict(resize_rule="smooth"), "molded_image"),
        (dict(image_place="centre"), "molded_image"),
        (dict(bottleneck_stride="1x1"), "C5"),
        (dict(strided_padding="after"), "C2"),
        (dict(batch_norm_epsilon=1e-3), "C5"),
        (dict(anchor_centres="half"), "anchors"),
        (dict(rounded_anchors=False), "anchors"),
        (dict(anchor_stride_rule="level"), "anchors"),
        (dict(roi_pooling="roi_align"), "class_logits"),
    ],
)
def test_another_choice_gives_other_numbers(shrunk, changes, tensor):
    other = Run("rect_shrunk", **changes).ours[tensor]
    ours = shrunk.ours[tensor]
    assert other.shape != ours.shape or np.abs(other - ours).max() > 10 * TOLERANCE * ours.std()


def test_proposals_end_with_the_image_and_not_with_its_padding(shrunk):
    window = shrunk.ours["window"].box
    assert shrunk.ours["proposals"][:, 2:].max(0).tolist() == window[2:].tolist()
    config = shrunk.model.config.changed(proposal_window="molded")
    outputs = (tf.constant(shrunk.ours[name][None]) for name in ("rpn_probs", "rpn_deltas"))
    size = shrunk.ours["molded_image"].shape[:2]
    boxes, _, _ = propose(*outputs, size, config, 1000, windows=window[None])
    assert (boxes[0, :, 2:].numpy().max(0) > window[2:]).all()
