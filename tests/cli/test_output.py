"""The picture and the table of `maskrcnn-explained detect`."""

import numpy as np
import pytest

from maskrcnn_explained.cli.output import picture
from maskrcnn_explained.detection import Detections


@pytest.mark.parametrize("size", [(3, 400), (400, 3), (1, 1), (1200, 1500)])
def test_picture_of_any_shape(size):
    empty = np.zeros(0)
    found = Detections(
        np.zeros((0, 4)), empty, [], empty, np.zeros((0, *size), bool), np.zeros((0, 28, 28))
    )
    png = picture(np.zeros((*size, 3), np.uint8), found)
    assert png.startswith(b"\x89PNG") and len(png) < 200_000
