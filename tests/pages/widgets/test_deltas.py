"""Deltas: the sliders decode and encode as our functions do."""

import numpy as np
import pytest
from helpers import numbers_in, set_slider

from maskrcnn_explained.boxes import decode_deltas, encode_deltas, iou
from maskrcnn_explained.pages.widgets.deltas import deltas_widget


@pytest.fixture(scope="module")
def widget():
    return deltas_widget()


def test_sliders_decode_as_ours_do(widget, open_page):
    page = open_page(widget.page)
    deltas = [0.25, -0.1, 0.6, -0.45]
    for name, value in zip(("dy", "dx", "dh", "dw"), deltas, strict=True):
        set_slider(page, name, value)
    anchor, std = np.float32([[64, 64, 128, 128]]), (0.1, 0.1, 0.2, 0.2)
    box = decode_deltas(anchor, np.float32([deltas]), (1, 1, 1, 1), None).numpy()
    assert numbers_in(page.locator("#box").inner_text()) == pytest.approx(box[0], abs=0.051)
    assert float(page.locator("#iou").inner_text()) == pytest.approx(
        float(iou(anchor, box)[0, 0]), abs=6e-3
    )
    coded = [float(page.locator(f"#{n}-coded").inner_text()) for n in ("dy", "dx", "dh", "dw")]
    assert coded == pytest.approx(encode_deltas(anchor, box, std).numpy()[0], abs=0.006)


def test_bad_arguments():
    with pytest.raises(ValueError, match="std must be four numbers above 0"):
        deltas_widget((0.1, 0.1, 0.2, 0.0))
    with pytest.raises(ValueError, match="std"):
        deltas_widget((0.1, 0.1))
