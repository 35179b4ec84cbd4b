"""Loading by name: shipped weights, their preset, and Configs that do not fit."""

import pathlib

import h5py
import numpy as np
import pytest

from maskrcnn_explained.weights import file as weights
from maskrcnn_explained.weights.load import load


@pytest.fixture
def saved(tiny, tmp_path):
    path = tmp_path / "tiny.h5"
    weights.save_weights(tiny, path)
    return path


def values(model):
    return {name: variable.numpy() for name, variable in weights.named_weights(model).items()}


def equal(first, second):
    return all(np.array_equal(first[name], second[name]) for name in first | second)


def test_a_file_loads_with_its_preset(tiny, tiny_config, saved):
    assert equal(values(tiny), values(load(saved, preset=tiny_config)))


def test_a_file_without_config_is_of_the_preset_that_is_named(tiny, tiny_config, saved):
    with h5py.File(saved, "a") as file:
        del file.attrs["config"]
    assert weights.read_file(saved).config() is None
    assert load(saved, preset=tiny_config).config == tiny_config


def test_shipped_weights_load(trained):
    assert trained.config.name == "scenes"
    assert all(np.isfinite(value).all() for value in values(trained).values())


@pytest.mark.slow
def test_shipped_weights_do_not_fit_another_config():
    with pytest.raises(ValueError, match="another Config"):
        load("scenes", fpn_depth=32)


def test_a_shipped_file_is_read_once(monkeypatch):
    read, read_bytes = [], pathlib.Path.read_bytes
    monkeypatch.setattr(pathlib.Path, "read_bytes", lambda p: read.append(p.name) or read_bytes(p))
    load("scenes", detections=7)
    assert read.count("scenes.h5") == 1
