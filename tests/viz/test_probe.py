"""Bars of the probe: heights, dots, words."""

import pytest

from maskrcnn_explained import viz
from maskrcnn_explained.viz import probe

NUMBERS = {
    "chance": 0.2,
    "maps": [
        {"name": "C2", "depth": 8, "accuracy": [0.2, 0.3, 0.4]},
        {"name": "P2", "depth": 4, "accuracy": [0.5, 0.5, 0.5]},
    ],
}


def test_bars_are_means_and_dots_are_splits():
    ax = viz.show_cell_probe(NUMBERS)
    assert [bar.get_height() for bar in ax.patches] == pytest.approx([0.3, 0.5])
    assert list(ax.lines[0].get_ydata()) == [0.2, 0.3, 0.4]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["C2\n8", "P2\n4"]
    assert "guessing" in [text.get_text() for text in ax.texts]


def test_the_words_have_the_numbers():
    words = probe.probe_in_words(NUMBERS)
    assert "C2 0.30, P2 0.50" in words and "0.20" in words
