"""The full-size models against a run of the reference, stage by stage, same weights, same pixels.

Tolerances. A float32 carries 24 bits, and sums are made in an order that differs between programs
and processors; fifty layers add that up. The reference against itself, oneDNN kernels on or off,
differs by up to 4e-5 of a map's standard deviation (ResNet-50). We allow 1e-4, and 1e-3 where a
hundred layers lie before. Up to the RPN's outputs every number is compared with its counterpart.

NMS turns such noise into another order (two scores that are equal but for noise swap places), and
now and then into another member. So proposals and detections are compared as sets, and the heads
are run on the reference's own boxes, where again each number has its counterpart.
"""

import numpy as np
import pytest
import tensorflow as tf
from helpers import EXCLUSIVE
from reference_run import model_with_made_up_weights, numbers, unpack

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.mrcnn_heads import box_head, mask_head
from maskrcnn_explained.rpn import propose

pytestmark = pytest.mark.slow

RUNS = {"r50_square": 50, "r50_rect": 50, "r101_square": 101}
TOLERANCE = {50: 1e-4, 101: 1e-3}  # in standard deviations of what is compared
LAST = 255  # the last pixel: the reference's normalised boxes times this are pixels
MAPS = ("C2", "C3", "C4", "C5", "P2", "P3", "P4", "P5", "P6")


class Run:
    """One image through ours, and what the reference found."""

    def __init__(self, name):
        self.theirs = numbers(f"model_{name}")
        self.depth = RUNS[name]
        self.model = model_with_made_up_weights(self.depth)
        self.ours = self.model.tensors(self.theirs["image"])

    def close(self, ours, theirs, std=None):
        std = theirs.std() if std is None else std
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE[self.depth] * std)

    def pool(self, layer, boxes):
        """Pool given boxes (inclusive pixels) from our own pyramid."""
        maps = [tf.constant(self.ours[level][None]) for level in ("P2", "P3", "P4", "P5")]
        return self.model.get_layer(layer)([tf.constant(boxes[None], tf.float32), *maps])


@pytest.fixture(scope="module", params=RUNS)
def run(request):
    return Run(request.param)


def statistics(x):
    x = x.astype(np.float64)
    return np.array([x.mean(), x.std(), x.min(), x.max()])


def matched(ours, theirs):
    """The share of their boxes for which we have one of IoU above 0.99."""
    ours, theirs = (x[x.any(1)] + EXCLUSIVE for x in (ours, theirs))
    return (iou(ours, theirs).numpy().max(0) > 0.99).mean()


def test_molded_image(run):
    molded, theirs = run.ours["molded_image"], run.theirs
    np.testing.assert_allclose(molded[120:136, 120:136], theirs["molded_image_crop"], atol=1e-4)
    np.testing.assert_allclose(statistics(molded), theirs["molded_image_stats"][:4], atol=1e-3)
    np.testing.assert_array_equal(run.ours["window"].box, theirs["window"])
    if theirs["resized_padded_image"].size:
        pixels = np.round(molded + np.array(run.model.config.mean_pixel)).astype(np.uint8)
        np.testing.assert_array_equal(pixels, theirs["resized_padded_image"])


@pytest.mark.parametrize("name", MAPS)
def test_feature_maps(run, name):
    ours, theirs = run.ours[name], run.theirs
    std = theirs[f"{name}_stats"][1]
    row, column, _ = theirs[f"{name}_slice_origin"]
    height, width, channels = theirs[f"{name}_slice"].shape
    crop = ours[row : row + height, column : column + width, :channels]
    assert ours.shape == tuple(theirs[f"{name}_shape"])
    run.close(crop, theirs[f"{name}_slice"], std)
    run.close(ours.mean((0, 1)), theirs[f"{name}_channel_mean"], std)
    run.close(statistics(ours), theirs[f"{name}_stats"][:4], std)


def test_rpn_outputs(run):
    assert len(run.ours["rpn_logits"]) == 16_368
    run.close(run.ours["rpn_logits"][::16], run.theirs["rpn_class_logits"])
    run.close(run.ours["rpn_deltas"][::16], run.theirs["rpn_bbox"])


def test_proposals(run):
    ours, theirs = run.ours["proposals"], run.theirs["rpn_rois"] * LAST
    assert ours.shape == theirs.shape and matched(ours, theirs) >= 0.99
    first = 100  # before the first pair that noise makes swap places
    np.testing.assert_allclose(ours[:first], theirs[:first], atol=0.02)


def test_box_head_on_the_reference_s_proposals(run):
    theirs, number = run.theirs, len(run.theirs["mrcnn_class_logits"])
    pooled = run.pool("roi_align_classifier", theirs["rpn_rois"][:number] * LAST)
    logits, probs, deltas = box_head(run.model.get_layer, pooled, run.model.config)
    run.close(logits[0], theirs["mrcnn_class_logits"])
    best = probs[0].numpy().argmax(1)
    np.testing.assert_array_equal(best, theirs["mrcnn_class_argmax"][:number])
    if "pooled7_slice" in theirs:
        run.close(pooled[0, :24, ..., :16], theirs["pooled7_slice"])
        run.close(deltas[0, :32], theirs["mrcnn_bbox"])
        chosen = deltas[0].numpy()[np.arange(number), best]
        run.close(chosen, theirs["mrcnn_bbox_argmax"][:number])
        np.testing.assert_allclose(
            probs[0].numpy().max(1), theirs["mrcnn_class_max"][:number], atol=1e-4
        )


def test_detections(run):
    ours, theirs = run.ours, run.theirs["detections"]
    assert matched(ours["detection_boxes"], theirs[:, :4] * LAST) >= 0.99
    real = theirs[:, 4] > 0
    same = (ours["detection_class_ids"] == theirs[:, 4]) & real
    assert same.sum() >= 0.99 * real.sum() > 0
    np.testing.assert_allclose(ours["detection_scores"][same], theirs[same, 5], atol=1e-3)


def test_mask_head_on_the_reference_s_detections(run):
    theirs = run.theirs["mrcnn_mask_selected"]
    boxes, class_ids = (run.theirs["detections"][: len(theirs), part] for part in (slice(4), 4))
    pooled = run.pool("roi_align_mask", boxes * LAST)
    masks = mask_head(run.model.get_layer, pooled, run.model.config)[0].numpy()
    own = masks[np.arange(len(masks)), ..., class_ids.astype(int)]
    np.testing.assert_allclose(own, theirs, atol=10 * TOLERANCE[run.depth])  # probabilities
    if "pooled14_slice" in run.theirs:
        run.close(pooled[0, :8, ..., :8], run.theirs["pooled14_slice"])


def test_results_in_pixels_of_the_image(run):
    """Boxes are rounded to whole pixels: noise at one half moves a side by one, and its mask."""
    found, theirs = run.model.detect(run.theirs["image"]), run.theirs
    number = len(theirs["final_rois"])
    assert len(found) == number and found.boxes.dtype == np.float32
    np.testing.assert_array_equal(found.class_ids, theirs["final_class_ids"])
    np.testing.assert_allclose(found.scores, theirs["final_scores"], atol=1e-3)
    np.testing.assert_allclose(found.boxes, theirs["final_rois"], atol=1)
    masks = unpack(theirs["final_masks_packed"], theirs["final_masks_shape"])
    same = (found.boxes == theirs["final_rois"]).all(1)[: len(masks)]
    ours = found.masks[: len(masks)]
    overlap = (ours & masks).sum((1, 2)) / np.maximum((ours | masks).sum((1, 2)), 1)
    assert same.mean() > 0.8 and overlap[same].min() > 0.99


def test_another_dialect_would_fail():
    """The checks tell dialects apart: with NMS on each level alone, other boxes come out."""
    run = Run("r50_rect")
    config = run.model.config.changed(proposal_rule="per_level")
    outputs = (tf.constant(run.ours[name][None]) for name in ("rpn_probs", "rpn_deltas"))
    boxes, _, _ = propose(*outputs, (256, 256), config, 1000)
    assert not np.allclose(boxes[0][:100], run.theirs["rpn_rois"][:100] * LAST, atol=0.02)
