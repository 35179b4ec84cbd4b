"""Files appear complete or not at all, and what cannot be written is refused before any work."""

import pytest

from maskrcnn_explained._files import (
    assets_folder,
    atomic_write,
    require_new_folder,
    require_writable_file,
)


def test_a_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with atomic_write(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(OSError, match="disk full"), atomic_write(path) as temporary:
        temporary.write_text("half")
        raise OSError("disk full")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_no_folder(tmp_path):
    with pytest.raises(KeyError), atomic_write(tmp_path / "new") as temporary:
        (temporary / "inside").mkdir(parents=True)
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written(tmp_path):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(FileNotFoundError, match="no folder"), atomic_write(tmp_path / "no" / "x"):
        pass
    with pytest.raises(ValueError, match="must end in .png"):
        require_writable_file(tmp_path / "x.jpg", ".png")
    with pytest.raises(ValueError, match="is a folder"):
        require_writable_file(tmp_path / "folder.png", ".png")
    with pytest.raises(FileNotFoundError, match="no folder"):
        require_writable_file(tmp_path / "no" / "x.png", ".png")
    with pytest.raises(FileExistsError, match="is there already"):
        require_new_folder(tmp_path)
    assert require_writable_file(tmp_path / "X.PNG", ".png") is None
    assert require_new_folder(tmp_path / "new") is None


def test_the_assets_are_found():
    assert (assets_folder() / "weights" / "scenes.h5").is_file()
