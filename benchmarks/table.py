"""What the races found, as rows of numbers: for the screen, for assets/bench.json, for the README.

    python benchmarks/table.py     writes the README's part again, from assets/bench.json

The README's part stands between two comments, and a test compares it with the file.
"""

from __future__ import annotations

import json
import pathlib
import statistics

from inputs import MATRIX, PRODUCTS
from worker import Found

ROOT = pathlib.Path(__file__).parent.parent
BEGIN, END = "<!-- made by make bench -->", "<!-- end of what make bench made -->"
ALONE = "torchvision is not installed: only our own times are measured."
HEAD = f"\n{'':27}{'ours':>19}{'torchvision':>21}{'time':>8}{'memory':>8}{'of peak':>9}"
QUOTED = [  # what the README calls a task; our task; theirs
    ("`detect`, 1024 x 1024, photograph in, masks out", "detect 1024", "detect 1024"),
    ("the same, no more candidates than ours takes", "detect 1024", "detect 1024, 2000 candidates"),
    ("`detect`, 512 x 512", "detect 512", "detect 512"),
    ("the same, no more candidates", "detect 512", "detect 512, 2000 candidates"),
    ("`coco-torchvision`, 800 x 1333", "detect 800 x 1333", "detect 800 x 1333, 91 classes"),
    (
        "the same, batch norm folded into the convolutions",
        "detect 800 x 1333, folded",
        "detect 800 x 1333, 91 classes",
    ),
    ("`coco-resnet50`, 800 x 1333", "detect 800 x 1333, preset", "detect 800 x 1333"),
    ("RoIAlign of 1000 boxes", "roi_align", "roi_align"),
    ("the same, and its gradient", "roi_align and gradient", "roi_align and gradient"),
    ("100 masks pasted, 1024 x 1024", "paste", "paste"),
    ("training step, 512 x 512, batch 2, 200 RoIs", "train 512", "train 512"),
    ("ten training steps of `scenes` and an equal model", "train scenes", "train scenes"),
]


def row(task: str, theirs: str, found: dict[str, Found], work: float | None) -> dict:
    """The numbers of a race: median seconds, peak MiB, ratios; and the share of the peak speed.

    The peak speed of a round is that of products of matrices in the same round.
    """
    seconds, memory = found["ours"].median, found["ours"].memory
    numbers = dict(task=task, rounds=len(found["ours"].seconds))
    numbers |= dict(seconds=round(seconds, 4), memory=round(memory))
    if "theirs" in found:
        their_seconds, their_memory = found["theirs"].median, found["theirs"].memory
        numbers |= dict(their_task=theirs, their_seconds=round(their_seconds, 4))
        numbers |= dict(their_memory=round(their_memory))
        numbers |= dict(time=round(seconds / their_seconds, 3))
        numbers |= dict(memory_ratio=round(memory / their_memory, 3))
    if work:
        rounds = zip(found["ours"].seconds, found["peak"].seconds, strict=True)
        products = PRODUCTS * 2 * MATRIX**3
        shares = [work / own / (products / peak) for own, peak in rounds]
        numbers["of_peak"] = round(statistics.median(shares), 3)
    return numbers


def line(numbers: dict) -> str:
    """A row for the screen."""
    text = f"{numbers['task']:27}{numbers['seconds']:8.3f} s {numbers['memory']:5.0f} MiB"
    if "their_task" in numbers:
        text += f"{numbers['their_seconds']:8.3f} s {numbers['their_memory']:5.0f} MiB"
        text += f"{numbers['time']:7.2f}x{numbers['memory_ratio']:7.2f}x"
    else:
        text += " " * 35
    text += f"{numbers['of_peak']:9.0%}" if "of_peak" in numbers else " " * 9
    theirs = numbers.get("their_task", "")
    return text if theirs in numbers["task"] else f"{text}  torchvision: {theirs}"


def markdown(bench: dict) -> str:
    """The README's table, and what our own alternatives take."""
    other = f"torchvision {bench['peer'].split()[-1]}"
    lines = [f"| ResNet-50 | ours | {other} | time | memory |", "|---|---|---|---|---|"]
    found = {(one["task"], one.get("their_task")): one for one in bench["rows"]}
    for name, task, theirs in QUOTED:
        one = found[task, theirs]
        ours = f"{_seconds(one['seconds'])}, {one['memory']} MiB"
        other = f"{_seconds(one['their_seconds'])}, {one['their_memory']} MiB"
        ratios = f"{one['time']:.2f} | {one['memory_ratio']:.2f}"
        lines.append(f"| {name} | {ours} | {other} | {ratios} |")
    alone = bench["alone"]
    last = (
        "\nThe shipped `scenes` model finds the coins in {}; `trace`, which keeps the small "
        "tensors,\ntakes {:.1f} times as long. The machine had a load of at most {:.1f}."
    )
    lines.append(last.format(_seconds(alone["detect"]), alone["trace"], bench["load"]))
    return "\n".join(lines)


def _seconds(value: float) -> str:
    return f"{value:.3f} s" if value < 0.2 else f"{value:.2f} s"


def with_part(readme: str, bench: dict) -> str:
    """The README with its part made from these numbers."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{markdown(bench)}\n{END}{after}"


def write(bench: dict, folder: pathlib.Path) -> None:
    """bench.json into a folder; if torchvision ran, the README's part too."""
    content = json.dumps(bench, indent=1)
    (folder / "bench.json").write_text(content + "\n", encoding="utf-8")
    if bench["peer"]:
        readme = ROOT / "README.md"
        text = with_part(readme.read_text(encoding="utf-8"), bench)
        readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    stored = json.loads((ROOT / "assets" / "bench.json").read_text(encoding="utf-8"))
    write(stored, ROOT / "assets")
