"""HDF5 in memory: what is written comes back; what leads elsewhere or is empty is refused."""

import json

import h5py
import numpy as np
import pytest

from maskrcnn_explained.stored.hdf5 import (
    MemoryFile,
    as_float32,
    hdf5_arrays,
    hdf5_bytes,
    open_hdf5,
    read_config,
    sealed,
    unsealed,
    with_config,
    write_config,
)


def test_what_is_written_comes_back():
    content = hdf5_bytes(lambda file: file.create_dataset("a/b", data=np.arange(3)))
    with open_hdf5(content) as file:
        np.testing.assert_array_equal(file["a/b"], [0, 1, 2])


@pytest.mark.parametrize("length", [10, 200_000])
def test_a_config_of_any_length(length):
    """An attribute of HDF5 holds less than 64 KB: thousands of class names need several."""
    text = json.dumps({"class_names": ["é" * length]}, ensure_ascii=False)
    content = hdf5_bytes(lambda file: write_config(file, text))
    again = with_config(hdf5_bytes(lambda file: file.create_group("layers")), text)
    for made in (content, again):
        with open_hdf5(made) as file:
            assert read_config(file) == text


def test_no_config():
    with open_hdf5(with_config(hdf5_bytes(lambda file: None), None)) as file:
        assert read_config(file) is None


def test_a_config_that_is_no_text():
    def write(file):
        file.attrs["config"] = np.arange(3)

    with open_hdf5(hdf5_bytes(write)) as file, pytest.raises(ValueError, match="is not a text"):
        read_config(file)


def soft(file):
    file["a"] = h5py.SoftLink("/b")


def external(file):
    file["a"] = h5py.ExternalLink("/etc/other.h5", "/b")


def elsewhere(file):
    file.create_dataset("a", (10,), np.uint8, external=[("/etc/passwd", 0, 10)])


def virtual(file):
    layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
    layout[:] = h5py.VirtualSource("other.h5", "b", shape=(4,))
    file.create_virtual_dataset("a", layout)


@pytest.mark.parametrize("write", [soft, external, elsewhere, virtual])
def test_what_leads_out_of_the_file_is_refused(write):
    with (
        pytest.raises(ValueError, match=r"link to somewhere else|lies in another file"),
        open_hdf5(hdf5_bytes(write)),
    ):
        pass


@pytest.mark.parametrize("number", [1, 2000])
def test_an_array_of_nothing_is_refused(number):
    """A few kilobytes that would unpack to hundreds of gigabytes, in one array or in many."""

    def write(file):
        for i in range(number):
            shape = (10**11 // number,)
            file.create_dataset(f"a{i}", shape, "f4", chunks=(10**6,), compression="gzip")

    with pytest.raises(ValueError, match="declares far more numbers"), open_hdf5(hdf5_bytes(write)):
        pass


def test_a_group_inside_itself_ends():
    def write(file):
        group = file.create_group("a")
        group["again"] = group

    with open_hdf5(hdf5_bytes(write)) as file:
        assert list(file) == ["a"] and list(hdf5_arrays(file)) == []


def test_only_numbers():
    def write(file):
        file["half"] = np.ones(2, np.float16)
        file["complex"] = np.ones(2, np.complex64)

    with open_hdf5(hdf5_bytes(write)) as file:
        assert as_float32("half", file["half"]).dtype == np.float32
        with pytest.raises(ValueError, match="complex holds complex64, not numbers"):
            as_float32("complex", file["complex"])


def test_a_file_in_memory_has_a_name():
    assert str(MemoryFile("m.keras", b"x")) == "m.keras" and MemoryFile("m", b"x").read() == b"x"


def test_a_sealed_file_is_hdf5_for_everybody_and_any_change_is_seen():
    content = hdf5_bytes(lambda file: file.create_dataset("a", data=np.arange(3)))
    whole = sealed(content)
    assert unsealed(whole) == content == unsealed(content)
    with h5py.File(MemoryFile("a.h5", whole)) as file:
        np.testing.assert_array_equal(file["a"], [0, 1, 2])
    for at in (0, len(content) - 1, len(whole) - 1):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises(ValueError, match="its checksum is another one"):
            unsealed(bytes(changed))
    assert unsealed(b"") == b""
