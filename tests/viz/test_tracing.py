"""The biography of a detection as a picture."""

import numpy as np
import pytest
from helpers import titles
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained import viz
from maskrcnn_explained.tracing.why_not import REASONS


@pytest.fixture(scope="module")
def coins(trained):
    return mrx.trace(trained, data.coins(), min_score=0.5)


def test_biography_in_eight_panels(coins):
    story = coins.follow(0)
    axes = viz.show_biography(coins, story)
    assert axes.shape == (2, 4)
    assert [title[0] for title in titles(axes)] == list("12345678")
    assert f"{len(story.proposal.suppressed)} dropped" in titles(axes)[4]
    assert titles(axes)[5].endswith(story.proposal.level)


def test_a_story_of_another_trace_is_refused(coins, trained):
    other = mrx.trace(trained, data.coins()[:, ::-1], min_score=0.7)
    with pytest.raises(ValueError, match="take both from one trace"):
        viz.show_biography(other, coins.follow(1))


def test_reasons():
    ax = viz.show_reasons({"found": 7, "poor_mask": 2}, REASONS)
    assert [label.get_text() for label in ax.get_yticklabels()][0] == REASONS["found"]
    assert [patch.get_width() for patch in ax.patches] == [7, 2]


def test_what_was_lost_has_the_number_of_its_step():
    boxes = np.float32([[2, 2, 12, 12], [20, 2, 30, 12], [2, 20, 12, 30]])
    reasons = ["found", "no_anchor", "no_anchor"]
    ax = viz.show_lost(np.zeros((40, 40, 3), np.uint8), boxes, reasons, REASONS)
    assert len(ax.patches) == 3 and [text.get_text() for text in ax.texts] == ["1", "1"]
    legend = [text.get_text().replace("\n", " ") for text in ax.get_legend().get_texts()]
    assert legend == ["1  2 x no anchor is near it", "2  1 x it was found"]
