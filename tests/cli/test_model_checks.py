"""Checks of the weights and of a run of the model: right, damaged, absent, and other results."""

import shutil
import types

import numpy as np
import pytest
from skimage import data

from maskrcnn_explained.cli.finding import BAD, FINE
from maskrcnn_explained.cli.model_checks import (
    COINS_FOUND,
    MEAN_BOX,
    check_model_run,
    check_weights,
)
from maskrcnn_explained.weights import load, published


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The shipped weights in another folder, where they may be damaged."""
    folder = tmp_path / "weights"
    shutil.copytree(published.shipped_folder(), folder)
    monkeypatch.setattr(published, "shipped_folder", lambda: folder)
    return folder


def test_weights(copied):
    assert check_weights().state == FINE and check_weights().found.startswith("4 files")


@pytest.mark.parametrize("name", ["scenes.h5", "photos.h5", "csp_coco.h5"])
def test_damaged_weights_are_named(copied, name):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    found = check_weights()
    assert found.state == BAD and name in found.found and "damaged" in found.found
    (copied / name).unlink()
    assert check_weights().state == BAD and "no weights file" in check_weights().found


def test_the_stored_numbers_are_those_of_the_model(trained):
    found = trained.detect(data.coins(), min_score=0.7)
    assert len(found) == COINS_FOUND
    np.testing.assert_allclose(found.boxes.mean(0), MEAN_BOX, atol=0.02)


def test_a_run(shipped):
    assert check_model_run().state == FINE and "all 24 coins" in check_model_run().found


def test_other_results_are_a_problem(trained, monkeypatch):
    strict = types.SimpleNamespace(detect=lambda image, min_score: trained.detect(image, 0.99))
    monkeypatch.setattr(load, "load", lambda name: strict)
    found = check_model_run()
    assert found.state == BAD and "expected 24" in found.found


def test_a_tensorflow_that_does_not_run(monkeypatch):
    def stops(name):
        raise ImportError("DLL load failed while importing _pywrap_tensorflow_internal")

    monkeypatch.setattr(load, "load", stops)
    found = check_model_run()
    assert found.state == BAD and "DLL load failed" in found.found and "install" in found.mend
