"""What the card of `photos` says of photographs that everybody has is what the model does."""

import json

import h5py
import numpy as np
import pytest

from maskrcnn_explained.data.examples.everyday import everyday_names, everyday_sample
from maskrcnn_explained.evaluation.exam import everyday_exam
from maskrcnn_explained.weights import published
from maskrcnn_explained.weights.load import load


@pytest.fixture(scope="module")
def card():
    path = published.shipped_folder() / "photos.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def photos():
    return load("photos")


@pytest.mark.slow
@pytest.mark.parametrize("score", ["0.5", "0.3"])
def test_the_exam_gives_what_the_card_says(photos, card, score):
    results = everyday_exam(photos, float(score))
    assert set(card["everyday"]) == set(everyday_names())
    for name, result in results.items():
        said = card["everyday"][name][score]
        assert result["found"] == said["found"], name
        assert result["false_positives"] == said["false_positives"], name
        np.testing.assert_allclose(result["ious"], said["ious"], atol=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "group", "score"),
    [("astronaut", "person", 0.5), ("coffee", "vessel", 0.5), ("chelsea", "animal", 0.3)],
)
def test_person_cup_and_cat_are_found(photos, name, group, score):
    truth = everyday_sample(name)
    found = photos.detect(truth.image, min_score=score)
    own = [i for i, one in enumerate(found.class_names) if one == group]
    overlap = [(found.masks[i] & truth.masks[0]).sum() for i in own]
    union = [(found.masks[i] | truth.masks[0]).sum() for i in own]
    assert max(np.divide(overlap, union)) >= 0.7


def test_the_card_s_numbers_reach_the_course_s_minimum(card):
    whole, classes = card["validation"], card["classes"]
    assert whole["mask_AP50"] >= 0.30
    assert whole["mask_AP"] >= 0.14
    assert classes["person"]["mask_AP50"] >= 0.50
    assert abs(card["float32_mask_AP"] - whole["mask_AP"]) < 0.002
    # AP of all is the mean over the groups, as far as rounded numbers tell.
    mean = np.mean([result["mask_AP"] for result in classes.values()])
    assert mean == pytest.approx(whole["mask_AP"], abs=0.001)


def test_it_is_stored_as_float16():
    with h5py.File(published.shipped_folder() / "photos.h5") as file:
        assert file["csp_stem/csp_stem/kernel:0"].dtype == np.float16
