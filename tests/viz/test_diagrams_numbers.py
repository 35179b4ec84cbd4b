"""The worked numbers of the diagrams: counted again by hand, or by the package's functions."""

import importlib
import sys

import keras
import numpy as np
import pytest
from helpers import ROOT
from PIL import Image
from skimage import color, data

from maskrcnn_explained import boxes
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.data.formats import coco
from maskrcnn_explained.data.formats.mask_pictures import label_map_masks
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.viz.diagrams import read_diagram

sys.path.insert(0, str(ROOT / "scripts"))


def drawing(name):
    return importlib.import_module(f"diagrams.{name}")


def covered(box, side=12):
    """The squares of a box on squared paper: [side, side] bool."""
    y1, x1, y2, x2 = (int(v) for v in box)
    paper = np.zeros((side, side), bool)
    paper[y1:y2, x1:x2] = True
    return paper


def test_iou_counts_its_squares():
    iou = drawing("iou")
    a, b = covered(iou.A), covered(iou.B)
    assert iou.counts() == (a.sum(), b.sum(), (a & b).sum(), (a | b).sum())
    assert (covered(iou.COMMON) == (a & b)).all()
    # Its words: half of each box is shared, and the IoU is only a third.
    assert 2 * (a & b).sum() == a.sum() == b.sum()
    assert (a & b).sum() / (a | b).sum() == pytest.approx(1 / 3)


def test_iou_draws_the_thresholds_of_training():
    config = get_config("scenes")
    limits = (config.rpn_positive_iou, config.roi_positive_iou, config.rpn_negative_iou)
    svg = read_diagram("iou")
    assert all(f">{limit:.2f}<" in svg for limit in limits)
    for limit, share in zip(limits, (0.18, 0.33, 0.54), strict=True):
        # Two squares of side 1, pushed apart by this share, have that IoU.
        assert (1 - share) / (1 + share) == pytest.approx(limit, abs=0.006)
        assert f">{share:.0%} of a side<" in svg


def test_delta_is_what_decode_deltas_does():
    delta = drawing("delta")
    after = np.array(boxes.decode_deltas(delta.BOX, delta.DELTA))
    np.testing.assert_allclose(delta.AFTER, after)
    y1, x1, y2, x2 = delta.BOX
    dy, dx, dh, dw = delta.DELTA
    centre = (y1 + y2) / 2 + dy * (y2 - y1), (x1 + x2) / 2 + dx * (x2 - x1)
    size = (y2 - y1) * np.exp(dh), (x2 - x1) * np.exp(dw)
    by_hand = np.array(
        [*np.subtract(centre, np.divide(size, 2)), *np.add(centre, np.divide(size, 2))]
    )
    np.testing.assert_allclose(after, by_hand, rtol=1e-5)
    assert ", ".join(f"{v:.1f}" for v in by_hand) in read_diagram("delta")


def test_rpn_head_counts_as_the_model_does(trained):
    """18 numbers per cell; A anchors for the molded coins."""
    rows, columns = drawing("rpn_head").COINS
    head = trained.get_layer("rpn_model")
    filters = [head.get_layer(name).filters for name in ("rpn_class_raw", "rpn_bbox_pred")]
    anchors = len(generate_anchors((rows, columns), trained.config))
    molded, _ = mold([color.gray2rgb(data.coins())], trained.config)
    assert molded.shape[1:3] == (rows, columns)
    svg = read_diagram("rpn_head")
    assert f"= {sum(filters)} numbers per cell" in svg and f"so A = {anchors} anchors" in svg


def test_bottleneck_has_the_sizes_of_the_model(trained):
    bottleneck = drawing("bottleneck")
    last = f"res{bottleneck.STAGE}b"
    depths = [trained.get_layer(f"{last}_branch2{letter}").filters for letter in "abc"]
    width = bottleneck.WIDTHS[bottleneck.STAGE - 2]
    assert depths == [width, width, bottleneck.FULL]
    assert f"({last})" in read_diagram("bottleneck")
    assert not [layer.name for layer in trained.layers if layer.name == f"{last}_branch1"]
    for name, stride, channels, _ in bottleneck.stages():
        layer = trained.get_layer("conv1" if name == "conv1" else f"res{name[1]}b_out")
        assert layer.output.shape[-1] == channels
        assert stride == (2 if name == "conv1" else STRIDES[int(name[1]) - 2])


def test_transposed_is_what_the_layer_does():
    transposed = drawing("transposed")
    layer = keras.layers.Conv2DTranspose(1, 2, strides=2, use_bias=False)
    layer.build((None, 2, 2, 1))
    layer.set_weights([transposed.KERNEL[:, :, None, None]])
    out = np.array(layer(transposed.GIVEN[None, :, :, None]))[0, :, :, 0]
    np.testing.assert_array_equal(out, np.kron(transposed.GIVEN, transposed.KERNEL))
    np.testing.assert_array_equal(out, transposed.transposed())


def test_nms_drops_b_alone():
    nms = drawing("nms")
    assert nms.kept() == ["X", "Z"]
    kept = boxes.nms_by_hand(list(nms.BOXES.values()), list(nms.SCORES.values()), nms.LIMIT, 3)
    assert kept.tolist() == [0, 2]
    # What frame 3 says: B is above the limit, C below it.
    assert nms.overlap("X", "Y") > nms.LIMIT > nms.overlap("X", "Z")
    assert f"IoU of X and Y: {nms.overlap('X', 'Y'):.2f}" in read_diagram("nms")


def test_formats_say_one_mask(tmp_path):
    """Each code is read again by the package, and gives the same mask of object 1."""
    formats = drawing("formats")
    one, two = formats.masks()
    counts, code = formats.runs()
    plain, packed = ({"size": list(formats.SIZE), "counts": c} for c in (counts, code))
    for stored in ([formats.POLYGON], plain, packed):
        np.testing.assert_array_equal(coco.decode(stored, formats.SIZE), one)
    Image.fromarray((one + 2 * two).astype(np.uint8)).save(tmp_path / "labels.png")
    found, _ = label_map_masks(tmp_path / "labels.png")
    np.testing.assert_array_equal(found.full(), [one, two])
    svg = read_diagram("formats")
    assert code in svg and all(f">{count}<" in svg for count in counts)


def test_a_polygon_of_coco_has_no_holes():
    """A ring inside a ring is another part, not a hole, as formats.svg says."""
    outer, inner = [0, 0, 8, 0, 8, 8, 0, 8], [2, 2, 6, 2, 6, 6, 2, 6]
    assert coco.decode([outer, inner], (8, 8)).all()
