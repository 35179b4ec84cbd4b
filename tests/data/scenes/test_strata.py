"""Strata: three kinds of hard objects, by the tags that scenes have."""

import pytest

from maskrcnn_explained.data.scenes.compose import make_scene
from maskrcnn_explained.data.scenes.strata import STRATA


def test_scenes_have_the_tags():
    assert {stratum.tag for stratum in STRATA} == set(make_scene(0, size=64).tags)
    assert len({stratum.name for stratum in STRATA}) == len(STRATA) == 3


@pytest.mark.parametrize(
    ("name", "hard", "not_hard"),
    [("small", 19, 20), ("occluded", 0.31, 0.3), ("low_contrast", 19.9, 20.0)],
)
def test_the_limits(name, hard, not_hard):
    (stratum,) = [stratum for stratum in STRATA if stratum.name == name]
    assert stratum.is_hard(hard) and not stratum.is_hard(not_hard)
