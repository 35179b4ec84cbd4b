"""Pictures of the RPN: scores are where their anchors are, recall is counted right."""

import numpy as np
import pytest
from helpers import titles

import maskrcnn_explained as mrx
from maskrcnn_explained import viz

SIZE = (64, 128)

CONFIG = mrx.get_config("scenes")


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)


@pytest.fixture
def maps():
    return viz.objectness_maps(np.linspace(0, 1, len(anchors())), SIZE)


def anchors():
    return mrx.anchors.generate_anchors(SIZE, CONFIG).numpy()


def test_objectness_maps_put_the_best_of_a_cell_where_its_anchors_are():
    scores = np.zeros(len(anchors()))
    indices, _ = viz.anchors_at(37, 90, SIZE)
    scores[indices[1::3]] = (0.1, 0.2, 0.3, 0.4, 0.5)
    maps = viz.objectness_maps(scores, SIZE)
    for level, (values, stride) in enumerate(zip(maps, mrx.config.STRIDES, strict=True)):
        assert values.shape == (SIZE[0] // stride, SIZE[1] // stride)
        assert values[37 // stride, 90 // stride] == pytest.approx((level + 1) / 10)
        assert np.count_nonzero(values) == 1


def test_objectness_of_every_level_is_drawn_on_one_scale(image, maps):
    axes = viz.show_objectness(image, maps)
    assert titles(axes)[:2] == ["molded image", "P2: 16 x 32 cells"]
    for ax, values in zip(axes.flat[1:], maps, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), values)
        assert ax.images[0].get_clim() == (0, 1)
    frames = {spine.get_linewidth() for spine in axes[1, 2].spines.values()}
    assert frames == {4}


def test_rows_to_compare_name_their_model(image, maps):
    axes = viz.show_objectness_rows(image, [maps[:3]] * 2, ["fresh", "trained"])
    assert titles(axes[0]) == ["molded image", "P2, fresh", "P3, fresh", "P4, fresh"]
    assert titles(axes[1])[1] == "P2, trained" and not axes[1, 0].axison


def test_edges_are_counted_on_the_side_of_the_image_that_they_lie_on():
    boxes = np.array([[0, 100, 10, 120], [20, 30, 40, 50]])
    axes = viz.show_edges(boxes, SIZE)
    assert [ax.get_xlim() for ax in axes] == [(0, 64), (0, 128), (0, 64), (0, 128)]
    assert all(sum(bar.get_height() for bar in ax.patches) == 2 for ax in axes)
    assert axes[1].get_xlabel() == "left edge x1 [pixels]"


def test_recall_is_the_share_of_objects_at_each_threshold():
    ax = viz.show_recall([np.array([0.42, 0.82]), np.array([1.0, 1.0])], ["anchors", "boxes"])
    assert [line.get_label() for line in ax.lines] == ["anchors", "boxes"]
    recall = dict(zip(np.round(ax.lines[0].get_xdata(), 2), ax.lines[0].get_ydata(), strict=True))
    assert (recall[0.3], recall[0.5], recall[0.9]) == (1.0, 0.5, 0.0)
    assert set(ax.lines[1].get_ydata()) == {1.0}


def test_the_steps_in_one_row(image, maps):
    indices, levels = viz.anchors_at(37, 90, SIZE)
    boxes = anchors()[indices]
    axes = viz.show_rpn_steps(image, boxes, levels, maps, boxes[:4])
    assert [len(ax.patches) for ax in axes] == [15, 0, 4]
    best = axes[1].images[0].get_array()
    assert best.shape == maps[0].shape and best.max() == maps[4].max()
    words = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert words == list(mrx.config.LEVELS) and axes[2].get_legend() is None
