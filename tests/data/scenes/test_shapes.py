"""Shapes: stencils compared with a test of each point; size and area of outlines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained.data.scenes.shapes import (
    LINES,
    outline,
    outline_area,
    random_direction,
    stencil,
)


def test_stencil_of_a_square_by_hand():
    alpha, corner = stencil(np.array([[1, 1], [1, 3.5], [3, 3.5], [3, 1]], float))
    inside = alpha[1 - corner[0] : 3 - corner[0], 1 - corner[1] : 4 - corner[1]]
    assert inside == pytest.approx(np.array([[1, 1, 0.5], [1, 1, 0.5]]))
    assert alpha.sum() == pytest.approx(5)


def inside_polygon(points, y, x):
    """Is each point inside? Count, edge by edge, the edges that a ray to the left crosses."""
    inside = np.zeros(np.broadcast(y, x).shape, bool)
    for (y1, x1), (y2, x2) in zip(points, np.roll(points, -1, 0), strict=True):
        if y1 != y2:
            crosses = (y1 <= y) != (y2 <= y)
            inside ^= crosses & (x1 + (y - y1) / (y2 - y1) * (x2 - x1) < x)
    return inside


@pytest.mark.parametrize("class_id", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_stencil_equals_a_test_of_each_point(class_id, seed):
    rng = np.random.default_rng(seed)
    points = outline(rng, class_id, rng.uniform(8, 30)) + rng.uniform(-5, 40, 2)
    alpha, (top, left) = stencil(points)
    fine = 64  # points per pixel along a line
    y = top + (np.arange(alpha.shape[0] * LINES) + 0.5) / LINES
    x = left + (np.arange(alpha.shape[1] * fine) + 0.5) / fine
    asked = inside_polygon(points, y[:, None], x[None])
    asked = asked.reshape(alpha.shape[0], LINES, alpha.shape[1], fine).mean((1, 3))
    assert np.abs(alpha - asked).max() < 2 / fine
    assert alpha[[0, -1]].max() == 0 and alpha.min() >= 0 and alpha.max() <= 1 + 1e-6


@given(st.integers(0, 10_000), st.integers(1, 4), st.floats(8, 130))
def test_outline_has_the_size_asked_for(seed, class_id, size):
    points = outline(np.random.default_rng(seed), class_id, size)
    assert np.ptp(points, axis=0).max() == pytest.approx(size)


def test_area_by_hand_and_as_the_sum_of_a_stencil():
    rectangle = np.array([[1, 1], [1, 3.5], [3, 3.5], [3, 1]], float)
    assert outline_area(rectangle) == outline_area(rectangle[::-1]) == 5
    points = outline(np.random.default_rng(0), 4, 60)
    assert stencil(points)[0].sum() == pytest.approx(outline_area(points), rel=0.02)


def test_a_direction_has_length_one():
    assert np.linalg.norm(random_direction(np.random.default_rng(3))) == pytest.approx(1)
