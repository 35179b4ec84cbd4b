"""The command: what it prints and writes, and that bad input is refused at once."""

import json
import pathlib
import subprocess
import sys
import warnings

import h5py
import numpy as np
import pytest
from helpers import run
from skimage import data, io

from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.weights import file as weights

# What it does


def test_detect_coins(shipped, here, capsys):
    code, out, err = run(capsys, "detect", "-o", "coins.png")
    assert code == 0 and err == ""
    assert [path.name for path in here.iterdir()] == ["coins.png"]
    picture = io.imread(here / "coins.png")
    assert max(picture.shape[:2]) >= 800
    header, *rows, last = out.splitlines()
    assert header.split() == ["class", "score", "y1", "x1", "y2", "x2", "mask"]
    found = shipped.detect(data.coins(), min_score=0.7)
    assert len(rows) == len(found) and last.startswith(f"{len(found)} detections")
    for number, (row, name, box, mask) in enumerate(
        zip(rows, found.class_names, found.boxes, found.masks, strict=True), start=1
    ):
        words = row.split()
        assert words[:2] == [str(number), name] and float(words[2]) >= 0.7
        assert [float(word) for word in words[3:7]] == pytest.approx(box, abs=0.06)
        assert int(words[7]) == mask.sum()


def test_detect_writes_json_too(shipped, here, capsys):
    code, out, err = run(capsys, "detect", "-o", "coins.png", "--json", "found.json")
    assert code == 0 and err == ""
    assert {path.name for path in here.iterdir()} == {"coins.png", "found.json"}
    found = Detections.load("found.json")
    expected = shipped.detect(data.coins(), min_score=0.7)
    np.testing.assert_array_equal(found.boxes, expected.boxes)
    np.testing.assert_array_equal(found.masks, expected.masks)
    code, _, err = run(capsys, "detect", "-o", "other.png", "--json", "found.txt")
    assert code == 2 and "must end in .json" in err and not (here / "other.png").exists()


def test_detect_in_tiles(shipped, here, capsys):
    strip = np.concatenate([data.coins()[top : top + 82] for top in (5, 78, 146, 218)], 1)
    io.imsave("strip.png", strip)  # 82 x 1536
    code, out, err = run(capsys, "detect", "strip.png", "-o", "out.png", "--tile")
    assert code == 0 and err == "" and out.splitlines()[-1].startswith("24 detections")
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as outside of tests
        code, out, err = run(capsys, "detect", "strip.png", "-o", "out.png")
    assert code == 0 and "the model sees it at 0.333 of its size" in err and "--tile" in err


def test_min_score_one_finds_nothing_and_still_draws(shipped, here, capsys):
    io.imsave("photo.png", np.zeros((40, 300), np.uint8), check_contrast=False)
    code, out, _ = run(capsys, "detect", "photo.png", "-o", "out.png", "--min-score", "1")
    assert code == 0 and "0 detections" in out and (here / "out.png").exists()


def test_evaluate_prints_and_writes_every_metric(shipped, here, capsys):
    code, out, _ = run(capsys, "evaluate", "--images", "2", "--json", "figures.json")
    assert code == 0 and "2 scenes, split test" in out
    for word in ("AP50", "AP75", "mask", "box", "under 20 pixels", "hidden", "low contrast"):
        assert word in out
    figures = json.loads((here / "figures.json").read_text())
    assert set(figures) >= {"mask_AP", "mask_AP50", "box_AP", "mask_AP_small"}
    assert len(list(here.iterdir())) == 1


def test_evaluate_coins(shipped, here, capsys):
    code, out, _ = run(capsys, "evaluate", "--coins", "--json", "coins.json")
    results = json.loads((here / "coins.json").read_text())
    assert code == 0 and list(results) == ["1", "0.5"]
    for scale, result in results.items():
        assert f"Scale {scale}: {result['found']} of 24 coins" in out
        assert f"{result['false_positives']} false positives" in out
        assert len(result["ious"]) == 24 and max(result["ious"]) <= 1


@pytest.mark.slow
def test_evaluate_everyday(here, capsys):
    code, out, _ = run(capsys, "evaluate", "--everyday", "--weights", "photos", "--json", "e.json")
    results = json.loads((here / "e.json").read_text())
    assert code == 0 and len(results) == 16
    assert len(results["astronaut"]["ious"]) == 1 and results["moon"]["ious"] == []
    for name, result in results.items():
        [line] = [line for line in out.splitlines() if line.startswith(f"{name} ")]
        found, false = result["found"], result["false_positives"]
        assert line.split()[1:] == [str(len(result["ious"])), str(found), str(false)]


def test_evaluate_everyday_needs_its_classes(shipped, here, capsys):
    code, _, err = run(capsys, "evaluate", "--everyday")
    assert code == 2 and "person" in err and "disk" in err


def test_evaluate_measures_on_one_kind_of_images(here, capsys):
    code, _, err = run(capsys, "evaluate", "--everyday", "--coins")
    assert code == 2 and "--coins and --everyday" in err


def test_evaluate_on_own_data(shipped, own_data, capsys):
    code, out, _ = run(capsys, "evaluate", "--data", "data", "--images", 2)
    assert code == 0 and "2 images of data" in out and "AP50" in out
    assert run(capsys, "evaluate", "--data", "one")[0] == 2, "the model knows no such class"


# Bad input


def photo(folder, name="photo.png"):
    io.imsave(folder / name, np.zeros((20, 20), np.uint8), check_contrast=False)
    return name


BAD = {
    "no command": ([], "required"),
    "unknown command": (["paint"], "invalid choice"),
    "no output": (["detect"], "-o"),
    "output is no PNG": (["detect", "-o", "x.jpg"], "must end in .png"),
    "no folder": (["detect", "-o", "none/x.png"], "no folder none"),
    "output is a folder": (["detect", "-o", "folder.png"], "is a folder"),
    "no photo": (["detect", "none.png", "-o", "x.png"], "no image file"),
    "photo is a folder": (["detect", ".", "-o", "x.png"], "no image file"),
    "photo is text": (["detect", "text.png", "-o", "x.png"], "cannot be read as an image"),
    "output is the photo": (["detect", "photo.png", "-o", "photo.png"], "is the photo itself"),
    "score above 1": (["detect", "-o", "x.png", "--min-score", "1.5"], "0..1"),
    "score below 0": (["detect", "-o", "x.png", "--min-score", "-0.1"], "0..1"),
    "score is NaN": (["detect", "-o", "x.png", "--min-score", "nan"], "0..1"),
    "score is a word": (["detect", "-o", "x.png", "--min-score", "high"], "0..1"),
    "unknown weights": (["detect", "-o", "x.png", "--weights", "yolo"], "scenes, nuclei, photos"),
    "no weights file": (["detect", "-o", "x.png", "--weights", "a/b.h5"], "no weights file"),
    "weights are text": (["detect", "-o", "x.png", "--weights", "text.png"], "damaged"),
    "no steps": (["train", "--steps", "0"], "from 1 on"),
    "half a step": (["train", "--steps", "1.5"], "from 1 on"),
    "negative seed": (["train", "--seed", "-1"], "from 0 on"),
    "no learning rate": (["train", "--learning-rate", "0"], "positive"),
    "steps that do not divide": (["train", "--accumulate", "7"], "must be multiples of it"),
    "unknown stage": (
        ["train", "--stage", "(5"],
        "no stage (heads, 5+, 4+, 3+, all)",
    ),
    "folder is a file": (["train", "--folder", "text.png"], "is not a folder"),
    "weights to nowhere": (["train", "--weights-out", "none/x.h5"], "no folder none"),
    "start from nothing": (["train", "--weights", "none"], "there are: scenes"),
    "no data": (["train", "--data", "none.json"], "no annotation file"),
    "data in no format": (["train", "--data", "broken"], "neither images/ and labels/"),
    "validation of scenes": (["train", "--validation", "x.json"], "need --data"),
    "unknown changes": (["train", "--augment", "all"], "invalid choice"),
    "damaged checkpoint": (["train", "--folder", "broken"], "--restart begins anew"),
    "no images": (["evaluate", "--images", "0"], "from 1 on"),
    "unknown split": (["evaluate", "--split", "exam"], "invalid choice"),
    "figures to nowhere": (["evaluate", "--json", "none/x.json"], "no folder none"),
    "figures in a picture": (["evaluate", "--json", "x.png"], "must end in .json"),
    "export to nowhere": (["export", "-o", "none/served"], "no folder none"),
    "measure unknown weights": (["evaluate", "--weights", "yolo"], "there are: scenes"),
    "export unknown weights": (["export", "-o", "x", "--weights", "yolo"], "there are: scenes"),
    "export onto something": (["export", "-o", "broken"], "is there already"),
}


@pytest.mark.parametrize("arguments, message", BAD.values(), ids=BAD)
def test_bad_input(here, capsys, monkeypatch, arguments, message):
    """Exit code 2, a message without a traceback, no file touched, and no model built."""
    monkeypatch.setattr("maskrcnn_explained.model.build", None)
    photo(here)
    (here / "text.png").write_text("not a picture")
    (here / "folder.png").mkdir()
    (here / "broken").mkdir()
    (here / "broken" / "checkpoint.weights.h5").write_text("cut off")
    before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
    code, out, err = run(capsys, *arguments)
    assert code == 2 and out == "" and "Traceback" not in err
    assert message in err.splitlines()[-1]
    assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before


def test_weights_for_another_config(here, capsys, tiny):
    weights.save_weights(tiny, "tiny.h5")
    with h5py.File("tiny.h5", "a") as file:
        del file.attrs["config"]  # else that would show the difference
    code, _, err = run(capsys, "detect", "-o", "x.png", "--weights", "tiny.h5")
    assert code == 2 and "another Config" in err and not (here / "x.png").exists()


def test_a_failed_picture_leaves_the_old_one(shipped, here, capsys, monkeypatch):
    (here / "x.png").write_bytes(b"old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(pathlib.Path, "write_bytes", fail)
    code, out, err = run(capsys, "detect", "-o", "x.png", "--min-score", "1")
    assert code == 2 and "disk full" in err and out == ""
    assert (here / "x.png").read_bytes() == b"old" and len(list(here.iterdir())) == 1


def test_help_and_version(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0 and all(name in out for name in ("detect", "train", "evaluate"))
    assert run(capsys, "--version")[0] == 0


WITHOUT_TENSORFLOW = """
import sys
from maskrcnn_explained.cli import main
codes = [
    main(["--help"]), main(["detect", "none.png", "-o", "x.png"]),
    main(["detect", "-o", "x.png", "--weights", "none"]), main(["train", "--folder", "/dev/null"]),
    main(["train", "--accumulate", "7"]), main(["evaluate", "--weights", "none"]),
    main(["export", "-o", "x", "--weights", "none"]),
]
print(codes, "tensorflow" in sys.modules, file=sys.stderr)
"""


def test_bad_input_fails_before_tensorflow_is_imported(here):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW], capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "[0, 2, 2, 2, 2, 2, 2] False"


@pytest.mark.minutes
def test_as_a_module(here):
    """The real command in a new process, with the shipped weights."""
    command = [sys.executable, "-m", "maskrcnn_explained", "detect", "-o", "coins.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "disk" in done.stdout and "Traceback" not in done.stderr
    assert (here / "coins.png").stat().st_size > 50_000


@pytest.mark.minutes
def test_train_and_evaluate_for_real(here, capsys):
    """Two steps, two more of the same run, and the weights that come out."""
    short = ("--steps-per-epoch", 1, "--batch-size", 1, "--validation-images", 0)
    assert run(capsys, "train", "--folder", "run", "--steps", 2, *short)[0] == 0
    code, out, _ = run(capsys, "train", "--folder", "run", "--steps", 4, *short)
    assert code == 0 and "going on at epoch" in out and "images per second" in out
    lines = (here / "run" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2, 3, 4]
    assert run(capsys, "evaluate", "--images", 1, "--weights", "run")[0] == 0
