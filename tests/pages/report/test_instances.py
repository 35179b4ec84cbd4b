"""Facts of one instance: outlines along the edges of pixels."""

import numpy as np

from maskrcnn_explained.pages.report.instances import mask_outline


def test_outline_runs_along_the_edges_of_pixels():
    mask = np.zeros((5, 6), bool)
    mask[1:4, 2:5] = True
    (path,) = mask_outline(mask)
    x, y = np.array(path).T
    assert (x.min(), x.max(), y.min(), y.max()) == (2, 5, 1, 4)
    assert mask_outline(np.zeros((4, 4), bool)) == []
