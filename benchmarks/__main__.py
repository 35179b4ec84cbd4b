"""Measure the speed of this package, side by side with torchvision in the same run.

    python benchmarks              all tasks
    python benchmarks "train"      only tasks with this text in their name
    python benchmarks/memory.py    only memory: many calls, and a long list
    python benchmarks/cost.py      only the cost against image size, proposals, batch and classes

Without torchvision, only our own times are measured. Times depend on the machine and on its other
work; ratios depend on them much less.
"""

from __future__ import annotations

import importlib.util
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cost
import memory
import ours
import ours_alone
from worker import race

RACES = [  # ours, theirs, rounds
    ("detect 1024", "detect 1024", 7),
    ("detect 1024", "detect 1024, 2000 candidates", 7),
    ("detect 1024, preset", "detect 1024", 5),
    ("detect 512", "detect 512", 9),
    ("detect 512", "detect 512, 2000 candidates", 9),
    ("detect 512, preset", "detect 512", 7),
    ("roi_align", "roi_align", 21),
    ("roi_align and gradient", "roi_align and gradient", 11),
    ("paste", "paste", 21),
    ("train 512", "train 512", 7),
    ("train scenes", "train scenes", 7),
]


def main(part: str = "") -> None:
    peer = importlib.util.find_spec("torchvision") is not None
    if peer:
        print("Comparing with torchvision.")
    else:
        print("torchvision is not installed: only our own times are measured.")
    done = set()
    peak = 2 * 4096**3 / race({"ours": ("ours", "matmul")}, 9)["ours"][0]
    print(f"A matrix product, the peak of this machine: {peak / 1e9:.0f} GFLOP/s")
    print(f"\n{'':24}{'ours':>19}{'torchvision':>21}{'time':>8}{'memory':>8}{'of peak':>9}")
    for ours_task, their_task, rounds in RACES:
        if part in ours_task and (peer or ours_task not in done):
            sides = {"ours": ("ours", ours_task)}
            if peer:
                sides["theirs"] = ("peer", their_task)
            print(line(ours_task, race(sides, rounds), peak), end="")
            print("" if their_task in ours_task else f"  torchvision: {their_task}", flush=True)
            done.add(ours_task)
    if not part:
        ours_alone.main()
        print("\nMemory", flush=True)
        memory.main()
        print("\nCost", flush=True)
        cost.main()


def line(task: str, found: dict, peak: float) -> str:
    """A row of the table: seconds and peak MiB of both sides, the ratios, share of the peak."""
    seconds, memory = found["ours"]
    text = f"{task:24}{seconds:8.3f} s {memory:5.0f} MiB"
    if "theirs" in found:
        their_seconds, their_memory = found["theirs"]
        text += f"{their_seconds:8.3f} s {their_memory:5.0f} MiB"
        text += f"{seconds / their_seconds:7.2f}x{memory / their_memory:7.2f}x"
    else:
        text += " " * 35
    if task in ours.CONFIGS:
        text += f"{ours.work(ours.CONFIGS[task]()) / seconds / peak:9.0%}"
    return text


if __name__ == "__main__":
    main(*sys.argv[1:])
