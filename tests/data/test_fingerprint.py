"""Fingerprints: the same data, the same words; what is learned from changes, they change."""

import dataclasses
import json

import numpy as np
import pytest
from helpers import sample_of

from maskrcnn_explained.data.fingerprint import LOOKED_AT, fingerprint
from maskrcnn_explained.data.sample import Subset
from maskrcnn_explained.data.scenes.dataset import Scenes


def two():
    return [sample_of([(2, 2, 22, 22)], [1]), sample_of([(4, 4, 20, 30)], [2])]


def test_the_same_data_has_the_same_fingerprint_and_it_is_plain():
    assert fingerprint(two()) == fingerprint(two())
    assert json.loads(json.dumps(fingerprint(two()))) == fingerprint(two())
    assert fingerprint(two())["images"] == 2


@pytest.mark.parametrize(
    "change",
    [
        dict(class_ids=np.array([3], np.int32)),
        dict(image=np.ones((64, 64, 3), np.uint8)),
        dict(masks=np.ones((1, 64, 64), bool)),
        dict(crowd=np.array([True])),
    ],
    ids=["class", "pixels", "outline", "crowd"],
)
def test_what_is_learned_from_counts(change):
    data = two()
    assert data[1].image.shape == (64, 64, 3)
    other = (
        [data[0], dataclasses.replace(data[1], masks=data[1].masks, **change)]
        if ("masks" not in change)
        else [data[0], dataclasses.replace(data[1], **change)]
    )
    assert fingerprint(other) != fingerprint(data)


def test_order_and_number_count():
    data = two()
    assert fingerprint(data[::-1]) != fingerprint(data)
    assert fingerprint(data[:1]) != fingerprint(data)


def test_class_names_count():
    class Named(list):
        class_names = ("background", "cat")

    assert fingerprint(Named(two()))["class_names"] == ["background", "cat"]


def test_scenes_are_told_by_their_description_and_not_by_their_number():
    part = Subset(Scenes("train", 30, (64, 32)), 10, 20)
    assert fingerprint(part) == {"scenes": "train", "sizes": [64, 32], "first": 10}
    assert fingerprint(Scenes("train", 5)) == fingerprint(Scenes("train", 9))


def test_a_data_set_that_draws_at_random_is_told_by_its_number():
    class Random:
        count = 0

        def __len__(self):
            return 5

        def __getitem__(self, index):
            Random.count += 1
            image = np.full((64, 64, 3), Random.count, np.uint8)
            return dataclasses.replace(two()[0], image=image, masks=two()[0].masks)

    assert fingerprint(Random()) == {"images": 5, "sha256": None}


def test_large_data_sets_are_not_read_whole():
    class Counting(list):
        asked = 0

        def __getitem__(self, index):
            Counting.asked += 1
            return super().__getitem__(index)

    fingerprint(Counting(two() * 100))
    assert Counting.asked == LOOKED_AT + 1
