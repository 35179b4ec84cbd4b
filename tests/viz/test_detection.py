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
    claims = [int(text.get_text()) for text in axes[1, 0].texts]
    assert sum(claims) == len(coins.detection_candidates), "each pair won, or was dropped for one"


def test_suppression_lists_all_boxes():
    boxes = np.float32([[0, 0, 10, 10], [1, 1, 11, 11]])
    image = np.zeros((20, 20, 3), np.uint8)
    left, right = viz.show_suppression(image, boxes[0], boxes[1:], ["wins", "loses"])
    assert len(left.patches) == 2 and [t.get_text() for t in right.texts] == ["wins", "loses"]
    [corner] = right.child_axes
    assert len(corner.patches) == 2 and corner.get_xlim()[0] < 10 < corner.get_xlim()[1]


def test_claims_tell_what_was_missed(coins):
    left, right = viz.show_claims(coins, coins.detections.boxes[:2] + 3)
    assert len(left.patches) == len(coins.detection_candidates)
    assert len(right.patches) == len(coins.detections) + 2
    assert [text.get_text() for text in right.texts].count("missed") == 2
    assert len(viz.show_claims(coins, np.zeros((0, 4)))[1].patches) == len(coins.detections)
