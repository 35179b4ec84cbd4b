"""Files of PyTorch: those that it wrote itself, and those that it would not write."""

import io
import pathlib
import random
import zipfile

import numpy as np
import pytest
from broken_files import flipped
from helpers import same_arrays
from torch_files import (
    REAL,
    SYSTEM,
    name,
    number,
    of_array,
    program,
    saved,
    storage,
    stream_of,
    table,
    tensor,
    text,
    zip_of,
)

from maskrcnn_explained.stored.torch_file import is_torch_file, torch_arrays

ARRAYS = {
    "first.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 8,
    "first.bias": np.array([1, -2], np.float32),
    "counter": np.array(5, np.int64),
}
KINDS = {"zip": saved(ARRAYS), "stream": saved(ARRAYS, newer=False)}
FLOATS = np.arange(6, dtype=np.float32)
ONE = {"data/0": FLOATS.tobytes()}  # the parts of a zip with one storage


def counting(*shape, dtype=np.float32):
    whole = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    return (whole / 4 if np.issubdtype(dtype, np.floating) else whole).astype(dtype)


# What PyTorch itself wrote


@pytest.mark.parametrize("kind", ["zip", "stream", "protocol4"])
def test_a_state_dict(kind):
    """Its numbers are 0, 1/4, 2/4, .., and 0, 1, 2, .. where they are whole."""
    content = (REAL / f"state_dict_{kind}.pth").read_bytes()
    base = counting(4, 6)
    assert is_torch_file(content)
    assert same_arrays(
        torch_arrays(content),
        {
            "whole": counting(2, 3, 4),
            "half": counting(3, 2),
            "bfloat": counting(5),
            "double": counting(2, 2, dtype=np.float64),
            "long": counting(3, dtype=np.int64),
            "counter": np.array(7),
            "bool": np.array([1, 0, 1]),
            "byte": counting(4, dtype=np.uint8),
            "base": base,
            "transposed": base.T,
            "part": base[1:3, 2:],
            "repeated": np.full(4, 0.25),
            "parameter": counting(2, 2),
            "empty": np.zeros((0, 3)),
        },
    )


@pytest.mark.parametrize("kind", ["zip", "stream"])
def test_a_checkpoint_of_a_training_script(kind):
    """With an optimizer, a schedule (a Counter) and options (an argparse.Namespace)."""
    arrays = torch_arrays((REAL / f"checkpoint_{kind}.pth").read_bytes())
    names = "0.weight 0.bias 1.weight 1.bias 1.running_mean 1.running_var 1.num_batches_tracked"
    assert list(arrays) == names.split()
    np.testing.assert_array_equal(arrays["0.weight"], counting(2, 3))


def test_a_whole_model_is_refused():
    content = (REAL / "whole_model.pth").read_bytes()
    message = r"asks to run torch.nn.modules.container.Sequential.*save `model.state_dict\(\)`"
    with pytest.raises(ValueError, match=message):
        torch_arrays(content)


# What is made by hand


@pytest.mark.parametrize("content", KINDS.values(), ids=KINDS)
def test_there_and_back(content):
    assert is_torch_file(content) and same_arrays(torch_arrays(content), ARRAYS)
    assert [a.dtype for a in torch_arrays(content).values()] == ["float32", "float32", "int64"]


@pytest.mark.parametrize("key", ["model", "state_dict", "model_state_dict"])
def test_under_a_key_of_a_checkpoint(key):
    for newer in (True, False):
        assert same_arrays(torch_arrays(saved(ARRAYS, newer, around=key)), ARRAYS)
    with pytest.raises(ValueError, match=r"no state dict.*'model', 'state_dict'"):
        torch_arrays(saved(ARRAYS, around="weights"))


def test_a_storage_without_arrays_of_ours():
    assert not any(map(is_torch_file, (b"", b"PK\x03\x04", b"\x80\x02N.", b"\x89HDF\r\n\x1a\n")))


def zipped(body, parts=ONE):
    return zip_of(program(body), parts)


WHOLE = of_array("0", FLOATS)
FAR = tensor(storage("0", 6), [6], [2])
HOSTILE = {
    "os.system": (zipped(name("os", "system") + text("touch ran") + b"\x85R"), "run os.system"),
    "after the tensors": (
        zipped(table({"a": WHOLE, "b": name("os", "system") + text("touch ran") + b"\x85R"})),
        "run os.system",
    ),
    "in a stream": (
        stream_of(program(name("os", "system") + text("touch ran") + b"\x85R"), {}),
        "run os.system",
    ),
    "outside its storage": (zipped(table({"a": FAR})), "reaches number 10 of a storage of 6"),
    "negative stride": (zipped(table({"a": tensor(storage("0", 6), [6], [-1], 5)})), "negative"),
    "negative size": (zipped(table({"a": tensor(storage("0", 6), [-6], [1])})), "negative"),
    "larger than its part": (zipped(table({"a": of_array("0", np.float32([0] * 9))})), "24 bytes"),
    "missing part": (zipped(table({"a": of_array("1", FLOATS)})), "'1' is missing"),
    "outside the zip": (zipped(table({"a": of_array("../../x", FLOATS)})), "is missing"),
    "number repeated": (
        zipped(table({"a": tensor(storage("0", 6), [2**30, 2**30], [0, 0])})),
        "far more numbers than",
    ),
    "many times the same": (
        zipped(table({str(i): tensor(storage("0", 6), [2**20], [0]) for i in range(100)})),
        "far more numbers than",
    ),
    "big-endian": (zipped(table({"a": WHOLE}), ONE | {"byteorder": b"big"}), "big-endian"),
    "big-endian stream": (
        stream_of(program(table({})), {}, system=SYSTEM | {"little_endian": False}),
        "big-endian",
    ),
    "no tensors": (zipped(table({"epoch": number(3)})), "no state dict"),
    "no dict": (zipped(b"N"), "no state dict"),
    "a tensor": (zipped(WHOLE), "no state dict"),
    "one that is no tensor": (zipped(table({"a": WHOLE, "b": b"N"})), "entry 'b' .* is no tensor"),
    "a number for a name": (zipped(b"}" + number(7) + WHOLE + b"s"), "entry 7"),
    "its model is itself": (zipped(b"}q\x00" + text("model") + b"h\x00s"), "no state dict"),
    "more behind the pickle": (zip_of(program(table({"a": WHOLE})) + b"N.", ONE), "goes on for 2"),
    "two roots": (zipped(table({"a": WHOLE}), ONE | {"x/data.pkl": b"N."}), "one name"),
    "no such storage": (stream_of(program(table({"a": WHOLE})), {}), "list of storages"),
    "more storages": (
        stream_of(program(table({"a": WHOLE})), {"0": (6, ONE["data/0"]), "1": (0, b"")}),
        "list of storages",
    ),
    "another length": (
        stream_of(program(table({"a": WHOLE})), {"0": (5, ONE["data/0"])}),
        "cut short or damaged",
    ),
    "two kinds": (
        stream_of(program(table({"a": WHOLE, "b": of_array("0", np.int64([1]))})), {}),
        "of two kinds",
    ),
    "keys that are no list": (
        stream_of(program(table({"a": WHOLE})), {"0": (6, ONE["data/0"])}, keys="0"),
        "list of storages",
    ),
    "more behind the end": (KINDS["stream"] + b"\0", "goes on for 1"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_and_odd_files(kind, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    content, message = HOSTILE[kind]
    assert is_torch_file(content)
    with pytest.raises(ValueError, match=message):
        torch_arrays(content)
    assert list(tmp_path.iterdir()) == []


def rewritten(content, compression=zipfile.ZIP_STORED, again=()):
    memory = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(memory, "w", compression) as new,
    ):
        for part in (*old.namelist(), *again):
            new.writestr(part, old.read(part))
    return memory.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zips_that_would_unpack_to_more():
    big = {"a": np.zeros(2**20, np.float32)}
    for compression in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with pytest.raises(ValueError, match="are compressed"):
            torch_arrays(rewritten(saved(big), compression))
    with pytest.raises(ValueError, match="one name"):
        torch_arrays(rewritten(KINDS["zip"], again=["archive/data/0"]))
    bomb = bytearray(KINDS["zip"])
    entry = bomb.rindex(b"archive/data/0") - 46  # of the table at the end
    bomb[entry + 20 : entry + 28] = (2**31).to_bytes(4, "little") * 2
    with pytest.raises(ValueError, match="larger than its"):
        torch_arrays(bytes(bomb))


@pytest.mark.parametrize("kind", KINDS)
def test_cut_anywhere(kind):
    content = KINDS[kind]
    for end in range(0, len(content), 3):
        with pytest.raises(ValueError, match=r"."):
            torch_arrays(content[:end])


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_bits(kind, monkeypatch, tmp_path):
    """A zip has checksums, so its numbers are right; the older kind has none."""
    monkeypatch.chdir(tmp_path)
    generator = random.Random(5)
    refused = 0
    for attempt in range(600):
        content = flipped(KINDS[kind], generator, 1 + attempt % 3)
        try:
            arrays = torch_arrays(content)
        except ValueError:
            refused += 1
            continue
        assert all(isinstance(array, np.ndarray) for array in arrays.values())
        assert kind == "stream" or same_arrays(arrays, ARRAYS)
    assert 100 < refused < 600 and list(pathlib.Path().iterdir()) == []
