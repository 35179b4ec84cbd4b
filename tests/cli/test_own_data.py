"""Data sets of the user, through the command: what is said, exit codes, no trace."""

import json

import numpy as np
import pytest
from helpers import run
from PIL import Image

from maskrcnn_explained.cli import TRACE
from maskrcnn_explained.data.image_files import ImageFileError

SQUARE = [10, 5, 30, 5, 30, 25, 10, 25]


@pytest.fixture
def export(here):
    """A COCO export of three photographs; the middle one can be cut off."""

    def write(*more, broken=False):
        noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
        for number in range(3):
            Image.fromarray(noise).save(here / f"{number}.jpg")
        if broken:
            (here / "1.jpg").write_bytes((here / "1.jpg").read_bytes()[:1500])
        rows = [
            dict(id=n, image_id=n, category_id=1, segmentation=[SQUARE], iscrowd=0)
            for n in range(3)
        ]
        content = dict(
            images=[dict(id=n, file_name=f"{n}.jpg", height=64, width=64) for n in range(3)],
            annotations=[*rows, *more],
            categories=[dict(id=1, name="leaf")],
        )
        (here / "a.json").write_text(json.dumps(content))
        return here / "a.json"

    return write


SHORT = ("--folder", "run", "--steps", 3, "--steps-per-epoch", 3, "--batch-size", 1)
SMALL = (*SHORT, "--warmup-steps", 1, "--stage", "heads", "--image-min-side", 0)


@pytest.fixture
def small_model(monkeypatch, tiny_config):
    """Fresh models are tiny ones with the classes of the data."""
    from maskrcnn_explained import model

    build = model.build
    monkeypatch.setattr(
        model, "build", lambda preset, **changes: build(tiny_config.changed(), **changes)
    )


def test_a_bad_record_stops_the_run_before_it_starts(export, capsys):
    bad = dict(id=9, image_id=2, category_id=1, segmentation=[[1, 1, 2, 2]], iscrowd=0)
    code, _, err = run(capsys, "train", "--data", export(bad), *SMALL)
    assert code == 2 and "2.jpg, annotation 9: it has no outline" in err and "Traceback" not in err
    assert not export().parent.joinpath("run").exists()


@pytest.mark.filterwarnings("default")
def test_problems_can_be_left_out(export, capsys, small_model):
    bad = dict(id=9, image_id=2, category_id=1, segmentation=[[1, 1, 2, 2]], iscrowd=0)
    code, out, err = run(capsys, "train", "--data", export(bad), "--problems", "leave-out", *SMALL)
    assert code == 0, err
    assert "3 images" in out and err.count("Left out: 1 problems") == 1


@pytest.mark.filterwarnings("default")
def test_a_damaged_image_ends_the_run_in_one_line_and_can_be_skipped(
    export, capsys, small_model, monkeypatch
):
    data = export(broken=True)
    monkeypatch.setattr("maskrcnn_explained.data.checks.LOOK_AT", 1)
    code, _, err = run(capsys, "train", "--data", data, *SMALL)
    told = [line for line in err.splitlines() if "1.jpg" in line]
    assert code == 1 and len(told) == 1 and "Traceback" not in err and "File" not in err
    code, out, err = run(capsys, "train", "--data", data, "--skip-broken", *SMALL)
    assert code == 0 and "1.jpg" in out and "1 images that cannot be decoded" in err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyError("segmentation"), 1, "KeyError: 'segmentation'"),
        (TypeError("no"), 1, "TypeError: no"),
        (RuntimeError("a\nlong\ntrace"), 1, "a long trace"),
        (FloatingPointError("At step 3 loss is NaN"), 1, "At step 3"),
        (ImageFileError("a.jpg is cut off"), 1, "a.jpg is cut off"),
        (ValueError("wrong"), 2, "error: wrong"),
        (FileNotFoundError("none"), 2, "error: none"),
    ],
)
def test_no_error_is_a_trace(monkeypatch, capsys, here, error, code, words):
    def fail(arguments):
        raise error

    monkeypatch.delenv(TRACE, raising=False)
    monkeypatch.setattr("maskrcnn_explained.cli.train_model.own_data", fail)
    got, _, err = run(capsys, "train", "--data", "x.json", "--folder", "run")
    assert got == code and words in err and len(err.splitlines()) == 1
    if isinstance(error, KeyError):
        monkeypatch.setenv(TRACE, "1")
        with pytest.raises(KeyError):
            run(capsys, "train", "--data", "x.json", "--folder", "run")
