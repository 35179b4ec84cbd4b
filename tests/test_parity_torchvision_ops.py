"""Single operations against torchvision's, on the same arrays: RoIAlign, NMS, box coder, pasting.

The paper's dialect is compared here as well: all our weights are trained in it.
"""

import numpy as np
import pytest
from test_parity_torchvision import YX, numbers

from maskrcnn_explained.boxes import decode_deltas, encode_deltas, nms
from maskrcnn_explained.detection import nms_per_class
from maskrcnn_explained.pasting import paste_in_box, paste_masks
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.roi_align import OPERATORS, pool_pyramid, roi_levels

PAPER = get_config("scenes", rpn_delta_std=(1.0, 1.0, 1.0, 1.0), roi_canonical_size=224.0)
THEIRS = get_config("coco-torchvision")


@pytest.fixture(scope="module")
def ops():
    return numbers("ops")


@pytest.mark.parametrize(
    ("name", "key"),
    [("roi_align", "roi_align_aligned1_sr2"), ("roi_align_unaligned", "roi_align_aligned0_sr2")],
)
def test_roi_align(ops, name, key):
    """Boxes inside the map, over its edge, and outside."""
    maps = ops["roi_features"].transpose(0, 2, 3, 1)
    images, boxes = ops["rois"][:, 0], ops["rois"][:, [2, 1, 4, 3]]
    pooled = OPERATORS[name](maps, boxes, images, 7, round(1 / float(ops["spatial_scale"])))
    np.testing.assert_allclose(pooled.numpy().transpose(0, 3, 1, 2), ops[key], atol=1e-5)


def test_pooling_from_the_pyramid(ops):
    """Levels too: another level would give other features."""
    maps = [ops[f"ms_{level}"].transpose(0, 2, 3, 1) for level in ("P2", "P3", "P4", "P5")]
    boxes = ops["ms_rois"][:, YX]
    assert len(set(roi_levels(boxes, (256, 256), THEIRS).numpy())) > 1
    pooled = pool_pyramid(boxes, np.zeros(len(boxes), int), maps, 7, THEIRS)
    np.testing.assert_allclose(pooled.numpy().transpose(0, 3, 1, 2), ops["ms_out"], atol=5e-5)


def test_nms(ops):
    kept = nms(ops["nms_boxes"][:, YX], ops["nms_scores"], 0.5, 1000)
    np.testing.assert_array_equal(kept, ops["nms_keep_05"])


@pytest.mark.parametrize("config", [PAPER, THEIRS], ids=["paper", "torchvision"])
def test_nms_per_class(ops, config):
    config = config.changed(detections=1000)
    kept = nms_per_class(ops["nms_boxes"][:, YX], ops["nms_scores"], ops["nms_idx"], config)
    np.testing.assert_array_equal(kept, ops["batched_nms_keep_05"])


@pytest.mark.parametrize("config", [PAPER, THEIRS], ids=["paper", "torchvision"])
def test_box_coder(ops, config):
    boxes, truth = ops["nms_boxes"][:40, YX], ops["coder_gt"][:, YX]
    deltas = encode_deltas(boxes, truth, config.delta_std).numpy()
    np.testing.assert_allclose(deltas, ops["coder_encoded"][:, YX], rtol=1e-4, atol=1e-5)
    # Two boxes from each; one of the deltas is so large that the limit holds it.
    rows = ops["coder_rel"].reshape(40, 2, 4)[..., YX]
    moved = decode_deltas(boxes[:, None], rows, config.delta_std, config.max_log_size).numpy()
    expected = ops["coder_decoded"].reshape(40, 2, 4)[..., YX]
    np.testing.assert_allclose(moved, expected, rtol=1e-5, atol=1e-3)
    free = decode_deltas(boxes[:, None], rows, config.delta_std).numpy()
    assert not np.isfinite(free).all() or np.abs(free - expected).max() > 1


def test_pasting(ops):
    """Probabilities of every pixel, and so masks at any threshold."""
    small, boxes = ops["paste_masks"][:, 0], ops["paste_boxes"][:, YX]
    size, theirs = tuple(ops["paste_hw"]), ops["paste_out"][:, 0]
    for threshold in (0.25, 0.5, 0.75):
        ours = paste_masks(small, boxes, size, threshold, "padded")
        clear = np.abs(theirs - threshold) > 1e-5
        np.testing.assert_array_equal(ours[clear], (theirs >= threshold)[clear])
    (y1, x1, y2, x2), _ = paste_in_box(small[0], boxes[0], size, 0.5, "padded")
    outside = np.ones(size, bool)
    outside[y1:y2, x1:x2] = False
    assert not theirs[0][outside].any(), "their mask ends where ours does"
