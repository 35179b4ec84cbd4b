"""A RoI to drag: it is pooled as our operators pool, and drawn as they read."""

import numpy as np
import pytest
from helpers import box_of

from maskrcnn_explained.pages.widgets.roi import roi_widget
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.roi_align import OPERATORS, roi_levels
from maskrcnn_explained.viz.roi_align_sampling import sampling_points

MAP = np.random.default_rng(0).random((20, 24))


@pytest.fixture(scope="module")
def widget():
    return roi_widget(MAP)


@pytest.mark.parametrize(
    "operator, ours",
    [("RoIAlign", "roi_align"), ("crop_and_resize", "crop_and_resize"), ("RoIPool", "roi_pool")],
)
def test_a_dragged_roi_is_pooled_as_ours_are(widget, open_page, operator, ours):
    page = open_page(widget.page)
    page.locator(f"input[value={operator}]").check()
    picture = page.locator("#picture").bounding_box()
    scale = picture["width"] / (MAP.shape[1] * 8)
    before = box_of(page, "#roi")
    centre = (
        picture["x"] + before[[1, 3]].mean() * scale,
        picture["y"] + before[[0, 2]].mean() * scale,
    )
    page.mouse.move(*centre)
    page.mouse.down()
    page.mouse.move(centre[0] + 13 * scale, centre[1] - 9 * scale, steps=3)
    page.mouse.up()
    box = box_of(page, "#roi")
    np.testing.assert_allclose(box - before, [-9, 13, -9, 13], atol=0.2)
    page.locator("#picture").press("Shift+ArrowDown")
    assert box_of(page, "#roi")[2] == pytest.approx(box[2] + 1) and box_of(page, "#roi")[
        0
    ] == pytest.approx(box[0])
    compare_pooled(page, OPERATORS[ours])
    compare_points(page, ours)


def compare_pooled(page, operator):
    values = (MAP - MAP.min()) / np.ptp(MAP)
    shown = page.locator("#pooled rect").evaluate_all(
        "all => all.map(r => Number(r.dataset.value))"
    )
    ours = operator(values[None, ..., None], box_of(page, "#roi")[None], [0], 4, 8).numpy().ravel()
    np.testing.assert_allclose(shown, ours, atol=2e-3)  # the page's values have three digits


def compare_points(page, operator):
    """A dot where our operator reads the map."""
    dots = page.locator("#picture circle.sample").evaluate_all(
        "all => all.map(c => [Number(c.getAttribute('cy')), Number(c.getAttribute('cx'))])"
    )
    ours = sampling_points(operator, box_of(page, "#roi"), 4, 8, MAP.shape)
    np.testing.assert_allclose(dots, ours.reshape(-1, 2), atol=1e-3)


@pytest.mark.parametrize("canonical", [20.0, 60.0, 112.0])
def test_roi_names_its_level(open_page, canonical):
    page = open_page(roi_widget(MAP, canonical=canonical).page)
    config = get_config("scenes").changed(roi_canonical_size=canonical)
    [level] = roi_levels(box_of(page, "#roi")[None], (160, 192), config).numpy()
    assert page.locator("#level").inner_text().endswith(f"P{level}")


def test_roipool_draws_what_it_rounds(widget, open_page):
    """The box and the bins lie on edges of cells, and each bin is the cells that it reads."""
    page = open_page(widget.page)
    assert page.locator("rect.rounded").count() == 0
    page.locator("input[value=RoIPool]").check()
    exact, rounded = box_of(page, "#roi"), box_of(page, "rect.rounded")
    assert (rounded % 8 == 0).all() and (exact % 8 != 0).any()
    np.testing.assert_array_equal(rounded, np.floor(exact / 8 + 0.5) * 8)
    edges = page.locator("#picture rect.bin").evaluate_all(
        "all => all.map(r => ['y', 'x', 'height', 'width'].map(name => +r.getAttribute(name)))"
    )
    assert len(edges) == 16 and (np.array(edges) % 8 == 0).all()
    page.locator("input[value=crop_and_resize]").check()
    assert page.locator("#picture rect.bin").count() == 0  # it knows no bins
    page.locator("input[value=RoIAlign]").check()
    assert page.locator("#picture rect.bin").count() == 16


def test_bad_arguments():
    with pytest.raises(ValueError, match="values"):
        roi_widget(np.zeros((3, 3, 3)))
    with pytest.raises(ValueError, match="bins"):
        roi_widget(MAP, bins=0)
