"""A weights file: all arrays of a model by layer name, and the model's Config.

The path of each array is /<layer>/<layer>/<weight>:0, as in the reference's files. You can open the
file with any HDF5 viewer, and the order of the layers does not matter.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import h5py
import numpy as np

from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.config import Config
from maskrcnn_explained.stored.names import named_weights as named_weights

if TYPE_CHECKING:  # a bad file is refused before TensorFlow is imported
    from maskrcnn_explained.model import MaskRCNN


def save_weights(model: MaskRCNN, path: str | os.PathLike) -> None:
    """Write all weights of a model by layer name, and its Config; no optimizer state.

    A Config whose backbone is a callable is left out, because a file cannot hold code. If writing
    fails, no incomplete file is left. Raises `FileNotFoundError` if the folder does not exist.
    """
    with atomic_write(path) as temporary, h5py.File(temporary, "w") as file:
        if isinstance(model.config.backbone, str):
            file.attrs["config"] = json.dumps(model.config.to_dict())
        for name, variable in named_weights(model).items():
            layer, weight = name.split("/")
            file.create_dataset(
                f"{layer}/{layer}/{weight}:0",
                data=variable.numpy(),
                compression="gzip",
                shuffle=True,
            )


def load_weights(model: MaskRCNN, path: str | os.PathLike) -> None:
    """Load a file that `save_weights` wrote: all arrays or none.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a weights file, or made for another Config (the differences are listed).
    """
    assign_weights(model, read_file(path))


def read_weights(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """All arrays of a weights file by "layer/weight". Raises the errors of `read_file`."""
    return read_file(path).arrays


@dataclasses.dataclass(frozen=True)
class StoredWeights:
    """The content of a weights file.

    path: the file.
    arrays: "layer/weight" -> float32 array.
    config_text: the Config of the saved model as JSON, or None.
    """

    path: pathlib.Path
    arrays: dict[str, np.ndarray]
    config_text: str | None

    def config(self) -> Config | None:
        """The Config of the saved model, or None if the file holds none.

        Raises `ValueError` if this version cannot read it.
        """
        if self.config_text is None:
            return None
        try:
            return Config.from_dict(json.loads(self.config_text))
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{self.path} holds a Config that this version cannot read: {error}"
            ) from error


def read_file(path: str | os.PathLike, sha256: str | None = None) -> StoredWeights:
    """Read a weights file. The bytes are read once, for the checksum and the arrays.

    Args:
        path: an HDF5 file.
        sha256: the SHA-256 that the file must have; None skips this check.

    Raises:
        FileNotFoundError: no such file.
        ValueError: another SHA-256, not a weights file, a damaged file, or a Keras checkpoint.
    """
    path = pathlib.Path(path)
    content = read_bytes(path, sha256)
    arrays = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            layer, weight = name.split("/")[-2:]
            arrays[f"{layer}/{weight.removesuffix(':0')}"] = np.asarray(item, np.float32)

    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            checkpoint = "layers" in file and "vars" in file
            config_text = file.attrs.get("config")
            if not checkpoint:
                file.visititems(visit)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise ValueError(f"{path} is not a weights file, or it is damaged ({error}).") from error
    if checkpoint:
        raise ValueError(
            f"{path} is a checkpoint of a training run, not a weights file. Use the weights file "
            "that the run writes at its end."
        )
    return StoredWeights(path, arrays, config_text)


def read_bytes(path: pathlib.Path, sha256: str | None = None) -> bytes:
    """The bytes of a file.

    Raises `FileNotFoundError` if there is no such file, `ValueError` if its SHA-256 differs.
    """
    if not path.is_file():
        hint = "" if sha256 is None else " It ships with the course: is the checkout complete?"
        raise FileNotFoundError(f"There is no weights file at {path}.{hint}")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if sha256 is not None and found != sha256:
        raise ValueError(
            f"{path} is damaged: its SHA-256 is {found[:12]}.., expected {sha256[:12]}... "
            "Restore it with git, or install the package again."
        )
    return content


def assign_weights(model: MaskRCNN, stored: StoredWeights) -> None:
    """Assign all arrays of a weights file to a model, or none.

    Raises `ValueError` if names or shapes differ; the message lists the differences.
    """
    wanted = named_weights(model)
    problems = list(_differences(wanted, stored.arrays))
    if problems:
        more = f" and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise ValueError(
            f"{stored.path.name} was made for another Config: "
            f"{'; '.join(problems[:5])}{more}. "
            "Build the model with the Config that the weights were trained with."
        )
    for name, variable in wanted.items():
        variable.assign(stored.arrays[name])


def _differences(wanted, arrays) -> Iterable[str]:
    """One phrase for each array that is missing, unknown or of another shape."""
    yield from (f"{name} is missing" for name in wanted if name not in arrays)
    yield from (f"{name} is not in the model" for name in arrays if name not in wanted)
    for name, variable in wanted.items():
        if name in arrays and arrays[name].shape != tuple(variable.shape):
            found = list(arrays[name].shape)
            yield f"{name} is {found}, the model has {list(variable.shape)}"
