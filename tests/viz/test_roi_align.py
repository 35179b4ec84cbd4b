"""Pictures of notebook 04: levels, weights and pooled values, as the numbers say."""

import numpy as np
from helpers import titles

from maskrcnn_explained.viz import roi_align as viz
from maskrcnn_explained.viz import style

BOX = np.array([2.0, 3.0, 22.0, 21.0])  # on a 3 x 3 map of stride 8
IMAGE = np.zeros((24, 24, 3), np.uint8)
SIDES = np.array([40.0, 80.0, 160.0, 400.0])


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_a_roi_names_its_level():
    ax = viz.show_levels(IMAGE, np.stack([BOX, BOX]), [3, 5], title="two")
    assert words(ax) == ["P3", "P5"] and ax.get_title() == "two"
    assert "pyramid level" in style.figure_of(ax).get_label()


def test_rules_of_levels_and_the_cells_they_span():
    axes = viz.show_level_rules(SIDES, {"paper": [2, 2, 3, 4], "reference": [2, 3, 4, 5]})
    levels, cells = (ax.lines[1].get_ydata() for ax in axes)
    assert levels.tolist() == [2, 3, 4, 5]
    np.testing.assert_allclose(cells, [40 / 4, 80 / 8, 160 / 16, 400 / 32])
    ticks = [label.get_text() for label in axes[0].get_xticklabels()]
    assert ticks == ["64", "128", "256"]


def test_bilinear_weights_are_areas_that_add_up_to_one():
    ax = viz.show_bilinear(np.arange(9.0).reshape(3, 3), (0.75, 1.25))
    weights = [float(word[2:]) for word in words(ax) if word.startswith("x ")]
    np.testing.assert_allclose(weights, [0.1875, 0.0625, 0.5625, 0.1875], atol=1e-4)
    areas = [patch.get_width() * patch.get_height() for patch in ax.patches]
    np.testing.assert_allclose(areas, weights, atol=1e-4)


def test_pooled_values_beside_the_cells_under_the_roi():
    region = np.random.default_rng(0).random((3, 3, 4))
    pooled = {7: np.zeros((7, 7, 4)), 14: np.ones((14, 14, 4))}
    axes = viz.show_pooled(IMAGE, region, pooled, [0, 1, 2])
    assert titles(axes[:, 0]) == ["photo in the RoI", "photo, 7 x 7 bins", "photo, 14 x 14 bins"]
    assert titles(axes[:, 3]) == [
        "channel 2: cells under it",
        "channel 2: 7 x 7 bins",
        "channel 2: 14 x 14 bins",
    ]
    np.testing.assert_array_equal(axes[0, 2].images[0].get_array(), region[..., 1])
    assert axes[2, 1].images[0].get_array().min() == 1
