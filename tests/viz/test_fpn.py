"""Pictures of the pyramid."""

import numpy as np
import pytest
from helpers import titles

from maskrcnn_explained import viz

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


def test_activity_is_the_mean_strength_of_a_cell():
    np.testing.assert_allclose(viz.activity(np.array([[[1.0, -3.0]]])), [[2.0]])


def test_a_level_has_a_frame_of_its_colour(tensors):
    ax = viz.fpn.show_level(tensors["P3"], "P3")
    assert {spine.get_linewidth() for spine in ax.spines.values()} == {4}
    np.testing.assert_array_equal(ax.images[0].get_array(), viz.activity(tensors["P3"]))


def test_five_nested_cells_hold_the_pixel(image):
    ax = viz.show_cells(image, 20, 30)
    filled = [patch for patch in ax.patches if patch.get_fill()]
    assert [patch.get_width() for patch in filled] == [64, 32, 16, 8, 4]
    for patch in filled:
        x, y = patch.get_xy()
        assert x <= 30 < x + patch.get_width() and y <= 20 < y + patch.get_height()
    assert ax.get_legend().get_texts()[0].get_text() == "P2: one cell is 4 x 4 pixels"


def test_components_are_orthonormal_and_each_level_counts_the_same(tensors):
    mean, axes = viz.fpn.colour_axes(tensors)
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-9)
    many = tensors | {"P2": np.tile(tensors["P2"], (3, 3, 1))}  # more cells of the same vectors
    again, same_axes = viz.fpn.colour_axes(many)
    np.testing.assert_allclose(again, mean, atol=1e-9)
    np.testing.assert_allclose(same_axes, axes, atol=1e-9)


def test_components_are_those_of_a_library(tensors):
    """One level four times is plain principal component analysis."""
    one = np.random.default_rng(1).normal(size=(6, 7, 5)) * (5, 4, 3, 2, 1)
    rows = one.reshape(-1, 5) / np.linalg.norm(one, axis=-1).reshape(-1, 1)
    _, axes = viz.fpn.colour_axes({f"P{i}": one for i in range(2, 6)})
    _, _, wanted = np.linalg.svd(rows - rows.mean(0))
    np.testing.assert_allclose(np.abs(axes.T @ wanted[:3].T), np.eye(3), atol=1e-4)


def test_equal_vectors_have_equal_colours_on_every_level(tensors):
    vector = np.array([1.0, -2, 0.5, 3])
    for name, length in (("P2", 1), ("P4", 10), ("P6", 0.1)):
        tensors[name][0, 0] = length * vector
    colours = viz.pyramid_colours(tensors)
    np.testing.assert_allclose(colours["P4"][0, 0], colours["P2"][0, 0], atol=1e-4)
    np.testing.assert_allclose(colours["P6"][0, 0], colours["P2"][0, 0], atol=1e-4)
    assert all(values.min() >= 0 and values.max() <= 1 for values in colours.values())


def test_colours_may_be_fitted_to_another_image(tensors, image):
    other = {name: values[::-1] * 3 + 1 for name, values in tensors.items()}
    assert not np.allclose(
        viz.pyramid_colours(tensors)["P2"], viz.pyramid_colours(tensors, other)["P2"]
    )
    axes = viz.show_pyramid_colours(tensors, image, other)
    assert titles(axes.flat)[:2] == ["molded image", "P2: 16 x 32 cells"]
    assert axes[0, 0].figure.get_label().startswith("The image, and P2 to P6")
