"""The worked numbers of the diagrams: counted again by hand, or by the package's functions."""

import importlib
import sys

import numpy as np
import pytest
from helpers import ROOT

from maskrcnn_explained import boxes
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
