"""A full disk: each command that writes ends with code 1, one line, and nothing half-written."""

import pytest
from full_disk import KINDS, full_disk
from helpers import run

from maskrcnn_explained.model import build

COMMANDS = {
    "coins.png": ("detect", "-o", "coins.png"),
    "page.html": ("trace", "-o", "page.html"),
    "served": ("export", "-o", "served"),
}


@pytest.mark.minutes
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("output", COMMANDS)
def test_a_full_disk(shipped, here, capsys, output, kind):
    with full_disk(kind, here):
        code, _, err = run(capsys, *(str(here / a) if a == output else a for a in COMMANDS[output]))
    assert code == 1 and len(err.splitlines()) == 1, err
    assert "too large" in err or "No space left" in err
    assert output in err and list(here.iterdir()) == []


@pytest.mark.slow
def test_a_full_disk_and_the_numbers_of_evaluate(shipped, here, capsys):
    """The old file of numbers stays."""
    (here / "figures.json").write_text("old")
    with full_disk("limit", here, room=50):
        code, _, err = run(capsys, "evaluate", "--images", "1", "--json", here / "figures.json")
    assert code == 1 and "too large" in err and len(err.splitlines()) == 1
    assert [path.name for path in here.iterdir()] == ["figures.json"]
    assert (here / "figures.json").read_text() == "old"


@pytest.mark.minutes
def test_a_full_disk_in_training(tiny_config, here, capsys, monkeypatch):
    """Each epoch warns; at the end there is an error, and no file is half-written."""
    model = build(tiny_config)
    monkeypatch.setattr("maskrcnn_explained.model.build", lambda *_, **__: model)
    options = ("--steps", 2, "--batch-size", 1, "--steps-per-epoch", 1, "--validation-images", 0)
    with full_disk("limit", here, room=20_000):
        code, _, err = run(capsys, "train", "--folder", here / "run", *options)
    assert code == 1, err
    warnings, last = err.splitlines()[:-1], err.splitlines()[-1]
    assert all("could not be written" in line for line in warnings) and len(warnings) == 2
    assert last.startswith("maskrcnn-explained train: error:") and "last checkpoint" in last
    names = {path.name for path in (here / "run").iterdir()}
    assert names <= {"log.jsonl", "run.json", "run.lock"}
