"""`load` takes every file of weights and the folder of a run: the content tells what they are."""

import dataclasses
import json
import os

import keras
import numpy as np
import pytest
from helpers import convolutions, same_arrays, weight_values

from maskrcnn_explained.model import build
from maskrcnn_explained.stored.contents import read_stored
from maskrcnn_explained.stored.hdf5 import MemoryFile
from maskrcnn_explained.weights.file import save_weights
from maskrcnn_explained.weights.load import config_of, load
from maskrcnn_explained.weights.reference import HEADS

WRITERS = {
    "weights.h5": save_weights,
    "c.weights.h5": lambda model, path: model.save_weights(path),
    "m.keras": lambda model, path: model.save(path),
}


@keras.saving.register_keras_serializable("load_kinds")
def registered_convolutions(image, config):
    return convolutions(image, config)


@pytest.fixture(params=WRITERS)
def saved(request, tiny, tmp_path):
    """A file of each kind under a name that tells nothing."""
    path = tmp_path / request.param
    WRITERS[request.param](tiny, path)
    return path.rename(tmp_path / "model.bin")


def test_every_kind_comes_back(tiny, saved):
    again = load(saved)
    assert again.config == tiny.config == config_of(saved) and again.trained
    assert same_arrays(weight_values(again), weight_values(tiny))


def test_every_kind_takes_changes_and_exclusions(tiny, saved):
    again = load(saved, exclude=("fpn_p3",), detections=5, seed=4)
    assert again.config == tiny.config.changed(detections=5) and again.seed == 4
    fresh = weight_values(build(tiny.config, seed=4))
    for name, array in weight_values(again).items():
        wanted = fresh[name] if name.startswith("fpn_p3/") else weight_values(tiny)[name]
        np.testing.assert_array_equal(array, wanted, err_msg=name)


def test_every_kind_matches_classes_by_name(tiny, saved):
    names = ("background", "coin", *reversed(tiny.config.class_names[1:]))
    with pytest.warns(UserWarning, match=r"model.bin .* fresh weights, to be trained, for coin\."):
        again = load(saved, class_names=names)
    old, new = weight_values(tiny), weight_values(again)
    rows = {name: i for i, name in enumerate(tiny.config.class_names)}
    for i, name in enumerate(names):
        if name != "coin":
            for weight in ("mrcnn_class_logits/kernel", "mrcnn_mask/bias"):
                np.testing.assert_array_equal(new[weight][..., i], old[weight][..., rows[name]])


def test_a_compiled_model_with_its_optimizer(tiny_config, tmp_path):
    model = build(tiny_config, seed=3)
    model.compile(optimizer=keras.optimizers.Adam(0.1))
    model.optimizer.build(model.trainable_variables)
    for name, write in WRITERS.items():
        write(model, tmp_path / name)
        assert same_arrays(weight_values(load(tmp_path / name)), weight_values(model)), name
    assert load(tmp_path / "m.keras").seed == 3


def test_a_registered_backbone_comes_back(tiny_config, tmp_path):
    model = build(tiny_config, backbone=registered_convolutions)
    for name, write in WRITERS.items():
        write(model, tmp_path / name)
        again = load(tmp_path / name)
        assert again.config.backbone is registered_convolutions
        assert same_arrays(weight_values(again), weight_values(model)), name


def test_an_unregistered_backbone_needs_its_config(tiny_config, tmp_path):
    model = build(tiny_config, backbone=convolutions)
    for name in ("weights.h5", "c.weights.h5"):
        WRITERS[name](model, tmp_path / name)
        again = load(tmp_path / name, preset=model.config)
        assert same_arrays(weight_values(again), weight_values(model)), name


def test_a_checkpoint_without_config(tiny, tmp_path):
    """As Keras' own function writes it."""
    memory = MemoryFile("c.weights.h5")
    keras.saving.save_weights(tiny, memory)
    path = tmp_path / "keras.weights.h5"
    path.write_bytes(memory.getvalue())
    with pytest.raises(ValueError, match=r"keras.weights.h5 is a checkpoint without .*preset="):
        load(path)
    assert same_arrays(weight_values(load(path, preset=tiny.config)), weight_values(tiny))
    with pytest.raises(ValueError, match="was made for another Config, or it is damaged"):
        load(path, preset=tiny.config.changed(fpn_depth=16))


def test_a_weights_file_without_config(tiny_config, tmp_path):
    """The preset "scenes" is only a guess, and the error says so."""
    save_weights(build(tiny_config, backbone=convolutions), tmp_path / "w.h5")
    with pytest.raises(ValueError, match=r"another Config: .* holds no Config, so the preset 'sc"):
        load(tmp_path / "w.h5")


@pytest.mark.parametrize("field", ["fpn_depth", "box_head_depth", "mask_head_depth"])
def test_a_config_of_a_far_larger_model_is_refused(saved, field):
    """Before the model is built: a few kilobytes must not fill the memory."""
    text = changed(saved, **{field: 10**6})
    with pytest.raises(ValueError, match="holds a Config of a model of .* bytes or more"):
        dataclasses.replace(read_stored(saved), config_text=text).config()


def changed(path, **fields):
    """The Config of a file as JSON, with other values."""
    return json.dumps(json.loads(read_stored(path).config_text) | fields)


# The folder of a run


def test_the_folder_of_a_run(tiny, tiny_config, tmp_path):
    last, earlier = build(tiny_config, seed=1), build(tiny_config, seed=2)
    earlier.save_weights(tmp_path / "checkpoint.weights.h5")
    save_weights(earlier, tmp_path / "best.h5")
    assert same_arrays(weight_values(load(tmp_path)), weight_values(earlier))  # the checkpoint
    save_weights(last, tmp_path / "weights.h5")
    assert same_arrays(weight_values(load(str(tmp_path))), weight_values(last))
    os.symlink(tmp_path, tmp_path / "link")
    assert config_of(tmp_path / "link") == tiny_config


def test_a_folder_by_a_single_word(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    save_weights(tiny, tmp_path / "run" / "weights.h5")
    assert load("run").config == tiny.config


def test_a_folder_without_weights(tmp_path):
    with pytest.raises(FileNotFoundError, match="in it are: no files"):
        load(tmp_path)
    for i in range(12):
        (tmp_path / f"{i:02}.png").touch()
    shown = r"weights.h5 or checkpoint.weights.h5\); in it are: 00.png, 01.png, .*and 2 more"
    with pytest.raises(FileNotFoundError, match=shown):
        load(tmp_path)


# Class names of the shipped weights


@pytest.mark.slow
def test_a_new_class_keeps_the_others(trained):
    """The coins' picture gives the same disks, but for a class that nothing has learned yet."""
    names = ("background", "disk", "rectangle", "triangle", "star", "coin")
    with pytest.warns(UserWarning, match="scenes.h5 .* for coin"):
        six = load("scenes", class_names=names)
    assert six.config.class_names == names
    old, new = weight_values(trained), weight_values(six)
    for name, array in old.items():
        kept = new[name] if not name.startswith(HEADS) else new[name][..., : array.shape[-1]]
        np.testing.assert_array_equal(kept, array, err_msg=name)


def test_heads_that_are_excluded_stay_fresh_without_a_word(tiny, tmp_path):
    save_weights(tiny, tmp_path / "w.h5")
    two = load(tmp_path / "w.h5", exclude=HEADS, class_names=("background", "disk"), seed=6)
    fresh = build(two.config, seed=6)
    for name in ("mrcnn_class_logits/kernel", "mrcnn_bbox_fc/bias", "mrcnn_mask/kernel"):
        np.testing.assert_array_equal(weight_values(two)[name], weight_values(fresh)[name])
