"""Pictures of what the box head gives, and of what becomes of a scene."""

import numpy as np
from helpers import titles

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.viz import mrcnn_heads as viz
from maskrcnn_explained.viz import style

IMAGE = np.full((60, 80, 3), 120, np.uint8)
ROI, REFINED = np.float32([10, 10, 40, 50]), np.float32([12, 8, 42, 52])
NAMES = ("background", "disk", "star")


def words(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_one_roi_through_both_heads():
    probs = np.array([0.1, 0.7, 0.2])
    axes = viz.show_head_outputs(IMAGE, ROI, REFINED, probs, np.eye(28), NAMES)
    assert [patch.get_linestyle() for patch in axes[0].patches] == ["-", ":"]
    assert [bar.get_width() for bar in axes[1].patches] == probs.tolist()
    assert words(axes[1]) == ["0.10", "0.70", "0.20"]
    assert titles(axes)[2].endswith("mask of disk")


def test_proposals_by_their_best_class():
    probs = np.array([[0.8, 0.1, 0.1], [0.1, 0.2, 0.7], [0.0, 0.1, 0.9]])
    ax = viz.show_proposal_classes(IMAGE, np.stack([ROI] * 3), probs, NAMES)
    assert [patch.get_linestyle() for patch in ax.patches] == [":", "-", "-"]
    assert legend(ax) == ["background (1)", "star (2)"] and words(ax) == []


def test_the_first_proposals_may_have_numbers():
    probs = np.array([[0.8, 0.1, 0.1]] * 3)
    ax = viz.show_proposal_classes(IMAGE, np.stack([ROI] * 3), probs, NAMES, labels="12")
    assert words(ax) == ["1", "2"]


def test_a_box_per_class_and_one_is_the_best():
    ax = viz.show_class_boxes(IMAGE, ROI, np.stack([ROI, REFINED, ROI + 3]), NAMES, best=1)
    assert [patch.get_linewidth() for patch in ax.patches] == [3.2, 1.4, 2]
    assert legend(ax) == ["RoI", "disk", "star"]


def test_refined_boxes_are_drawn_beside_their_rois():
    ax = viz.show_refined(IMAGE, ROI[None], REFINED[None], np.array([1]))
    assert [patch.get_linestyle() for patch in ax.patches] == ["-", ":"]


def test_iou_step_by_step():
    steps = {"anchors": np.full(4, 0.3), "proposals": np.full(4, 0.6), "boxes": np.full(4, 0.8)}
    axes = viz.show_iou_steps(steps)
    np.testing.assert_allclose(axes[0].collections[0].get_offsets(), [[0.6, 0.8]] * 4)
    assert set(legend(axes[1])) == {
        "anchors: median 0.30",
        "proposals: median 0.60",
        "boxes: median 0.80",
    }


def test_objects_of_a_scene_are_numbered_and_the_missed_ones_dotted():
    masks = np.zeros((2, 60, 80), bool)
    masks[0, 10:20, 10:30] = masks[1, 30:50, 40:70] = True
    truth = Sample(IMAGE, masks, np.array([1, 2]))
    found = Detections(
        boxes=truth.boxes[1:],
        class_ids=np.int32([2]),
        class_names=["star"],
        scores=np.float32([0.93]),
        masks=masks[1:],
        mask_probs=np.ones((1, 28, 28), np.float32),
    )
    axes = viz.show_scene_answers(truth, found, np.array([True, False]), NAMES)
    assert words(axes[0]) == ["0", "1"] and words(axes[1]) == ["missed: 0", "0.93"]
    assert [patch.get_linestyle() for patch in axes[1].patches] == [":", "-"]
    assert legend(axes[0]) == ["disk", "star"]
    assert "2 numbered objects" in style.figure_of(axes).get_label()
