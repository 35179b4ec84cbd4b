"""Pictures of proposals: every number is where it belongs."""

import numpy as np
import pytest
from helpers import random_image, titles

from maskrcnn_explained import viz
from maskrcnn_explained.viz import style


def test_objectness_by_size_goes_through_the_means():
    sizes = np.array([10.0, 12, 40, 90])
    objectness = np.zeros((4, 5))
    objectness[:, 0] = (0.8, 0.6, 0.1, 0)
    ax = viz.show_objectness_by_size(sizes, objectness, (8, 20, 60, 70, 100))
    fine = ax.lines[0]
    assert fine.get_label() == "P2" and len(ax.lines) == 5
    np.testing.assert_allclose(fine.get_ydata(), [0.7, 0.1, 0])  # the empty group has no dot
    np.testing.assert_allclose(fine.get_xdata(), [np.sqrt(120), 40, 90])
    assert "P2 0.70 at 11 pixels" in style.figure_of(ax).get_label()


def test_scores_are_counted_once_each():
    scores, levels = np.array([0, 0.001, 0.6, 1]), np.array([3, 3, 1, 2])
    ax = viz.show_proposal_scores(scores, levels)
    assert sum(bar.get_height() for bar in ax.patches) == len(scores)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["P2: 0", "P3: 1", "P4: 1", "P5: 2", "P6: 0"]
    assert "2 of them, at the right end" in style.figure_of(ax).get_label()


def test_levels_of_proposals_have_their_colours():
    maps = [np.full((2, 3), 0.1 * i) for i in range(5)]
    boxes = np.array([[0, 0, 9, 9], [2, 2, 30, 30]])
    axes = viz.show_proposal_levels(random_image(64, 96), boxes, np.array([1, 4]), maps)
    assert titles(axes) == ["the 2 best proposals", "objectness on P3", "objectness on P6"]
    assert axes[2].images[0].get_array().max() == pytest.approx(0.4)
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == ["P3", "P6"]
    assert "(1 of P3, 1 of P6)" in style.figure_of(axes).get_label()
