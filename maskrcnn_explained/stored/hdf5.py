"""HDF5 in memory: a file is written to the disk, or read from it, as a whole.

The HDF5 library ends the process (signal 11) if the disk is full while it writes. So every file is
made in memory first, and then its bytes are written at once (`_files.write_bytes`).

It may also crash on damaged files, or read wrong numbers in silence. So behind the end of a file of
ours stands a checksum of all its bytes, which is looked at first. HDF5 ignores what stands there,
and removes it when somebody changes the file.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import math
from collections.abc import Callable, Iterator

import h5py
import numpy as np

CONFIG = "config"  # the attribute of a file's root that holds the Config as JSON
PART = 60_000  # characters: an attribute of HDF5 holds less than 64 KB, so longer texts have parts
# A file may declare that much, and so many times its own size. Honest arrays are never packed
# smaller; a file that declares more would fill the memory with nothing.
FREE_BYTES = 2**28
EXPANSION = 100
SEAL = b"\nsha256 "  # and 64 hexadecimal digits, at the end of a file


class MemoryFile(io.BytesIO):
    """A file in memory that has a name. Keras writes to it and reads from it as from a path."""

    def __init__(self, name: str, content: bytes = b"") -> None:
        super().__init__(content)
        self._name = name

    def __str__(self) -> str:  # Keras looks at the ending of the name
        return self._name


def hdf5_bytes(write: Callable[[h5py.File], None]) -> bytes:
    """The bytes of an HDF5 file that `write` fills."""
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        write(file)
    return memory.getvalue()


def sealed(content: bytes) -> bytes:
    """The bytes of a file with their checksum at the end."""
    return content + SEAL + hashlib.sha256(content).hexdigest().encode()


def unsealed(content: bytes) -> bytes:
    """The bytes of a file without the checksum, if there is one.

    Raises `ValueError` if these are other bytes than those that were written.
    """
    end = len(content) - len(SEAL) - 64
    if content[max(end, 0) :][: len(SEAL)] != SEAL:
        return content
    if sealed(content[:end]) != content:
        raise ValueError("its checksum is another one than when it was written")
    return content[:end]


@contextlib.contextmanager
def open_hdf5(content: bytes) -> Iterator[h5py.File]:
    """An HDF5 file to read, from its bytes. It has been checked: see `_check`.

    Raises `OSError` (or another error of h5py) if it is not HDF5, `ValueError` if it leads out of
    itself or declares far more than it holds.
    """
    with h5py.File(io.BytesIO(content), "r") as file:
        _check(file, len(content))
        yield file


def _check(file, size):
    """Raise `ValueError` for links, arrays that lie in other files, and arrays of nothing."""
    declared = 0
    for name, item in hdf5_arrays(file):
        if item.is_virtual or item.external:
            raise ValueError(f"{name} lies in another file; such files are not read")
        declared += math.prod(item.shape or ()) * item.dtype.itemsize
    if declared > FREE_BYTES + EXPANSION * size:
        raise ValueError(f"it declares far more numbers than its {size} bytes hold")


def hdf5_arrays(file: h5py.File) -> Iterator[tuple[str, h5py.Dataset]]:
    """Every array of a file with its path. (h5py's own `visititems` hides errors of damaged files.)

    Raises `ValueError` for a link, which may lead out of the file.
    """
    groups = [("", file)]
    seen = set()  # a damaged file may hold a group inside itself
    while groups:
        path, group = groups.pop(0)
        address = h5py.h5o.get_info(group.id).addr
        for name in [] if address in seen else group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise ValueError(f"{path}{name} is a link to somewhere else; it is not followed")
            item = group[name]
            if isinstance(item, h5py.Dataset):
                yield f"{path}{name}", item
            elif isinstance(item, h5py.Group):
                groups.append((f"{path}{name}/", item))
        seen.add(address)


def write_config(file: h5py.File, text: str | None) -> None:
    """Add the JSON of a Config to a file of weights; None adds nothing."""
    for number, start in enumerate(range(0, len(text or ""), PART)):
        file.attrs[_part(number)] = (text or "")[start : start + PART]


def read_config(file: h5py.File) -> str | None:
    """The JSON of the Config in a file of weights, or None if there is none.

    Raises `ValueError` if the attribute is not a text.
    """
    parts: list[str] = []
    while (part := file.attrs.get(_part(len(parts)))) is not None:
        part = part.decode() if isinstance(part, bytes) else part
        if not isinstance(part, str):
            raise ValueError(f"its attribute {CONFIG!r} is not a text but {type(part).__name__}")
        parts.append(part)
    return "".join(parts) if parts else None


def _part(number):
    return CONFIG if number == 0 else f"{CONFIG}.{number}"


def with_config(content: bytes, text: str | None) -> bytes:
    """The bytes of an HDF5 file, with the JSON of a Config added."""
    memory = io.BytesIO(content)
    with h5py.File(memory, "r+") as file:
        write_config(file, text)
    return memory.getvalue()


def as_float32(name: str, item: h5py.Dataset) -> np.ndarray:
    """An array of a file as float32. Raises `ValueError` if it holds no real numbers."""
    if item.dtype.kind not in "fiu":
        raise ValueError(f"{name} holds {item.dtype}, not numbers")
    return np.asarray(item, np.float32)
