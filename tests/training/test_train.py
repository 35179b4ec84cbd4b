"""Training: stages, schedule, checkpoints from which a run goes on, and data without objects."""

import json

import numpy as np
import pytest
from helpers import rate_at, weight_values

from maskrcnn_explained.data.batches import batch_indices
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.model import build
from maskrcnn_explained.training import train as training
from maskrcnn_explained.training.callbacks import ValidationAP
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.train import train

# The tiny model keeps ten detections, and is told of images with more objects.
pytestmark = pytest.mark.filterwarnings("ignore:.*detections that:UserWarning")

SHORT = dict(batch_size=2, steps_per_epoch=2, warmup_steps=2, validation_images=1)


# Runs


@pytest.mark.slow
def test_a_run_with_accumulation_goes_on_where_it_stopped(model, tmp_path):
    short = dict(batch_size=1, steps_per_epoch=4, accumulate=2, warmup_steps=2)
    scenes = Scenes("train", 3, sizes=64)
    train(model, scenes, None, Recipe(steps=4, **short), tmp_path, verbose=0)
    history = train(model, scenes, None, Recipe(steps=8, **short), tmp_path, verbose=0)
    assert history.epoch == [1]


@pytest.mark.slow
def test_a_run_goes_on_where_it_stopped(tiny_config, model, tmp_path):
    """Two epochs, then two more in a new model: steps, learning rate and log continue."""
    data = Scenes("train", 16, 64)
    train(model, data, None, Recipe(steps=4, **SHORT), tmp_path)
    assert int(model.optimizer.iterations) == 4
    again = build(tiny_config, seed=4)
    recipe = Recipe(steps=8, **SHORT)
    history = train(again, data, Scenes("validation", 1, 64), recipe, tmp_path)
    assert int(again.optimizer.iterations) == 8 and history.epoch == [2, 3]
    assert float(again.optimizer.learning_rate) == pytest.approx(rate_at(recipe, 8), abs=1e-7)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4]
    assert all(np.isfinite(value) for line in lines for value in line.values())
    assert lines[-1]["images_per_second"] > 0 and -1 <= lines[-1]["val_mask_AP"] <= 1


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


@pytest.mark.slow
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


@pytest.mark.parametrize(("images", "watched"), [(0, 0), (2, 1)])
def test_no_validation_images_means_no_measuring(images, watched):
    scenes = Scenes("validation", 3, 64)
    callbacks = training._watching(scenes, scenes, Recipe(validation_images=images))
    assert sum(isinstance(callback, ValidationAP) for callback in callbacks) == watched


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
