"""The pictures of notebook 08: figures come back as axes and say the right numbers."""

import numpy as np
from helpers import titles

from maskrcnn_explained import viz
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.losses import NAMES

STEPS = [10, 20, 30]
LOSSES = {name: [3.0, 2.0, 1.0] for name in (*NAMES, "loss")}


def test_one_curve_per_loss_and_ap():
    history = LOSSES | {"val_mask_AP": [0.0, 0.1, 0.2], "val_mask_AP50": [0.1, 0.2, 0.4]}
    axes = viz.show_curves(STEPS, history)
    assert titles(axes) == [*NAMES, "AP on validation images"]
    assert axes[0].lines[0].get_xdata().tolist() == STEPS
    assert [line.get_label() for line in axes[5].lines] == ["mask AP", "mask AP50"]


def test_curves_without_ap_show_the_sum():
    axes = viz.show_curves(STEPS, LOSSES, log_scale=True)
    assert titles(axes)[5] == "weighted sum" and axes[0].get_yscale() == "log"


def test_validation_losses_stand_beside_those_of_training():
    history = LOSSES | {f"val_{name}": [3.5, 2.5, 50.0] for name in (*NAMES, "loss")}
    axes = viz.show_curves(STEPS, history)
    for ax in axes:
        training, validation = ax.lines
        assert training.get_ydata().tolist() == [3.0, 2.0, 1.0]
        assert validation.get_ydata().tolist() == [3.5, 2.5, 50.0]
        assert training.get_color() != validation.get_color()
        assert 3.5 < ax.get_ylim()[1] < 10, "an outlier does not press the rest down"
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == [
        "training",
        "validation",
    ]


def test_schedule():
    ax = viz.show_schedule(STEPS, [0.0, 0.1, 0.05])
    assert ax.lines[0].get_ydata().tolist() == [0.0, 0.1, 0.05]


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


def test_objectness_over_time_on_one_scale():
    images, maps = [np.zeros((32, 32, 3), np.uint8)] * 2, np.linspace(0, 1, 48).reshape(3, 2, 2, 4)
    axes = viz.show_objectness_over_time(images, maps, ["a", "b", "c"])
    assert axes.shape == (2, 4) and titles(axes[0]) == ["image", "a", "b", "c"]
    drawn = axes[1, 3].images[0]
    np.testing.assert_array_equal(drawn.get_array(), maps[2, 1])
    assert drawn.get_clim() == (0, 1)


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
