"""The pictures of notebooks 02 and 03: figures come back as axes, index arithmetic is right."""

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes

import maskrcnn_explained as mrx
from maskrcnn_explained import viz

matplotlib.use("Agg")

SIZE = (64, 128)

CONFIG = mrx.get_config("scenes")


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)


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
