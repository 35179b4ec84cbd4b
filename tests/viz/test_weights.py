"""The pictures of notebook 10: figures come back as axes, the table says what the rows say."""

import numpy as np
import pytest

from maskrcnn_explained import viz
from maskrcnn_explained.viz.weights import weight_text
from maskrcnn_explained.weights.statistics import weight_rows


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    arrays = {f"layer{i}/kernel": rng.normal(0, 0.1, (3, 3, 2, 4)) for i in range(4)}
    arrays["layer3/kernel"][0, 0, 0, 0] = 11
    return arrays


def test_table_as_html_and_as_text(arrays, monkeypatch):
    rows, shown = weight_rows(arrays), []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    viz.show_weight_table(rows)
    html, text = shown[0]["text/html"], shown[0]["text/plain"]
    assert html.count("<tr>") == 5 and html.count("<button onclick=") == 7
    flagged_first = [rows[3], *rows[:3]]
    assert "http" not in html and text == weight_text(flagged_first)
    header, *lines = text.splitlines()
    assert header.split() == ["array", "shape", "least", "largest", "mean", "std", "flags"]
    assert lines[0].split()[:6] == ["layer3/kernel", "3", "x", "3", "x", "2"]
    assert [line.split()[-1] == "large" for line in lines] == [True, False, False, False]
    assert [line.split("/")[0] for line in lines[1:]] == ["layer0", "layer1", "layer2"]


def test_histograms_hold_every_number(arrays):
    axes = viz.show_weight_histograms(arrays)
    assert axes.shape == (2, 3)
    for ax, array in zip(axes.flat, arrays.values(), strict=False):
        assert sum(patch.get_height() for patch in ax.patches) == array.size
    assert not axes[1, 1].axison


def test_filters(arrays):
    kernel = np.random.default_rng(0).normal(0, 1, (7, 7, 3, 10))
    axes = viz.show_filters(kernel, columns=4)
    assert axes.shape == (3, 4) and [len(ax.images) for ax in axes.flat] == [1] * 10 + [0] * 2
    shown = axes[0, 0].images[0].get_array()
    assert shown.min() >= 0 and shown.max() <= 1


def test_mirrored_weights_say_so():
    rng = np.random.default_rng(0)
    kernel = rng.normal(0, 1, (1, 1, 30, 6))
    kernel[..., 1] = -kernel[..., 0]
    axes = viz.show_mirrored(kernel, (0.5, 1, 2))
    assert axes[0].get_title() == "ratio 0.5: correlation -1.00"
    assert "-1.00" not in axes[1].get_title()


def test_totals_and_spread():
    totals = {"backbone": (3, 100, 10), "fpn": (1, 300, 30)}
    ax = viz.show_stage_totals(totals, "title")
    assert [text.get_text() for text in ax.texts] == [
        "parameters: 25%",
        "parameters: 75%",
        "multiply-adds: 25%",
        "multiply-adds: 75%",
    ]
    spreads = {"a": [("backbone", 0.1, 0.2), ("fpn", 0.2, 0.2)], "b": [("rpn", 0.9, 0.2)]}
    axes = viz.show_spread_by_depth(spreads)
    assert [ax.get_title() for ax in axes] == ["a", "b"] and axes[0].get_yscale() == "log"
