"""Training: stages, schedule, checkpoints from which a run goes on, and data without objects."""

import dataclasses
import json
import types

import keras
import numpy as np
import pytest
from helpers import same_arrays, weight_values

from maskrcnn_explained.data.batches import batch_indices
from maskrcnn_explained.data.sample import Sample, Subset
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.model import build
from maskrcnn_explained.training import train as training
from maskrcnn_explained.training.callbacks import ValidationAP, ValidationLosses
from maskrcnn_explained.training.recipe import FINE_TUNING, FROM_SCRATCH, Recipe
from maskrcnn_explained.training.runs import Run
from maskrcnn_explained.training.train import train
from maskrcnn_explained.weights.load import load

# The tiny model keeps ten detections, and is told of images with more objects.
pytestmark = pytest.mark.filterwarnings("ignore:.*detections that:UserWarning")

SHORT = dict(batch_size=2, steps_per_epoch=2, warmup_steps=2, validation_images=1)
FAST = dict(batch_size=2, steps_per_epoch=2, validation_images=1)
NEVER = keras.callbacks.EarlyStopping(patience=100)


# Runs


@pytest.mark.minutes
def test_a_run_with_accumulation_goes_on_where_it_stopped(model, tmp_path):
    short = dict(batch_size=1, steps_per_epoch=4, accumulate=2, warmup_steps=2)
    scenes = Scenes("train", 3, sizes=64)
    train(model, scenes, None, Recipe(steps=4, **short), tmp_path, verbose=0)
    history = train(model, scenes, None, Recipe(steps=8, **short), tmp_path, verbose=0)
    assert history.epoch == [1]


@pytest.mark.minutes
def test_a_run_from_its_first_step_to_a_model_that_comes_back(tiny_config, tmp_path, capsys):
    """Heads first, then all layers, in one folder; load, and what a second call says."""
    data, validation = Scenes("train", 16, 64), Scenes("validation", 1, 64)
    model = build(tiny_config, seed=3)
    heads, everything = Recipe(steps=4, stage="heads", **SHORT), Recipe(steps=4, **SHORT)
    first = train(model, data, validation, heads, tmp_path, callbacks=None, verbose=0)
    assert first.epoch == [0, 1] and model.trained and capsys.readouterr().out == ""
    assert {"val_loss", "val_mrcnn_mask_loss", "val_mask_AP"} < set(first.history)
    kept = model.get_layer("conv1").kernel.numpy()
    # The same call again, in a new model: nothing is trained, and it says so.
    again = build(tiny_config, seed=4)
    assert train(again, data, validation, heads, tmp_path, verbose=0).epoch == []
    assert "this run is complete: nothing to do" in capsys.readouterr().out
    assert same_arrays(weight_values(model), weight_values(again)) and again.history.epoch == []
    # All layers now: optimizer, log and epochs go on.
    everything = dataclasses.replace(everything, stage="all", learning_rate=1e-3)
    second = train(again, data, validation, everything, tmp_path, callbacks=NEVER, verbose=2)
    assert "going on at epoch 3 of 4, stage 2" in capsys.readouterr().out
    assert second.epoch == [2, 3] and int(again.optimizer.iterations) == 8
    assert not np.array_equal(again.get_layer("conv1").kernel, kept)
    assert float(again.optimizer.learning_rate) == pytest.approx(0, abs=1e-7)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4]
    assert all(np.isfinite(value) for line in lines for value in line.values())
    assert lines[-1]["images_per_second"] > 0 and -1 <= lines[-1]["val_mask_AP"] <= 1
    for source in (tmp_path, tmp_path / "weights.h5", tmp_path / "checkpoint.weights.h5"):
        found = load(source)
        assert found.config == again.config and found.trained
        assert same_arrays(weight_values(found), weight_values(again))
    # Another experiment does not slip into this folder.
    before = weight_values(model)
    other = Recipe(steps=4, seed=2, stage="all", **SHORT)
    with pytest.raises(ValueError, match="holds another run: .*seed is 1 there, 2 now"):
        train(model, data, None, other, tmp_path, verbose=0)
    assert same_arrays(before, weight_values(model)), "refused before weights are loaded"


@pytest.mark.minutes
def test_early_stopping_stays_stopped_and_files_of_callbacks_go_on(tiny_config, tmp_path, capsys):
    data, validation = Scenes("train", 16, 64), Scenes("validation", 1, 64)
    recipe = Recipe(steps=8, schedule="constant", learning_rate=1e-9, **FAST)

    def call(recipe):
        model = build(tiny_config, seed=3)
        watching = [
            keras.callbacks.EarlyStopping(patience=1, min_delta=100),
            keras.callbacks.ReduceLROnPlateau(patience=0, factor=0.5, min_delta=100, min_lr=0),
            keras.callbacks.ModelCheckpoint(str(tmp_path / "best.keras"), save_best_only=True),
            keras.callbacks.CSVLogger(str(tmp_path / "log.csv")),
        ]
        return train(model, data, validation, recipe, tmp_path / "run", None, watching, verbose=0)

    assert call(recipe).epoch == [0, 1], "val_loss did not fall by 100"
    rows = (tmp_path / "log.csv").read_text()
    assert len(rows.splitlines()) == 3
    assert call(recipe).epoch == [] and "stopped after epoch 2 of 4" in capsys.readouterr().out
    assert (tmp_path / "log.csv").read_text() == rows
    more = call(dataclasses.replace(recipe, steps=12))
    assert more.epoch[0] == 2 and (tmp_path / "log.csv").read_text().startswith(rows)
    assert (tmp_path / "best.keras").exists()


def test_weights_that_are_no_numbers_are_refused(tiny_config):
    model = build(tiny_config)
    model.get_layer("conv1").bias.assign(model.get_layer("conv1").bias * np.nan)
    with pytest.raises(ValueError, match="NaN or infinite: conv1/bias .1 arrays in all"):
        train(model, Scenes("train", 4, 64), None, Recipe(steps=2, **SHORT))


@pytest.mark.slow
def test_a_loss_that_is_no_number_leaves_finite_weights(tiny_config, tmp_path):
    model = build(tiny_config, seed=3)
    before = weight_values(model)
    explosive = Recipe(steps=40, optimizer=keras.optimizers.SGD(1e30), **FAST)
    with pytest.raises(FloatingPointError, match="lower learning rate"):
        train(model, Scenes("train", 8, 64), None, explosive, tmp_path, verbose=0)
    assert all(np.isfinite(value).all() for value in weight_values(model).values())
    assert same_arrays(before, weight_values(model)), "those of the beginning of the epoch"


@pytest.mark.slow
def test_batches_without_any_object_train_without_nan(model):
    """And in the stage "heads" the backbone stays as it is, batch norm included."""
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    empty = Sample(image, np.zeros((0, 64, 64), bool), np.zeros(0, np.int32))
    before = weight_values(model)
    full = Sample(image, np.ones((1, 64, 64), bool), np.ones(1, np.int32))
    recipe = Recipe(steps=2, stage="heads", weight_decay=0.0, **SHORT)
    drawn = {i for step in (0, 1) for i in batch_indices(9, recipe.batch_size, step, recipe.seed)}
    data = [empty if i in drawn else full for i in range(9)]  # there are objects, but not today
    with pytest.warns(UserWarning, match="No object of class rectangle, triangle, star"):
        history = train(model, data, None, recipe)
    for name in ("rpn_bbox_loss", "mrcnn_bbox_loss", "mrcnn_mask_loss"):
        assert history.history[name] == [0]
    assert 0 < history.history["rpn_class_loss"][0] < 20
    after = weight_values(model)
    assert all(np.isfinite(value).all() for value in after.values())
    changed = {
        name.split("/")[0] for name in after if not np.array_equal(before[name], after[name])
    }
    assert "rpn_class_raw" in changed
    assert not any(name.startswith(("res", "bn", "conv1")) for name in changed)


@pytest.mark.minutes
def test_a_giant_object_and_thousands_of_tiny_ones(model, tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (128, 128, 3)).astype(np.uint8)
    giant = Sample(image, np.ones((1, 128, 128), bool), np.ones(1, np.int32))
    masks = np.zeros((2000, 128, 128), bool)
    for i, mask in enumerate(masks):
        row, column = divmod(i, 50)
        mask[3 * row : 3 * row + 2, 2 * column : 2 * column + 2] = True
    tiny = Sample(image, masks, np.ones(2000, np.int32))
    recipe = Recipe(steps=2, **SHORT)
    with pytest.warns(UserWarning, match="No object of class rectangle, triangle, star"):
        history = train(model, [giant, tiny], None, recipe, tmp_path)
    assert np.isfinite(history.history["loss"]).all()
    assert (tmp_path / "checkpoint.weights.h5").exists()


def test_empty_data_set(model):
    with pytest.raises(ValueError, match="empty"):
        train(model, [], None, Recipe(steps=2, **SHORT))


# The recipe of the shipped weights


@pytest.mark.parametrize(("images", "watched"), [(0, 0), (2, 2)])
def test_no_validation_images_means_no_measuring(images, watched):
    scenes = Scenes("validation", 3, 64)
    stage = types.SimpleNamespace(first_epoch=0, done=0, last_step=0)
    run = Run(Recipe(), None, stage)
    callbacks = training._watching(scenes, Subset(scenes, 0, images), run)
    kinds = (ValidationAP, ValidationLosses)
    assert sum(isinstance(callback, kinds) for callback in callbacks) == watched


def test_train_scenes_takes_the_recipes_data(monkeypatch, tiny):
    calls = []
    monkeypatch.setattr(training, "train", lambda *given: calls.append(given) or "history")
    recipe = Recipe(steps=50, batch_size=4, validation_images=7, seed=9)
    assert training.train_scenes(tiny, recipe, "folder", first=1001) == "history"
    ((given, data, validation, given_recipe, folder),) = calls
    assert given is tiny and given_recipe is recipe and folder == "folder"
    scenes = data.dataset
    assert (scenes.split, len(data), scenes.sizes) == ("train", 200, (192, 192, 192, 168))
    assert [data[i].image_id for i in (0, 199)] == [1001, 1200]
    assert (validation.split, len(validation), validation.sizes) == ("validation", 7, (192,))
    training.train_scenes(tiny, Recipe(validation_images=0), None)
    assert calls[-1][2] is None
    for trained, default in ((False, FROM_SCRATCH), (True, FINE_TUNING)):
        monkeypatch.setattr(tiny, "trained", trained)
        training.train_scenes(tiny)
        assert calls[-1][3] == default
