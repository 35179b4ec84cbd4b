"""Callbacks: a NaN stops the run and names its batch; AP and speed go into the log."""

import types

import numpy as np
import pytest
from helpers import sample_of, squares

from maskrcnn_explained import losses
from maskrcnn_explained.data.batches import batch_indices, make_batch
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.evaluation import coco_ap
from maskrcnn_explained.training.callbacks import (
    NaNStop,
    Progress,
    ValidationAP,
    ValidationLosses,
)
from maskrcnn_explained.training.recipe import Recipe


class Weights:
    """Stands for a model: its weights, and what NaNStop asks of it."""

    def __init__(self, value):
        self.value = value

    def get_weights(self):
        return [self.value]

    def set_weights(self, values):
        [self.value] = values


@pytest.mark.parametrize(("epoch", "step"), [(0, 1), (4, 9)], ids=["new run", "second stage"])
def test_a_loss_that_is_no_number_stops_the_run_and_names_the_batch(epoch, step):
    data = [Scenes("train", 40, 64)[i] for i in range(6)]
    recipe = Recipe(steps=3, batch_size=2, steps_per_epoch=3, seed=5)
    watcher = NaNStop(data, recipe, first_epoch=epoch, first_step=step - 1)
    watcher.set_model(Weights(7.0))
    watcher.on_epoch_begin(epoch)
    watcher.model.value = float("nan")  # what the step has made of it
    watcher.on_train_batch_end(1, {"loss": 3.0})
    named = batch_indices(6, 2, step, 5)
    with pytest.raises(FloatingPointError, match=f"At step {step + 1} rpn_bbox_loss is N") as error:
        watcher.on_train_batch_end(1, {"loss": 3.0, "rpn_bbox_loss": float("nan")})
    assert str(named) in str(error.value) and "the beginning of this epoch" in str(error.value)
    assert watcher.model.value == 7.0, "finite weights are left in memory"


@pytest.mark.filterwarnings("ignore:1 of 1 images hold more objects")  # the model keeps ten
def test_validation_ap_goes_into_the_log(tiny):
    logs = {"loss": 1.0}
    watcher = ValidationAP(Scenes("validation", 1, 64))
    watcher.set_model(tiny)
    watcher.on_epoch_end(0, logs)
    assert {"val_mask_AP", "val_mask_AP50", "val_box_AP", "val_box_AP50", "loss"} == set(logs)
    assert -1 <= logs["val_mask_AP"] <= 1


def test_what_validation_cannot_find_is_said_once(tiny):
    """The tiny model keeps ten detections; the fullest of these scenes has more objects."""
    scenes = Scenes("validation", 20, 64)
    fullest = max((scenes[i] for i in range(20)), key=len)
    assert len(fullest) > tiny.config.detections
    watcher = ValidationAP([fullest])
    watcher.set_model(tiny)
    with pytest.warns(UserWarning, match="1 of 1 images hold more objects than the 10") as told:
        for epoch in range(3):
            watcher.on_epoch_end(epoch, {})
    assert sum("hold more objects" in str(one.message) for one in told) == 1


@pytest.mark.parametrize(("limit", "counted"), [(None, 10), (3, 3)])
def test_validation_ap_counts_what_the_model_keeps(tiny, monkeypatch, limit, counted):
    results = []

    def spy(*given, **options):
        results.append(coco_ap.evaluate(*given, **options))
        return results[-1]

    monkeypatch.setattr("maskrcnn_explained.training.callbacks.evaluate", spy)
    watcher = ValidationAP([sample_of([(2, 2, 22, 22)], [1])], limit=limit)
    watcher.set_model(tiny)
    logs = {}
    watcher.on_epoch_end(0, logs)
    assert results[0]["detection_limit"] == counted
    assert not any("limit" in name for name in logs)


def test_a_wrong_limit_is_refused_before_training():
    with pytest.raises(ValueError, match="limit must be a whole number from 1 on"):
        ValidationAP([], limit=0)


def test_progress_counts_the_images_of_an_epoch():
    logs = {}
    watcher = Progress(batch_size=4)
    watcher.set_model(types.SimpleNamespace(optimizer=types.SimpleNamespace(learning_rate=0.5)))
    watcher.on_epoch_begin(0)
    for batch in range(3):
        watcher.on_train_batch_end(batch)
    watcher.on_epoch_end(0, logs)
    assert watcher.steps == 3 and logs["images_per_second"] > 0 and logs["learning_rate"] == 0.5


@pytest.mark.parametrize("fixture", ["tiny", "tiny_reference"])
def test_validation_losses_are_those_of_test_step(fixture, request):
    """Three images in batches of two: the mean over images, the same after every epoch."""
    model = request.getfixturevalue(fixture)
    data = [squares(number, seed) for seed, number in enumerate((4, 2, 3))]
    watcher = ValidationLosses(data, batch_size=2)
    watcher.set_model(model)
    watcher.on_train_begin()
    logs, again = {}, {}
    watcher.on_epoch_end(0, logs)
    watcher.on_epoch_end(1, again)
    assert logs == again and set(logs) == {"val_loss", *(f"val_{name}" for name in losses.NAMES)}
    pair, single = make_batch(data[:2], model.config), make_batch(data[2:], model.config)
    expected = 2 * np.array(model.compute_losses(pair, training=False))
    expected = (expected + np.array(model.compute_losses(single, training=False))) / 3
    found = [logs[f"val_{name}"] for name in losses.NAMES]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    total = np.dot(model.config.loss_weights, expected)
    assert logs["val_loss"] == pytest.approx(total, rel=1e-4)
