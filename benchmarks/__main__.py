"""Measure the speed of this package, side by side with torchvision in the same run.

    python benchmarks              all tasks; writes assets/bench.json and the README's table
    python benchmarks "train"      only tasks with this text in their name; writes nothing
    python benchmarks --peer-python /path/to/python
                                   torchvision runs in that Python, which need not have TensorFlow:
                                   pip install torch torchvision scikit-image is enough there
    python benchmarks/memory.py    only memory: many calls, and a long list
    python benchmarks/cost.py      only the cost against image size, proposals, batch and classes

Without torchvision, only our own times are measured. Times depend on the machine and on its other
work; ratios depend on them much less.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cost
import inputs
import memory
import ours
import ours_alone
import table
from worker import Side, race

from maskrcnn_explained.presets import get_config

ASSETS = pathlib.Path(__file__).parent.parent / "assets"
RACES = [  # ours, theirs, rounds
    ("detect 1024", "detect 1024", 7),
    ("detect 1024", "detect 1024, 2000 candidates", 7),
    ("detect 1024, preset", "detect 1024", 5),
    ("detect 512", "detect 512", 9),
    ("detect 512", "detect 512, 2000 candidates", 9),
    ("detect 512, preset", "detect 512", 7),
    ("detect 800 x 1333", "detect 800 x 1333, 91 classes", 7),
    ("detect 800 x 1333, folded", "detect 800 x 1333, 91 classes", 5),
    ("detect 800 x 1333, preset", "detect 800 x 1333", 7),
    ("roi_align", "roi_align", 21),
    ("roi_align and gradient", "roi_align and gradient", 11),
    ("paste", "paste", 21),
    ("train 512", "train 512", 9),
    ("train scenes", "train scenes", 7),
]
VERSIONS = "import torch, torchvision; print(torch.__version__, torchvision.__version__)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="?", default="", help="text in the names of tasks")
    parser.add_argument("--peer-python", default=sys.executable, help="a Python with torchvision")
    arguments = parser.parse_args()
    part, python = arguments.part, arguments.peer_python
    versions = peer_versions(python)
    if not versions and python != sys.executable:
        parser.error(f"--peer-python {python}: it cannot import torch and torchvision.")
    print(f"Comparing with torch and torchvision {versions}." if versions else table.ALONE)
    load = os.getloadavg()[0]
    rows = run_races(part, python if versions else None)
    if part:
        return
    alone = ours_alone.main()
    load = max(load, os.getloadavg()[0])
    bench = dict(peer=versions, cores=os.cpu_count(), load=load, alone=alone, rows=rows)
    table.write(bench, ASSETS)
    print("\nMemory", flush=True)
    memory.main()
    print("\nCost", flush=True)
    cost.main([])


def peer_versions(python: str) -> str:
    """The versions of torch and torchvision in a Python; "" if it has none."""
    done = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def run_races(part: str, peer: str | None) -> list[dict]:
    """A row of numbers for each race whose task has `part` in its name.

    Products of matrices run in the same rounds: the peak speed of this machine at that time.
    """
    rows, done = [], set()
    print(table.HEAD)
    with tempfile.TemporaryDirectory() as folder:
        scenes = pathlib.Path(folder) / "scenes.npz"
        for task, theirs, rounds in RACES:
            if part not in task or (peer is None and task in done):
                continue
            done.add(task)
            operations = work(task)
            sides = {"ours": Side("ours", task)}
            if operations:
                sides["peak"] = Side("ours", "matmul")
            if peer is not None:
                if task == "train scenes":
                    config = get_config("scenes", image_min_side=None)
                    inputs.write_scenes(scenes, config.to_dict(), ours.scenes_batches(config))
                sides["theirs"] = Side("peer", theirs, peer, (str(scenes),))
            rows.append(table.row(task, theirs, race(sides, rounds), operations))
            print(table.line(rows[-1]), flush=True)
    return rows


def work(task: str) -> float | None:
    """Floating-point operations of a task; None if it is not a whole `detect`."""
    name = task.removesuffix(ours.FOLDED)
    return ours.work(ours.CONFIGS[name]()) if name in ours.CONFIGS else None


if __name__ == "__main__":
    main()
