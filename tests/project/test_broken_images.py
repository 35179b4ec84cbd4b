"""Broken image files, through all that reads images: right or refused by name; nothing is left."""

import json
import pathlib
import sys
import warnings

import broken_files
import numpy as np
import pytest
from broken_files import check_command, contents, images, outcome
from helpers import run

from maskrcnn_explained.cli import main
from maskrcnn_explained.data.formats.open_dataset import open_dataset
from maskrcnn_explained.data.image_files import read_header, read_image
from maskrcnn_explained.data.readable import readable

REFUSED = [kind for kind, (wanted, _) in images.KINDS.items() if wanted == "refused"]


@pytest.fixture
def files(request, tmp_path):
    """The files of one kind: path -> what must come of it. They are not changed."""
    folder = tmp_path / "in"
    folder.mkdir()
    made = broken_files.write(images.KINDS, request.param, folder)
    before = contents(folder)
    yield made
    assert contents(folder) == before


@pytest.fixture
def small_commands(tiny, monkeypatch):
    """Every command gets the tiny model."""
    from maskrcnn_explained.weights import load

    monkeypatch.setattr(load, "load", lambda *_, **__: tiny)


@pytest.fixture(autouse=True)
def notes():
    """What an image warns of is tested with its reader."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* is read as an image of .* bits")
        warnings.filterwarnings("ignore", ".*tile=True")
        yield


def test_there_are_enough():
    numbers = [broken_files.number_of_files(kinds) for kinds in (images.KINDS, images.RISKY)]
    assert sum(numbers) >= 100


def test_they_are_always_the_same():
    for _, make in images.KINDS.values():
        one, other = (make(broken_files.random.Random(5)) for _ in range(2))
        assert {n: c for n, c in one.items() if not callable(c)} == {
            n: c for n, c in other.items() if not callable(c)
        }


@pytest.mark.parametrize("files", images.KINDS, indirect=True)
def test_reading(files):
    for path, wanted in files.items():
        found = outcome(read_image, path)
        assert wanted in (found, "either"), path
        if found == "read":
            image = read_image(path)
            assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
            assert read_header(path).upright == image.shape[:2]


@pytest.mark.parametrize("files", ["another ending", "odd names"], indirect=True)
def test_the_pixels_are_right(files):
    for path in files:
        exact = not {".jpg", ".webp", ".gif"} & {path.suffix, f".{path.stem[2:]}"}
        off = abs(read_image(path).astype(int) - images.PIXELS)
        assert off.mean() < 10 and not (exact and off.any())


@pytest.mark.parametrize("files", images.KINDS, indirect=True)
def test_in_a_data_set(files, tmp_path):
    """One file at a time would take minutes: all of them, and those with a problem left out."""
    names = [path.name for path in files]
    content = dict(
        images=[dict(id=i, file_name=name) for i, name in enumerate(names)],
        annotations=[],
        categories=[dict(id=1, name="leaf")],
    )
    (tmp_path / "a.json").write_text(json.dumps(content))
    good = [path for path in files if outcome(read_header, path) == "read"]
    if len(good) < len(files):
        with pytest.raises((ValueError, FileNotFoundError), match=r"a\.json: \d+ problem"):
            open_dataset(tmp_path / "a.json", tmp_path / "in")
    if good:
        data = open_dataset(tmp_path / "a.json", tmp_path / "in", problems="leave out")
        assert data.paths == good
        if any(outcome(read_image, path) == "read" for path in good):
            kept, messages = readable(data)
            assert len(kept) + len(messages) == len(good)


@pytest.mark.parametrize("files", REFUSED, indirect=True)
def test_in_a_list_for_detect(files, tiny):
    for path in files:
        assert outcome(lambda path: tiny.detect([images.PIXELS, path]), path) == "refused"


@pytest.mark.parametrize("files", REFUSED, indirect=True)
@pytest.mark.parametrize(("command", "ending"), [("detect", "png"), ("trace", "html")])
def test_commands(files, command, ending, small_commands, here, capsys):
    (here / "out").mkdir()
    (here / "out" / f"a.{ending}").write_text("an older result")
    before = contents(here / "out")
    for path in files:
        code, out, err = run(capsys, command, path, "-o", here / "out" / f"a.{ending}")
        check_command(code, err, command)
        assert code == 2 and out == "" and str(path) in err
        assert contents(here / "out") == before


@pytest.mark.slow
@pytest.mark.parametrize("files", [k for k in images.KINDS if k not in REFUSED], indirect=True)
def test_commands_on_all(files, small_commands, here, capsys):
    (here / "out").mkdir()
    for path in files:
        can = outcome(read_image, path) == "read"
        for command, name in (("detect", "a.png"), ("trace", "a.html")):
            made = {here / "out" / name}
            more = ["--json", here / "out" / "a.json"] if command == "detect" else []
            made |= set(more[1:])
            code, _, err = run(capsys, command, path, "-o", here / "out" / name, *more)
            check_command(code, err, command)
            assert (code == 0) == can and set(contents(here / "out")) == (made if can else set())
            for file in made if can else ():
                file.unlink()


def test_names_that_are_no_text(small_commands, here, monkeypatch, capsys):
    """Bytes that are no UTF-8, an end of line, a leading dash: read and written by the command."""
    for name in ("\udcff.png", "two\nlines.png", "-o.png"):
        (here / name).write_bytes(images.encoded("png"))
        for command, ending in (("detect", "png"), ("trace", "html")):
            output = pathlib.Path(f"{name}.{ending}")
            code, _, err = run(capsys, command, "-o", f"./{output}", "--", name)
            check_command(code, err, command)
            assert code == 0 and output.stat().st_size > 1000
    assert main(["detect", "-o", "a.png", "--", "none\udcff.png"]) == 2
    capsys.readouterr()


RISKY = """
import pathlib, resource, sys
import broken_files
from broken_files import images, outcome
from maskrcnn_explained.cli import main
from maskrcnn_explained.data.image_files import read_header, read_image
folder = pathlib.Path(sys.argv[1])
for kind in images.RISKY:
    for path, wanted in broken_files.write(images.RISKY, kind, folder).items():
        print(path, flush=True)
        assert wanted in (outcome(read_image, path), "either"), path
        outcome(read_header, path)
        if wanted == "refused":
            for command, output in (("detect", "a.png"), ("trace", "a.html")):
                assert main([command, str(path), "-o", str(folder / output)]) == 2
assert not {"a.png", "a.html"} & {path.name for path in folder.iterdir()}
status = pathlib.Path("/proc/self/status")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20  # macOS counts bytes
if status.exists():  # on Linux, getrusage starts with the peak of the parent process
    own = [line.split()[1] for line in status.read_text().splitlines() if line[:5] == "VmHWM"]
    peak = int(own[0]) // 1024
print(peak)
"""


def test_bombs_and_files_that_wait(tmp_path, start_process):
    """In a process of its own. The limit only ends it if it hangs; it takes a few seconds."""
    process = start_process(sys.executable, "-c", RISKY, tmp_path)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, (out, err)
    assert "Traceback" not in err and "not foreseen" not in err
    assert int(out.split()[-1]) < 2000  # megabytes; a bomb that goes off needs ten times as many
