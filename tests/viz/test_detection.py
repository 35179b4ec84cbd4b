"""The pictures of notebook 06: figures come back as axes and say the right numbers."""

import dataclasses

import numpy as np
import pytest
from helpers import titles
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained import viz
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.presets import SCENES_CLASSES
from maskrcnn_explained.tracing.why_not import REASONS


@pytest.fixture(scope="module")
def scenes():
    return list(Scenes("train", 4, sizes=64))


@pytest.fixture(scope="module")
def coins(trained):
    return mrx.trace(trained, data.coins(), min_score=0.5)


def test_detections_say_their_names_and_scores(coins):
    found = coins.detections
    ax = viz.show_detections(coins.image, found, title="coins")
    expected = [f"{n} {s:.2f}" for n, s in zip(found.class_names, found.scores, strict=True)]
    assert [text.get_text() for text in ax.texts] == expected and ax.get_title() == "coins"
    assert len(ax.patches) == len(found)
    assert not viz.show_detections(coins.image, found, labels=False).texts


def test_a_crowd_is_dotted_and_named_so(scenes):
    scene = scenes[1]
    crowd = np.arange(len(scene)) == 0
    ax = viz.show_sample(dataclasses.replace(scene, crowd=crowd), SCENES_CLASSES)
    names = [text.get_text() for text in ax.texts]
    assert names[0] == f"{SCENES_CLASSES[scene.class_ids[0]]} (crowd)"
    assert not any("crowd" in name for name in names[1:])
    assert ax.patches[0].get_linestyle() == ":"


def test_a_sheet_of_samples_has_no_empty_frames(scenes):
    axes = viz.show_samples(scenes, SCENES_CLASSES, columns=3)
    assert axes.shape == (2, 3)
    assert [len(ax.images) > 0 for ax in axes.flat] == [True] * 4 + [False] * 2
    assert not any(ax.axison for ax in axes.flat)


def test_steps_count_what_is_left(coins):
    axes = viz.show_detection_steps(coins)
    found = len(coins.detections)
    assert titles(axes)[3] == f"{found} after NMS" and len(axes[1, 1].patches) == found
    assert len(axes[1, 0].patches) == len(coins.detection_candidates)


def test_suppression_lists_all_boxes():
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
