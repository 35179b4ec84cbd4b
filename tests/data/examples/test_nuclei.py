"""The nuclei: a split that never changes, and an archive that is checked before it is used."""

import hashlib
import io
import pathlib
import zipfile

import numpy as np
import pytest
from skimage import io as skimage_io

from maskrcnn_explained.data.examples import nuclei as module
from maskrcnn_explained.data.examples.nuclei import fetch_nuclei, nuclei, nuclei_split, unpack
from maskrcnn_explained.presets import PRESETS

SPLIT = "1a2ef1ebaa88804b"  # start of the SHA-256 of all names in order


def png(array):
    buffer = io.BytesIO()
    skimage_io.imsave(buffer, array, check_contrast=False, extension=".png")
    return buffer.getvalue()


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An archive of two images in the source's layout, and a split that names them."""
    images = {name: png(np.full((8, 9, 3), i, np.uint8)) for i, name in enumerate(("aa", "bb"))}
    rows = [
        dict(id=name, nuclei=2, sha256=hashlib.sha256(content).hexdigest())
        for name, content in images.items()
    ]
    split = dict(train=rows[:1], validation=[], test=rows[1:])
    monkeypatch.setattr(module, "nuclei_split", lambda: split)
    path = tmp_path / "archive.zip"
    mask = np.zeros((8, 9), np.uint8)
    with zipfile.ZipFile(path, "w") as file:
        for name, content in images.items():
            file.writestr(f"repository/stage1_train/{name}/images/{name}.png", content)
            for i in (1, 4):
                mask[:] = 0
                mask[i : i + 2, 2:5] = 255
                file.writestr(f"repository/stage1_train/{name}/masks/m{i}.png", png(mask))
        file.writestr("repository/../../outside/images/aa.png", b"no")
        file.writestr("repository/README.md", "text")
    return path


def test_the_split_is_fixed():
    split = nuclei_split()
    assert [len(split[part]) for part in module.PARTS] == [210, 14, 50]
    ids = [image["id"] for part in module.PARTS for image in split[part]]
    hashes = {image["sha256"] for part in module.PARTS for image in split[part]}
    assert len(set(ids)) == len(hashes) == 274
    assert sum(image["nuclei"] for part in module.PARTS for image in split[part]) == 7821
    assert hashlib.sha256("".join(ids).encode()).hexdigest()[:16] == SPLIT


def test_the_preset_fits_them():
    most = max(image["nuclei"] for part in nuclei_split().values() for image in part)
    config = PRESETS["nuclei"]
    assert config.detections >= 200 > most and config.class_names == ("background", "nucleus")


@pytest.mark.parametrize("kind", [str, pathlib.Path])
def test_unpacked_images_and_masks(archive, tmp_path, kind):
    unpack(kind(archive), kind(tmp_path / "data"))
    part = nuclei(tmp_path / "data", "train")
    assert part.names == ["aa"] and part.class_names == ("background", "nucleus")
    sample = part[0]
    assert sample.masks.shape == (2, 8, 9) and sample.masks.sum() == 12
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["aa", "bb"]
    assert not (tmp_path / "outside").exists()


def test_an_archive_of_something_else(archive, tmp_path, monkeypatch):
    split = module.nuclei_split()
    split["train"][0] = split["train"][0] | dict(sha256="0" * 64)
    with pytest.raises(ValueError, match="is not the one that the split names"):
        unpack(archive, tmp_path / "data")
    (tmp_path / "text.zip").write_text("no")
    with pytest.raises(ValueError, match="not a ZIP file"):
        unpack(tmp_path / "text.zip", tmp_path / "data")


def test_fetched_once_and_whole(archive, tmp_path, monkeypatch):
    import pooch

    monkeypatch.setenv("MASKRCNN_EXPLAINED_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(pooch, "retrieve", lambda *_, **__: str(archive))
    folder = fetch_nuclei()
    assert len(nuclei(folder, "test")) == 1
    monkeypatch.setattr(pooch, "retrieve", None)
    assert fetch_nuclei() == folder, "the second time nothing is downloaded"


def test_without_a_network_nothing_is_left(tmp_path, monkeypatch):
    import pooch

    def fail(*_, **__):
        raise OSError("no network")

    monkeypatch.setenv("MASKRCNN_EXPLAINED_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(pooch, "retrieve", fail)
    with pytest.raises(ConnectionError, match="unpack"):
        fetch_nuclei()
    assert not list((tmp_path / "cache").iterdir())


def test_unknown_part(tmp_path):
    with pytest.raises(ValueError, match="there are: train, validation, test"):
        nuclei(tmp_path, "all")
