"""The answers to the questions for the class of notebook 00, run; and its list of questions."""

import numpy as np
import pytest
from helpers import ROOT
from PIL import Image
from question_answers import answer_says

import maskrcnn_explained as mrx
from maskrcnn_explained.course.questions import QUESTIONS
from maskrcnn_explained.data.examples.everyday import everyday_sample


@pytest.fixture(scope="module")
def busy():
    return mrx.Scenes("test", 500)[3]


def in_table(name, shape):
    return f"`{name}` {list(shape)}"


def test_question_00_1(scenes_model):
    named = scenes_model.tensors(np.zeros((480, 500, 3), np.uint8))
    printed = ("molded_image", "C2", "C5", "P2", "P6", "anchors", "rpn_probs", "proposals")
    printed += ("box_features", "class_probs", "box_deltas", "detection_boxes", "mask_features")
    for name in (*printed, "masks"):
        answer_says("00.1", in_table(name, named[name].shape))
    per_level = mrx.anchors.level_sizes((512, 512), scenes_model.config)
    assert sum(per_level) == 65472 and per_level[1] == 12288
    assert [count // 3 for count in per_level] == [16384, 4096, 1024, 256, 64]
    answer_says("00.1", "65,472", "12,288", "16384 + 4096 + 1024 + 256 + 64")
    for module in ("data/molding", "backbone", "fpn", "anchors", "rpn", "roi_align", "detection"):
        answer_says("00.1", f"`{module}.py`")
        assert (ROOT / "maskrcnn_explained" / f"{module}.py").is_file()


def counts(guess, sample):
    """Detections, objects found (of the class, IoU of at least 0.5), and false alarms."""
    overlap = mrx.boxes.iou(sample.boxes, guess.boxes).numpy()
    overlap *= sample.class_ids[:, None] == guess.class_ids[None]
    found = (overlap.max(1, initial=0) >= 0.5).sum()
    return len(guess), int(found), int((overlap.max(0, initial=0) < 0.5).sum())


def test_question_00_2(scenes_model, coins, busy):
    expected = {0.05: (37, 10, 27), 0.3: (17, 9, 8), 0.7: (9, 8, 1), 0.95: (8, 8, 0)}
    every = [scenes_model.tensors(busy.image, min_score=score) for score in expected]
    for score, (number, found, false) in expected.items():
        guess = scenes_model.detect(busy.image, min_score=score)
        assert counts(guess, busy) == (number, found, false)
        of_all = " of 10" if score == 0.05 else ""
        answer_says("00.2", f"| {score:g} | {number} | {found}{of_all} | {false} |")
    for name in ("proposals", "class_probs"):
        assert all((tensors[name] == every[0][name]).all() for tensors in every)
    assert [len(scenes_model.detect(coins, min_score=s)) for s in (0.05, 0.3, 0.7)] == [24] * 3
    answer_says("00.2", "24 detections each time", "detection, after the box head")


def test_question_00_3(scenes_model, coins):
    named = scenes_model.tensors(coins, min_score=0.7)
    found = scenes_model.detect(coins, min_score=0.7)
    shift = named["detection_boxes"][: len(found)] - found.boxes
    np.testing.assert_allclose(shift, np.tile([8, 0, 8, 0], (24, 1)), atol=1e-3)
    assert mrx.data.molding.resized_size(1200, 1600, scenes_model.config) == (384, 512)
    assert 384 % 64 == 512 % 64 == 0 and 1600 / 512 == 3.125
    answer_says("00.3", "8 pixels too low", "384 x 512", "factor of 3.125", "to_image(boxes)")


@pytest.mark.slow
def test_question_00_4(tmp_path):
    Image.fromarray(everyday_sample("coffee").image).save(tmp_path / "my.jpg")
    picture = mrx.data.image_files.read_image(tmp_path / "my.jpg")
    photos = mrx.load("photos")
    assert photos.config.image_max_side == 512 and len(photos.config.class_names) == 1 + 7
    assert "vessel" in photos.detect(picture, min_score=0.5).class_names
    reason = mrx.trace(photos, picture, 0.5).why_not(np.array([10, 10, 100, 100.0]))
    assert str(reason)
    answer_says("00.4", "512 at most", "seven groups", "`why_not` prints the step")


def test_every_question_is_listed_with_its_home():
    text = (ROOT / "notebooks" / "00_the_whole_picture.ipynb").read_text(encoding="utf-8")
    for question, home in QUESTIONS:
        written = question.replace('"', '\\"')
        assert f"- [{written}]({home}.ipynb)" in text
