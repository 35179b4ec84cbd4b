"""Ground truth and detections as COCO records."""

import dataclasses

import numpy as np
from helpers import found_of, sample_of
from pycocotools import mask as coco_mask

from maskrcnn_explained.data.formats.rle import encode
from maskrcnn_explained.evaluation.records import found_records, truth_records

BOXES = [(2, 2, 22, 22), (30, 5, 60, 25)]


def test_truth():
    sample = dataclasses.replace(sample_of(BOXES, [1, 3]), crowd=np.array([False, True]))
    first, second = truth_records(sample)
    assert first["box"] == [2, 2, 20, 20] and first["area"] == 400 and first["class_id"] == 1
    assert second["box"] == [5, 30, 20, 30] and second["crowd"] and not first["crowd"]
    np.testing.assert_array_equal(coco_mask.decode(first["rle"]), sample.masks[0])


def test_an_empty_mask_is_left_out():
    sample = sample_of(BOXES, [1, 3])
    sample.masks[0] = False
    assert [record["class_id"] for record in truth_records(sample)] == [3]


def test_found():
    found = found_of(BOXES, [1, 3], [0.9, 0.5])
    records = found_records(found)
    assert [record["score"] for record in records] == [np.float32(0.9), 0.5]
    for record, mask in zip(records, found.masks, strict=True):
        assert record["rle"] == encode(mask)
