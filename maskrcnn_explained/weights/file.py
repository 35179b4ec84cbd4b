"""A weights file: all arrays of a model by layer name, and the model's Config.

The path of each array is /<layer>/<layer>/<weight>:0, as in the reference's files. You can open the
file with any HDF5 viewer, and the order of the layers does not matter.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import h5py
import numpy as np

from maskrcnn_explained._arguments import check_model
from maskrcnn_explained._files import write_bytes
from maskrcnn_explained.stored.assigning import assign_weights as assign_weights
from maskrcnn_explained.stored.configs import config_text
from maskrcnn_explained.stored.contents import StoredWeights as StoredWeights
from maskrcnn_explained.stored.contents import read_bytes as read_bytes
from maskrcnn_explained.stored.contents import read_file as read_file
from maskrcnn_explained.stored.finite import warn_if_not_finite
from maskrcnn_explained.stored.hdf5 import hdf5_bytes, sealed, write_config
from maskrcnn_explained.stored.names import named_weights as named_weights

if TYPE_CHECKING:  # a bad file is refused before TensorFlow is imported
    from maskrcnn_explained.model import MaskRCNN


STORED_AS = ("float32", "float16")


def save_weights(model: MaskRCNN, path: str | os.PathLike, numbers: str = "float32") -> None:
    """Write all weights of a model by layer name, and its Config; no optimizer state.

    A backbone of your own stands in the Config by its name in Keras' registry; if it is not
    registered, the Config is left out, because a file cannot hold code. The file is made in memory
    and written at once: if that fails, for example because the disk is full, the old file stays.

    Args:
        model: the model; it is not changed.
        path: of the file.
        numbers: how weights are stored: "float32", as they are; or "float16", half as large, each
            rounded to 11 binary digits. Loaded, they are float32 again.

    Raises:
        ValueError: `numbers` is neither, or a weight is too large for float16 (65,504).
        FileNotFoundError: the folder does not exist.
        PermissionError: the folder is not writable.
        OSError: the disk is full.

    Warns if weights are NaN or infinite.
    """
    if numbers not in STORED_AS:
        raise ValueError(f"numbers must be one of {STORED_AS}; got {numbers!r}.")
    named = named_weights(model)
    warn_if_not_finite(named, "The model that is saved")
    arrays = {name: _rounded(name, variable, numbers) for name, variable in named.items()}

    def write(file: h5py.File) -> None:
        write_config(file, config_text(model.config))
        for name, array in arrays.items():
            layer, weight = name.rsplit("/", 1)
            place = f"{layer}/{layer}/{weight}:0"
            file.create_dataset(place, data=array, compression="gzip", shuffle=True)

    write_bytes(path, sealed(hdf5_bytes(write)))


def _rounded(name, variable, numbers) -> np.ndarray:
    """A weight as it is stored. Raises `ValueError` if float16 cannot hold it."""
    array = np.asarray(variable.numpy(), np.float32)
    largest = np.finfo(numbers).max
    if (np.isfinite(array) & (np.abs(array) > largest)).any():
        raise ValueError(f"{name} has a value above {largest:g}; store it as numbers='float32'.")
    return array.astype(numbers)


def load_weights(model: MaskRCNN, path: str | os.PathLike) -> None:
    """Load a file that `save_weights` wrote: all arrays or none.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a weights file, of other classes, or made for another Config (the
            differences are listed).
    """
    check_model(model)
    assign_weights(model, read_file(path))


def read_weights(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """All arrays of a weights file by "layer/weight". Raises the errors of `read_file`."""
    return read_file(path).arrays
