"""Downloads: where they are kept, and what is said without a network."""

import pathlib

import pooch
import pytest

from maskrcnn_explained._downloads import CACHE_VARIABLE, cache_folder, fetch


def test_the_variable_moves_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv(CACHE_VARIABLE)
    assert cache_folder() == pathlib.Path(pooch.os_cache("maskrcnn_explained"))


def test_a_file_lands_where_it_was_asked_for(monkeypatch, tmp_path):
    def retrieve(url, known_hash, name, folder, progressbar):
        (folder / name).write_text(url)
        return str(folder / name)

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    path = tmp_path / "new" / "thing.zip"
    assert fetch("The thing", "https://example.org/thing", path, "put it there") == path
    assert path.read_text() == "https://example.org/thing"


def test_no_network_says_what_to_do(monkeypatch, tmp_path):
    def retrieve(*_, **__):
        raise OSError("no route to host")

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    with pytest.raises(ConnectionError) as error:
        fetch("The thing", "https://example.org/thing", tmp_path / "x", "put it at /here")
    message = str(error.value)
    assert message.startswith("The thing could not be downloaded (no route to host).")
    assert "Download https://example.org/thing by other means and put it at /here." in message
