"""Pictures of the pyramid."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from maskrcnn_explained import viz

matplotlib.use("Agg")

SIZE = (64, 128)


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)


@pytest.fixture
def tensors():
    rng = np.random.default_rng(0)
    shapes = {f"P{i}": (SIZE[0] >> i, SIZE[1] >> i, 4) for i in range(2, 7)}
    shapes |= {f"C{i}": (SIZE[0] >> i, SIZE[1] >> i, 4) for i in range(2, 6)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def test_pyramid_pictures_are_axes(image, tensors):
    assert viz.show_pyramid(tensors, image).shape == (2, 5)
    assert viz.show_pyramid(tensors).shape == (2, 5)
    assert isinstance(viz.show_cells(image, 20, 30), Axes)
    assert len(viz.show_maps([np.eye(4)] * 3, "abc", 4)) == 3
    assert len(viz.show_maps([np.eye(4)] * 2, "ab", 4, shared=False)) == 2
    assert isinstance(viz.show_staircase([0, 1], [0, 0, 1, 1], [0, 0.2, 0.8, 1]), Axes)
    axes = plt.figure().add_subplot()
    assert viz.fpn.show_level(tensors["P3"], "P3", axes) is axes
