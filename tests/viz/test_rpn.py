"""The pictures of notebooks 02 and 03: figures come back as axes, index arithmetic is right."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

import maskrcnn_explained as mrx
from maskrcnn_explained import viz

SIZE = (64, 128)
CONFIG = mrx.get_config("scenes")


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)


@pytest.fixture
def tensors():
    rng = np.random.default_rng(0)
    shapes = {f"P{i}": (SIZE[0] >> i, SIZE[1] >> i, 4) for i in range(2, 7)}
    shapes |= {f"C{i}": (SIZE[0] >> i, SIZE[1] >> i, 4) for i in range(2, 6)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def anchors():
    return mrx.anchors.generate_anchors(SIZE, CONFIG).numpy()


def test_anchors_at_gives_the_anchors_of_the_cells_that_hold_the_pixel():
    indices, levels = viz.anchors_at(37, 90, SIZE)
    assert levels.tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3
    boxes = anchors()[indices]
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    strides = np.repeat(mrx.config.STRIDES, 3)
    assert np.allclose(centres[:, 0], (37 // strides + 0.5) * strides)
    assert np.allclose(centres[:, 1], (90 // strides + 0.5) * strides)
    assert np.array_equal(levels, mrx.anchors.anchor_levels(SIZE, CONFIG)[indices])


def test_objectness_maps_put_the_best_of_a_cell_where_its_anchors_are():
    scores = np.zeros(len(anchors()))
    indices, _ = viz.anchors_at(37, 90, SIZE)
    scores[indices[1::3]] = (0.1, 0.2, 0.3, 0.4, 0.5)
    maps = viz.objectness_maps(scores, SIZE)
    for level, (values, stride) in enumerate(zip(maps, mrx.config.STRIDES, strict=True)):
        assert values.shape == (SIZE[0] // stride, SIZE[1] // stride)
        assert values[37 // stride, 90 // stride] == pytest.approx((level + 1) / 10)
        assert np.count_nonzero(values) == 1


def test_ground_keeps_shades_within_half_a_step():
    from maskrcnn_explained.viz.anchors import ground

    image = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, -1)
    assert ground(image).dtype == np.uint8
    assert np.abs(ground(image).astype(int) - image).max() <= 6


def test_pyramid_pictures_are_axes(image, tensors):
    assert viz.show_pyramid(tensors, image).shape == (2, 5)
    assert viz.show_pyramid(tensors).shape == (2, 5)
    assert isinstance(viz.show_cells(image, 20, 30), Axes)
    assert len(viz.show_maps([np.eye(4)] * 3, "abc", 4)) == 3
    assert len(viz.show_maps([np.eye(4)] * 2, "ab", 4, shared=False)) == 2
    assert isinstance(viz.show_staircase([0, 1], [0, 0, 1, 1], [0, 0.2, 0.8, 1]), Axes)
    axes = plt.figure().add_subplot()
    assert viz.fpn.show_level(tensors["P3"], "P3", axes) is axes


def test_anchor_pictures_are_axes(image):
    indices, levels = viz.anchors_at(37, 90, SIZE)
    every, all_levels = anchors(), mrx.anchors.anchor_levels(SIZE, CONFIG)
    assert isinstance(viz.show_cell_anchors(image, every[indices], levels), Axes)
    assert isinstance(viz.show_anchor_centres(every[:3], every[:3], 4), Axes)
    scores = np.linspace(0, 1, len(every))
    assert isinstance(viz.show_best_anchors(image, every, scores, all_levels, 20, 5), Axes)


def test_rpn_pictures_are_axes(image):
    indices, levels = viz.anchors_at(37, 90, SIZE)
    boxes = anchors()[indices]
    maps = viz.objectness_maps(np.linspace(0, 1, len(anchors())), SIZE)
    assert viz.show_objectness(image, maps).shape == (2, 3)
    assert viz.show_objectness_rows(image, [maps[:3]] * 2, "ab").shape == (2, 4)
    assert isinstance(viz.show_boxes(image, boxes, "red"), Axes)
    assert len(viz.show_refinement(image, boxes, [boxes, boxes])) == 2
    assert len(viz.show_rpn_steps(image, boxes, levels, maps, boxes)) == 3
    assert isinstance(viz.show_chain(image, boxes[:3]), Axes)


def test_nms_recall_and_delta_pictures_are_axes():
    boxes = np.array([[0, 0, 9, 9], [1, 1, 9, 9], [20, 20, 29, 29]])
    axes = viz.show_nms(boxes, [0.9, 0.8, 0.7], [0, 2], {1: (0, 0.75)})
    assert any("dropped: IoU 0.75 with A" in text.get_text() for text in axes.texts)
    assert isinstance(viz.show_recall([np.array([0.4, 0.8])] * 3, "abc"), Axes)
    titles = [ax.get_title() for ax in viz.show_delta_histograms(np.eye(4), (0.1, 0.1, 0.2, 0.2))]
    assert [title.split(":")[0] for title in titles] == ["dy", "dx", "dh", "dw"]
