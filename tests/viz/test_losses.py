"""The pictures of losses: they show the numbers that the module gives."""

import numpy as np

from maskrcnn_explained import viz
from maskrcnn_explained.losses import smooth_l1

IMAGE = np.full((64, 96, 3), 120, np.uint8)
BOXES = np.float32([[4, 4, 20, 30], [10, 40, 50, 80], [2, 60, 30, 90]])


def test_loss_shapes_meet_the_module():
    axes = viz.show_loss_shapes()
    errors, values = axes[1].lines[2].get_data()
    np.testing.assert_allclose(values, smooth_l1(errors.astype(np.float32)), rtol=1e-4, atol=1e-6)
    values = axes[1].lines[3].get_ydata()
    expected = smooth_l1(errors.astype(np.float32), 1 / 9)
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-6)


def test_five_losses_writes_the_numbers():
    models = {"a": {"x_loss": 1.5}, "b": {"x_loss": 0.25}, "c": {"x_loss": 0.5}}
    ax = viz.show_five_losses(models, {"a": {"x_loss": 1.0}, "b": {"x_loss": 0.9}})
    heights = [line[0][1] for lines in ax.collections for line in lines.get_segments() if len(line)]
    assert heights == [1.0, 0.9], "no line where no guess is known"
    assert [text.get_text() for text in ax.texts] == ["1.50", "0.25", "0.50"]


def test_costliest():
    ax = viz.show_costliest(IMAGE, BOXES, [3.0, 2.0, 1.0], [1, -1, 1])
    assert [text.get_text() for text in ax.texts] == ["3.00", "2.00", "1.00"]
