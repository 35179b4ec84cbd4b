"""Measure the memory of `detect`: many calls, and a long list. Linux only; about ten minutes.

    python benchmarks/memory.py                 both, each in its own process
    python benchmarks/memory.py calls           1,000 calls with images of changing sizes
    python benchmarks/memory.py list            a list of 300 photographs of 3 megapixels

The project promises that calls after the first 100 add at most 50 MB, and that such a list takes
at most 2 GB in all. The exit code is 1 if that is not so.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from PIL import Image
from skimage import data
from worker import peak_memory

CALLS = 1000
WARM = 100  # calls before the measured ones
GROWTH = 50  # MB
PHOTOS = 300
PHOTO_SIZE = (1500, 2000)
IN_ALL = 2000  # MB


def resident() -> float:
    """The memory of this process now, MiB."""
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 2**10


def calls() -> bool:
    """Many calls with images from 40 to 1,500 pixels; their masks are drawn as well."""
    import maskrcnn_explained as mrx

    model = mrx.load("scenes")
    rng = np.random.default_rng(0)
    coins = np.tile(data.coins(), (5, 4))  # 1515 x 1536
    warnings.simplefilter("ignore")  # of strips, which are shrunk
    most = after_warm = 0.0
    for number in range(1, CALLS + 1):
        height, width = np.exp(rng.uniform(np.log(40), np.log(1500), 2)).astype(int)
        found = model.detect_each([coins[:height, :width]])
        sum(int(one.masks.sum()) for one in found)
        most = max(most, resident())
        if number == WARM:
            after_warm = most
        if number in (1, 10, WARM, CALLS // 2, CALLS):
            print(f"  after {number:4} calls: {resident():.0f} MiB, at most {most:.0f}", flush=True)
    print(f"{CALLS} calls: {most - after_warm:.0f} MiB more than after {WARM} (limit {GROWTH} MB)")
    return most - after_warm <= GROWTH


def photos_of_a_list() -> bool:
    """One list of paths; its results are kept, and all masks are counted."""
    import maskrcnn_explained as mrx

    model = mrx.load("scenes")
    print(f"  model loaded: {resident():.0f} MiB", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "photo.jpg"
        coins = Image.fromarray(data.coins()).convert("RGB")
        coins.resize(PHOTO_SIZE[::-1]).save(path, quality=80)
        found = model.detect([path] * PHOTOS)
    number = sum(len(one) for one in found)
    print(f"  {number} detections: {resident():.0f} MiB, at most {peak_memory():.0f}", flush=True)
    pixels = sum(int(one.areas.sum()) for one in found)
    whole = sum(len(one) for one in found) * PHOTO_SIZE[0] * PHOTO_SIZE[1] / 1e9
    print(f"  {pixels / 1e9:.1f} billion pixels in masks; as arrays they would fill {whole:.0f} GB")
    peak = peak_memory()
    print(f"A list of {PHOTOS} photographs: {peak:.0f} MiB in all (limit {IN_ALL} MB)")
    return peak <= IN_ALL


TASKS = {"calls": calls, "list": photos_of_a_list}


def main(*names: str) -> int:
    """Run one task here, or both in processes of their own. Returns the exit code."""
    if len(names) == 1:
        return 0 if TASKS[names[0]]() else 1
    codes = [subprocess.run([sys.executable, __file__, name]).returncode for name in TASKS]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
