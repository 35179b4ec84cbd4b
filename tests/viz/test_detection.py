"""The pictures of notebook 06: figures come back as axes and say the right numbers."""

import numpy as np
import pytest
from helpers import titles
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained import viz
from maskrcnn_explained.tracing.why_not import REASONS


@pytest.fixture(scope="module")
def coins(trained):
    return mrx.trace(trained, data.coins(), min_score=0.5)


def test_steps_count_what_is_left(coins):
    axes = viz.show_detection_steps(coins)
    found = len(coins.detections)
    assert titles(axes)[3] == f"{found} after NMS" and len(axes[1, 1].patches) == found
    assert len(axes[1, 0].patches) == len(coins.detection_candidates)


def test_suppression_lists_everybody():
    boxes = np.float32([[0, 0, 10, 10], [1, 1, 11, 11]])
    image = np.zeros((20, 20, 3), np.uint8)
    left, right = viz.show_suppression(image, boxes[0], boxes[1:], ["wins", "loses"])
    assert len(left.patches) == 2 and [t.get_text() for t in right.texts] == ["wins", "loses"]


def test_sampled_pixel_shows_its_weights():
    small = np.zeros((28, 28))
    small[3, 4] = 0.5
    ax = viz.show_sampled_pixel(small, (3.9, 4.8), {(3, 4): 0.4, (4, 4): 0.6}, 0.2)
    assert [text.get_text() for text in ax.texts] == ["0.500 x 0.400", "0.000 x 0.600"]
    assert "0.200" in ax.get_title()


def test_reasons():
    ax = viz.show_reasons({"found": 7, "poor_mask": 2}, REASONS)
    assert [label.get_text() for label in ax.get_yticklabels()][0] == REASONS["found"]
    assert [patch.get_width() for patch in ax.patches] == [7, 2]


def test_splash_keeps_colour_in_masks_alone():
    image = np.tile(np.uint8([200, 30, 60]), (8, 8, 1))
    masks = np.zeros((1, 8, 8), bool)
    masks[0, :4] = True
    shown = viz.show_splash(image, masks).images[0].get_array()
    np.testing.assert_array_equal(shown[:4], image[:4])
    assert (np.ptp(shown[4:], axis=-1) == 0).all()
