"""Weights by layer name: the ones that ship with the course, and how such files are read.

A weights file holds /<layer>/<layer>/<weight>:0 for every layer, as the reference's files do. So
a reader can look into it with any HDF5 viewer, and nothing depends on the order of layers.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import tempfile
from importlib import resources

import h5py
import numpy as np

SHIPPED = ("scenes",)
FOLDER = "assets/weights"


def named_weights(model) -> dict[str, object]:
    """Every weight of a model by "layer/weight", such as "conv1/kernel": Keras variables."""
    found = {}
    for layer in [*model.layers, *model.get_layer("rpn_model").layers]:
        if layer.name != "rpn_model":
            found |= {f"{layer.name}/{variable.name}": variable for variable in layer.weights}
    return found


def save_weights(model, path) -> None:
    """Write all weights of a model by layer name, without optimizer state.

    The file appears complete or not at all.
    """
    path = pathlib.Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        with h5py.File(temporary, "w") as file:
            for name, variable in named_weights(model).items():
                layer, weight = name.split("/")
                file.create_dataset(
                    f"{layer}/{layer}/{weight}:0", data=variable.numpy(),
                    compression="gzip", shuffle=True,
                )  # fmt: skip
        os.replace(temporary, path)
    finally:
        pathlib.Path(temporary).unlink(missing_ok=True)


def load_weights(model, path) -> None:
    """Load a file that `save_weights` wrote, every array or none.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a weights file, or made for another Config; the message lists what differs.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no weights file at {path}.")
    arrays = _read(path)
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
            f"{path.name} was made for another Config: {'; '.join(problems[:5])}{more}. "
            "Build the model with the Config that the weights were trained with."
        )
    for name, variable in wanted.items():
        variable.assign(arrays[name])


def _read(path):
    """All arrays of a weights file by "layer/weight"."""
    arrays = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            layer, weight = name.split("/")[-2:]
            arrays[f"{layer}/{weight.removesuffix(':0')}"] = np.asarray(item)

    try:
        with h5py.File(path, "r") as file:
            file.visititems(visit)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} is not a weights file, or it is damaged ({error}).") from error
    return arrays


def load(name: str = "scenes"):
    """A trained model that ships with the package; offline.

    Args:
        name: "scenes".

    Raises:
        ValueError: unknown name, or the shipped file does not have the recorded SHA-256.
    """
    from maskrcnn_explained.model import build

    if name not in SHIPPED:
        raise ValueError(f"No weights are called {name!r}; there are: {', '.join(SHIPPED)}.")
    path = shipped_folder() / f"{name}.h5"
    card = json.loads((shipped_folder() / f"{name}.json").read_text(encoding="utf-8"))
    check_sha256(path, card["sha256"])
    model = build(name)
    load_weights(model, path)
    return model


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
