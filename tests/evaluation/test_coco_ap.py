"""COCO's AP: an example by hand, perfect detections, no detections, and hard objects."""

import dataclasses

import numpy as np
import pytest
from helpers import Oracle, found_of, sample_of

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.evaluation.coco_ap import (
    LIMIT_KEY,
    average_precision,
    evaluate,
    metrics_table,
)
from maskrcnn_explained.evaluation.records import found_records, truth_records
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


# What does not fit together


def test_a_class_that_the_model_does_not_have():
    sample = sample_of([A, B], [1, len(SCENES_CLASSES)])
    model = Oracle([found_of([A], [1], [0.9])])
    with pytest.raises(ValueError, match="the model knows only"):
        evaluate(model, [sample])
    assert model.answers, "before the image ran"


@pytest.mark.parametrize(("true_id", "found_id"), [(2, 1), (1, 2), (0, 1)])
def test_a_class_without_a_name(true_id, found_id):
    truth = truth_records(sample_of([A], [1]))
    found = found_records(found_of([A], [1], [0.9]))
    truth[0]["class_id"] = true_id
    found[0]["class_id"] = found_id
    with pytest.raises(ValueError, match=r"class_id outside 1\.\.1: see class_names"):
        average_precision([truth], [found], ("background", "a"))


@pytest.mark.parametrize("times", [0, 2])
def test_one_list_of_detections_per_sample(times):
    samples = [truth_records(sample_of([A], [1]))]
    found = [found_records(found_of([A], [1], [0.9]))]
    with pytest.raises(ValueError, match=f"one list per sample: 1, not {times}"):
        average_precision(samples, found * times, ("background", "a"))


# The order of images


@pytest.mark.slow
def test_ap_does_not_depend_on_the_order_of_images(trained):
    """Scenes cut to unequal sizes, upright and lying: the same AP in every order."""
    scenes = Scenes("test", 9)
    cuts = [(192, 192), (192, 110), (100, 192)]
    samples = [cut(scenes[i], *cuts[i % 3]) for i in range(9)]
    first = evaluate(trained, samples)
    assert 0.3 < first["mask_AP"] < 1
    for order in (
        [8, 7, 6, 5, 4, 3, 2, 1, 0],
        [0, 3, 6, 1, 4, 7, 2, 5, 8],
        [4, 0, 8, 2, 6, 1, 7, 3, 5],
    ):
        assert evaluate(trained, [samples[i] for i in order]) == pytest.approx(first, abs=1e-12)
    # Records that are made one by one, and of one list, are measured alike.
    truth = [truth_records(sample) for sample in samples]
    alone = [found_records(trained.detect(sample.image)) for sample in samples]
    listed = [found_records(found) for found in trained.detect([s.image for s in samples])]
    limit = trained.config.detections
    for found in (alone, listed):
        assert average_precision(truth, found, SCENES_CLASSES, limit=limit) == first


def cut(sample, height, width):
    """The upper left part of a sample, with the objects that are seen there."""
    masks = sample.masks[:, :height, :width]
    seen = masks.any((1, 2))
    tags = {name: values[seen] for name, values in sample.tags.items()}
    return Sample(sample.image[:height, :width], masks[seen], sample.class_ids[seen], tags=tags)
