"""What does one cell know? The class at a place, read from one cell of C2..C5 and P2..P5.

    make probe

The shipped `scenes` model stays as it is. At pixels drawn from scenes that no training saw we take
the vector of the one cell of each map that holds the pixel, fit a linear classifier (a probe) on
the vectors of validation scenes, and count on test scenes how often it names the class of the
pixel: background or one of four shapes. Each class counts the same, so guessing gives 0.20.

All is done three times, each time with other scenes. It writes assets/cell_probe.json, in about
three minutes on two cores. A second run on the same machine gives the same numbers.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.evaluation import probe

ASSETS = pathlib.Path(__file__).parent.parent / "assets"
NAMES = ("C2", "C3", "C4", "C5", "P2", "P3", "P4", "P5")
SPLITS, FIT_SCENES, TEST_SCENES = 3, 120, 80
PLACES, SEED = 12, 0  # at most so many pixels of each class in each scene
HELD_OUT = 4  # every fourth scene of the fit chooses the strength of the penalty
SIZES = dict(small=(0, 24), middle=(24, 48), large=(48, 1000))  # root of the box's area, pixels


def main() -> None:
    model = mrx.load("scenes")
    classes = len(model.config.class_names)
    splits = []
    for number in range(SPLITS):
        fitted = vectors_of(model, "validation", number, FIT_SCENES)
        tested = vectors_of(model, "test", number, TEST_SCENES)
        splits.append({name: probed(name, fitted, tested, classes) for name in NAMES})
        print(number, {name: row["accuracy"] for name, row in splits[-1].items()}, flush=True)
    maps = [merged(name, splits) for name in NAMES]
    write(dict(command="make probe", **settings(classes), maps=maps))


def vectors_of(model: mrx.MaskRCNN, split: str, number: int, scenes: int) -> dict:
    """The vectors of one split's scenes, per map, with class, size of the object and scene."""
    generator = np.random.default_rng([SEED, number, scenes])
    samples = mrx.Scenes(split, (number + 1) * scenes)
    found: dict[str, list] = {name: [] for name in (*NAMES, "class", "size", "scene")}
    for index in range(number * scenes, (number + 1) * scenes):
        sample = samples[index]
        places = probe.class_places(sample, PLACES, generator)
        tensors = model.tensors(sample.image)
        for name in NAMES:
            found[name].append(probe.cell_vectors(tensors, name, places))
        found["class"].append(places[:, 2])
        found["size"].append(sizes_at(sample, places))
        found["scene"].append(np.full(len(places), index))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def sizes_at(sample: mrx.Sample, places: np.ndarray) -> np.ndarray:
    """The size of the object at each place, in pixels: the root of its box's area; 0 if none."""
    size_map = np.zeros(sample.image.shape[:2])
    for mask, (y1, x1, y2, x2) in zip(sample.masks, sample.boxes, strict=True):
        size_map[mask] = np.sqrt((y2 - y1) * (x2 - x1))
    return size_map[places[:, 0], places[:, 1]]


def probed(name: str, fitted: dict, tested: dict, classes: int) -> dict:
    """Fit on one set of vectors, count on the other."""
    held_out = fitted["scene"] % HELD_OUT == 0
    strength = probe.choose_strength(fitted[name], fitted["class"], classes, held_out)
    fit = probe.fit_probe(fitted[name], fitted["class"], classes, strength)
    predicted, truth, size = fit.predict(tested[name]), tested["class"], tested["size"]
    row: dict = dict(accuracy=probe.balanced_accuracy(predicted, truth), strength=strength)
    for word, (low, high) in SIZES.items():
        chosen = (truth > 0) & (size >= low) & (size < high)
        row[word] = probe.balanced_accuracy(predicted[chosen], truth[chosen])
    return row | dict(depth=tested[name].shape[1])


def merged(name: str, splits: list[dict]) -> dict:
    """One row per map: its numbers in each of the splits."""
    rows = [split[name] for split in splits]
    keys = ("accuracy", *SIZES)
    numbers = {key: [round(row[key], 4) for row in rows] for key in keys}
    strengths = [row["strength"] for row in rows]
    return dict(name=name, depth=rows[0]["depth"], **numbers, strengths=strengths)


def settings(classes: int) -> dict:
    """How the numbers came about."""
    return dict(
        splits=SPLITS,
        fit_scenes=FIT_SCENES,
        test_scenes=TEST_SCENES,
        places_per_class=PLACES,
        chance=1 / classes,
        sizes=SIZES,
        seed=SEED,
    )


def write(numbers: dict) -> None:
    with atomic_write(ASSETS / "cell_probe.json") as part:
        part.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
