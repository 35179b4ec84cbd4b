"""Load a trained model: shipped weights, the reference's own, a run, or a file of any kind."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from typing import Any

from maskrcnn_explained._arguments import check_names, described
from maskrcnn_explained.config import Config
from maskrcnn_explained.model import MaskRCNN, build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.stored.assigning import assign_arrays
from maskrcnn_explained.stored.classes import HEADS, match_classes, say_classes
from maskrcnn_explained.stored.contents import (
    StoredCheckpoint,
    StoredTensors,
    StoredWeights,
    read_stored,
)
from maskrcnn_explained.stored.names import named_weights
from maskrcnn_explained.weights.published import (
    COCO,
    DOWNLOADED,
    PRESET_OF,
    TORCHVISION_COCO,
    downloaded,
    locate,
)
from maskrcnn_explained.weights.reference import assign_by_name
from maskrcnn_explained.weights.torchvision import as_ours
from maskrcnn_explained.weights.torchvision_check import check_model_for, own_epsilon


def load(
    weights: str | os.PathLike = "scenes",
    preset: str | Config | None = None,
    exclude: Sequence[str] = (),
    **changes: Any,
) -> MaskRCNN:
    """Load a trained model: shipped weights, the reference's own, a run, or a file of any kind.

    Args:
        weights: "scenes"; "nuclei" (microscopy); "photos" (everyday photos, seven groups of
            classes); "coco-torchvision" (everyday photos, 80 classes; ResNet-50, 170 MB) or "coco"
            (the reference's, ResNet-101, 250 MB), each downloaded once: see `weights.published`;
            the folder of a run; or the path of a file that `save_weights`, `model.save` (.keras) or
            `model.save_weights` wrote, or PyTorch's `torch.save` (see `load_torchvision_weights`).
            What a file is, its content tells. The optimizer is not loaded
            (`keras.saving.load_model` does that).
        preset: the Config that the weights were trained with, or the name of a preset. The default
            is the preset of the same name, "coco-resnet101" for "coco", and for a file the Config
            that it holds; for a weights file without one "scenes", for a file of PyTorch
            "coco-torchvision". Its `batch_norm_epsilon` of 0.0 is that of the published weights
            and of what was trained from them. A file with batch norm's counters of training steps
            had 1e-5, and then the model gets that, unless you give the field or a Config. Give 1e-5
            for a file without counters that was trained from a ResNet alone.
        exclude: names of layers that keep fresh weights. `weights.reference.HEADS` are the three
            layers whose shapes depend on the classes: `load("scenes", exclude=HEADS,
            class_names=("background", "coin"))` keeps none of their weights.
        **changes: fields of the Config to change, such as `detections=20`, or the `seed` of fresh
            weights. With other `class_names` the heads keep the weights of every class that both
            have, by name; a `UserWarning` says which are fresh and which are left out. Any other
            change of the shape of weights is an error, unless their layers are excluded.

    Raises:
        FileNotFoundError: no such file, or a folder without weights.
        ConnectionError: weights must be downloaded, and there is no network.
        ValueError: unknown name, a shipped or downloaded file whose SHA-256 is not the recorded
            one, a damaged file, one that asks to run code, weights for another Config, or a
            checkpoint that holds no Config, and no preset.

    Warns, with `UserWarning`, if weights of torchvision come into another dialect, by a preset that
    is not theirs; fields that you set by name are your choice.
    """
    if preset is not None and not isinstance(preset, (str, Config)):
        raise ValueError(f"preset must be a name or a Config; got {described(preset)}.")
    if not isinstance(exclude, str):
        check_names("exclude", exclude)
    # Read the file first: fail on a bad file before the model is built.
    path, sha256 = downloaded(weights) if weights in DOWNLOADED else locate(weights)
    found = read_stored(path, sha256)
    stored = as_ours(found)[0] if isinstance(found, StoredTensors) else found
    own = _own_config(weights, preset, found)
    epsilon = _told_epsilon(weights, found)
    told: dict[str, Any] = {}  # by the file, beside its Config
    if epsilon is not None and not isinstance(preset, Config):
        told = {"batch_norm_epsilon": epsilon}
    elif isinstance(stored, StoredCheckpoint) and stored.seed is not None:
        told = {"seed": stored.seed}
    model = build(preset or own, **(told | changes))
    if isinstance(stored, StoredCheckpoint):
        if model.config == own and not exclude:
            model.load_checkpoint(stored)
            return model
        stored = _named(stored, own)
    if isinstance(found, StoredTensors):
        check_model_for(stored, model, epsilon, exclude, chosen=changes)
    stored = _matched(stored, own.class_names, model, exclude)
    try:
        # A file of another program, or a part of any file, is loaded by name. A file of ours must
        # fit as a whole.
        if weights == COCO or exclude or isinstance(found, StoredTensors):
            assign_by_name(model, stored, exclude)
        else:
            assign_arrays(model, stored)
    except ValueError as error:
        guessed = preset is None and weights not in PRESET_OF and found.config_text is None
        if guessed and not _same_shapes(model, stored, exclude):
            raise ValueError(
                f"{error} The file holds no Config, so the preset {own.name!r} was taken; give "
                "preset=, class_names= (on the command line --class-names) or other fields."
            ) from error
        raise
    return model


def config_of(weights: str | os.PathLike) -> Config:
    """The Config that weights were trained with; `weights` and errors as for `load`.

    Only a file of yours is read for it; of named weights the preset is known.
    """
    stored = None if weights in PRESET_OF else read_stored(locate(weights)[0])
    own, epsilon = _own_config(weights, None, stored), _told_epsilon(weights, stored)
    return own if epsilon is None else own.changed(batch_norm_epsilon=epsilon)


def _told_epsilon(weights, stored):
    """The epsilon that a file of torchvision tells of its batch norm, if it does."""
    unnamed = weights not in PRESET_OF and isinstance(stored, StoredTensors)
    return own_epsilon(stored) if unnamed else None


def _same_shapes(model, stored, exclude):
    """Whether the file has each array of the model, in its shape."""
    wanted = named_weights(model).items()
    asked = {name: variable for name, variable in wanted if name.rsplit("/", 1)[0] not in exclude}
    shapes = {name: array.shape for name, array in stored.arrays.items()}
    return all(shapes.get(name) == tuple(variable.shape) for name, variable in asked.items())


def _own_config(weights, preset, stored):
    """The Config of the weights: of named weights their preset; the one in the file; the given one;
    and for a file without any a preset."""
    if weights in PRESET_OF:
        return get_config(PRESET_OF[weights])
    given = get_config(preset) if isinstance(preset, str) else preset
    try:
        own = stored.config()
    except ValueError:
        if given is None:
            raise
        own = None  # this version cannot read it, so the given one is all there is
    if own is None and given is None and isinstance(stored, StoredCheckpoint):
        raise ValueError(
            f"{stored.path} is a checkpoint without the Config of its model (Keras wrote it, not "
            "this package). Give it: load(path, preset=...), a Config or the name of a preset."
        )
    return own or given or get_config(_preset_of_file(stored))


def _preset_of_file(stored):
    """The name of the preset for a file without a Config."""
    return PRESET_OF[TORCHVISION_COCO] if isinstance(stored, StoredTensors) else "scenes"


def _named(stored, config):
    """A checkpoint as a weights file: a model of its own Config tells the names of its arrays."""
    source = build(config)
    source.load_checkpoint(stored)
    arrays = {name: variable.numpy() for name, variable in named_weights(source).items()}
    return StoredWeights(
        path=stored.path, config_text=stored.config_text, size=stored.size, arrays=arrays
    )


def _matched(stored, theirs, model, exclude):
    """The weights with the rows of their heads in the order of the model's class names."""
    ours = model.config.class_names
    heads = {
        name: variable.numpy()
        for name, variable in named_weights(model).items()
        if name.rsplit("/", 1)[0] in HEADS and name.rsplit("/", 1)[0] not in exclude
    }
    fit = all(
        name in stored.arrays and stored.arrays[name].size * len(ours) == array.size * len(theirs)
        for name, array in heads.items()
    )
    if not heads or theirs == ours or not fit:
        return stored
    say_classes(stored.path, theirs, ours)
    arrays = match_classes(stored.arrays, heads, theirs, ours)
    return dataclasses.replace(stored, arrays=arrays, config_text=None)
