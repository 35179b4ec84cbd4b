"""Outlines on pictures: rims in their colours, and titles that count."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from maskrcnn_explained import viz
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.outlines import FOUND_RIM, MISSED_RIM, TRUE_RIM, WRONG_RIM

MASKS = np.zeros((2, 20, 30), bool)
MASKS[0, 3:9, 4:12] = True
MASKS[1, 12:18, 15:25] = True
SAMPLE = Sample(np.full((20, 30, 3), 40, np.uint8), MASKS, np.ones(2, np.int32))


def has(ax, colour):
    """Which pixels of the picture have this colour, [H, W] bool."""
    return np.isclose(ax.images[0].get_array(), to_rgb(colour), atol=1e-6).all(-1)


def test_the_rim_of_every_mask_is_green():
    rim = has(viz.show_outlines(SAMPLE.image, MASKS), FOUND_RIM)
    assert not rim[~MASKS.any(0)].any()
    assert rim[3, 4:12].all() and rim[12:18, 24].all()
    assert not rim[5, 7] and not rim[14, 20]


def test_truth_found_and_mistakes():
    found = np.stack([MASKS[0], np.roll(MASKS[0], 14, axis=1)])
    matched = np.array([0, -1])
    axes = viz.show_outlines_found([SAMPLE], [found], [matched])
    assert [ax.get_title() for ax in axes[0]] == ["2 true", "2 found", "1 missed, 1 wrong"]
    truth, seen, mistakes = axes[0]
    assert has(truth, TRUE_RIM)[12:18, 24].all() and has(seen, FOUND_RIM)[3, 4:12].all()
    assert has(mistakes, MISSED_RIM)[12:18, 24].all() and has(mistakes, WRONG_RIM)[3, 18:26].all()
    assert not has(mistakes, MISSED_RIM)[3, 4:12].any(), "what was found is no mistake"
    assert "2 true, 2 found, 1 missed, 1 wrong" in style.figure_of(truth).get_label()


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 3)])
def test_nothing_found_in_a_picture(shape):
    ax = viz.show_outlines(np.zeros(shape, np.uint8), np.zeros((0, 20, 30), bool), title="none")
    assert ax.get_title() == "none" and not has(ax, FOUND_RIM).any()


def test_rims_grow_with_the_picture():
    mask = np.zeros((1, 20, 900), bool)
    mask[0, 2:18, 100:200] = True
    rim = has(viz.show_outlines(np.zeros((20, 900), np.uint8), mask), FOUND_RIM)
    assert rim.sum(0)[150] == 2 * 3, "three pixels above and below"
