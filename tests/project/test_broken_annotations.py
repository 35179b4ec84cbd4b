"""Broken annotation files, through all that reads them: right, or refused by name."""

import dataclasses

import broken_files
import pytest
from broken_files import annotations, check_command, contents, outcome
from helpers import run

from maskrcnn_explained.data.formats.coco import CocoDataset
from maskrcnn_explained.data.formats.labelme import LabelmeDataset
from maskrcnn_explained.data.formats.open_dataset import open_dataset
from maskrcnn_explained.data.formats.via import ViaDataset
from maskrcnn_explained.results.detections import Detections

LENIENT = dict(problems="leave out", boxes="rectangles", crowds="objects", attribute="kind")


@pytest.fixture
def files(request, tmp_path):
    """The files of one kind, beside their picture. They are not changed."""
    folder = tmp_path / "in"
    folder.mkdir()
    annotations.write_picture(folder)
    made = broken_files.write(annotations.KINDS, request.param, folder)
    before = contents(folder)
    yield made
    assert contents(folder) == before


def read_all(path, **options):
    """Every sample of a file, checked."""
    for sample in open_dataset(path, **options):
        assert sample.masks.shape[1:] == annotations.SIZE == sample.image.shape[:2]
        assert sample.masks.any((1, 2)).all()


def test_there_are_enough():
    assert broken_files.number_of_files(annotations.KINDS) >= 60


@pytest.mark.parametrize("files", annotations.KINDS, indirect=True)
def test_opening(files):
    for path, wanted in files.items():
        assert wanted in (outcome(read_all, path), "either"), path
        outcome(lambda path: read_all(path, **LENIENT), path)


@pytest.mark.parametrize("files", annotations.KINDS, indirect=True)
def test_opening_as_what_they_may_not_be(files):
    for path in files:
        outcome(lambda path: CocoDataset(path, path.parent), path)
        outcome(lambda path: ViaDataset(path, path.parent, ""), path)
        outcome(LabelmeDataset, path)
        assert outcome(Detections.load, path) == "refused"


@pytest.mark.parametrize("files", ["no annotations", "odd outlines", "odd records"], indirect=True)
def test_a_folder_with_one_of_them(files, tmp_path):
    for number, path in enumerate(files):
        if path.is_file():
            folder = tmp_path / str(number)
            folder.mkdir()
            annotations.write_picture(folder)
            (folder / "annotations.json").write_bytes(path.read_bytes())
            outcome(read_all, folder)


@pytest.fixture
def small_commands(tiny, monkeypatch):
    """Every command gets the tiny model, with the classes of the data; nothing is trained."""
    from maskrcnn_explained.training import train
    from maskrcnn_explained.weights import load

    monkeypatch.setattr(load, "load", lambda *_, **__: tiny)
    monkeypatch.setattr(load, "config_of", lambda _: tiny.config)
    monkeypatch.setattr(train, "train", lambda *_, **__: dataclasses.make_dataclass("H", [])())


@pytest.mark.parametrize("files", annotations.KINDS, indirect=True)
def test_commands(files, small_commands, here, capsys):
    """`train` and `evaluate` refuse what `open_dataset` refuses, and leave no file."""
    (here / "out").mkdir()
    for path, wanted in files.items():
        if wanted != "refused" and outcome(read_all, path) == "read":
            continue  # would be trained
        data = ("--data", path, "--image-folder", path.parent)
        for command in (
            ("train", "--folder", here / "out" / "run", *data),
            ("train", "--folder", here / "out" / "run", "--weights", "scenes", *data),
            ("evaluate", "--json", here / "out" / "a.json", *data),
        ):
            code, _, err = run(capsys, *command)
            check_command(code, err, command[0])
            assert code == 2 and path.name in err and contents(here / "out") == {}, command


@pytest.mark.minutes
@pytest.mark.parametrize("files", ["other texts", "flipped", "odd records"], indirect=True)
def test_commands_that_work(files, tiny, here, capsys):
    """What can be read is trained on for a step, and measured."""
    from maskrcnn_explained.weights.file import save_weights

    save_weights(tiny, here / "tiny.h5")
    for number, path in enumerate(files):
        good = outcome(read_all, path) == "read"
        folder = here / f"run{number}"
        short = ("--steps", 1, "--steps-per-epoch", 1, "--batch-size", 1, "--stage", "heads")
        start = ("--weights", here / "tiny.h5")
        data = ("--data", path, "--image-folder", path.parent, "--image-min-side", 0)
        code, _, err = run(capsys, "train", "--folder", folder, *start, *data, *short)
        check_command(code, err, "train")
        assert (code == 0) == good == folder.exists(), err
        if good:
            weights = ("--weights", folder / "weights.h5")
            code, _, err = run(capsys, "evaluate", *weights, *data[:-2])
            check_command(code, err, "evaluate")
            assert code == 0, err
            break  # one of each kind: training takes seconds
