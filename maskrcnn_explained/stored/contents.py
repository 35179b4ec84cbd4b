"""What a file of weights is, told by its content: its name may end in anything.

* A weights file of this package or of the reference: HDF5, arrays at /<layer>/<layer>/<weight>:0.
* A checkpoint that Keras wrote: HDF5 with groups "layers" and "vars", arrays by number.
* A `.keras` file: a zip with the model's Config in config.json and a checkpoint.
* A file of PyTorch: a zip, or a row of pickles. Its arrays have the names of another program.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import pathlib
import zipfile

import numpy as np

from maskrcnn_explained._arguments import checked_path
from maskrcnn_explained._keras_lookup import REGISTERED
from maskrcnn_explained.config import Config
from maskrcnn_explained.stored.configs import config_from_text, least_bytes
from maskrcnn_explained.stored.hdf5 import (
    EXPANSION,
    FREE_BYTES,
    as_float32,
    hdf5_arrays,
    open_hdf5,
    read_config,
    unsealed,
)
from maskrcnn_explained.stored.torch_file import is_torch_file, torch_arrays

ZIP_START = b"PK"
WEIGHTS_IN_ZIP = "model.weights.h5"


@dataclasses.dataclass(frozen=True)
class Stored:
    """What a file holds besides numbers.

    path: the file.
    config_text: the Config of the saved model as JSON, or None.
    size: bytes of the file.
    """

    path: pathlib.Path
    config_text: str | None
    size: int

    def config(self) -> Config | None:
        """The Config of the saved model, or None if the file holds none.

        Raises `ValueError` if this version cannot read it, or if its model would be far larger than
        the file.
        """
        if self.config_text is None:
            return None
        config = config_from_text(self.config_text, self.path)
        if least_bytes(config) > FREE_BYTES + EXPANSION * self.size:
            raise ValueError(
                f"{self.path} holds a Config of a model of {least_bytes(config)} bytes or more, "
                f"and the file has only {self.size}. It is damaged, or somebody has changed it."
            )
        return config

    def class_names(self) -> tuple[str, ...] | None:
        """The class names of the saved model, or None if the file does not tell them."""
        try:
            names = json.loads(self.config_text or "{}").get("class_names")
        except (ValueError, AttributeError, RecursionError):
            return None
        return tuple(map(str, names)) if isinstance(names, list) else None


@dataclasses.dataclass(frozen=True)
class StoredWeights(Stored):
    """The content of a weights file. arrays: "layer/weight" -> float32 array."""

    arrays: dict[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class StoredCheckpoint(Stored):
    """A checkpoint of Keras: only a model of its Config knows which array is which.

    content: the bytes of the HDF5 file.
    seed: of the saved model, if the file tells it.
    """

    content: bytes
    seed: int | None = None


@dataclasses.dataclass(frozen=True)
class StoredTensors(Stored):
    """The content of a file of PyTorch. tensors: name in its state dict -> array."""

    tensors: dict[str, np.ndarray]


def read_stored(
    path: str | os.PathLike, sha256: str | None = None
) -> StoredWeights | StoredCheckpoint | StoredTensors:
    """Read any file of weights. The bytes are read once, for the checksum and the arrays.

    Args:
        path: a weights file, a checkpoint, a `.keras` file or a file of PyTorch.
        sha256: the SHA-256 that the file must have; None skips this check.

    Raises:
        FileNotFoundError: no such file.
        ValueError: another SHA-256, a file of another kind, or a damaged one.
    """
    path = checked_path("path", path)
    content = read_bytes(path, sha256)
    if is_torch_file(content):
        return _from_torch(path, content)
    try:
        if content.startswith(ZIP_START):
            return _from_zip(path, content)
        return _from_hdf5(path, unsealed(content))
    except Exception as error:  # h5py, zipfile and json raise errors of twenty kinds here
        raise ValueError(f"{path} is not a weights file, or it is damaged ({error}).") from error


def read_own(
    path: str | os.PathLike, sha256: str | None = None
) -> StoredWeights | StoredCheckpoint:
    """`read_stored` for files with our names. Raises `ValueError` for files of PyTorch as well."""
    stored = read_stored(path, sha256)
    if isinstance(stored, StoredTensors):
        raise ValueError(
            f"{path} is a file of PyTorch. If its weights are of torchvision's Mask R-CNN, load it "
            "with `maskrcnn_explained.load(path)` or `load_torchvision_weights(model, path)`."
        )
    return stored


def read_file(path: str | os.PathLike, sha256: str | None = None) -> StoredWeights:
    """Read a weights file, as `read_own`. Raises `ValueError` for Keras' own files as well."""
    stored = read_own(path, sha256)
    if isinstance(stored, StoredCheckpoint):
        raise ValueError(
            f"{path} is a checkpoint of a training run or another file of Keras, not a weights "
            "file. `maskrcnn_explained.load` and `model.load_weights` read it."
        )
    return stored


def read_tensors(path: str | os.PathLike) -> StoredTensors:
    """Read a file of PyTorch, as `read_stored`. Raises `ValueError` for any other."""
    stored = read_stored(path)
    if not isinstance(stored, StoredTensors):
        raise ValueError(f"{path} is not a file of PyTorch's `torch.save`.")
    return stored


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
            f"{path} is damaged: its SHA-256 is {found[:12]}.., expected {sha256[:12]}... A file "
            "that was downloaded you can delete: it is fetched again. One that ships with the "
            "package you can restore with git, or by installing the package again."
        )
    return content


def _from_torch(path, content):
    """A file of PyTorch. Nothing of it runs: only its numbers are read."""
    try:
        tensors = torch_arrays(content)
    except ValueError as error:
        raise ValueError(f"{path} is a file of PyTorch, but {error}.") from error
    return StoredTensors(path=path, config_text=None, size=len(content), tensors=tensors)


def _from_hdf5(path, content):
    """A weights file or a checkpoint."""
    with open_hdf5(content) as file:
        text = read_config(file)
        if "layers" in file and "vars" in file:
            return StoredCheckpoint(path=path, config_text=text, size=len(content), content=content)
        return StoredWeights(path=path, config_text=text, size=len(content), arrays=_arrays(file))


def _arrays(file):
    """All arrays of a weights file by "layer/weight"."""
    arrays: dict[str, np.ndarray] = {}
    for place, item in hdf5_arrays(file):
        name = weight_name(place)
        if name in arrays:
            raise ValueError(f"it holds two arrays of the name {name}")
        arrays[name] = as_float32(name, item)
    return arrays


def weight_name(place: str) -> str:
    """The name "layer/weight" of an array at a place in a weights file.

    The layer stands there twice. In files of the reference, which have a model inside the model,
    the last folder is the layer. Raises `ValueError` for an array that lies in no folder.
    """
    *folders, weight = place.removesuffix(":0").split("/")
    half = len(folders) // 2
    if not folders:
        raise ValueError(f"its array {place!r} belongs to no layer")
    layer = folders[half:] if half and folders == 2 * folders[:half] else folders[-1:]
    return "/".join([*layer, weight])


def _opened_zip(content):
    """A zip file. Its table stands at its end, so one that is cut short has none."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise ValueError(
            "it begins as a file of PyTorch or of Keras and is cut short: fetch it again"
        ) from error


def _from_zip(path, content):
    """A `.keras` file. Nothing of it runs: only its Config and its numbers are read."""
    with _opened_zip(content) as archive:
        for info in archive.infolist():
            if info.file_size > FREE_BYTES + EXPANSION * info.compress_size:
                raise ValueError(f"its part {info.filename} would unpack to {info.file_size} bytes")
        model = json.loads(archive.read("config.json"))
        weights = archive.read(WEIGHTS_IN_ZIP)
    kind = model.get("registered_name") if isinstance(model, dict) else None
    if kind != REGISTERED:
        raise ValueError(f"it is a Keras model of the class {kind!r}, not a MaskRCNN")
    with open_hdf5(weights):  # checked as any other checkpoint
        values = model["config"]
    text = json.dumps(values["config"])
    return StoredCheckpoint(
        path=path, config_text=text, size=len(content), content=weights, seed=values["seed"]
    )
