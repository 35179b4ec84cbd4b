"""Weights by layer name: the ones that ship with the course, and how such files are read.

A weights file holds /<layer>/<layer>/<weight>:0 for every layer, as the reference's files do. So
a reader can look into it with any HDF5 viewer, and nothing depends on the order of layers.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
from importlib import resources

import h5py
import numpy as np

from maskrcnn_explained.files import replacing

SHIPPED = ("scenes", "nuclei")  # each has its preset
COCO = "coco"  # downloaded when it is first asked for
FOLDER = "assets/weights"


def named_weights(model) -> dict[str, object]:
    """Every weight of a model by "layer/weight", such as "conv1/kernel": Keras variables."""
    found = {}
    for layer in [*model.layers, *model.get_layer("rpn_model").layers]:
        if layer.name != "rpn_model":
            found |= {f"{layer.name}/{variable.name}": variable for variable in layer.weights}
    return found


def save_weights(model, path) -> None:
    """Write all weights of a model by layer name, without optimizer state, and its Config.

    (Not a Config whose backbone is a callable: that is code.) The file appears complete or not at
    all. Raises `FileNotFoundError` if its folder is not there.
    """
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        if isinstance(model.config.backbone, str):
            file.attrs["config"] = json.dumps(model.config.to_dict())
        for name, variable in named_weights(model).items():
            layer, weight = name.split("/")
            file.create_dataset(
                f"{layer}/{layer}/{weight}:0", data=variable.numpy(),
                compression="gzip", shuffle=True,
            )  # fmt: skip


def load_weights(model, path) -> None:
    """Load a file that `save_weights` wrote, every array or none.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a weights file, or made for another Config; the message lists what differs.
    """
    arrays = read_weights(path)
    wanted = named_weights(model)
    problems = [f"{name} is missing" for name in wanted if name not in arrays]
    problems += [f"{name} is not in the model" for name in arrays if name not in wanted]
    problems += [
        f"{name} is {list(arrays[name].shape)}, the model has {list(variable.shape)}"
        for name, variable in wanted.items()
        if name in arrays and arrays[name].shape != tuple(variable.shape)
    ]
    if problems:
        more = f" and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise ValueError(
            f"{pathlib.Path(path).name} was made for another Config: "
            f"{'; '.join(problems[:5])}{more}. "
            "Build the model with the Config that the weights were trained with."
        )
    for name, variable in wanted.items():
        variable.assign(arrays[name])


def read_weights(path) -> dict[str, np.ndarray]:
    """All arrays of a weights file by "layer/weight".

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a weights file, a damaged one, or a Keras checkpoint.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no weights file at {path}.")
    arrays = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            layer, weight = name.split("/")[-2:]
            arrays[f"{layer}/{weight.removesuffix(':0')}"] = np.asarray(item, np.float32)

    try:
        with h5py.File(path, "r") as file:
            checkpoint = "layers" in file and "vars" in file
            if not checkpoint:
                file.visititems(visit)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise ValueError(f"{path} is not a weights file, or it is damaged ({error}).") from error
    if checkpoint:
        raise ValueError(
            f"{path} is a checkpoint of a training run, with Keras' own names; give the weights "
            "file that the run writes at its end."
        )
    return arrays


def load(weights="scenes", preset=None, exclude=(), **changes):
    """A trained model: weights that ship with the package, the reference's own, or a file.

    Args:
        weights: "scenes"; "nuclei" (microscopy); "coco" (ResNet-101, downloaded once, 250 MB: see
            `reference_weights.coco_file`); or the path of a file that `save_weights` wrote.
        preset: the Config that the weights were trained with, or a preset's name; None takes the
            preset of that name, "coco-resnet101" for "coco", for a file the Config that it holds,
            or else "scenes".
        exclude: names of layers that keep fresh weights; `reference_weights.HEADS` are the three
            that know the classes, so this fine-tunes on others:
            `load("scenes", exclude=HEADS, class_names=("background", "coin"))`.
        **changes: fields of the Config to change, such as `detections=20`. Those that change the
            shape of weights fail, unless these are excluded.

    Raises:
        FileNotFoundError: no such file.
        ConnectionError: "coco" is not there yet, and neither is a network.
        ValueError: unknown name, a shipped file without the recorded SHA-256, a damaged file, or
            weights for another Config.
    """
    if weights == COCO:
        return _load_coco(preset or "coco-resnet101", exclude, changes)
    path = find_weights(weights)
    read_weights(path)  # a bad file is told before the model is built
    from maskrcnn_explained.model import build
    from maskrcnn_explained.reference_weights import load_reference_weights

    own = weights if weights in SHIPPED else read_config(path)
    model = build(preset or own or "scenes", **changes)
    if exclude:
        load_reference_weights(model, path, exclude)
    else:
        load_weights(model, path)
    return model


def read_config(path):
    """The Config that `save_weights` put into a file, or None. The file must be an HDF5 file."""
    from maskrcnn_explained.config import Config

    with h5py.File(path, "r") as file:
        stored = file.attrs.get("config")
    if stored is None:
        return None
    try:
        return Config.from_dict(json.loads(stored))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} holds a Config that this version cannot read: {error}") from error


def _load_coco(preset, exclude, changes):
    from maskrcnn_explained import reference_weights
    from maskrcnn_explained.model import build

    path = reference_weights.coco_file()  # first, for it may fail
    model = build(preset, **changes)
    reference_weights.load_reference_weights(model, path, exclude)
    return model


def find_weights(weights) -> pathlib.Path:
    """The file of shipped weights (its SHA-256 is checked) or of a path.

    Raises:
        FileNotFoundError: no such file.
        ValueError: unknown name, or a shipped file without the recorded SHA-256.
    """
    if weights in SHIPPED:
        path = shipped_folder() / f"{weights}.h5"
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        check_sha256(path, card["sha256"])
        return path
    path = pathlib.Path(weights)
    if path.is_file():
        return path
    if path.name == str(weights) and not path.suffix:  # a bare word: it was meant as a name
        raise ValueError(
            f"No weights are called {str(weights)!r}; there are: {', '.join([*SHIPPED, COCO])}. "
            "The path of a weights file (.h5) will do as well."
        )
    raise FileNotFoundError(f"There is no weights file at {path}.")


def shipped_folder() -> pathlib.Path:
    """Where the shipped weights lie: in the installed package, or in a checkout's assets/."""
    inside = resources.files("maskrcnn_explained") / FOLDER
    if inside.is_dir():
        return pathlib.Path(str(inside))
    return pathlib.Path(__file__).parent.parent / FOLDER


def check_sha256(path, expected: str) -> None:
    """Raise `ValueError` unless the file has this SHA-256, `FileNotFoundError` if it is absent."""
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no weights file at {path}; is the checkout complete?")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise ValueError(
            f"{path} is damaged: its SHA-256 is {found[:12]}.., expected {expected[:12]}... "
            "Restore it with git, or install the package again."
        )
