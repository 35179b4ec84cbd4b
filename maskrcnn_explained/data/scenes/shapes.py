"""The four shapes in scenes: disk, rectangle, triangle and star, as outlines and as stencils.

A stencil says how much of each pixel an outline covers, so that its edges are soft.
"""

from __future__ import annotations

import numpy as np

LINES = 3  # lines per row of pixels, on which a stencil is measured


def outline(rng: np.random.Generator, class_id: int, size: float) -> np.ndarray:
    """A random closed outline around the origin.

    Args:
        rng: source of all random numbers.
        class_id: 1 disk (also slightly flattened), 2 rectangle, 3 triangle, 4 star.
        size: the longer side of its box, pixels.

    Returns:
        [V, 2] float64 (y, x), pixels.
    """
    draw_shape = (_disk, _rectangle, _triangle, _star)[class_id - 1]
    points = draw_shape(rng)
    turn = rng.uniform(0, 2 * np.pi)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = points @ rotation.T
    extent = (points.max(0) - points.min(0)).max()
    return points * (size / extent)


def _disk(rng):
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    squash = 1.0 if rng.random() < 0.4 else rng.uniform(0.75, 1.0)
    return np.stack([np.sin(angles), squash * np.cos(angles)], 1)


def _rectangle(rng):
    aspect = rng.uniform(0.35, 1.0)
    return np.array([[-1, -aspect], [-1, aspect], [1, aspect], [1, -aspect]], float)


def _triangle(rng):
    angles = np.array([0, 2 * np.pi / 3, 4 * np.pi / 3]) + rng.uniform(-0.35, 0.35, 3)
    points = np.stack([np.sin(angles), np.cos(angles)], 1) * [1, rng.uniform(0.7, 1.0)]
    return points - (points.max(0) + points.min(0)) / 2


def _star(rng):
    tips = rng.choice([4, 5, 5, 5, 6, 7])
    angles = np.arange(2 * tips) * np.pi / tips
    radius = np.where(np.arange(2 * tips) % 2, rng.uniform(0.35, 0.55), 1.0)
    return np.stack([np.sin(angles), np.cos(angles)], 1) * radius[:, None]


def stencil(points: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    """How much of each pixel an outline covers.

    `LINES` thin horizontal lines run through each row of pixels. A line enters or leaves the
    outline where it crosses an edge. With the crossings in pairs from left to right, the line is
    inside the outline between the two crossings of a pair.

    Args:
        points: [V, 2] (y, x), pixels of the scene; may lie outside it.

    Returns:
        alpha [h, w] float32 in 0..1, and the (row, column) of its first pixel in the scene.
    """
    low = np.floor(points.min(0)).astype(int) - 1
    height, width = np.ceil(points.max(0)).astype(int) + 1 - low
    lines = (np.arange(height * LINES) + 0.5) / LINES  # [h * LINES] y of each line
    # An edge goes from each corner to the next, from the last one to the first.
    y1, x1 = (points - low).T
    y2 = np.roll(y1, -1)
    x2 = np.roll(x1, -1)
    crosses = (y1 <= lines[:, None]) != (y2 <= lines[:, None])  # [h * LINES, V]
    slope = (x2 - x1) / np.where(y2 == y1, 1.0, y2 - y1)
    at = np.where(crosses, x1 + (lines[:, None] - y1) * slope, np.inf)
    most = max(2, crosses.sum(1).max(initial=0))  # crossings per line
    at = np.sort(at, axis=1)[:, :most]  # [h * LINES, crossings] x; infinite where there is none
    # From the left up to `at`, a line covers clip(at - c, 0, 1) of the pixel from c to c + 1. The
    # difference of a pair is what lies between; for a pair without crossings it is zero.
    covered = np.clip(at[:, :, None] - np.arange(width), 0, 1)  # [h * LINES, crossings, w]
    inside = (covered[:, 1::2] - covered[:, 0::2]).sum(1)
    alpha = inside.reshape(height, LINES, width).mean(1, dtype=np.float32)
    return alpha, (int(low[0]), int(low[1]))


def outline_area(points: np.ndarray) -> float:
    """Area of a closed outline [V, 2], square pixels, by the shoelace formula."""
    y, x = points.T
    return abs(np.dot(y, np.roll(x, 1)) - np.dot(x, np.roll(y, 1))) / 2


def random_direction(rng: np.random.Generator) -> np.ndarray:
    """A random direction: a vector [2] float64 (y, x) of length 1."""
    turn = rng.uniform(0, 2 * np.pi)
    return np.array([np.sin(turn), np.cos(turn)])
