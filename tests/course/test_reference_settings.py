"""Every setting of the reference has a field of ours that exists, or a note that says why not."""

import dataclasses

import pytest

import maskrcnn_explained as mrx
from maskrcnn_explained.course.reference_settings import SETTINGS


@pytest.mark.parametrize("theirs, ours, note", SETTINGS)
def test_a_setting_of_ours_exists(theirs, ours, note):
    fields = {field.name for field in dataclasses.fields(mrx.Config)}
    recipe = {f"Recipe.{field.name}" for field in dataclasses.fields(mrx.Recipe)}
    assert set(ours.split(", ")) <= fields | recipe | {"", "mrx.config.STRIDES"}
    assert ours or note


def test_every_setting_of_the_reference_is_there_once():
    assert len({theirs for theirs, *_ in SETTINGS}) == len(SETTINGS) == 45
