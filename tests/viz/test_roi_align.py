"""Pictures of notebook 04: do they draw the points that the operators really read?"""

import matplotlib
import numpy as np

from maskrcnn_explained.roi_align import OPERATORS
from maskrcnn_explained.viz import roi_align as viz
from maskrcnn_explained.viz.roi_align_sampling import show_sampling

matplotlib.use("Agg")

BOX = np.array([2.0, 3.0, 22.0, 21.0])  # on a 3 x 3 map of stride 8, 2 x 2 bins


def test_every_figure_is_axes():
    values, image = np.arange(9.0).reshape(3, 3), np.zeros((24, 24, 3), np.uint8)
    sides, gradient = np.array([40.0, 80.0, 160.0, 400.0]), np.eye(3) / 3
    rules = {"paper": [2, 2, 3, 4], "reference": [2, 3, 4, 5]}
    drawn = [show_sampling(name, values, BOX, 2, 8, (0, 1)) for name in OPERATORS]
    drawn += [viz.show_levels(image, BOX[None], [3]), viz.show_bilinear(values, (0.75, 1.25))]
    drawn += [viz.show_operator_curves(sides, {"roi_align": sides})]
    drawn += [*viz.show_level_rules(sides, rules)]
    drawn += [*viz.show_gradients(dict.fromkeys(OPERATORS, gradient), BOX, 8)]
    pooled = {7: np.zeros((7, 7, 4)), 14: np.zeros((14, 14, 4))}
    drawn += [*viz.show_pooled(image, np.zeros((3, 3, 4)), pooled, [0, 1, 2]).flat]
    assert all(isinstance(ax, matplotlib.axes.Axes) for ax in drawn)
