"""Detections as COCO results and back; pycocotools agrees."""

import json

import numpy as np
import pytest
from helpers import found_of
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from maskrcnn_explained.results.detections import Detections

NAMES = ("background", "cat", "dog")
BOXES = ((1, 2, 11, 22), (30, 8, 40, 12), (0, 0, 64, 64))


@pytest.fixture
def found():
    """A cat, a dog and another cat; boxes and scores that are no short decimal numbers."""
    found = found_of(BOXES, [1, 2, 1], np.float32([0.9, 2 / 3, 0.1]))
    found.class_names[:] = ["cat", "dog", "cat"]
    found.boxes[:] += np.float32(1 / 3)
    return found


def same(one, other):
    for name in ("boxes", "class_ids", "scores", "masks"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        assert getattr(one, name).dtype == getattr(other, name).dtype
    assert one.class_names == other.class_names


def test_one_record_by_hand():
    found = found_of([(1, 0, 3, 2)], [2], [0.5])
    (record,) = found.to_coco(7)
    assert record["image_id"] == 7 and record["category_id"] == 2 and record["score"] == 0.5
    assert record["bbox"] == [0.0, 1.0, 2.0, 2.0]  # x, y, width, height
    assert record["segmentation"]["size"] == [64, 64]
    # One pixel down the first column, two inside, 62 outside, two inside, the rest outside.
    runs = dict(size=[64, 64], counts=[1, 2, 62, 2, 64 * 64 - 67])
    code = coco_mask.frPyObjects(runs, 64, 64)["counts"].decode()
    assert record["segmentation"]["counts"] == code


def test_there_and_back_through_json_is_exact(found):
    records = json.loads(json.dumps(found.to_coco(1)))
    for names in (NAMES, {1: "cat", 2: "dog"}):
        again = Detections.from_coco(records, names)
        same(again, found)
        assert np.isnan(again.mask_probs).all() and again.mask_probs.shape == (3, 28, 28)
    same(Detections.from_coco(again.to_coco(1), NAMES), found)


def test_the_best_comes_first(found):
    again = Detections.from_coco(found.to_coco(1)[::-1], NAMES)
    same(again, found)


def test_category_ids_of_the_user_s_file(found):
    records = found.to_coco("left.png", {"cat": 17, "dog": 18, "bird": 16})
    assert [record["category_id"] for record in records] == [17, 18, 17]
    assert records[0]["image_id"] == "left.png"
    with pytest.raises(ValueError, match="category_ids has no id for the classes dog"):
        found.to_coco(1, {"cat": 17})


def test_nothing_found():
    nothing = found_of(BOXES, [1, 1, 1], [0.1, 0.1, 0.1]).above(0.5)
    assert nothing.to_coco(3) == []
    again = Detections.from_coco([], NAMES, (64, 64))
    assert len(again) == 0 and again.masks.shape == (0, 64, 64) and again.boxes.shape == (0, 4)
    with pytest.raises(ValueError, match=r"give the size of the image, image_size=\(H, W\)"):
        Detections.from_coco([], NAMES)


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_pycocotools_takes_the_records(found, tmp_path, kind, capsys):
    """The detections against themselves as ground truth: AP is 1."""
    found.save(tmp_path / "truth.json")
    truth = COCO(str(tmp_path / "truth.json"))
    (tmp_path / "results.json").write_text(json.dumps(found.to_coco(1)))
    results = truth.loadRes(str(tmp_path / "results.json"))
    assert len(results.anns) == 3
    measured = COCOeval(truth, results, kind)
    measured.evaluate()
    measured.accumulate()
    measured.summarize()
    assert measured.stats[0] == pytest.approx(1)
    masks = [results.annToMask(results.anns[i]) for i in sorted(results.anns)]
    np.testing.assert_array_equal(np.array(masks, bool), found.masks)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"category_id": 9}, "Record 2 .*no class with the id 9"),
        ({"category_id": 0}, "Record 2 .*no class with the id 0"),
        ({"category_id": [1]}, "Record 2 of the COCO results"),
        ({"score": 1.5}, "its score must lie in 0..1; got 1.5"),
        ({"score": float("nan")}, "not a finite number"),
        ({"bbox": [1, 2, 3]}, r"must be \[x, y, width, height\]"),
        ({"bbox": "1234"}, r"must be \[x, y, width, height\]"),
        ({"bbox": [1, 2, -3, 4]}, "has a negative side"),
        ({"segmentation": [[0, 0, 4, 0, 4, 4]]}, "an RLE must have"),
        ({"segmentation": {"size": [64, 64], "counts": [1]}}, "add up to 1 pixels"),
        ({"segmentation": {"size": [2, 2], "counts": [4]}}, r"one size; got \(2, 2\), \(64, 64\)"),
        ({"image_id": 2}, "are of 2 images; Detections are of one"),
        (None, "it has no bbox and no segmentation"),
        ("text", "a record must be a dict"),
    ],
)
def test_what_are_no_results(found, change, message):
    records = found.to_coco(1)
    if isinstance(change, dict):
        records[1] |= change
    else:
        records[1] = change or {"category_id": 1, "score": 0.5}
    with pytest.raises(ValueError, match=message):
        Detections.from_coco(records, NAMES)


def test_what_is_no_list(found):
    for wrong in (found.to_coco(1)[0], None, iter([])):
        with pytest.raises(ValueError, match="COCO results are a list of records"):
            Detections.from_coco(wrong, NAMES)
    with pytest.raises(ValueError, match="must have one size"):
        Detections.from_coco(found.to_coco(1), NAMES, (64, 65))
    with pytest.raises(ValueError, match="a height and a width above 0"):
        Detections.from_coco([], NAMES, (0, 5))
