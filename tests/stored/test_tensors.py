"""Tensors over flat storages: any part that lies inside, and none that does not."""

import io
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch_files import name, number, program, text

from maskrcnn_explained.stored.pickled import Name, plain_data
from maskrcnn_explained.stored.tensors import (
    HARMLESS,
    MEANINGS,
    STORAGE_KINDS,
    Storage,
    device_name,
    filled_dict,
    latin1_bytes,
    numpy_number,
    numpy_type,
    rebuilt_parameter,
    rebuilt_tensor,
    stored,
    tensor_array,
)

FLOATS = Storage(kind="torch.FloatStorage", key="0", size=12)
CONTENT = np.arange(12, dtype="<f4").tobytes()


def array_of(shape, stride, offset=0):
    return tensor_array(rebuilt_tensor(FLOATS, offset, shape, stride), CONTENT)


def test_views_by_hand():
    np.testing.assert_array_equal(array_of((3, 4), (4, 1))[1], [4, 5, 6, 7])
    np.testing.assert_array_equal(array_of((4, 3), (1, 4))[1], [1, 5, 9])  # transposed
    np.testing.assert_array_equal(array_of((2, 2), (4, 1), 5), [[5, 6], [9, 10]])
    np.testing.assert_array_equal(array_of((3,), (0,), 7), [7, 7, 7])
    assert array_of((), (), 11) == 11
    assert array_of((0, 3), (3, 1), 12).shape == (0, 3)
    assert array_of((4, 3), (1, 4)).flags.c_contiguous and array_of((3,), (1,)).flags.owndata


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=3),
    st.integers(0, 14),
)
def test_inside_or_refused(axes, offset):
    """Every number is compared with a plain loop over the storage."""
    shape, stride = tuple(side for side, _ in axes), tuple(step for _, step in axes)
    places = [
        offset + sum(i * s for i, s in zip(index, stride, strict=True))
        for index in np.ndindex(shape)
    ]
    if max(places, default=0) >= 12 or (not places and offset > 12):
        with pytest.raises(ValueError, match="of a storage of 12 numbers"):
            array_of(shape, stride, offset)
    else:
        assert array_of(shape, stride, offset).ravel().tolist() == places


@pytest.mark.parametrize("kind", STORAGE_KINDS)
def test_every_kind_of_number(kind):
    small = np.array([0, 1, 1], np.uint8)
    if kind == "torch.BFloat16Storage":
        content = (small.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()
    else:
        content = small.astype(STORAGE_KINDS[kind]).tobytes()
    whole = rebuilt_tensor(Storage(kind=kind, key="0", size=3), 0, (3,), (1,))
    array = tensor_array(whole, content)
    assert array.tolist() == [0, 1, 1] and whole.bytes >= array.nbytes
    half = kind in ("torch.HalfStorage", "torch.BFloat16Storage")
    assert (array.dtype == np.float32) == (half or kind == "torch.FloatStorage")


@pytest.mark.parametrize(
    "arguments",
    [
        (FLOATS, -1, (1,), (1,)),
        (FLOATS, 0, (-1,), (1,)),
        (FLOATS, 11, (2,), (-1,)),
        (FLOATS, 0, (1.5,), (1,)),
        (FLOATS, 0, (True,), (1,)),
        (FLOATS, None, (1,), (1,)),
        (FLOATS, 0, (1, 1), (1,)),
        (FLOATS, 0, (1,) * 40, (1,) * 40),
        (FLOATS, 0, [1], [1]),
        (FLOATS, 0, 1, 1),
        ("0", 0, (1,), (1,)),
        (None, 0, (), ()),
        (FLOATS, 10**30, (), ()),
        (FLOATS, 0, (10**30,), (10**30,)),
    ],
)
def test_impossible_tensors(arguments):
    with pytest.raises(ValueError, match="one of its tensors"):
        rebuilt_tensor(*arguments)


@pytest.mark.parametrize(
    "identity",
    [
        "storage",
        ("module", Name("torch.FloatStorage"), "0", "cpu", 3),
        ("storage", "torch.FloatStorage", "0", "cpu", 3),
        ("storage", Name("torch.nn.Linear"), "0", "cpu", 3),
        ("storage", Name("torch.FloatStorage"), 0, "cpu", 3),
        ("storage", Name("torch.FloatStorage"), "0", "cpu", -3),
        ("storage", Name("torch.FloatStorage"), "0", "cpu", 3.0),
        ("storage", Name("torch.FloatStorage"), "0", "cpu", 3, ("1", 0, 3)),
        ("storage", Name("torch.FloatStorage"), "0"),
    ],
)
def test_impossible_storages(identity):
    with pytest.raises(ValueError, match="no storage of numbers|impossible size"):
        stored(identity)


def test_a_storage_of_another_length():
    whole = rebuilt_tensor(FLOATS, 0, (12,), (1,))
    for content in (CONTENT[:-1], CONTENT + b"\0", b""):
        with pytest.raises(ValueError, match=f"has {len(content)} bytes, and 48 are needed"):
            tensor_array(whole, content)
    none = Storage(kind="torch.FloatStorage", key="0", size=0)
    assert tensor_array(rebuilt_tensor(none, 0, (0, 2), (1, 1)), b"").shape == (0, 2)


def test_dicts_and_parameters():
    assert filled_dict() == {} and filled_dict([("a", 1), ["b", 2]]) == {"a": 1, "b": 2}
    assert filled_dict({16: 1}) == {16: 1}
    for odd in ("ab", [("a",)], [1], 7, [((1,), 2)]):
        with pytest.raises(ValueError, match="one of its dicts"):
            filled_dict(odd)
    with pytest.raises(ValueError, match="no tensor"):
        rebuilt_parameter({})


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("value", [np.float64(0.5), np.int64(-3), np.float32(1), np.bool_(True)])
def test_numbers_of_numpy_are_left_out(protocol, value):
    """A training script stores the best AP so far as such a number."""
    content = io.BytesIO(pickle.dumps({"ap": value, "epoch": 3}, protocol))
    assert plain_data(content, MEANINGS) == {"ap": None, "epoch": 3}
    assert numpy_number(numpy_type("f8", False, True), b"12345678") is None


def test_devices_and_bytes():
    assert device_name("cpu") == "cpu" and device_name("cuda", 1) == "cuda:1"
    body = program(name("torch", "device") + text("cuda") + number(0) + b"\x86R")
    assert plain_data(io.BytesIO(body), MEANINGS) == "cuda:0"
    assert latin1_bytes("a\xff", "latin1") == b"a\xff"
    for odd in ((), (1,), ("cuda", "0"), (None, 0)):
        with pytest.raises(ValueError, match="has no name"):
            device_name(*odd)
    for odd in ((), (b"a", "latin1"), ("a", "utf7"), ("\u1234", "latin1")):
        with pytest.raises(ValueError, match="latin"):
            latin1_bytes(*odd)


def test_what_is_harmless():
    known = "torch.Size torch.float32 torch.bfloat16 torch.float8_e4m3fn builtins.set"
    known += " __builtin__.object numpy._core.multiarray._reconstruct numpy.ndarray"
    known += " collections.defaultdict pathlib.PosixPath datetime.datetime torch.uint8"
    for harmless in known.split():
        assert HARMLESS.fullmatch(harmless), harmless
    other = (
        "builtins.eval builtins.exec builtins.getattr __builtin__.eval torch.load torch.hub.load"
    )
    other += " torch.nn.modules.container.Sequential torch.storage._load_from_bytes os.system"
    other += " numpy.load numpy.testing.runstring builtins.set.x posix.system builtins.set\n"
    for harm in other.split(" "):
        assert not HARMLESS.fullmatch(harm), harm
