"""The quiz of notebook 11: what it says without a number is true of annotations and layers."""

import dataclasses

import numpy as np
import pytest
from helpers import TINY

from maskrcnn_explained.course.quizzes.q11 import QUIZ_11
from maskrcnn_explained.course.quizzes.q11_numbers import OWN_RATIOS, numbers_11
from maskrcnn_explained.data.augmentation import flip
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.evaluation import coco_ap
from maskrcnn_explained.model import build


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_11.notebook == "11"
    assert {number for asked in QUIZ_11.questions for number in asked.asks} == {5}


def test_what_is_found_in_a_crowd_is_left_out(right_texts):
    """One coin, which is found with the lower score; the other detection lies in the crowd."""
    masks = np.zeros((2, 40, 60), bool)
    masks[0, 5:15, 5:15] = masks[1, 5:35, 25:55] = True
    ids, crowd = np.ones(2, np.int32), np.array([False, True])
    truth = Sample(np.zeros((40, 60, 3), np.uint8), masks, ids, crowd=crowd)
    alone = Sample(truth.image, masks[:1], ids[:1])
    found = np.stack([np.zeros((40, 60), bool), masks[0]])
    found[0, 10:20, 30:40] = True
    boxes = np.float32([[10, 30, 20, 40], [5, 5, 15, 15]])
    told = Detections(
        boxes=boxes,
        class_ids=np.ones(2, int),
        class_names=["coin"] * 2,
        scores=np.array([0.9, 0.5]),
        masks=found,
        mask_probs=found,
    )
    names = "background", "coin"
    results = [
        coco_ap.average_precision(
            [coco_ap.truth_records(sample)], [coco_ap.found_records(told)], names, strata=False
        )["mask_AP"]
        for sample in (truth, alone)
    ]
    assert results[0] == pytest.approx(1) and results[1] < 0.6
    assert right_texts(QUIZ_11, "A crowd")[0].startswith("Neither right nor wrong")


def test_which_check_finds_masks_that_stay(right_texts):
    masks = np.zeros((1, 4, 6), bool)
    masks[0, :, :2] = True
    bright = np.repeat(masks[0, :, :, None] * 255, 3, 2).astype(np.uint8)
    sample = Sample(bright, masks, np.ones(1, np.int32))

    def forgets(one):
        return dataclasses.replace(one, image=flip(one).image)

    once, twice = forgets(sample), forgets(forgets(sample))
    assert (twice.image == sample.image).all() and (twice.masks == sample.masks).all()
    assert not once.image[once.masks[0]].any()  # the masks lie on the dark
    assert "bright" in right_texts(QUIZ_11, "An augmentation that forgets the masks")[0]


def test_ratios_are_outputs_of_the_last_layers_of_the_rpn():
    numbers = numbers_11()
    old, new = (build("scenes", **TINY | more) for more in ({}, {"anchor_ratios": OWN_RATIOS}))
    shapes = [{v.path: tuple(v.shape) for v in model.weights} for model in (old, new)]
    differ = {path.split("/")[-2] for path in shapes[0] if shapes[0][path] != shapes[1][path]}
    assert differ == {"rpn_class_raw", "rpn_bbox_pred"}
    assert new.find_layer("rpn_class_raw").bias.shape[0] == numbers["new_outputs"]
