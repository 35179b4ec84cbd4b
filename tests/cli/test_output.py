"""The picture and the table of `maskrcnn-explained detect`."""

import io

import numpy as np
import pytest
from PIL import Image

from maskrcnn_explained.cli.output import detections_table, picture
from maskrcnn_explained.detection import Detections


@pytest.mark.parametrize("size", [(3, 400), (400, 3), (1, 1), (1200, 1500)])
def test_picture_of_any_shape(size):
    empty = np.zeros(0)
    found = Detections(
        boxes=np.zeros((0, 4)),
        class_ids=empty,
        class_names=[],
        scores=empty,
        masks=np.zeros((0, *size), bool),
        mask_probs=np.zeros((0, 28, 28)),
    )
    png = picture(np.zeros((*size, 3), np.uint8), found)
    assert png.startswith(b"\x89PNG") and len(png) < 200_000


def test_one_row_per_detection_and_the_picture_keeps_the_pixels():
    masks = np.zeros((2, 20, 30), bool)
    masks[0, 2:6, 3:9] = True
    found = Detections(
        boxes=np.float32([[2, 3, 6, 9], [0, 0, 1, 1]]),
        class_ids=np.array([1, 2]),
        class_names=["disk", "star"],
        scores=np.float32([0.91, 0.5]),
        masks=masks,
        mask_probs=np.zeros((2, 28, 28)),
    )
    header, first, second = detections_table(found).splitlines()
    assert header.split() == ["class", "score", "y1", "x1", "y2", "x2", "mask"]
    assert first.split() == ["1", "disk", "0.91", "2.0", "3.0", "6.0", "9.0", "24"]
    assert second.split()[-1] == "0"
    png = picture(np.zeros((20, 30, 3), np.uint8), found)
    assert max(Image.open(io.BytesIO(png)).size) >= 800
