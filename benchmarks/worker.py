"""One side of a race runs in a process of its own and does one run at a time, when it is asked.

So two libraries never share threads or memory, and what disturbs the machine disturbs both alike.
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

HERE = pathlib.Path(__file__).parent


def serve(tasks: dict) -> None:
    """In the process: prepare the task named on the command line, then a run for each line read."""
    run = tasks[sys.argv[1]]()
    result = run()  # compile and warm up
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        result = run()  # the one before lives until then, as in any loop over images
        print(time.perf_counter() - start, flush=True)
    del result
    print(peak_memory(), flush=True)


def peak_memory() -> float:
    """The most memory that this process ever had, MiB."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux starts at what the parent process had
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


class Runner:
    """The other end: one process that is prepared for one task."""

    def __init__(self, side: str, task: str):
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the process
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / f"{side}.py"), task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        while self._line() != "ready":
            pass

    def run(self) -> float:
        """Seconds of one run."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self._line())

    def finish(self) -> float:
        """End it; returns the most memory that it ever had, MiB."""
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


def race(sides: dict, rounds: int) -> dict[str, tuple[float, float]]:
    """Median seconds and peak MiB of each side; in every round each runs once, one after another.

    Args:
        sides: label -> (file here that serves, task).
        rounds: how often.
    """
    runners = {label: Runner(*side) for label, side in sides.items()}
    seconds = {label: [] for label in sides}
    for _ in range(rounds):
        for label, runner in runners.items():
            seconds[label].append(runner.run())
    return {
        label: (statistics.median(seconds[label]), runner.finish())
        for label, runner in runners.items()
    }
