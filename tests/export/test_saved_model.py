"""The exported SavedModel gives the results of `detect`, with only TensorFlow installed."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from helpers import random_image
from skimage import data

from maskrcnn_explained.export import saved_model
from maskrcnn_explained.model import build

ALONE = """
import sys
sys.modules["maskrcnn_explained"] = None  # importing it would fail
import numpy as np, tensorflow as tf
served = tf.saved_model.load(sys.argv[1])
for name in sys.argv[2:]:
    found = served.serve(tf.constant(np.load(name + ".npy")))
    np.savez(name + ".npz", **{key: value.numpy() for key, value in found.items()})
"""


def agree(found, served, row):
    """One image's rows are the detections; masks may differ where a pixel lies at one half."""
    number = served["counts"][row]
    assert number == len(found) > 0
    np.testing.assert_array_equal(served["class_ids"][row, :number], found.class_ids)
    np.testing.assert_allclose(served["scores"][row, :number], found.scores, atol=1e-4)
    np.testing.assert_allclose(served["boxes"][row, :number], found.boxes, atol=0.02)
    masks = served["masks"][row]
    assert masks.shape[1:] == found.masks.shape[1:] and not masks[number:].any()
    assert (masks[:number] != found.masks).mean() < 1e-4
    for name in ("boxes", "class_ids", "scores"):
        assert not served[name][row, number:].any()


@pytest.mark.minutes
def test_served_in_a_fresh_process_without_this_package(trained, tmp_path):
    coins = np.repeat(data.coins()[..., None], 3, 2)
    batches = {"coins": coins[None], "parts": np.stack([coins[-90:, -130:], coins[:90, :130]])}
    saved_model.export_saved_model(trained, tmp_path / "served", min_score=0.3)
    for name, images in batches.items():
        np.save(tmp_path / f"{name}.npy", images)
    names = [str(tmp_path / name) for name in batches]
    command = [sys.executable, "-c", ALONE, str(tmp_path / "served"), *names]
    subprocess.run(command, check=True, timeout=300)
    agree(trained.detect(coins, 0.3), np.load(tmp_path / "coins.npz"), 0)
    parts = np.load(tmp_path / "parts.npz")
    assert parts["masks"].shape == (2, trained.config.detections, 90, 130)
    for row, image in enumerate(batches["parts"]):
        agree(trained.detect(image, 0.3), parts, row)


@pytest.mark.parametrize("size", [(100, 120), (150, 90)])
def test_the_reference_dialect_too(tiny_reference, size):
    images = np.stack([random_image(*size, seed=seed) for seed in (1, 2)])
    served = saved_model.serve_detections(tiny_reference, tf.constant(images), 0.0)
    served = {name: value.numpy() for name, value in served.items()}
    for row, found in enumerate(tiny_reference.detect(list(images), min_score=0.0)):
        agree(found, served, row)


def test_bad_arguments_fail_before_any_work(tiny, tmp_path):
    with pytest.raises(FileExistsError, match="is there already; give a new name"):
        saved_model.export_saved_model(tiny, tmp_path)
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        saved_model.export_saved_model(tiny, tmp_path / "a" / "b")
    with pytest.raises(ValueError, match=r"min_score must lie in 0\.\.1; got 2"):
        saved_model.export_saved_model(tiny, tmp_path / "served", min_score=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_failure_leaves_no_folder(tiny, tmp_path, monkeypatch):
    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr("maskrcnn_explained._files.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        saved_model.export_saved_model(tiny, tmp_path / "served")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_weights_that_are_nan_are_said(tiny_config, tmp_path):
    model = build(tiny_config)
    model.find_layer("conv1").bias.assign(np.full(8, np.nan))
    with pytest.warns(UserWarning, match="The model that is exported has .*: conv1/bias"):
        saved_model.export_saved_model(model, tmp_path / "served")
