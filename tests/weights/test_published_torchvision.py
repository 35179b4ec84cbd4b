"""torchvision's COCO file: downloaded once, and each time the file that was published."""

import hashlib
import pathlib

import pytest
from helpers import run, same_arrays, weight_values
from torch_files import saved
from torchvision_run import TINY_TORCHVISION, tiny_state_dict

from maskrcnn_explained._downloads import CACHE_VARIABLE
from maskrcnn_explained.weights import published
from maskrcnn_explained.weights.load import config_of, load
from maskrcnn_explained.weights.torchvision_map import mapped_arrays

FILE = "maskrcnn_resnet50_fpn_coco-bf2d0c1e.pth"
TINY_FILE = saved(tiny_state_dict(), newer=False)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    return folder


@pytest.fixture
def tiny_is_published(monkeypatch):
    """The checksum of a tiny file replaces the real one."""
    monkeypatch.setattr(
        published, "TORCHVISION_SHA256", hashlib.sha256(TINY_FILE).hexdigest(), raising=True
    )


def retrieving(monkeypatch, content):
    """pooch returns a file of these bytes and uses no network."""
    pooch = pytest.importorskip("pooch")
    asked = []

    def retrieve(url, known_hash, fname, path, progressbar):
        asked.append(url)
        (pathlib.Path(path) / fname).write_bytes(content)
        return str(pathlib.Path(path) / fname)

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    return asked


def test_the_name_has_the_beginning_of_the_checksum():
    assert FILE == published.TORCHVISION_FILE and published.TORCHVISION_URL.endswith(FILE)
    beginning = FILE.removesuffix(".pth").split("-")[1]
    assert published.TORCHVISION_SHA256.startswith(beginning)
    assert len(bytes.fromhex(published.TORCHVISION_SHA256)) == 32


def test_download_check_and_load(cache, tiny_is_published, monkeypatch):
    asked = retrieving(monkeypatch, TINY_FILE)
    for _ in range(2):
        model = load("coco-torchvision", **TINY_TORCHVISION)
        assert same_arrays(weight_values(model), mapped_arrays(tiny_state_dict())[0])
    assert asked == [published.TORCHVISION_URL] and list(cache.iterdir()) == [cache / FILE]
    assert published.find_weights("coco-torchvision") == cache / FILE
    assert model.config.name == "coco-torchvision" and model.trained
    assert model.config.batch_norm_epsilon == 0.0, "although this file has counters"
    assert published.is_torchvision_file(cache / FILE)


def test_another_file_is_not_kept(cache, monkeypatch):
    retrieving(monkeypatch, TINY_FILE)
    with pytest.raises(ValueError, match=r"is damaged: its SHA-256 is .*, expected bf2d0c1efbc9"):
        load("coco-torchvision")
    assert not any(cache.iterdir())


def test_damage_in_the_cache_is_noticed(cache, tiny_is_published):
    cache.mkdir()
    damaged = bytearray(TINY_FILE)
    damaged[-100] ^= 1
    (cache / FILE).write_bytes(damaged)
    with pytest.raises(
        ValueError, match=rf"{FILE} is damaged: .*you can delete: it is fetched aga"
    ):
        load("coco-torchvision", **TINY_TORCHVISION)


def test_no_network(cache, monkeypatch, capsys, tmp_path):
    pooch = pytest.importorskip("pooch")

    def fail(*arguments, **options):
        raise OSError("no route to host")

    monkeypatch.setattr(pooch, "retrieve", fail)
    with pytest.raises(ConnectionError, match=f"put it at {cache}.*{FILE}, or name the folder"):
        load("coco-torchvision")
    assert not any(cache.iterdir())
    output = tmp_path / "out.png"
    code, out, err = run(capsys, "detect", "-o", output, "--weights", "coco-torchvision")
    assert code == 1 and out == "" and len(err.splitlines()) == 1, err
    assert "could not be downloaded (no route to host)" in err and not output.exists()


def test_its_preset_is_known_without_the_file(cache):
    assert config_of("coco-torchvision").name == "coco-torchvision"
    assert config_of("coco-torchvision").num_classes == 91
