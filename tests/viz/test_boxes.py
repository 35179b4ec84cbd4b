"""Pictures of box arithmetic."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained import viz

matplotlib.use("Agg")


def test_nms_recall_and_delta_pictures_are_axes():
    boxes = np.array([[0, 0, 9, 9], [1, 1, 9, 9], [20, 20, 29, 29]])
    axes = viz.show_nms(boxes, [0.9, 0.8, 0.7], [0, 2], {1: (0, 0.75)})
    assert any("dropped: IoU 0.75 with A" in text.get_text() for text in axes.texts)
    assert isinstance(viz.show_recall([np.array([0.4, 0.8])] * 3, "abc"), Axes)
    titles = [ax.get_title() for ax in viz.show_delta_histograms(np.eye(4), (0.1, 0.1, 0.2, 0.2))]
    assert [title.split(":")[0] for title in titles] == ["dy", "dx", "dh", "dw"]
