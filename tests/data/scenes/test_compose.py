"""Composed scenes: the mix of objects, masks that do not overlap, tags that fit them."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from maskrcnn_explained.data.scenes.dataset import SPLITS, Scenes


@pytest.fixture(scope="module")
def first_500():
    """The test scenes on which the model card's numbers are measured."""
    scenes = Scenes("test", 500)
    return [scenes[i] for i in range(500)]


HASH = """
import hashlib
from maskrcnn_explained.data.scenes import Scenes
digest = hashlib.sha256()
for split in ("train", "validation", "test"):
    for sample in (Scenes(split, 9, (96, 64))[i] for i in (0, 3, 8)):
        for array in (sample.image, sample.masks, sample.class_ids):
            digest.update(array.tobytes())
print(digest.hexdigest())
"""


def test_scenes_are_the_same_in_every_process():
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", HASH], env=environment, capture_output=True, text=True, check=True
    )
    digest = hashlib.sha256()
    for split in SPLITS:
        scenes = Scenes(split, 9, (96, 64))
        for sample in (scenes[8], scenes[3], scenes[0])[
            ::-1
        ]:  # the order of access does not matter
            for array in (sample.image, sample.masks, sample.class_ids):
                digest.update(array.tobytes())
    assert done.stdout.strip() == digest.hexdigest()


def test_the_mix_of_hard_objects(first_500):
    size, occlusion, contrast = (
        np.concatenate([sample.tags[name] for sample in first_500])
        for name in ("size", "occlusion", "contrast")
    )
    assert (size < 20).mean() >= 0.15
    assert (occlusion > 0.3).mean() >= 0.15
    assert (contrast < 20).mean() >= 0.10
    assert size.max() > 100


def test_every_class_some_crowds_and_some_empty_scenes(first_500):
    number = np.array([len(sample) for sample in first_500])
    assert (number == 0).any() and number.max() >= 10 and number.max() <= 15
    ids = np.concatenate([sample.class_ids for sample in first_500])
    assert np.bincount(ids, minlength=5)[1:].min() > 0.15 * len(ids)


def test_masks_are_disjoint_and_nonempty(first_500):
    for sample in first_500:
        assert sample.image.shape == (192, 192, 3)
        assert sample.masks.any((1, 2)).all()
        if len(sample):
            assert sample.masks.sum(0).max() == 1


def test_boxes_and_tags_fit_the_masks(first_500):
    for sample in first_500[:60]:
        boxes = sample.boxes.astype(int)
        for (y1, x1, y2, x2), mask in zip(boxes, sample.masks, strict=True):
            assert (
                mask[y1:y2, x1:x2].sum() == mask.sum()
            )  # no pixel outside the box, and the box is tight:
            assert mask[[y1, y2 - 1]].any(1).all() and mask[:, [x1, x2 - 1]].any(0).all()
        assert all(len(values) == len(sample) for values in sample.tags.values())
        assert ((sample.tags["occlusion"] >= 0) & (sample.tags["occlusion"] <= 1)).all()
