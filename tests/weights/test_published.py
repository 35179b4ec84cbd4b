"""Shipped weights: they match their cards, and any damage is noticed."""

import json
import shutil

import pytest

from maskrcnn_explained.weights import file as weights
from maskrcnn_explained.weights import published
from maskrcnn_explained.weights.load import load


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the shipped weights that a test may damage."""
    folder = published.shipped_folder()
    for name in ("scenes.h5", "scenes.json"):
        shutil.copy(folder / name, tmp_path / name)
    monkeypatch.setattr(published, "shipped_folder", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", published.SHIPPED)
def test_shipped_file_is_what_its_card_says_and_small(name):
    path = published.find_weights(name)
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    weights.read_bytes(path, card["sha256"])
    assert path.stat().st_size < (24_000_000 if name == "photos" else 10_000_000)


def test_one_changed_bit_is_noticed(copied):
    content = bytearray((copied / "scenes.h5").read_bytes())
    content[len(content) // 2] ^= 1
    (copied / "scenes.h5").write_bytes(content)
    with pytest.raises(ValueError, match="SHA-256"):
        load("scenes")


def test_shipped_file_that_is_gone(copied):
    (copied / "scenes.h5").unlink()
    with pytest.raises(FileNotFoundError, match="complete"):
        load("scenes")


def test_a_path_needs_no_checksum(tmp_path):
    path = tmp_path / "mine.h5"
    path.write_bytes(b"not looked at")
    assert published.locate(path) == (path, None)
    assert published.find_weights(path) == path
