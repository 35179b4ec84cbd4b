"""A full disk: each command that writes ends with code 1, one line, and nothing half-written."""

import pytest
from full_disk import KINDS, full_disk
from helpers import run

COMMANDS = {
    "coins.png": ("detect", "-o", "coins.png"),
    "page.html": ("trace", "-o", "page.html"),
    "served": ("export", "-o", "served"),
}


@pytest.mark.slow
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
