"""The answers to the questions for the class of notebook 08, run."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from question_answers import answer_says

import maskrcnn_explained as mrx
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.losses import NAMES
from maskrcnn_explained.training.optimizer import set_stage
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.schedule import make_schedule
from maskrcnn_explained.training.train import train

CLASSES = ("background", "object")


def student():
    return mrx.build("scenes", seed=1, class_names=CLASSES, image_min_side=None)


def test_question_08_1():
    answer_says("08.1", "4,000 images", "0.00075")
    long = Recipe(steps=30_000, learning_rate=1.5e-3, warmup_steps=1_000)
    rates = make_schedule(long)
    assert long.warmup_steps * long.batch_size == 4_000
    assert float(rates(1_000)) == pytest.approx(1.5e-3, rel=1e-4)
    assert float(rates(1_000 + 29_000 // 2)) == pytest.approx(0.00075, rel=1e-4)


def test_question_08_2():
    answer_says("08.2", "3,000 steps", "30 epochs")
    assert 600 * 20 / 4 == 3_000
    assert Recipe(steps=3_000, steps_per_epoch=100).epochs == 30


@pytest.mark.slow
def test_question_08_3(scenes_model):
    answer_says("08.3", "a hundred times", "eight times", "five times", "four times")
    scenes = mrx.Scenes("validation", 100)
    batch = make_batch([scenes[i] for i in range(8)], scenes_model.config)
    right = {name: tf.constant(value) for name, value in batch.items()}
    wrong = right | {"gt_boxes": tf.gather(right["gt_boxes"], [1, 0, 3, 2], axis=-1)}
    before, after = (scenes_model.compute_losses(b, False) for b in (right, wrong))
    times = dict(zip(NAMES, np.divide(after, before), strict=True))
    assert times["rpn_class_loss"] == pytest.approx(100, abs=15)
    assert times["mrcnn_class_loss"] == pytest.approx(8, abs=0.7)
    assert times["mrcnn_mask_loss"] == pytest.approx(5, abs=0.7)
    assert times["rpn_bbox_loss"] == pytest.approx(4, abs=0.7)
    assert times["mrcnn_bbox_loss"] == pytest.approx(4, abs=0.7)


def test_question_08_4():
    model, said = student(), []
    for stage in ("heads", "5+", "4+", "3+", "all"):
        set_stage(model, stage)
        said.append(f"{sum(v.shape.num_elements() for v in model.trainable_variables):,}")
    answer_says("08.4", *said)
    kernel = model.get_layer("mrcnn_class_conv1").kernel
    assert round(kernel.shape.num_elements(), -5) == 800_000
    answer_says("08.4", "800,000", "more than half")


@pytest.mark.minutes
def test_question_08_5():
    answer_says("08.5", "rises first", "1.5 or 1.6", "about 1.1", "0.6")
    scenes = mrx.Scenes("train", 4, sizes=128)
    four = [
        dataclasses.replace(scenes[i], class_ids=np.minimum(scenes[i].class_ids, 1))
        for i in range(4)
    ]
    ends = {}
    for rate in (2e-4, 2e-3, 2e-2):
        recipe = Recipe(
            steps=40, batch_size=4, learning_rate=rate, warmup_steps=4, steps_per_epoch=4, seed=1
        )
        ends[rate] = train(student(), four, None, recipe, verbose=0).history["loss"]
    high, right, low = ends[2e-2], ends[2e-3], ends[2e-4]
    assert max(high) > 1.3 * high[0], "it rises first"
    assert right[-1] < 0.8 < low[-1] < 1.3 < high[-1]
    assert min(low[:-1]) > low[-1] * 0.98, "it falls all the time, but slowly"
