"""Bars of counts and of costs, and the histogram of an interval."""

import numpy as np

from maskrcnn_explained import viz


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_one_bar_per_kind_of_mistake_in_both_panels_without_hits():
    counts = {"hit": 300, "class": 6, "missed": 20}
    axes = viz.show_error_costs(counts, {"class": 0.007, "missed": 0.08})
    assert texts(axes[0]) == ["6", "20"] and texts(axes[1]) == ["0.007", "0.080"]
    assert [bar.get_width() for bar in axes[0].patches] == [6, 20]
    assert viz.style.figure_of(axes).get_label().endswith("class 6, 0.007; missed 20, 0.080.")


def test_no_mistake_at_all_can_be_drawn():
    axes = viz.show_error_costs({"class": 0}, {"class": 0.0})
    assert texts(axes[0]) == ["0"]


def test_the_interval_and_what_was_measured_are_written():
    values = np.linspace(0.7, 0.8, 101)
    ax = viz.show_ap_interval(values, 0.75, (0.71, 0.79))
    assert [text.strip() for text in texts(ax)] == ["measured 0.750", "0.710", "0.790"]
    assert sum(bar.get_height() for bar in ax.patches[:40]) == 101
