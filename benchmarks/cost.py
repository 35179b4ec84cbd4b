"""What `detect` costs against image size, proposals, batch and classes: measured, with its law.

    python benchmarks/cost.py                      about six minutes; prints ratios and the law
    python benchmarks/cost.py --write assets       also writes cost.json and cost.png there

Every setting runs once in each round, in turn, so other work of the machine slows all of them.
Only ratios to the first setting are reported.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from inputs import photo
from scipy.optimize import nnls

import maskrcnn_explained as mrx
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.inference import DETECTION_TENSORS
from maskrcnn_explained.viz import style

BASE = dict(side=512, proposals=1000, batch=1, classes=81)
VALUES = dict(
    side=(256, 384, 512, 768, 1024),
    proposals=(100, 250, 500, 1000, 2000),
    batch=(1, 2, 3, 4),
    classes=(2, 21, 81, 321),
)
NAMES = dict(
    side="side of the image, pixels", proposals="proposals", batch="images", classes="classes"
)
TERMS = ("call", "image", "pixels", "proposals", "proposals x classes")
ROUNDS = 5


def settings() -> list[dict[str, int]]:
    """The base setting, and those that differ from it in one thing."""
    changed = [BASE | {name: value} for name in VALUES for value in VALUES[name]]
    return [BASE] + [one for one in changed if one != BASE]


def runner(side: int, proposals: int, batch: int, classes: int):
    """A function that runs the graph of ResNet-50 once, from molded images to masks."""
    names = ("background", *(f"class {i}" for i in range(1, classes)))
    model = mrx.build(
        "coco-resnet50",
        class_names=names,
        image_min_side=None,
        image_max_side=side,
        proposals=proposals,
        proposals_pre_nms=6000,
    )
    molded, windows = mold([photo(side)] * batch, model.config)
    return lambda: model.infer(DETECTION_TENSORS, molded, windows, 0.0)


def measure(rounds: int = ROUNDS) -> list[dict]:
    """Each setting with its median time, as a ratio to the base setting."""
    found = settings()
    runs = [runner(**one) for one in found]
    seconds: list[list[float]] = [[] for _ in runs]
    for number in range(rounds + 1):
        for own, run in zip(seconds, runs, strict=True):
            start = time.perf_counter()
            run()
            if number:  # the first round compiles
                own.append(time.perf_counter() - start)
        print(f"round {number} of {rounds}", flush=True)
    medians = [statistics.median(own) for own in seconds]
    return [one | {"ratio": each / medians[0]} for one, each in zip(found, medians, strict=True)]


def terms(side: int, proposals: int, batch: int, classes: int) -> list[float]:
    """What the cost may be proportional to: the call, and for each image of a batch four things."""
    return [
        1,
        batch,  # above all the mask head, which runs on 100 detections
        batch * (side / 512) ** 2,
        batch * proposals / 1000,
        batch * proposals * classes / 81e3,
    ]


def law(rows: list[dict]) -> dict[str, float]:
    """The shares of a law "call + images * (a + b * pixels + c * proposals + d * their classes)".

    No share is negative. Relative errors count, so small images weigh as much as large ones.
    """
    table = np.array([terms(**{name: row[name] for name in BASE}) for row in rows])
    ratios = np.array([row["ratio"] for row in rows])
    shares, _ = nnls(table / ratios[:, None], np.ones(len(rows)))
    return dict(zip(TERMS, (round(float(share), 4) for share in shares), strict=True))


def predicted(shares: dict[str, float], setting: dict[str, int]) -> float:
    """The ratio that the law gives for a setting."""
    return float(np.dot(list(shares.values()), terms(**setting)))


def draw(rows: list[dict], shares: dict[str, float]):
    """One panel per thing that changes: what was measured, and the law."""
    axes = style.axes_grid(1, 4, 3.2, width=13)[0]
    for ax, name in zip(axes, VALUES, strict=True):
        own = [row for row in rows if all(row[n] == BASE[n] for n in BASE if n != name)]
        own.sort(key=lambda row: row[name])
        values = [row[name] for row in own]
        ax.plot(values, [row["ratio"] for row in own], "o", color="#0072B2", label="measured")
        curve = np.linspace(values[0], values[-1], 50)
        fitted = [predicted(shares, BASE | {name: value}) for value in curve]
        ax.plot(curve, fitted, color="#444444", label="the law")
        highest = max(*fitted, *(row["ratio"] for row in own))
        ax.set(xlabel=NAMES[name], ylim=(0, 1.08 * highest))
        ax.grid(color="#e5e5e5")
    axes[0].set_ylabel("time, 512 pixels = 1")
    axes[0].legend(frameon=False)
    return axes


def main(given: list[str] | None = None) -> None:
    """Measure and print; `given` are arguments, None those of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=pathlib.Path, metavar="FOLDER")
    folder = parser.parse_args(given).write
    rows = measure()
    shares = law(rows)
    for row in rows:
        setting = {name: row[name] for name in BASE}
        text = ", ".join(f"{name} {value}" for name, value in setting.items())
        print(f"{text:55}{row['ratio']:7.2f}   law {predicted(shares, setting):5.2f}")
    print("shares at the first setting:", shares)
    if folder:
        content = json.dumps(dict(base=BASE, shares=shares, rows=rows), indent=1)
        (folder / "cost.json").write_text(content + "\n", encoding="utf-8")
        (folder / "cost.png").write_bytes(style.to_png(draw(rows, shares)[0].figure))


if __name__ == "__main__":
    main()
