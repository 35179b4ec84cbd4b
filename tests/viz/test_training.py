"""The pictures of notebook 08: figures come back as axes and say the right numbers."""

import numpy as np
from helpers import titles

from maskrcnn_explained import viz
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections


def test_predictions_over_time_begin_with_the_truth():
    image, masks = np.zeros((16, 16, 3), np.uint8), np.zeros((1, 16, 16), bool)
    masks[0, 2:6, 3:8] = True
    sample = Sample(image, masks, np.ones(1, np.int32))
    none = Detections(
        boxes=np.zeros((0, 4), np.float32),
        class_ids=np.zeros(0, np.int32),
        class_names=[],
        scores=np.zeros(0, np.float32),
        masks=np.zeros((0, 16, 16), bool),
        mask_probs=np.zeros((0, 28, 28), np.float32),
    )
    axes = viz.show_predictions_over_time([sample], [[none], [none]], ["before", "after"], "ab")
    assert titles(axes) == ["ground truth", "before", "after"]
    assert [len(ax.patches) for ax in axes[0]] == [1, 0, 0]
    assert axes[0, 0].figure.legends == [], "one class needs no legend"
    assert "before: 0, after: 0" in axes[0, 0].figure.get_label()
    axes = viz.show_predictions_over_time([sample], [[none]], ["now"], ["", "disk", "star"])
    [legend] = axes[0, 0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["disk", "star"]


def test_objectness_over_time_on_one_scale():
    images, maps = [np.zeros((32, 32, 3), np.uint8)] * 2, np.linspace(0, 1, 48).reshape(3, 2, 2, 4)
    axes = viz.show_objectness_over_time(images, maps, ["a", "b", "c"])
    assert axes.shape == (2, 4) and titles(axes[0]) == ["image", "a", "b", "c"]
    drawn = axes[1, 3].images[0]
    np.testing.assert_array_equal(drawn.get_array(), maps[2, 1])
    assert drawn.get_clim() == (0, 1)
    assert axes[0, 0].figure.axes[-1].get_ylabel() == "objectness", "a colour bar"


def test_masks_over_time_stand_beside_their_object():
    objects = [(np.zeros((32, 32, 3), np.uint8), np.float32([4, 6, 20, 30]))]
    axes = viz.show_masks_over_time(objects, [np.eye(28)[None]], ["now"])
    assert axes.shape == (1, 2)
    assert axes[0, 0].get_xlim() == (6, 30) and axes[0, 0].get_ylim() == (20, 4)


def test_filters_over_time_stretch_each_filter_alone():
    kernel = np.zeros((7, 7, 3, 32))
    kernel[0, 0, 0, 0] = 0.1
    kernel[0, 0, 0, 1] = -5.0
    axes = viz.show_filters_over_time([kernel, kernel], ["before", "after"], across=4)
    sheet = axes[0].images[0].get_array()
    assert sheet.shape == (8 * 8 - 1, 4 + 4 * 8 - 1 + 4, 3), "white at both sides"
    assert sheet[0, 4].tolist() == [1, 0.5, 0.5] and sheet[0, 12].tolist() == [0, 0.5, 0.5]
