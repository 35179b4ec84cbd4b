"""Keras' own methods for files: every kind is loaded as a whole or refused; Config and NaN."""

import keras
import numpy as np
import pytest
from helpers import same_arrays, weight_values
from reference_run import write_as_the_reference

from maskrcnn_explained.model import build
from maskrcnn_explained.stored.contents import read_stored
from maskrcnn_explained.weights.file import save_weights


@pytest.fixture(scope="module")
def model(tiny_config):
    """A model that these tests load into."""
    return build(tiny_config, seed=9)


@pytest.fixture
def before(model):
    return weight_values(model)


def write(kind, model, folder):
    """A file of that kind; its path."""
    if kind == "weights":
        save_weights(model, folder / "course.h5")
        return folder / "course.h5"
    if kind == "reference":
        return write_as_the_reference(folder / "course.h5", weight_values(model))
    path = folder / ("m.keras" if kind == "keras" else "m.weights.h5")
    model.save(path) if kind == "keras" else model.save_weights(path)
    return path


@pytest.mark.parametrize("kind", ["weights", "reference", "checkpoint", "keras"])
def test_load_weights_takes_every_kind(tiny, model, kind, tmp_path):
    model.load_weights(write(kind, tiny, tmp_path))
    assert same_arrays(weight_values(model), weight_values(tiny))


@pytest.mark.parametrize("kind", ["weights", "reference"])
def test_by_name_loads_all(tiny, model, kind, tmp_path):
    model.load_weights(str(write(kind, tiny, tmp_path)), by_name=True)
    assert same_arrays(weight_values(model), weight_values(tiny))


@pytest.mark.parametrize("options", [{"skip_mismatch": True}, {"by_names": True}])
def test_what_does_not_apply_to_a_weights_file(tiny, model, before, options, tmp_path):
    with pytest.raises(ValueError, match=r"loaded as a whole: .*load_reference_weights has"):
        model.load_weights(write("weights", tiny, tmp_path), **options)
    assert same_arrays(weight_values(model), before)


@pytest.mark.parametrize("kind", ["weights", "checkpoint", "keras"])
@pytest.mark.parametrize("names", ["fewer", "reordered"])
def test_other_classes_are_refused(tiny_config, model, before, kind, names, tmp_path):
    background, *others = tiny_config.class_names
    ours = (background, *(others[1:] if names == "fewer" else others[::-1]))
    path = write(kind, build(tiny_config, class_names=ours), tmp_path)
    shown = rf"\({', '.join(ours)}\); the model has \({', '.join(tiny_config.class_names)}\)"
    with pytest.raises(ValueError, match=shown + r".*load\(path, class_names=\.\.\.\)"):
        model.load_weights(path)
    assert same_arrays(weight_values(model), before)


@pytest.mark.parametrize("kind", ["weights", "checkpoint", "keras"])
def test_another_architecture_changes_nothing(tiny_config, model, before, kind, tmp_path):
    path = write(kind, build(tiny_config, mask_head_depth=4), tmp_path)
    with pytest.raises(ValueError, match=rf"{path.name} was made for another Config"):
        model.load_weights(path)
    assert same_arrays(weight_values(model), before)


def test_a_checkpoint_brings_the_optimizer(tiny_config, tmp_path):
    model, again = build(tiny_config), build(tiny_config, seed=1)
    for one in (model, again):
        one.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
        one.optimizer.build(one.trainable_variables)
    model.optimizer.iterations.assign(7)
    model.optimizer.momentums[0].assign(model.optimizer.momentums[0] + 3)
    model.save_weights(tmp_path / "c.weights.h5")
    again.load_weights(tmp_path / "c.weights.h5")
    assert int(again.optimizer.iterations) == 7
    np.testing.assert_array_equal(again.optimizer.momentums[0], model.optimizer.momentums[0])


def test_a_checkpoint_holds_the_config_and_keras_reads_it(tiny, tmp_path):
    path = write("checkpoint", tiny, tmp_path)
    assert read_stored(path).config() == tiny.config
    again = build(tiny.config, seed=2)
    keras.saving.load_weights(again, path)  # Keras' own function, not our method
    assert same_arrays(weight_values(again), weight_values(tiny))


@pytest.mark.parametrize("kind", ["checkpoint", "keras"])
def test_files_are_not_overwritten_unasked(tiny, kind, tmp_path):
    path = write(kind, tiny, tmp_path)
    save = tiny.save if kind == "keras" else tiny.save_weights
    content = path.read_bytes()
    with pytest.raises(FileExistsError, match="is there already; give a new name"):
        save(path, overwrite=False)
    assert path.read_bytes() == content
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        save(tmp_path / "none" / path.name)


def test_the_old_format_of_keras_is_refused(tiny, tmp_path):
    """Keras writes it, and then cannot load it."""
    with pytest.raises(ValueError, match=r"ends in .keras, or write a weights file"):
        tiny.save(tmp_path / "m.h5")
    assert list(tmp_path.iterdir()) == []


def test_keras_endings_and_paths_that_are_not_there(tiny, model, tmp_path):
    with pytest.raises(ValueError, match=r"must end in `.weights.h5`"):
        tiny.save_weights(tmp_path / "w.h5")
    with pytest.raises(FileNotFoundError, match="There is no weights file at"):
        model.load_weights(tmp_path / "w.h5")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["weights", "checkpoint", "keras"])
def test_nan_is_said_when_saved_and_when_loaded(tiny_config, kind, tmp_path):
    bad = build(tiny_config)
    bad.find_layer("fpn_p4").bias.assign(np.full(8, np.nan))
    with pytest.warns(UserWarning, match=r"The model that is saved has weights .*: fpn_p4/bias"):
        path = write(kind, bad, tmp_path)
    with pytest.warns(UserWarning, match=rf"{path.name} has weights .*: fpn_p4/bias \(1 of"):
        build(tiny_config).load_weights(path)
