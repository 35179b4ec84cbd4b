"""Files as PyTorch's `torch.save` writes them, made by hand: good ones, and any other.

A pickle is put together from its instructions, so that a test can write what no program would.
"""

import io
import pickle
import struct
import zipfile

import numpy as np
from helpers import REFERENCE_NUMBERS

REAL = REFERENCE_NUMBERS / "torch_files"  # what PyTorch 2.14 itself wrote
MAGIC = 0x1950A86A20F9469CFC6C
SYSTEM = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4, "long": 8}}
STORAGES = {"float32": "FloatStorage", "float16": "HalfStorage", "int64": "LongStorage"}


def text(words) -> bytes:
    encoded = words.encode()
    return b"X" + struct.pack("<I", len(encoded)) + encoded


def number(value) -> bytes:
    return b"J" + struct.pack("<i", value)


def numbers(values) -> bytes:
    return b"(" + b"".join(map(number, values)) + b"t"


def name(module, inner) -> bytes:
    return f"c{module}\n{inner}\n".encode()


def storage(key, size, kind="FloatStorage", more=b"") -> bytes:
    """The reference to a storage: a persistent id."""
    parts = text("storage") + name("torch", kind) + text(key) + text("cpu") + number(size)
    return b"(" + parts + more + b"tQ"


def tensor(stored, shape, stride, offset=0) -> bytes:
    hooks = name("collections", "OrderedDict") + b")R"
    arguments = stored + number(offset) + numbers(shape) + numbers(stride) + b"\x89" + hooks
    return name("torch._utils", "_rebuild_tensor_v2") + b"(" + arguments + b"tR"


def of_array(key, array, view=b"") -> bytes:
    """A tensor that is the whole of a storage."""
    stride = [step // array.itemsize for step in np.ascontiguousarray(array).strides]
    stored = storage(key, array.size, STORAGES[array.dtype.name], view)
    return tensor(stored, array.shape, stride if array.ndim else [])


def table(values) -> bytes:
    """A dict of texts and what is pickled already."""
    return b"}(" + b"".join(text(key) + value for key, value in values.items()) + b"u"


def program(body) -> bytes:
    return b"\x80\x02" + body + b"."


def zip_of(pickled, parts, root="archive") -> bytes:
    """The newer kind: a zip. parts: name below the root -> bytes."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for part, content in {"data.pkl": pickled, "byteorder": b"little", **parts}.items():
            archive.writestr(f"{root}/{part}", content)
    return memory.getvalue()


def stream_of(pickled, storages, keys=None, system=SYSTEM) -> bytes:
    """The older kind: a row of pickles, and the storages. storages: key -> (size, bytes)."""
    head = [pickle.dumps(part, 2) for part in (MAGIC, 1001, system)]
    listed = pickle.dumps(list(storages) if keys is None else keys, 2)
    tail = [struct.pack("<q", size) + content for size, content in storages.values()]
    return b"".join([*head, pickled, listed, *tail])


def saved(arrays, newer=True, around=None) -> bytes:
    """A state dict as PyTorch saves it. around: key of a checkpoint that it lies under."""
    keys = {name: str(place) for place, name in enumerate(arrays)}
    view = b"" if newer else b"N"
    body = table({name: of_array(keys[name], array, view) for name, array in arrays.items()})
    body = body if around is None else table({"epoch": number(3), around: body})
    if newer:
        parts = {f"data/{keys[name]}": array.tobytes() for name, array in arrays.items()}
        return zip_of(program(body), parts)
    storages = {keys[name]: (array.size, array.tobytes()) for name, array in arrays.items()}
    return stream_of(program(body), storages)
