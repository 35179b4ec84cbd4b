"""Loading: shipped weights, files, their presets, and Configs that do not fit."""

import pathlib

import h5py
import numpy as np
import pytest
from helpers import same_arrays, weight_values

from maskrcnn_explained.weights import file as weights
from maskrcnn_explained.weights.load import config_of, load


@pytest.fixture
def saved(tiny, tmp_path):
    path = tmp_path / "tiny.h5"
    weights.save_weights(tiny, path)
    return path


def test_a_file_loads_with_its_preset(tiny, tiny_config, saved):
    assert same_arrays(weight_values(tiny), weight_values(load(saved, preset=tiny_config)))


def test_a_file_without_config_takes_the_named_preset(tiny, tiny_config, saved):
    with h5py.File(saved, "a") as file:
        del file.attrs["config"]
    assert weights.read_file(saved).config() is None
    assert load(saved, preset=tiny_config).config == tiny_config


def test_shipped_weights_load(trained):
    assert trained.config.name == "scenes"
    assert all(np.isfinite(value).all() for value in weight_values(trained).values())


@pytest.mark.slow
def test_shipped_weights_do_not_fit_another_config():
    with pytest.raises(ValueError, match="another Config"):
        load("scenes", fpn_depth=32)


def test_a_shipped_file_is_read_once(monkeypatch):
    names = []
    read_bytes = pathlib.Path.read_bytes

    def counted(path):
        names.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(pathlib.Path, "read_bytes", counted)
    load("scenes", detections=7)
    assert names.count("scenes.h5") == 1


def test_the_config_that_weights_were_trained_with(tiny, saved, monkeypatch):
    assert config_of(saved) == tiny.config
    with h5py.File(saved, "a") as file:
        del file.attrs["config"]
    assert config_of(saved).name == "scenes"
    monkeypatch.setattr(pathlib.Path, "read_bytes", None)  # named weights are not read
    names = [config_of(weights).name for weights in ("scenes", "nuclei", "photos", "coco")]
    assert names == ["scenes", "nuclei", "photos", "coco-resnet101"]


def test_excluded_layers_keep_fresh_weights(tiny, saved):
    fresh = load(saved, exclude=("fpn_p2",), seed=5)
    kernel = fresh.find_layer("fpn_p2").kernel.numpy()
    assert not np.array_equal(kernel, tiny.find_layer("fpn_p2").kernel.numpy())
    np.testing.assert_array_equal(
        fresh.find_layer("fpn_p3").kernel.numpy(), tiny.find_layer("fpn_p3").kernel.numpy()
    )


def test_a_missing_file_and_an_unknown_name():
    with pytest.raises(FileNotFoundError, match="no weights file"):
        load("none.h5")
    with pytest.raises(ValueError, match="'scene'.*scenes"):
        load("scene")


def test_a_file_knows_its_own_config(tiny, saved):
    again = load(saved)
    assert again.config == tiny.config and same_arrays(weight_values(tiny), weight_values(again))
    assert load(saved, detections=5).config.detections == 5


def test_a_config_that_cannot_be_read(saved):
    for wrong in ("[1", '{"colour": 1}', '{"fpn_depth": -1}'):
        with h5py.File(saved, "a") as file:
            file.attrs["config"] = wrong
        with pytest.raises(ValueError, match="holds a Config that this version cannot read"):
            load(saved)
