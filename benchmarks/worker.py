"""Each side of a race runs in its own process, and does one run at a time on request.

So two libraries never share threads or memory, and other work of the machine slows both equally.
Nor need they share a Python: each side names the one that runs it.
"""

from __future__ import annotations

import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

HERE = pathlib.Path(__file__).parent
PAUSE = 0.2  # seconds


def serve(tasks: dict) -> None:
    """In the process: prepare the task of the command line, then do one run per input line."""
    run = tasks[sys.argv[1]]()
    result = run()  # compile and warm up
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        result = run()  # the previous result is kept until now, as in any loop over images
        print(time.perf_counter() - start, flush=True)
    del result
    print(peak_memory(), flush=True)


def peak_memory() -> float:
    """The peak memory of this process, MiB."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # on Linux, getrusage starts with the peak of the parent process
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


class Side(NamedTuple):
    """One side of a race."""

    file: str  # in this folder, without .py
    task: str
    python: str = sys.executable
    more: tuple[str, ...] = ()  # what the file needs besides the task


class Found(NamedTuple):
    """What a race found of one side."""

    seconds: list[float]  # of each round
    memory: float  # peak MiB

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


class Runner:
    """The parent's end: one process that is prepared for one task."""

    def __init__(self, side: Side) -> None:
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process runs
        self.process = subprocess.Popen(
            [side.python, str(HERE / f"{side.file}.py"), side.task, *side.more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        while self._line() != "ready":
            pass

    def run(self) -> float:
        """Do one run and return its seconds."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self._line())

    def finish(self) -> float:
        """End the process. Returns its peak memory, MiB."""
        self.process.stdin.close()
        peak = float(self._line())
        self.process.wait()
        return peak

    def _line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise RuntimeError(f"A benchmark process ended early:\n{self.errors.read()[-3000:]}")
        return line.strip()


def race(sides: dict[str, Side], rounds: int) -> dict[str, Found]:
    """Seconds and peak memory of each side. In every round, each side runs once, in turn.

    A short pause before each run: threads of the side before it may still look for work.
    """
    runners = {label: Runner(side) for label, side in sides.items()}
    seconds: dict[str, list[float]] = {label: [] for label in sides}
    for _ in range(rounds):
        for label, runner in runners.items():
            time.sleep(PAUSE)
            seconds[label].append(runner.run())
    return {label: Found(seconds[label], runner.finish()) for label, runner in runners.items()}
