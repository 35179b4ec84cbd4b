"""Detections: masks in every form, codes and areas without whole masks, some of them."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest
from helpers import found_of, noise
from pycocotools import mask as coco_mask

from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.results.pasted_masks import PastedMasks

BOXES = ((2, 3, 9, 20), (0, 0, 64, 64), (60, 60, 64, 64))


def in_three_forms():
    """The same masks given as an array, as CutMasks and as PastedMasks."""
    found = found_of(BOXES, [1, 2, 1], [0.9, 0.8, 0.7])
    ones = np.ones((3, 28, 28), np.float32)
    forms = [
        found.masks,
        CutMasks.of(found.masks, (64, 64)),
        PastedMasks(ones, found.boxes, (64, 64), "repeat"),
    ]
    for masks in forms:
        yield Detections(
            boxes=found.boxes,
            class_ids=found.class_ids,
            class_names=["cat", "dog", "cat"],
            scores=found.scores,
            masks=masks,
            mask_probs=ones,
        )


def test_every_form_gives_the_same():
    expected = found_of(BOXES, [1, 2, 1], [0.9, 0.8, 0.7]).masks
    for found in in_three_forms():
        assert found.masks.dtype == bool and found.image_size == (64, 64) and len(found) == 3
        np.testing.assert_array_equal(found.masks, expected)
        np.testing.assert_array_equal(found.areas, [7 * 17, 64 * 64, 16])
        decoded = [coco_mask.decode(code) for code in found.rles()]
        np.testing.assert_array_equal(np.array(decoded, bool), expected)


def test_some_of_them():
    for found in in_three_forms():
        for which in (found.scores > 0.75, np.array([2, 0]), np.zeros(3, bool)):
            some = found.kept(which)
            np.testing.assert_array_equal(some.masks, found.masks[which])
            np.testing.assert_array_equal(some.boxes, found.boxes[which])
            assert len(some.class_names) == len(some.scores) == len(some.mask_probs) == len(some)
        assert found.kept(np.array([1])).class_names == ["dog"]
        assert found.above(0.85).class_names == ["cat"]


def test_they_can_be_copied_and_pickled():
    for found in in_three_forms():
        for again in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
            np.testing.assert_array_equal(again.masks, found.masks)


def test_masks_of_detect_cannot_be_changed_in_silence(tiny):
    """They are drawn anew each time, so what is written into them would be lost."""
    found = tiny.detect(noise(64, 64), min_score=0.0)
    with pytest.raises(ValueError, match="read-only"):
        found.masks[0] = False
    mine = found.masks.copy()
    mine[0] = False
    before = found.masks
    found.boxes[:] = 0  # and boxes of the user's may change
    np.testing.assert_array_equal(found.masks, before)


def test_codes_and_areas_of_the_model_s_masks(tiny):
    found = tiny.detect(noise(90, 70), min_score=0.0)
    masks = found.masks
    assert masks.any()
    decoded = [coco_mask.decode(code) for code in found.rles()]
    np.testing.assert_array_equal(np.array(decoded, bool), masks)
    np.testing.assert_array_equal(found.areas, masks.sum((1, 2)))


def test_the_memory_of_a_photograph_s_masks(tmp_path):
    """24 masks of 23 megapixels are 565 MB as bool: codes, areas and files need a fiftieth."""
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 3000, (24, 2))
    boxes = np.concatenate([corners, corners + 500], 1).astype(np.float32)
    small = rng.random((24, 28, 28)).astype(np.float32)
    found = Detections(
        boxes=boxes,
        class_ids=np.ones(24, np.int32),
        class_names=["disk"] * 24,
        scores=np.ones(24, np.float32),
        masks=PastedMasks(small, boxes, (4000, 5800), "repeat"),
        mask_probs=small,
    )
    tracemalloc.start()
    codes = found.rles()
    assert found.areas.sum() == coco_mask.area(codes).sum() > 0
    found.save(tmp_path / "found.json")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12e6
