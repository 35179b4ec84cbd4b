"""The picture of several starts: every line has its name, and no name lies on another."""

import numpy as np
import pytest

from maskrcnn_explained.viz.pretraining import show_starts

STEPS = [150, 300, 450]
ENDS = dict(frozen=0.2, trained=0.02, slow=0.1, scratch=0.02)
RUNS = [
    dict(start=start, steps=STEPS, val_mask_AP50=[0.0, 0.01, end]) for start, end in ENDS.items()
]


def test_lines_are_named_at_their_ends():
    ax = show_starts(RUNS)
    assert [line.get_ydata().tolist() for line in ax.lines] == [
        [0.0, 0.01, end] for end in ENDS.values()
    ]
    assert [text.get_text() for text in ax.texts] == [
        "published backbone, frozen: 0.200",
        "published backbone, learning: 0.020",
        "published backbone, learning slowly: 0.100",
        "fresh backbone: 0.020",
    ]
    for line, text in zip(ax.lines, ax.texts, strict=True):
        assert line.get_xdata().tolist() == STEPS
        assert text.get_color() == line.get_color()


def test_no_name_lies_on_another():
    heights = sorted(text.get_position()[1] for text in show_starts(RUNS).texts)
    assert heights[0] == 0.02, "the lowest stays beside its line"
    assert heights[2:] == [0.1, 0.2], "so do lines that end alone"
    assert min(np.diff(heights)) >= 0.09 * 0.2


def test_unknown_starts_and_no_runs():
    with pytest.raises(ValueError, match="scratch, frozen, trained, slow"):
        show_starts([])
    with pytest.raises(ValueError, match="from scratch"):
        show_starts([RUNS[0] | dict(start="nowhere")])
