"""Weights files: a round trip, and every way in which a file can be wrong."""

import h5py
import numpy as np
import pytest
from helpers import same_arrays, weight_values

from maskrcnn_explained.model import build
from maskrcnn_explained.weights import file as weights


@pytest.fixture
def saved(tiny, tmp_path):
    path = tmp_path / "tiny.h5"
    weights.save_weights(tiny, path)
    return path


@pytest.fixture(scope="module")
def other(tiny_config):
    """The same graph as `tiny` with weights of another seed."""
    return build(tiny_config, seed=5)


def test_round_trip_is_exact(tiny, other, saved):
    assert not same_arrays(weight_values(tiny), weight_values(other))
    weights.load_weights(other, saved)
    assert same_arrays(weight_values(tiny), weight_values(other))
    assert list(saved.parent.iterdir()) == [saved]  # no temporary file stays


def test_file_is_named_by_layer_as_the_reference_does(saved):
    with h5py.File(saved) as file:
        assert file["conv1/conv1/kernel:0"].shape == (7, 7, 3, 8)
        assert "mrcnn_mask_deconv" in file and "rpn_class_raw" in file
        assert not any("optimizer" in name for name in file)


def test_weights_for_another_config(other, saved):
    """The message names what differs, and nothing is loaded."""
    before = weight_values(other)
    with h5py.File(saved, "r+") as file:
        del file["fpn_p4"], file["conv1/conv1/bias:0"]
        file["conv1/conv1/bias:0"] = np.zeros(99, np.float32)
        file["extra/extra/kernel:0"] = np.zeros(3, np.float32)
    with pytest.raises(ValueError, match="another Config") as error:
        weights.load_weights(other, saved)
    for part in ("fpn_p4/kernel is missing", r"extra/kernel is not in the model", "[99]", "[8]"):
        assert part in str(error.value)
    assert same_arrays(before, weight_values(other))


def test_many_differences_are_cut_short(tiny, saved):
    with h5py.File(saved, "w") as file:
        file["extra/extra/kernel:0"] = np.zeros(3, np.float32)
    with pytest.raises(ValueError, match=r"and \d+ more"):
        weights.load_weights(tiny, saved)


@pytest.mark.parametrize("damage", ["text", "cut", "empty", "strings"])
def test_damaged_file(tiny, saved, damage):
    if damage == "strings":
        with h5py.File(saved, "w") as file:
            file["conv1/conv1/kernel:0"] = ["not", "numbers"]
    else:
        content = saved.read_bytes()
        saved.write_bytes({"text": b"hello", "cut": content[:-500], "empty": b""}[damage])
    with pytest.raises(ValueError, match="damaged"):
        weights.load_weights(tiny, saved)


def test_keras_checkpoint_is_recognised(tiny, tmp_path):
    path = tmp_path / "checkpoint.weights.h5"
    tiny.save_weights(path)
    with pytest.raises(ValueError, match="checkpoint"):
        weights.load_weights(tiny, path)


def test_missing_file_and_folder(tiny, tmp_path):
    with pytest.raises(FileNotFoundError, match="no weights file"):
        weights.load_weights(tiny, tmp_path / "none.h5")
    with pytest.raises(FileNotFoundError, match="no folder"):
        weights.save_weights(tiny, tmp_path / "none" / "tiny.h5")


def test_a_failed_write_leaves_the_old_file(tiny, saved, monkeypatch):
    before = saved.read_bytes()

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(h5py.Group, "create_dataset", fail)
    with pytest.raises(OSError, match="disk full"):
        weights.save_weights(tiny, saved)
    assert saved.read_bytes() == before and list(saved.parent.iterdir()) == [saved]


def test_float16_is_half_as_large_and_rounds_each_number_once(tiny, other, saved):
    path = saved.with_name("small.h5")
    weights.save_weights(tiny, path, "float16")
    with h5py.File(path) as file:  # a tiny file is mostly names, so its size says little
        stored = file["conv1/conv1/kernel:0"]
        assert stored.dtype == np.float16
    weights.load_weights(other, path)
    for name, array in weight_values(tiny).items():
        loaded = weight_values(other)[name]
        assert loaded.dtype == np.float32
        np.testing.assert_array_equal(loaded, array.astype(np.float16).astype(np.float32))


def test_float16_refuses_what_it_cannot_hold(tiny_config, saved):
    model = build(tiny_config)
    path = saved.with_name("small.h5")
    model.find_layer("rpn_conv_shared").bias.assign_add(70_000 * np.ones(model_width(model)))
    with pytest.raises(ValueError, match="rpn_conv_shared/bias.*float32"):
        weights.save_weights(model, path, "float16")
    assert not path.exists()
    with pytest.raises(ValueError, match="float16"):
        weights.save_weights(model, path, "bfloat16")


def model_width(model):
    return model.config.rpn_depth
