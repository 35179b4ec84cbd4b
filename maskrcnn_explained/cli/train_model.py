"""The command `train`: from its arguments to a model in the folder of a run."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from maskrcnn_explained._files import require_writable_file
from maskrcnn_explained.cli.own_data import own_data
from maskrcnn_explained.cli.weight_names import require_weights
from maskrcnn_explained.training.recipe import (
    BEST_FILE,
    CHECKPOINT_FILE,
    FINE_TUNING,
    FROM_SCRATCH,
    LOG_FILE,
    WEIGHTS_FILE,
    Recipe,
)

if TYPE_CHECKING:
    import keras


def train(arguments: argparse.Namespace) -> None:
    """Train on Scenes, or on your own images with --data."""
    recipe = _recipe(arguments)
    output = _check_training(arguments)
    data, validation = own_data(arguments)
    from maskrcnn_explained.data.augmentation import AUGMENTATIONS
    from maskrcnn_explained.training import distributed
    from maskrcnn_explained.training import train as training
    from maskrcnn_explained.weights.file import save_weights

    strategy = distributed.strategy(arguments.devices)
    with strategy.scope():
        student = _student(arguments, recipe.seed, data)
    folder, again = arguments.folder, arguments.restart
    if data is None:
        first = arguments.first_scene
        history = training.train_scenes(student, recipe, folder, first, restart=again)
    else:
        augment = AUGMENTATIONS[arguments.augment]
        history = training.train(student, data, validation, recipe, folder, augment, restart=again)
    if distributed.is_chief(strategy):
        save_weights(student, output)
        _print_training(history, output, folder)


def _recipe(arguments) -> Recipe:
    """The recipe of the options; other defaults for weights that are trained already."""
    given = vars(arguments)
    fields = [field.name for field in dataclasses.fields(Recipe)]
    changes = {name: given[name] for name in fields if name in given}
    return dataclasses.replace(FINE_TUNING if arguments.start else FROM_SCRATCH, **changes)


def _print_training(history: keras.callbacks.History, output: Path, folder: Path) -> None:
    speeds = sorted(history.history.get("images_per_second", []))
    if speeds:
        print(f"{speeds[len(speeds) // 2]:.1f} images per second (median over epochs)")
    for line in _measured(folder):
        print(line)
    print(f"Weights: {output}\nLog: {folder / LOG_FILE}")


def _measured(folder) -> list[str]:
    """How good the last and the best epoch are on the validation images, if there were some."""
    from maskrcnn_explained.training.checkpoints import goodness, read_log

    lines = [line for line in read_log(folder) if "val_mask_AP" in line]
    if not lines:
        return []
    last, best = lines[-1], max(lines, key=goodness)
    found = [f"Last epoch: mask AP {last['val_mask_AP']:.3f}, AP50 {last['val_mask_AP50']:.3f}"]
    if best is not last:
        where = f"epoch {best['epoch']}, {best['val_mask_AP']:.3f}: {folder / BEST_FILE}"
        found.append(f"Best: {where}")
    return found


def _check_training(arguments):
    """Fail on bad arguments before any work is done. Returns the file for the weights."""
    import h5py

    folder = arguments.folder
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is not a folder.")
    output = arguments.weights_out or folder / WEIGHTS_FILE
    if output.parent != folder or folder.exists():  # else the run creates the folder
        require_writable_file(output, ".h5")
    checkpoint = folder / CHECKPOINT_FILE
    if checkpoint.exists() and not arguments.restart and not h5py.is_hdf5(checkpoint):
        raise ValueError(f"{checkpoint} is damaged; --restart begins anew, and keeps it beside.")
    if arguments.data is None and (arguments.validation or arguments.augment != "none"):
        raise ValueError("--validation and --augment need --data; they do not apply to Scenes.")
    if arguments.start:
        require_weights(arguments.start)
    elif arguments.class_names:
        raise ValueError("--class-names tells the classes of --weights; the data tells its own.")
    return output


def _student(arguments, seed, data):
    """The model to train: fresh, or with weights.

    Of their heads the classes that the data has, too, are kept; without any the heads are fresh.
    """
    from maskrcnn_explained.model import build
    from maskrcnn_explained.presets import SCENES_CLASSES
    from maskrcnn_explained.weights.load import config_of, load
    from maskrcnn_explained.weights.reference import HEADS

    options = {"precision": arguments.precision, "smooth_l1_beta": arguments.smooth_l1_beta}
    changes = {"seed": seed} | {name: value for name, value in options.items() if value is not None}
    sides = {"image_max_side": arguments.image_max_side, "detections": arguments.detections}
    changes |= {name: value for name, value in sides.items() if value is not None}
    if arguments.image_min_side is not None:
        changes["image_min_side"] = arguments.image_min_side or None
    classes = SCENES_CLASSES if data is None else data.class_names
    if data is not None:
        changes["class_names"] = classes
    if arguments.start is None:
        return build("scenes", **changes)
    known = config_of(arguments.start)
    if arguments.class_names is not None:
        known = changes["preset"] = known.changed(class_names=arguments.class_names)
    if classes != known.class_names:
        changes["class_names"] = classes
    fresh = not set(classes[1:]) & set(known.class_names[1:])
    return load(arguments.start, exclude=HEADS if fresh else (), **changes)
