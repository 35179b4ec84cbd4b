"""Files that PyTorch's `torch.save` wrote: their tensors as arrays, without PyTorch.

There are two kinds. Since PyTorch 1.6 a file is a zip: data.pkl is a pickle of everything but the
numbers, and data/0, data/1, .. are their storages. Older files are a row of pickles, behind which
the storages stand. torchvision's published Mask R-CNN of 2019 is one of the older kind.

No pickle runs here: see `stored.pickled`.
"""

from __future__ import annotations

import dataclasses
import io
import zipfile
from typing import Any

import numpy as np

from maskrcnn_explained._arguments import described
from maskrcnn_explained.stored.pickled import plain_data
from maskrcnn_explained.stored.tensors import MEANINGS, Storage, Tensor, stored, tensor_array

ZIP_MAGIC = b"PK"
PICKLE_START = b"\x80"
MAGIC = 0x1950A86A20F9469CFC6C  # the number that the older kind begins with
STREAM_VERSION = 1001
# Tensors may share numbers, and 16 bits become 32; more than that would only fill the memory.
SPARE_BYTES = 2**24
GROWTH = 4
CHECKPOINT = ("model", "state_dict", "model_state_dict")  # where training scripts put the weights


def is_torch_file(content: bytes) -> bool:
    """Whether these are the bytes of a file that `torch.save` wrote, by what stands in it."""
    if content.startswith(ZIP_MAGIC):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return any(name.endswith("/data.pkl") for name in archive.namelist())
        except Exception:  # a damaged zip: zipfile raises errors of many kinds
            return False
    magic = MAGIC.to_bytes(10, "little")
    return content.startswith(PICKLE_START) and magic in content[:64]


def torch_arrays(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of a state dict by name, in its order.

    Args:
        content: the bytes of a file: of a state dict, or of a checkpoint of a training script that
            has one under "model", "state_dict" or "model_state_dict"; the first of these that is
            there is taken, and the rest of the checkpoint (optimizer, options) is left out.

    Returns:
        name -> array; float16 and bfloat16 become float32.

    Raises `ValueError` if the file is damaged, asks to run anything, declares far more numbers than
    it holds, was written on a big-endian machine, or holds no state dict.
    """
    try:
        if content.startswith(ZIP_MAGIC):
            return _from_zip(content)
        return _from_stream(content)
    except ValueError:
        raise
    except Exception as error:  # zipfile raises errors of many kinds
        raise ValueError(f"it is damaged ({error})") from error


def state_dict(top: Any, size: int) -> dict[str, Tensor]:
    """The tensors of a state dict, or of the checkpoint around it; `size` is that of the file.

    Raises `ValueError` if there is none, if it holds something else besides, or if its tensors
    would fill far more memory than the file.
    """
    if type(top) is dict and not _tensors_in(top):
        inner = [top[key] for key in CHECKPOINT if type(top.get(key)) is dict]
        top = inner[0] if inner else top
    if type(top) is not dict or not _tensors_in(top):
        raise ValueError(
            "it holds no state dict, and none under " + ", ".join(map(repr, CHECKPOINT)) + ". Save "
            "`model.state_dict()` with PyTorch, and take that file"
        )
    for name, value in top.items():
        if type(name) is not str or type(value) is not Tensor:
            raise ValueError(f"the entry {described(name)} of its state dict is no tensor")
    if sum(tensor.bytes for tensor in top.values()) > SPARE_BYTES + GROWTH * size:
        raise ValueError(f"its tensors have far more numbers than its {size} bytes hold")
    return top


def _tensors_in(table):
    return any(type(value) is Tensor for value in table.values())


def _arrays(tensors, bytes_of):
    """The array of each tensor. A storage is read once, also if many tensors lie in it."""
    names: dict[str, list[str]] = {}
    for name, tensor in tensors.items():
        names.setdefault(tensor.storage.key, []).append(name)
    found = {}
    for key, sharing in names.items():
        content = bytes_of(key)
        for name in sharing:
            found[name] = tensor_array(tensors[name], content)
    return {name: found[name] for name in tensors}


def _require_little_endian(is_little):
    if not is_little:
        raise ValueError(
            "it was written on a big-endian machine; load it with PyTorch on another one, save "
            "`model.state_dict()`, and take that file"
        )


# The zip


def _from_zip(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = _checked_root(archive, len(content))
        names = set(archive.namelist())
        if f"{root}byteorder" in names:
            _require_little_endian(archive.read(f"{root}byteorder") == b"little")
        pickle = archive.read(f"{root}data.pkl")
        stream = io.BytesIO(pickle)
        tensors = state_dict(plain_data(stream, MEANINGS), len(content))
        _require_end(stream.tell(), pickle)

        def bytes_of(key):
            if f"{root}data/{key}" not in names:
                raise ValueError(f"its storage {key!r} is missing")
            return archive.read(f"{root}data/{key}")  # compared with its checksum

        return _arrays(tensors, bytes_of)


def _checked_root(archive, size):
    """The folder of data.pkl. Raises `ValueError` for a zip that PyTorch does not write."""
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if any(name.endswith("/constants.pkl") for name in names):
        raise ValueError(
            "it is TorchScript: a program with its weights. Load it with `torch.jit.load`, write "
            "its `state_dict()` with `torch.save`, and take that file"
        )
    if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
        raise ValueError("its parts are compressed, and `torch.save` compresses nothing")
    if sum(info.file_size for info in infos) > size:
        raise ValueError(f"its parts are larger than its {size} bytes")
    roots = [name.removesuffix("data.pkl") for name in names if name.endswith("/data.pkl")]
    if len(set(names)) < len(names) or len(roots) != 1:
        raise ValueError("two of its parts have one name")
    return roots[0]


def _require_end(place, content):
    if place != len(content):
        raise ValueError(f"it goes on for {len(content) - place} bytes behind its end")


# The row of pickles


def _from_stream(content):
    stream = io.BytesIO(content)
    if plain_data(stream, MEANINGS) != MAGIC or plain_data(stream, MEANINGS) != STREAM_VERSION:
        raise ValueError("it begins with other numbers than a file of PyTorch")
    system = plain_data(stream, MEANINGS)
    _require_little_endian(type(system) is dict and system.get("little_endian") is True)
    storages: dict[str, Storage] = {}

    def noted(identity):
        storage = stored(identity)
        if storages.setdefault(storage.key, storage) != storage:
            raise ValueError(f"its storage {storage.key!r} is of two kinds")
        return storage

    meanings = dataclasses.replace(MEANINGS, stored=noted)
    tensors = state_dict(plain_data(stream, meanings), len(content))
    keys = plain_data(stream, MEANINGS)
    if type(keys) is not list or sorted(storages) != sorted(map(str, keys)):
        raise ValueError("its list of storages is not that of its tensors")
    parts = _parts(memoryview(content), stream.tell(), [storages[str(key)] for key in keys])
    return _arrays(tensors, parts.__getitem__)


def _parts(content, place, storages):
    """The bytes of each storage by key. In front of each stands its size, 8 bytes."""
    parts = {}
    for storage in storages:
        size = int.from_bytes(content[place : place + 8], "little")
        start = place + 8
        place = start + storage.bytes
        if size != storage.size or place > len(content):
            raise ValueError(f"its storage {storage.key!r} is cut short or damaged")
        parts[storage.key] = content[start:place]
    _require_end(place, content)
    return parts
