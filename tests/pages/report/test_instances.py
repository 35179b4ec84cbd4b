"""Facts of one instance: fit for JSON, and the same as its Biography."""

import json

import numpy as np
import pytest
from skimage import data

from maskrcnn_explained.pages.report.instances import (
    CLASSES,
    DROPPED,
    instance_facts,
    mask_outline,
    numbers,
)
from maskrcnn_explained.tracing import trace as tracing


@pytest.fixture(scope="module")
def coins(trained):
    return tracing.trace(trained, data.coins()[:160, :192], 0.7, keep=tracing.RECOMPUTED)


def test_facts_are_those_of_the_biography(coins):
    story = coins.follow(0)
    facts = json.loads(json.dumps(instance_facts(coins, 0), allow_nan=False))
    assert facts["name"] == story.class_name and facts["pixels"] == story.mask.sum()
    assert facts["anchor"]["index"] == story.anchor.index
    assert len(facts["anchor"]["siblings"]) == len(coins.config.anchor_ratios)
    assert facts["proposal"]["level"] == story.proposal.level
    assert len(facts["proposal"]["probs"]) == min(CLASSES, len(story.proposal.probs))
    assert len(facts["dropped"]) == min(DROPPED, facts["drops"])
    chances = [chance for _, chance in facts["proposal"]["probs"]]
    assert chances == sorted(chances, reverse=True)


def test_numbers_are_plain_and_rounded():
    assert numbers(np.float32([[1.26, 2]])) == [[1.3, 2.0]]
    assert numbers(0.12345, 3) == 0.123
    assert numbers("disk") == "disk" and numbers(None) is None


def test_outline_runs_along_the_edges_of_pixels():
    mask = np.zeros((5, 6), bool)
    mask[1:4, 2:5] = True
    (path,) = mask_outline(mask)
    x, y = np.array(path).T
    assert (x.min(), x.max(), y.min(), y.max()) == (2, 5, 1, 4)
    assert mask_outline(np.zeros((4, 4), bool)) == []
