"""The answers to the questions for the class of notebook 09, run."""

import numpy as np
import pytest
from question_answers import answer_says

import maskrcnn_explained as mrx
from maskrcnn_explained.data.examples.everyday import everyday_names, everyday_sample
from maskrcnn_explained.evaluation.error_types import count_types
from maskrcnn_explained.evaluation.exam import exam
from maskrcnn_explained.evaluation.precision_recall import (
    area_under_curve,
    average_precision_by_hand,
    match,
    precision_recall,
)
from maskrcnn_explained.masks import mask_iou

CORRECT = np.bool_([1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0])


def area(correct, objects=8):
    scores = np.linspace(0.95, 0.4, len(correct))
    return area_under_curve(*precision_recall(scores, correct, objects))


def test_question_09_1():
    overlap = np.array([[0.6, 0.55], [0.9, 0], [0, 0.5]])
    scores = [0.9, 0.8, 0.7]
    assert match(overlap, scores, 0.5).tolist() == [0, -1, 1]
    assert match(overlap, scores, 0.6).tolist() == [0, -1, -1]
    answer_says("09.1", "the first takes object 0", "the third takes object 1")
    answer_says("09.1", "At 0.6: the first takes object 0, the others get nothing")


def test_question_09_2():
    assert round(area([True, False, True], 2), 3) == 0.835
    answer_says("09.2", "51 (0 to 0.5) read 1 and 50 read 2/3", "0.835")


def test_question_09_3():
    gains = []
    for swap in (3, 9):  # position of a wrong one before a right one
        other = CORRECT.copy()
        other[[swap, swap + 1]] = other[[swap + 1, swap]]
        gains.append(round(area(other) - area(CORRECT), 3))
    assert gains == [0.021, 0.008]
    assert area([*CORRECT, *[False] * 10]) == area(CORRECT)
    answer_says("09.3", "from 5/6 to 1 (AP +0.021)", "from 7/11 to 7/10 (+0.008)", "cost nothing")


@pytest.mark.slow
def test_question_09_4(scenes_model):
    images, flat = [], []
    test = mrx.Scenes("test", 500)
    for start in range(0, 60, 6):
        samples = [test[i] for i in range(start, start + 6)]
        found = scenes_model.detect([sample.image for sample in samples])
        for d, s in zip(found, samples, strict=True):
            overlap = mask_iou(d.masks, s.masks)
            images.append((overlap, d.scores, d.class_ids, s.class_ids))
            flat.append((overlap, np.full(len(d), 0.5), d.class_ids, s.class_ids))
    assert round(average_precision_by_hand(images), 2) == 0.77
    assert round(average_precision_by_hand(flat), 2) == 0.30
    answer_says("09.4", "from 0.77 to 0.30")


@pytest.mark.slow
def test_question_09_5():
    photos = mrx.load("photos")
    album = [everyday_sample(name) for name in everyday_names()]
    low = [photos.detect(sample.image, min_score=0.3) for sample in album]
    rows = {}
    for least in (0.3, 0.5, 0.7, 0.9, 0.95):
        pairs = zip(low, album, strict=True)
        results = [exam(found.above(least), sample, 0.7) for found, sample in pairs]
        alarms = sum(result["false_positives"] for result in results)
        rows[least] = sum(result["found"] for result in results), alarms
    assert rows[0.3][0] == rows[0.5][0] + 1 and rows[0.3][1] == rows[0.5][1] + 30
    assert rows[0.5] == (5, 21) and rows[0.7] == (5, 9)
    assert rows[0.9] == (4, 1) and rows[0.95] == (4, 0)
    answer_says("09.5", "five of nine are found, with 21", "same five", "only 9 false alarms")
    answer_says("09.5", "one object more is found", "30 more false alarms")
    answer_says("09.5", "At 0.9 four of nine are left, with one false alarm", "the same four")


def test_question_09_6():
    loose = [(np.eye(4) * 0.52, np.linspace(0.9, 0.6, 4), np.ones(4), np.ones(4))]
    assert average_precision_by_hand(loose, [0.5]) == 1
    assert round(average_precision_by_hand(loose), 6) == 0.1
    half = (np.eye(4)[:2], [0.9, 0.8], [1, 1], [1, 1, 1, 1])
    noisy = (np.eye(8)[:, 4:], np.linspace(0.9, 0.2, 8), np.ones(8), np.ones(4))
    assert round(average_precision_by_hand([half], [0.5]), 3) == 0.505
    assert round(average_precision_by_hand([noisy], [0.5]), 3) == 0.5
    assert count_types([half])["missed"] == 2 and count_types([noisy], 0.1)["background"] == 4
    answer_says("09.6", "an IoU of 0.52", "(51 of 101 recalls, 0.505)", "precision at best 1/2")
