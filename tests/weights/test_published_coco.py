"""The reference's COCO file: downloaded once, every array compared with its fingerprint."""

import json
import pathlib

import pytest
from helpers import same_arrays, weight_values
from reference_run import write_as_the_reference

from maskrcnn_explained._downloads import CACHE_VARIABLE
from maskrcnn_explained.model import build
from maskrcnn_explained.weights import file as weights
from maskrcnn_explained.weights import published as published_weights
from maskrcnn_explained.weights.load import load
from maskrcnn_explained.weights.published import coco_file


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    return folder


def retrieving(monkeypatch, arrays):
    """pooch returns a file of these arrays and uses no network."""
    pooch = pytest.importorskip("pooch")

    def retrieve(url, known_hash, fname, path, progressbar):
        assert url == published_weights.COCO_URL
        pathlib.Path(path).mkdir(parents=True, exist_ok=True)
        return str(write_as_the_reference(pathlib.Path(path) / fname, arrays))

    monkeypatch.setattr(pooch, "retrieve", retrieve)


@pytest.fixture
def published(tmp_path, monkeypatch, arrays):
    """The fingerprints of the tiny arrays replace the real ones."""
    prints = {
        k: [a.shape, *(round(float(v), 4) for v in (a.min(), a.max(), a.std()))]
        for k, a in arrays.items()
    }
    (tmp_path / "coco_fingerprints.json").write_text(json.dumps(prints))
    monkeypatch.setattr(published_weights, "shipped_folder", lambda: tmp_path)


def test_fingerprints_are_those_of_resnet101():
    text = (published_weights.shipped_folder() / "coco_fingerprints.json").read_text(
        encoding="utf-8"
    )
    prints = json.loads(text)
    model = build("coco-resnet101")
    assert {k: tuple(v.shape) for k, v in weights.named_weights(model).items()} == {
        k: tuple(shape) for k, (shape, *_) in prints.items()
    }


def test_download_check_and_load(cache, published, monkeypatch, arrays, tiny_config):
    retrieving(monkeypatch, arrays)
    path = coco_file()
    assert path == cache / "mask_rcnn_coco.h5" and list(cache.iterdir()) == [path]
    assert same_arrays(weight_values(load("coco", preset=tiny_config)), arrays)


@pytest.mark.parametrize("change", ["value", "missing"])
def test_one_other_array_is_enough(cache, published, monkeypatch, arrays, change):
    arrays = {**arrays, "fpn_p2/bias": arrays["fpn_p2/bias"] + 0.01}
    if change == "missing":
        del arrays["fpn_p2/bias"]
    retrieving(monkeypatch, arrays)
    with pytest.raises(ValueError, match="not the COCO file.*: fpn_p2/bias"):
        coco_file()
    assert not any(cache.iterdir())


def test_a_file_of_other_values_is_not_kept(cache, monkeypatch, arrays):
    retrieving(monkeypatch, arrays)
    with pytest.raises(ValueError, match=r"not the COCO file: conv1/kernel \[7, 7, 3, 64\]"):
        coco_file()
    assert not any(cache.iterdir())


def test_a_file_that_is_there_is_not_fetched(cache, monkeypatch, arrays):
    cache.mkdir()
    path = write_as_the_reference(cache / published_weights.COCO_FILE, arrays)
    assert coco_file() == path


def test_no_network(cache, monkeypatch):
    pooch = pytest.importorskip("pooch")

    def fail(*arguments, **options):
        raise OSError("no route to host")

    monkeypatch.setattr(pooch, "retrieve", fail)
    with pytest.raises(ConnectionError, match=f"put it at {cache}.*mask_rcnn_coco.h5, or name"):
        load("coco")
    assert not cache.exists() or not any(cache.iterdir())
