"""COCO's AP: an example by hand, perfect detections, no detections, and hard objects."""

import dataclasses
import types

import numpy as np
import pytest
from helpers import found_of, sample_of

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.evaluation.coco_ap import (
    LIMIT,
    LIMIT_KEY,
    average_precision,
    evaluate,
    found_records,
    metrics_table,
    truth_records,
)
from maskrcnn_explained.masks import boxes_from_masks, mask_iou
from maskrcnn_explained.presets import SCENES_CLASSES


def ap(samples, found, strata=False):
    return average_precision(
        [truth_records(s) for s in samples],
        [found_records(f) for f in found],
        SCENES_CLASSES,
        strata,
    )


def test_what_lies_on_a_crowd_is_neither_right_nor_wrong():
    boxes = [(0, 0, 10, 10), (20, 20, 50, 50)]
    crowd = dataclasses.replace(sample_of(boxes, [1, 1]), crowd=np.array([False, True]))
    # The best score lies on the crowd; as a false alarm it would halve AP.
    found = found_of([(22, 22, 30, 30), boxes[0]], [1, 1], [0.9, 0.8])
    assert ap([crowd], [found])["mask_AP"] == pytest.approx(1)
    assert ap([sample_of(boxes[:1], [1])], [found])["mask_AP"] == pytest.approx(0.5)


class Oracle:
    """A model whose detections are given in advance, one per image."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.config = types.SimpleNamespace(class_names=SCENES_CLASSES, detections=100)

    def detect(self, images):
        return [self.answers.pop(0) for _ in images]


A, B, C = (2, 2, 22, 22), (30, 5, 60, 25), (10, 40, 30, 60)


def test_ap_by_hand():
    """Two objects, three detections: a hit, a false alarm, a hit whose IoU is 0.66.

    Up to a threshold of 0.65 precision is 1 for recalls up to 1/2 (51 of COCO's 101 recalls) and
    2/3 for the other 50. From 0.70 on the third detection misses too: recall ends at 1/2.
    """
    samples = [sample_of([(0, 0, 10, 50), (30, 0, 40, 50)], [1, 1])]
    found = [
        found_of([(0, 0, 10, 50), (50, 0, 60, 50), (30, 0, 40, 33)], [1, 1, 1], [0.9, 0.8, 0.7])
    ]
    low, high = (51 + 50 * 2 / 3) / 101, 51 / 101
    result = ap(samples, found)
    for kind in ("mask", "box"):
        assert result[f"{kind}_AP50"] == pytest.approx(low)
        assert result[f"{kind}_AP75"] == pytest.approx(high)
        assert result[f"{kind}_AP"] == pytest.approx((4 * low + 6 * high) / 10)


def test_masks_and_boxes_are_measured_apart():
    samples = [sample_of([A], [1])]
    half = found_of([A], [1], [0.9])
    half.masks[0, 2:22, 2:10] = False  # the box stays whole, the mask lost 8 of 20 columns
    result = ap(samples, [half])
    assert result["box_AP"] == pytest.approx(1)
    assert result["mask_AP50"] == pytest.approx(1) and result["mask_AP75"] == 0


def test_perfect_detections_give_one_and_none_gives_zero():
    samples = [sample_of([A, B], [1, 2]), sample_of([], []), sample_of([C], [4])]
    perfect = [
        found_of([A, B], [1, 2], [0.9, 0.8]),
        found_of([], [], []),
        found_of([C], [4], [0.7]),
    ]
    result = evaluate(Oracle(perfect), samples)
    assert result.pop(LIMIT_KEY) == 100 and min(result.values()) == pytest.approx(1)
    nothing = [found_of([], [], []) for _ in samples]
    result = evaluate(Oracle(nothing), samples)
    assert result.pop(LIMIT_KEY) == 100 and set(result.values()) == {0}


def test_wrong_class_gives_zero():
    assert ap([sample_of([A], [1])], [found_of([A], [2], [0.9])])["mask_AP50"] == 0


def test_images_with_nothing():
    """Without any object there is no precision to measure, whatever is found."""
    samples = [sample_of([], []), sample_of([], [])]
    for found in ([found_of([], [], [])] * 2, [found_of([A], [1], [0.9])] * 2):
        result = evaluate(Oracle(found), samples)
        assert set(result.values()) == {-1.0, 100}
    assert "none" in metrics_table(result)


def test_a_false_alarm_on_an_empty_image_costs_precision():
    samples = [sample_of([A], [1]), sample_of([], [])]
    alarm = [found_of([A], [1], [0.5]), found_of([B], [1], [0.9])]
    assert ap(samples, alarm)["mask_AP"] == pytest.approx(0.5)


def test_empty_data_set():
    with pytest.raises(ValueError, match="nothing to evaluate"):
        evaluate(Oracle([]), [])


def test_strata_need_tags():
    names = set(ap([sample_of([A], [1])], [found_of([A], [1], [0.9])], strata=True))
    assert not any("small" in name for name in names)


def test_only_hard_objects_count():
    samples = [sample_of([A, B], [1, 1], size=[10, 50], occlusion=[0, 0.5], contrast=[9, 50])]
    both = ap(samples, [found_of([A, B], [1, 1], [0.8, 0.9])], strata=True)
    assert [both[f"mask_AP_{n}"] for n in ("small", "occluded", "low_contrast")] == pytest.approx(
        [1, 1, 1]
    )
    large = ap(samples, [found_of([B], [1], [0.9])], strata=True)
    assert large["mask_AP_small"] == 0 and large["mask_AP_occluded"] == pytest.approx(1)
    assert set(both) - set(ap(samples, [found_of([B], [1], [0.9])])) == {
        "mask_AP_small",
        "mask_AP_occluded",
        "mask_AP_low_contrast",
    }


def test_every_false_alarm_counts_in_every_stratum():
    samples = [sample_of([A, B], [1, 1], size=[10, 50])]
    found = found_of([C, A, B], [1, 1, 1], [0.9, 0.8, 0.7])
    assert ap(samples, [found], strata=True)["mask_AP_small"] == pytest.approx(0.5)


@pytest.mark.parametrize("found", [found_of([], [], []), found_of([B], [1], [0.9])])
def test_no_hard_object(found):
    samples = [sample_of([B], [1], size=[50])]
    assert ap(samples, [found], strata=True)["mask_AP_small"] == -1


def test_table_has_every_metric():
    samples = [sample_of([A, B], [1, 1], size=[10, 50], occlusion=[0, 0.5], contrast=[9, 50])]
    result = ap(samples, [found_of([A, B], [1, 1], [0.8, 0.9])], strata=True)
    assert metrics_table(result).count("1.000") == len(result) - 1 == 9


def test_mask_iou_of_empty_masks_is_zero():
    assert mask_iou(np.zeros((1, 4, 4), bool), np.zeros((2, 4, 4), bool)).tolist() == [[0, 0]]


def test_more_objects_than_coco_s_summary_counts():
    """All 150 objects are found. By default all count; with COCO's limit, 100 do."""
    masks = np.zeros((150, 60, 100), bool)
    for i in range(150):
        y, x = divmod(i, 15)
        masks[i, 6 * y : 6 * y + 4, 6 * x : 6 * x + 4] = True
    sample = Sample(np.zeros((60, 100, 3), np.uint8), masks, np.ones(150, np.int32))
    boxes, scores = boxes_from_masks(masks), np.linspace(1, 0.5, 150)
    found = Detections(
        boxes=boxes,
        class_ids=np.ones(150, int),
        class_names=["thing"] * 150,
        scores=scores,
        masks=masks,
        mask_probs=masks,
    )
    records = [truth_records(sample)], [found_records(found)]
    names = ("background", "thing")
    default = average_precision(*records, names)
    assert default["mask_AP"] == 1.0 and default["detection_limit"] == 150
    coco = average_precision(*records, names, limit=LIMIT)
    assert coco["mask_AP"] == pytest.approx(67 / 101)  # recalls 0 .. 0.66 are reached
    assert coco["detection_limit"] == LIMIT == 100 and "At most 100" in metrics_table(coco)
    model = Oracle([found])
    model.config.detections = 200
    assert evaluate(model, [sample])["detection_limit"] == 200
    model = Oracle([found])
    with pytest.warns(UserWarning, match="1 of 1 images hold more objects .* than the 100"):
        assert evaluate(model, [sample])["mask_AP"] == pytest.approx(67 / 101)
