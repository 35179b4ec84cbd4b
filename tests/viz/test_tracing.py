"""The biography of a detection as a picture."""

import pytest
from helpers import titles
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained import viz


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
