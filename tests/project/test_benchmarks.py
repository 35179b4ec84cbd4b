"""`make bench`: the race runs, both sides are given the same, and the README quotes the result."""

import json
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
def test_the_race_prints_a_row_and_writes_nothing(tmp_path):
    before = (ROOT / "assets" / "bench.json").stat().st_mtime_ns
    command = [sys.executable, str(FOLDER), "paste"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("paste")]
    assert float(row.split()[1]) > 0  # seconds
    assert float(row.split()[3]) > 0  # MiB
    assert (ROOT / "assets" / "bench.json").stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_python_without_torchvision_is_refused(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    command = [sys.executable, str(FOLDER), "paste", "--peer-python", str(python)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"--peer-python {python}: it cannot import torch and torchvision" in done.stderr


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    import worker

    return worker


@pytest.fixture
def table(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    import table

    return table


def test_a_side_that_fails_says_why(worker):
    with pytest.raises(RuntimeError, match="no such task"):
        worker.Runner(worker.Side("ours", "no such task"))


def test_scenes_reach_another_python_unchanged(inputs, tmp_path):
    batches = [inputs.training_batch(), {"gt_boxes": np.ones((1, 2, 4), np.float32)}]
    inputs.write_scenes(tmp_path / "scenes.npz", dict(fpn_depth=8, widths=[1, 2]), batches)
    config, found = inputs.read_scenes(str(tmp_path / "scenes.npz"))
    assert config.fpn_depth == 8 and config.widths == [1, 2]
    assert [set(batch) for batch in found] == [set(batch) for batch in batches]
    np.testing.assert_array_equal(found[0]["gt_masks"], batches[0]["gt_masks"])


# The table


def test_a_row_by_hand(table, worker, inputs):
    """Twice the operations of the products, in four times their time: half of the peak. Once
    both ran at half speed, which changes no share."""
    product = inputs.PRODUCTS * 2 * inputs.MATRIX**3
    found = dict(
        ours=worker.Found([4.0, 4.0, 8.0], 100.0),
        peak=worker.Found([1.0, 1.0, 2.0], 50.0),
        theirs=worker.Found([8.0, 10.0, 8.0], 400.0),
    )
    row = table.row("detect", "detect", found, 2 * product)
    assert row["seconds"] == 4 and row["their_seconds"] == 8 and row["rounds"] == 3
    assert row["time"] == 0.5 and row["memory_ratio"] == 0.25
    assert row["of_peak"] == 0.5
    assert table.line(row).split()[-3:] == ["0.50x", "0.25x", "50%"]
    alone = table.row("paste", "paste", dict(ours=found["ours"]), None)
    assert set(alone) == {"task", "rounds", "seconds", "memory"}
    assert table.line(alone).split() == ["paste", "4.000", "s", "100", "MiB"]


@pytest.fixture
def bench():
    return json.loads((ROOT / "assets" / "bench.json").read_text(encoding="utf-8"))


def test_the_readme_quotes_what_was_measured(table, bench):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert table.with_part(readme, bench) == readme


def test_what_was_measured_is_what_is_promised(bench):
    """The committed numbers, not this machine: they keep the ratios that the project asks for."""
    found = {(row["task"], row["their_task"]): row for row in bench["rows"]}
    wide = found["detect 800 x 1333", "detect 800 x 1333, 91 classes"]
    assert wide["time"] <= 0.75 and wide["memory_ratio"] <= 0.8
    step = found["train 512", "train 512"]
    assert step["time"] <= 0.75 and step["memory_ratio"] <= 1.0
    assert all(0 < row["of_peak"] < 1 for row in bench["rows"] if "of_peak" in row)


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
