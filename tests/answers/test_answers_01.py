"""The answers to the questions for the class of notebook 01, run."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from question_answers import answer_says

import maskrcnn_explained as mrx
from maskrcnn_explained.backbone import build_backbone, receptive_fields
from maskrcnn_explained.viz.receptive_fields import half_mass_side

STRIDES = dict(zip(("C2", "C3", "C4", "C5"), mrx.config.STRIDES, strict=False))
POINT = (202, 212)  # of section 3, in pixels of the molded image


def test_question_01_1(scenes_model):
    assert round(500 * 512 / 700) == 366
    named = scenes_model.tensors(np.zeros((500, 700, 3), np.uint8))
    assert named["molded_image"].shape == (384, 512, 3)
    assert named["C4"].shape == (24, 32, 320)
    answer_says("01.1", "366", "384 and 512", "stride 16", "[24, 32, 320]")


def convolve(image, kernel, stride):
    found = tf.nn.conv2d(image[None, :, :, None], kernel[:, :, None, None], stride, "VALID")
    return found[0, :, :, 0].numpy().astype(int).tolist()


def test_question_01_2():
    diagonal, ones = np.eye(4), np.ones((3, 3))
    assert convolve(diagonal, ones, 1) == [[3, 2], [2, 3]]
    assert convolve(np.pad(diagonal, 1), ones, 2) == [[2, 1], [1, 3]]
    answer_says("01.2", "[[3, 2], [2, 3]]", "[[2, 1], [1, 3]]", "np.pad(diagonal, 1)")


def without_branch(block):
    """The shipped model with the branch of one block switched off, and the block's layers."""
    broken = mrx.load("scenes")
    norm = broken.find_layer(f"bn{block}_branch2c")
    norm.gamma.assign(0 * norm.gamma)
    norm.beta.assign(0 * norm.beta)
    return broken


def found_of(model, scenes):
    """How many objects the model finds, and of how many: right class, score 0.7, box IoU 0.5."""
    found = total = 0
    for scene in scenes:
        guess = model.detect(scene.image, min_score=0.7)
        overlap = mrx.boxes.iou(scene.boxes, guess.boxes).numpy()
        overlap *= scene.class_ids[:, None] == guess.class_ids[None]
        found += int((overlap.max(1, initial=0) >= 0.5).sum())
        total += len(scene.class_ids)
    return found, total


@pytest.mark.slow
def test_question_01_3_the_block_gives_its_input(coins):
    broken = without_branch("3b")
    ends = [broken.get_layer(name).output for name in ("res3a_out", "res3b_out")]
    molded = broken.tensors(coins)["molded_image"]
    before, after = keras.Model(broken.input[0], ends)(molded[None])
    np.testing.assert_array_equal(before, after)
    assert len(broken.detect(coins, min_score=0.7)) == 11
    answer_says("01.3", "still finds 11 coins", "relu(x) = x", "finds all 24")


@pytest.mark.minutes
def test_question_01_3(scenes_model, coins):
    assert len(without_branch("5b").detect(coins, min_score=0.7)) == 24
    scenes = [mrx.Scenes("test", 20, sizes=320)[i] for i in range(20)]
    models = (scenes_model, without_branch("3b"), without_branch("5b"))
    assert [found_of(model, scenes) for model in models] == [(101, 123), (17, 123), (100, 123)]
    answer_says("01.3", "123 objects", "finds 101", "branch of `res3b` 17", "that of `res5b` 100")


def half_sides(model, molded):
    """Side of the square that holds half of the gradient of one cell, per level."""
    cells = {name: (POINT[0] // s, POINT[1] // s) for name, s in STRIDES.items()}
    outputs = [model.get_layer(f"res{stage}b_out").output for stage in (2, 3, 4, 5)]
    pixels = tf.constant(molded[None])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(pixels)
        maps = dict(zip(STRIDES, keras.Model(model.input[0], outputs)(pixels), strict=True))
        totals = {name: tf.reduce_sum(maps[name][0, r, c]) for name, (r, c) in cells.items()}
    sides = []
    for name, total in totals.items():
        gradient = np.abs(tape.gradient(total, pixels)[0]).max(-1)
        _, stride, first = receptive_fields(model.config)[name]
        sides.append(half_mass_side(gradient, first + stride * np.array(cells[name])))
    return sides


@pytest.mark.slow
def test_question_01_4(scenes_model, coins):
    molded = scenes_model.tensors(coins)["molded_image"]
    assert half_sides(mrx.build("scenes"), molded) == [9, 15, 23, 53]
    assert half_sides(scenes_model, molded) == [13, 25, 53, 91]
    answer_says("01.4", "9, 15, 23 and 53", "13, 25, 53 and 91", "8, 16, 32 or 64 pixels")
    now = receptive_fields(scenes_model.config)["C5"][0]
    more = []
    for stage in range(4):
        blocks = tuple(2 + (i == stage) for i in range(4))
        deeper = scenes_model.config.changed(backbone_blocks=blocks)
        more.append(receptive_fields(deeper)["C5"][0] - now)
    assert more == [8, 16, 32, 64] and now + 64 == 315
    answer_says("01.4", "(2, 2, 2, 3)", "315")


def test_question_01_5():
    molded = keras.Input((None, None, 3))
    frozen = mrx.get_config("scenes", batch_norm="frozen")
    net = keras.Model(molded, build_backbone(molded, frozen))
    learn = sum(int(np.prod(w.shape)) for w in net.trainable_weights)
    fixed = sum(int(np.prod(w.shape)) for w in net.non_trainable_weights)
    assert (learn, fixed) == (1_096_640, 9_024) and round(100 * fixed / learn) == 1
    answer_says("01.5", "1,096,640", "9,024", "1,087,616 and 18,048")
    assert (learn - fixed, 2 * fixed) == (1_087_616, 18_048)
