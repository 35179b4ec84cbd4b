"""Tensors as PyTorch stores them: a shape and strides over a flat storage of numbers."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

import numpy as np

from maskrcnn_explained.stored.pickled import Meanings, Name

STORAGE_KINDS = {
    "torch.FloatStorage": "<f4",
    "torch.DoubleStorage": "<f8",
    "torch.HalfStorage": "<f2",
    "torch.BFloat16Storage": "<u2",  # the upper half of a float32
    "torch.LongStorage": "<i8",
    "torch.IntStorage": "<i4",
    "torch.ShortStorage": "<i2",
    "torch.CharStorage": "i1",
    "torch.ByteStorage": "u1",
    "torch.BoolStorage": "u1",
}
BFLOAT16 = "torch.BFloat16Storage"
MOST_AXES = 32
# Plain values that training scripts put beside the weights. They are not read, and run nothing.
HARMLESS = re.compile(
    r"numpy\.(dtype|ndarray|dtypes\.\w+)|numpy\.(core|_core)\.multiarray\.\w+"
    r"|torch\.(Size|Generator|bool|b?float\d+\w*|u?int\d+|complex\d+)|torch\._utils\._rebuild_\w+"
    r"|torch\._tensor\._rebuild_from_type_v2|torch\.storage\.\w+Storage|torch\.[A-Z][a-z]+\d*Storage"
    r"|(builtins|__builtin__)\.(set|frozenset|slice|complex|bytearray|range|object|bytes)"
    r"|(builtins|__builtin__)\.(list|dict|tuple|int|float|bool|str|unicode|long)"
    r"|collections\.(defaultdict|deque)|pathlib\.\w*Path|datetime\.\w+"
)


@dataclasses.dataclass(frozen=True)
class Storage:
    """A row of numbers somewhere in the file. kind: of `STORAGE_KINDS`; size: how many numbers."""

    kind: str
    key: str
    size: int

    @property
    def bytes(self) -> int:
        """Its length in the file."""
        return self.size * np.dtype(STORAGE_KINDS[self.kind]).itemsize


@dataclasses.dataclass(frozen=True)
class Tensor:
    """A part of a storage. offset and stride count numbers."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def bytes(self) -> int:
        """The memory of its array: at least four bytes a number."""
        return math.prod(self.shape) * max(4, np.dtype(STORAGE_KINDS[self.storage.kind]).itemsize)


def stored(identity: Any) -> Storage:
    """A storage from its persistent id: ("storage", kind, key, device, size), and perhaps a view.

    Raises `ValueError` for anything else.
    """
    fits = type(identity) is tuple and len(identity) in (5, 6) and identity[0] == "storage"
    if not fits or (len(identity) == 6 and identity[5] is not None):
        raise ValueError("its pickle refers to something that is no storage of numbers")
    _, kind, key, _, size = identity[:5]
    if type(kind) is not Name or kind.text not in STORAGE_KINDS or type(key) is not str:
        raise ValueError("its pickle refers to something that is no storage of numbers")
    if type(size) is not int or size < 0:
        raise ValueError(f"its storage {key!r} has an impossible size")
    return Storage(kind=kind.text, key=key, size=size)


def rebuilt_tensor(
    storage: Any, offset: Any, shape: Any, stride: Any, _: Any = None, *more: Any
) -> Tensor:
    """A tensor from the arguments of torch's `_rebuild_tensor_v2`.

    Raises `ValueError` if it does not lie inside its storage.
    """
    if type(storage) is not Storage or type(shape) is not tuple or type(stride) is not tuple:
        raise ValueError("one of its tensors has no storage or no shape")
    numbers = (offset, *shape, *stride)
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise ValueError("one of its tensors has a negative shape or stride, or none of numbers")
    if len(shape) != len(stride) or len(shape) > MOST_AXES:
        raise ValueError("one of its tensors has an impossible number of axes")
    steps = [(side - 1) * step for side, step in zip(shape, stride, strict=True)]
    last = offset + sum(steps)
    if (0 in shape and offset > storage.size) or (0 not in shape and last >= storage.size):
        raise ValueError(
            f"one of its tensors reaches number {last} of a storage of {storage.size} numbers"
        )
    return Tensor(storage=storage, offset=offset, shape=shape, stride=stride)


def rebuilt_parameter(tensor: Any, *more: Any) -> Tensor:
    """The tensor of torch's `_rebuild_parameter`. Raises `ValueError` if it is none."""
    if type(tensor) is not Tensor:
        raise ValueError("one of its parameters is no tensor")
    return tensor


def filled_dict(entries: Any = ()) -> dict:
    """The dict of an OrderedDict or a Counter. Raises `ValueError` for odd entries."""
    pairs = list(entries.items()) if type(entries) is dict else entries
    if type(pairs) not in (list, tuple):
        raise ValueError("one of its dicts is no dict")
    if not all(type(pair) in (list, tuple) and len(pair) == 2 for pair in pairs):
        raise ValueError("one of its dicts is no dict")
    if not all(type(key) in (str, int) for key, _ in pairs):
        raise ValueError("one of its dicts has keys that are no texts or whole numbers")
    return dict(pairs)


def device_name(kind: Any = None, number: Any = None) -> str:
    """The text of a torch.device, such as "cuda:0". Raises `ValueError` if it is none."""
    if type(kind) is not str or type(number) not in (int, type(None)):
        raise ValueError("one of its devices has no name")
    return kind if number is None else f"{kind}:{number}"


def latin1_bytes(text: Any = None, encoding: Any = None) -> bytes:
    """Bytes that older pickles wrote as a text. Raises `ValueError` for another encoding."""
    if type(text) is not str or encoding != "latin1":
        raise ValueError("its pickle has bytes in an encoding that is not latin1")
    return text.encode("latin1")


def numpy_type(*_: Any) -> dict:
    """A type of NumPy: a record whose values are not read."""
    return {}


def numpy_number(*_: Any) -> None:
    """A number of NumPy, such as the AP of an epoch: it stands beside the weights, and is left
    out."""


MEANINGS = Meanings(
    calls={
        "collections.OrderedDict": filled_dict,
        "collections.Counter": filled_dict,  # in the state of a learning rate schedule
        "torch._utils._rebuild_tensor_v2": rebuilt_tensor,
        "torch._utils._rebuild_parameter": rebuilt_parameter,
        "torch.device": device_name,
        "_codecs.encode": latin1_bytes,
        "numpy.dtype": numpy_type,
        "numpy.core.multiarray.scalar": numpy_number,
        "numpy._core.multiarray.scalar": numpy_number,
    },
    names=frozenset(STORAGE_KINDS),
    records=frozenset({"argparse.Namespace"}),  # torchvision's training scripts store their options
    stored=stored,
    harmless=HARMLESS,
)


def tensor_array(tensor: Tensor, content: bytes | memoryview) -> np.ndarray:
    """The numbers of a tensor.

    Args:
        tensor: where they lie, as `rebuilt_tensor` has checked.
        content: the bytes of its storage.

    Returns:
        An array of its shape, a copy; float16 and bfloat16 become float32.

    Raises `ValueError` if there are too few or too many bytes.
    """
    storage = tensor.storage
    if len(content) != storage.bytes:
        raise ValueError(
            f"its storage {storage.key!r} has {len(content)} bytes, and {storage.bytes} are needed"
        )
    flat = np.frombuffer(content, STORAGE_KINDS[storage.kind])
    step = flat.itemsize
    part = np.lib.stride_tricks.as_strided(
        flat[tensor.offset :], tensor.shape, [step * stride for stride in tensor.stride]
    )
    if storage.kind == BFLOAT16:
        return (part.astype(np.uint32) << 16).view(np.float32)
    return np.array(part, np.float32 if part.dtype == np.float16 else part.dtype, order="C")
