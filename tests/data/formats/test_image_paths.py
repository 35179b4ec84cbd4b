"""Images are found under the names that exports write; what was tried is told."""

import unicodedata

import pytest

from maskrcnn_explained.data.formats.image_paths import ImagePaths, spellings

UMLAUT = "bäume.png"


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("images/leaf.png", "leaf.png"),
        ("images/leaf.png", "images/leaf.png"),
        ("images/leaf.png", "images\\leaf.png"),
        ("images/leaf.png", ".\\images\\leaf.png"),
        ("images/leaf.png", "../images/leaf.png"),
        ("images/leaf.png", "C:\\Users\\me\\photos\\leaf.png"),
        ("images/leaf.png", "/home/me/photos/leaf.png"),
        ("images/leaf.png", "/leaf.png"),
        ("images/leaf.png", "/data/upload/1/leaf.png"),
        ("images/leaf.png", "/data/upload/1/0a1b2c3d-leaf.png"),
        ("images/0a1b2c3d-leaf.png", "0a1b2c3d-leaf.png"),
        ("images/leaf.png", "/data/local-files/?d=photos/leaf.png"),
        ("images/leaf.png", "https://example.org/a/leaf.png?X-Amz-Token=1"),
        ("images/leaf.png", "s3://bucket/a/leaf.png"),
        ("images/leaf.png", "file:///home/me/leaf.png"),
        ("images/my leaf.png", "my%20leaf.png"),
        ("images/a%20b.png", "a%20b.png"),
        ("images/a#b.png", "a#b.png"),
        ("images/50%.png", "50%.png"),
        ("images/" + unicodedata.normalize("NFC", UMLAUT), unicodedata.normalize("NFD", UMLAUT)),
        ("images/" + unicodedata.normalize("NFD", UMLAUT), unicodedata.normalize("NFC", UMLAUT)),
        ("images/default/leaf.png", "leaf.png"),
        ("images/LEAF.PNG", "leaf.png"),
        ("beside.png", "beside.png"),
        ("other/part/leaf.png", "part/leaf.png"),
    ],
)
def test_one_file_answers(tmp_path, there, name):
    (tmp_path / "images").mkdir()
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_bytes(b"")
    found = ImagePaths([tmp_path / "images", tmp_path]).find(name)
    assert found.resolve() == (tmp_path / there).resolve()


def test_an_absolute_path_that_exists(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "far.png").write_bytes(b"")
    assert ImagePaths([tmp_path / "here"]).find(str(tmp_path / "far.png")) == tmp_path / "far.png"


def test_the_longest_right_end_decides(tmp_path):
    for part in ("train", "val"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "1.png").write_bytes(b"")
    paths = ImagePaths([tmp_path])
    assert paths.find("/elsewhere/val/1.png") == (tmp_path / "val" / "1.png").resolve()
    with pytest.raises(ValueError, match=r"fits 2 files .*train.*val.*say which folder"):
        paths.find("1.png")


def test_every_path_that_was_tried_is_told(tmp_path):
    (tmp_path / "images").mkdir()
    with pytest.raises(FileNotFoundError) as caught:
        ImagePaths([tmp_path / "images", tmp_path]).find("a\\b%20c.png")
    for name in ("a\\b%20c.png", "a/b%20c.png", "a/b c.png"):
        assert str(tmp_path / "images" / name) in str(caught.value)
        assert str(tmp_path / name) in str(caught.value)
    assert "--image-folder" in str(caught.value)


def test_hidden_files_and_deep_folders_do_not_answer(tmp_path):
    deep = tmp_path / "1/2/3/4/5/6"
    deep.mkdir(parents=True)
    (deep / "a.png").write_bytes(b"")
    (tmp_path / "._b.png").write_bytes(b"")
    for name in ("a.png", "x/._b.png"):
        with pytest.raises(FileNotFoundError):
            ImagePaths([tmp_path]).find(name)


def test_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        ImagePaths([tmp_path / "none"])


def test_the_most_literal_spelling_comes_first():
    assert spellings("leaf.png")[0] == "leaf.png"
    assert "" not in spellings("/") and spellings("a b.png") == ["a b.png"]
