"""`make bench`: the race runs, and both sides are given the same."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest
from helpers import ROOT

FOLDER = ROOT / "benchmarks"


@pytest.fixture
def inputs(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    import inputs

    return inputs


def test_boxes_and_masks_fit_each_other(inputs):
    batch = inputs.training_batch()
    heights = batch["gt_boxes"][..., 2] - batch["gt_boxes"][..., 0]
    widths = batch["gt_boxes"][..., 3] - batch["gt_boxes"][..., 1]
    np.testing.assert_array_equal(batch["gt_masks"].sum((2, 3)), heights * widths)
    assert batch["gt_class_ids"].min() >= 1
    rois = inputs.rois()
    assert rois.min() >= 0
    assert rois.max() <= 1024
    assert (rois[:, 2:] > rois[:, :2]).all()


@pytest.mark.slow
def test_the_race_prints_a_row(tmp_path):
    command = [sys.executable, str(FOLDER), "paste"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("paste")]
    assert float(row.split()[1]) > 0  # seconds
    assert float(row.split()[3]) > 0  # MiB


def test_a_side_that_fails_says_why(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    import worker

    with pytest.raises(RuntimeError, match="no such task"):
        worker.Runner("ours", "no such task")


@pytest.mark.minutes
@pytest.mark.parametrize("task", ["calls", "list"])
def test_memory_stays_within_what_is_promised(task):
    """50 MB more after 900 more calls of changing sizes; 2 GB for a list of 300 photographs."""
    if not pathlib.Path("/proc/self/status").exists():
        pytest.skip("only Linux says how much memory a process has")
    command = [sys.executable, str(FOLDER / "memory.py"), task]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# The law of what detect costs


@pytest.fixture
def cost(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    import cost

    return cost


def test_every_setting_differs_from_the_first_in_one_thing(cost):
    first, *others = cost.settings()
    assert first == cost.BASE and len(others) == 14
    assert all(sum(one[name] != first[name] for name in first) == 1 for one in others)


def test_the_law_is_found_again(cost):
    """Times that follow a law give its shares."""
    shares = dict(zip(cost.TERMS, (0.125, 0.125, 0.375, 0.25, 0.125), strict=True))
    rows = [one | {"ratio": cost.predicted(shares, one)} for one in cost.settings()]
    assert rows[0]["ratio"] == 1
    assert cost.law(rows) == pytest.approx(shares, abs=1e-3)
    axes = cost.draw(rows, shares)
    assert [ax.get_xlabel() for ax in axes] == list(cost.NAMES.values())
