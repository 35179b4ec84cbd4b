"""A cell of P4: the numbers of the page add up to those of the model."""

import numpy as np
import pytest
from helpers import numbers_in
from skimage import data

from maskrcnn_explained.pages.widgets.fpn import INNER_CHANNELS, fpn_widget
from maskrcnn_explained.viz.backbone import busiest_channels


@pytest.fixture(scope="module")
def widget(trained):
    return fpn_widget(trained, data.coins())


def table(page, name):
    return np.reshape(numbers_in(" ".join(page.locator(f"#{name} td").all_inner_texts())), (3, 3))


def go_to(page, traced, row, column):
    picture = page.locator("#picture").bounding_box()
    scale = picture["width"] / traced.image_size[1]
    page.mouse.move(picture["x"] + (column * 16 + 5) * scale, picture["y"] + (row * 16 + 5) * scale)


@pytest.mark.parametrize("cell", [(7, 9), (0, 0), (19, 23)])
def test_the_numbers_are_those_of_the_model(trained, traced, widget, open_page, cell):
    page = open_page(widget.page)
    go_to(page, traced, *cell)
    row, column = cell
    channel = int(busiest_channels(traced["P4"], 1)[0])
    options = page.locator("input[name=inner]")
    assert options.count() == INNER_CHANNELS
    options.nth(1).check()
    inner = int(numbers_in(options.nth(1).get_attribute("value"))[0])
    for name, layer in (
        ("lateral", "fpn_c4p4"),
        ("above", "fpn_p5upsampled"),
        ("sum", "fpn_p4add"),
    ):
        around = np.pad(traced[layer][..., inner], 1)[row : row + 3, column : column + 3]
        np.testing.assert_allclose(table(page, name), around, atol=0.0051)
    kernel = np.asarray(trained.find_layer("fpn_p4").kernel)[..., inner, channel]
    np.testing.assert_allclose(table(page, "kernel"), kernel, atol=0.0051)
    products = (
        np.pad(traced["fpn_p4add"][..., inner], 1)[row : row + 3, column : column + 3] * kernel
    )
    np.testing.assert_allclose(table(page, "products"), products, atol=0.0051)
    value = traced["P4"][row, column, channel]
    assert float(page.locator("#value").inner_text()) == pytest.approx(value, abs=0.0051)
    _, shown_inner, own, _, others, bias, *_ = numbers_in(page.locator("#result").inner_text())
    assert shown_inner == inner and own == pytest.approx(products.sum(), abs=0.006)
    assert own + others + bias == pytest.approx(value, abs=0.016)


def test_keys_move_the_cell_and_stop_at_the_edge(widget, open_page):
    page = open_page(widget.page)
    for _ in range(25):
        page.locator("#map").press("ArrowUp")
        page.locator("#picture").press("ArrowLeft")
    assert page.locator("#where").inner_text().startswith("Cell 0, 0 of P4")
    page.locator("#map").press("ArrowDown")
    assert page.locator("#where").inner_text().startswith("Cell 1, 0 of P4")


def test_another_channel_and_a_wrong_one(trained, open_page):
    page = open_page(fpn_widget(trained, data.coins(), channel=0).page)
    assert "channel 0 of P4 is" in page.locator("#result").inner_text()
    with pytest.raises(ValueError, match="channel"):
        fpn_widget(trained, data.coins(), channel=64)
    with pytest.raises(ValueError, match="model"):
        fpn_widget(None, data.coins())


@pytest.mark.parametrize("model", ["tiny", "tiny_reference"])
def test_other_models(model, request, open_page):
    widget = fpn_widget(request.getfixturevalue(model), data.coins()[:100, :80])
    assert open_page(widget.page).locator("#products td").count() == 9
