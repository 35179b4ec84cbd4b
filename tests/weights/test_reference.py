"""The reference's files: every array arrives, or nothing changes and the error says why."""

import json
import pathlib

import h5py
import numpy as np
import pytest
from reference_run import write_as_the_reference

from maskrcnn_explained._downloads import CACHE_VARIABLE
from maskrcnn_explained.model import build
from maskrcnn_explained.weights import file as weights
from maskrcnn_explained.weights import published as published_weights
from maskrcnn_explained.weights.load import load
from maskrcnn_explained.weights.published import coco_file
from maskrcnn_explained.weights.reference import HEADS, load_reference_weights


def values(model):
    return {name: v.numpy() for name, v in weights.named_weights(model).items()}


def other_values(model, seed=3):
    """Arrays of the same names and shapes, each with numbers of its own."""
    rng = np.random.default_rng(seed)
    return {name: rng.random(a.shape, np.float32) for name, a in values(model).items()}


def equal(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


@pytest.fixture
def model(tiny_config):
    return build(tiny_config)


@pytest.fixture
def arrays(model):
    return other_values(model)


@pytest.fixture
def file(tmp_path, arrays):
    return write_as_the_reference(tmp_path / "w.h5", arrays)


def refused(model, path, message, **options):
    """Loading raises a ValueError that matches, and the model is as before."""
    before = values(model)
    with pytest.raises(ValueError, match=message):
        load_reference_weights(model, path, **options)
    assert equal(values(model), before)


def test_every_array_arrives(model, arrays, file):
    report = load_reference_weights(model, file)
    assert equal(values(model), arrays) and sorted(report.loaded) == sorted(arrays)
    assert not (report.excluded or report.skipped or report.left_over)
    assert str(report) == f"{len(arrays)} arrays loaded and compared with the file"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), [("coco-resnet50", 384), ("coco-resnet101", 690)])
def test_every_array_of_a_full_size_model_arrives(name, number, tmp_path):
    """Forks of the reference load these files and change nothing: 0 of 384 arrays."""
    model = build(name)
    arrays, before = other_values(model), values(model)
    assert len(arrays) == number and not any(np.array_equal(arrays[k], before[k]) for k in arrays)
    report = load_reference_weights(model, write_as_the_reference(tmp_path / "w.h5", arrays))
    assert len(report.loaded) == number and equal(values(model), arrays)


def test_excluded_layers_keep_their_weights(tiny_config, model, file, arrays):
    two = build(tiny_config, class_names=("background", "nucleus"))
    before = values(two)
    report = load_reference_weights(two, file, exclude=HEADS)
    assert sorted(report.excluded) == sorted(n for n in arrays if n.split("/")[0] in HEADS)
    for name, array in values(two).items():
        assert np.array_equal(array, before[name] if name in report.excluded else arrays[name])
    assert "6 excluded: mrcnn_bbox_fc/kernel, " in str(report)


@pytest.mark.parametrize("exclude", [["conv9"], "conv1"])
def test_an_unknown_name_to_exclude(model, file, exclude):
    refused(model, file, "layers that the model does not have: conv9|takes a list", exclude=exclude)


def test_other_classes(tiny_config, file):
    two = build(tiny_config, class_names=("background", "nucleus"))
    refused(two, file, r"knows 5 classes .* and the model 2: build .* or pass exclude=HEADS")


def test_other_shapes_are_refused_or_skipped(model, file, arrays):
    with h5py.File(file, "r+") as h5:
        del h5["fpn_p3/fpn_p3/kernel:0"]
        h5["fpn_p3/fpn_p3/kernel:0"] = np.zeros((3, 3, 8, 9), np.float32)
    refused(model, file, r"fpn_p3/kernel is \[3, 3, 8, 9\], the model has \[3, 3, 8, 8\]")
    before = values(model)
    report = load_reference_weights(model, file, skip_mismatch=True)
    assert report.skipped == ["fpn_p3/kernel", "fpn_p3/bias"], "the layer as a whole"
    for name, array in values(model).items():
        assert np.array_equal(array, before[name] if name in report.skipped else arrays[name])


def test_another_depth(tiny_config, model, file, tmp_path):
    deep = build(tiny_config, backbone_blocks=(1, 1, 2, 1))
    refused(deep, file, r"lacks 18 of \d+ arrays \(res4b_branch2a/kernel, .*another depth")
    path = write_as_the_reference(tmp_path / "deep.h5", other_values(deep))
    refused(model, path, r"no place for 18 of its arrays \(bn4b_branch2a/", skip_mismatch=True)


def test_anchors_among_the_weights_are_left_over(model, file, arrays):
    with h5py.File(file, "r+") as h5:
        h5["anchors/anchors/Variable:0"] = np.zeros((2, 4), np.float32)
    report = load_reference_weights(model, file)
    assert report.left_over == ["anchors/Variable"] and equal(values(model), arrays)


def test_not_a_number(model, file):
    with h5py.File(file, "r+") as h5:
        h5["fpn_p4/fpn_p4/bias:0"][3] = np.nan
    refused(model, file, r"fpn_p4/bias \[8\] holds NaN")


def test_cut_short_and_not_hdf5(model, file, tmp_path):
    (tmp_path / "cut.h5").write_bytes(file.read_bytes()[:5000])
    refused(model, tmp_path / "cut.h5", "not a weights file, or it is damaged")
    with pytest.raises(FileNotFoundError, match="no weights file at"):
        load_reference_weights(model, tmp_path / "absent.h5")


# The published COCO file


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    return folder


def retrieving(monkeypatch, arrays):
    """pooch hands out a file of these arrays instead of asking the network."""
    pooch = pytest.importorskip("pooch")

    def retrieve(url, known_hash, fname, path, progressbar):
        assert url == published_weights.COCO_URL
        pathlib.Path(path).mkdir(parents=True, exist_ok=True)
        return str(write_as_the_reference(pathlib.Path(path) / fname, arrays))

    monkeypatch.setattr(pooch, "retrieve", retrieve)


@pytest.fixture
def published(tmp_path, monkeypatch, arrays):
    """The tiny arrays' fingerprints in the place of the real ones."""
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
    assert equal(values(load("coco", preset=tiny_config)), arrays)


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
