"""Callbacks: a NaN stops the run and names its batch; AP and speed go into the log."""

import types

import pytest

from maskrcnn_explained.data.batches import batch_indices
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.training.callbacks import NaNStop, Progress, ValidationAP
from maskrcnn_explained.training.recipe import Recipe


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_batch():
    data = [Scenes("train", 40, 64)[i] for i in range(6)]
    recipe = Recipe(steps=3, batch_size=2, steps_per_epoch=3, seed=5)
    watcher = NaNStop(data, recipe)
    watcher.set_model(types.SimpleNamespace(optimizer=types.SimpleNamespace(iterations=2)))
    watcher.on_train_batch_end(1, {"loss": 3.0})
    named = batch_indices(6, 2, 1, 5)
    with pytest.raises(FloatingPointError, match="At step 2 rpn_bbox_loss is NaN") as error:
        watcher.on_train_batch_end(1, {"loss": 3.0, "rpn_bbox_loss": float("nan")})
    assert str(named) in str(error.value)


@pytest.mark.filterwarnings("ignore:1 of 1 images hold more objects")  # the model keeps ten
def test_validation_ap_goes_into_the_log(tiny):
    logs = {"loss": 1.0}
    watcher = ValidationAP(Scenes("validation", 1, 64))
    watcher.set_model(tiny)
    watcher.on_epoch_end(0, logs)
    assert {"val_mask_AP", "val_mask_AP50", "val_box_AP", "val_box_AP50", "loss"} == set(logs)
    assert -1 <= logs["val_mask_AP"] <= 1


def test_progress_counts_the_images_of_an_epoch():
    logs = {}
    watcher = Progress(batch_size=4)
    watcher.on_epoch_begin(0)
    for batch in range(3):
        watcher.on_train_batch_end(batch)
    watcher.on_epoch_end(0, logs)
    assert watcher.steps == 3 and logs["images_per_second"] > 0
