"""What a file is, its content tells; what is none of them is refused with its name."""

import io
import json
import os
import zipfile

import h5py
import numpy as np
import pytest
from torch_files import saved

from maskrcnn_explained.stored.contents import (
    StoredCheckpoint,
    StoredWeights,
    read_bytes,
    read_file,
    read_stored,
    weight_name,
)
from maskrcnn_explained.weights.file import save_weights

KINDS = ("weights", "checkpoint", "keras")


@pytest.fixture(scope="module")
def files(tiny, tmp_path_factory):
    """One file of each kind, by kind. None has the ending of its kind."""
    folder = tmp_path_factory.mktemp("files")
    save_weights(tiny, folder / "weights.bin")
    tiny.save_weights(folder / "c.weights.h5")
    (folder / "c.weights.h5").rename(folder / "checkpoint.bin")
    tiny.save(folder / "m.keras")
    (folder / "m.keras").rename(folder / "keras.bin")
    return {kind: folder / f"{kind}.bin" for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_the_content_tells_the_kind(files, tiny, kind):
    stored = read_stored(files[kind])
    assert isinstance(stored, StoredWeights if kind == "weights" else StoredCheckpoint)
    assert stored.config() == tiny.config and stored.class_names() == tiny.config.class_names


@pytest.mark.parametrize("kind", KINDS[1:])
def test_files_of_keras_are_no_weights_files(files, kind):
    with pytest.raises(ValueError, match=r"is a checkpoint .* `model.load_weights` read it"):
        read_file(files[kind])


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("conv1/conv1/kernel:0", "conv1/kernel"),
        ("rpn_model/rpn_conv_shared/kernel:0", "rpn_conv_shared/kernel"),  # of the reference
        ("encoder/conv1/encoder/conv1/bias:0", "encoder/conv1/bias"),  # a model in the model
        ("a/a/a/a/bias", "a/a/bias"),
    ],
)
def test_the_name_of_an_array(place, name):
    assert weight_name(place) == name


def refused(path, message="not a weights file, or it is damaged"):
    with pytest.raises(ValueError, match=message) as error:
        read_stored(path)
    assert str(path) in str(error.value) and len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0, 7, 100, 3000, 0.5, 0.99])
def test_a_file_that_is_cut_short(files, kind, part, tmp_path):
    content = files[kind].read_bytes()
    size = int(part * len(content)) if isinstance(part, float) else part
    (tmp_path / "cut").write_bytes(content[:size])
    refused(tmp_path / "cut")


def test_a_zip_that_is_cut_short_is_called_so(files, tmp_path):
    for content in (files["keras"].read_bytes(), saved({"a": np.zeros(9, np.float32)})):
        (tmp_path / "cut").write_bytes(content[:-30])
        refused(tmp_path / "cut", "begins as a file of PyTorch or of Keras and is cut short: fetch")


@pytest.mark.parametrize(
    "write",
    [
        lambda file: file.update({"kernel:0": 1}),  # in no layer
        lambda file: [file.create_dataset(f"{a}/conv1/kernel:0", data=[1.0]) for a in "ab"],
        lambda file: file.create_dataset("conv1/conv1/kernel:0", data=["not", "numbers"]),
        lambda file: file.create_dataset("conv1/conv1/kernel:0", data=h5py.Empty("f4")),
        lambda file: file.create_dataset("conv1/conv1/kernel:0", data=np.zeros(2, "c8")),
    ],
)
def test_hdf5_of_other_things(tmp_path, write):
    with h5py.File(tmp_path / "w.h5", "w") as file:
        write(file)
    refused(tmp_path / "w.h5")


def zipped(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("_", "."), content)


MASKRCNN = {"registered_name": "maskrcnn_explained>MaskRCNN"}


@pytest.mark.parametrize(
    "parts",
    [
        {"a_txt": "x"},
        {"config_json": "{"},
        {"config_json": "[]", "model_weights_h5": b""},
        {"config_json": "[" * 100_000, "model_weights_h5": b""},
        {"config_json": json.dumps(MASKRCNN), "model_weights_h5": b"nothing"},
        {"config_json": json.dumps({"registered_name": "Functional"}), "model_weights_h5": b""},
        {"config_json": b"\xff\xfe\xff", "model_weights_h5": b""},
        {"config_json": bytes(2**29)},  # half a gigabyte of zeros
    ],
)
def test_zip_files_of_other_things(tmp_path, parts):
    zipped(tmp_path / "m.keras", **parts)
    refused(tmp_path / "m.keras")


def test_a_keras_file_of_another_class_is_named(tmp_path):
    zipped(tmp_path / "m.keras", config_json='{"registered_name": "a>B"}', model_weights_h5=b"")
    refused(tmp_path / "m.keras", "a Keras model of the class 'a>B', not a MaskRCNN")


def test_paths_that_are_no_files(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")  # reading it would wait for ever
    for name in ("loop", "gone", "pipe", ".", "none.h5"):
        with pytest.raises(FileNotFoundError, match="no weights file at"):
            read_bytes(tmp_path / name)


@pytest.mark.parametrize("kind", KINDS)
def test_changed_bytes_are_refused(files, kind, tmp_path):
    """200 files in which a few bytes are other ones: HDF5 would crash, or give wrong numbers."""
    content = files[kind].read_bytes()
    rng = np.random.default_rng(0)
    numbers = 0
    for _ in range(200):
        changed = np.frombuffer(content, np.uint8).copy()
        where = rng.integers(0, rng.choice([2000, len(content)]), rng.integers(1, 20))
        changed[where] = rng.integers(0, 256, len(where))
        (tmp_path / "w").write_bytes(changed.tobytes())
        try:
            assert read_stored(tmp_path / "w").config() == read_stored(files[kind]).config()
        except ValueError as error:
            assert str(tmp_path / "w") in str(error)
            numbers += 1
    assert numbers > (100 if kind == "keras" else 195)  # zip files do not use every byte


@pytest.mark.parametrize("kind", ["weights", "checkpoint"])
def test_who_changes_a_file_on_purpose_may(files, kind, tmp_path):
    """With h5py, which removes the checksum."""
    path = tmp_path / "w"
    path.write_bytes(files[kind].read_bytes())
    with h5py.File(path, "r+") as file:
        file.attrs["note"] = "mine"
    assert read_stored(path).config() == read_stored(files[kind]).config()


def test_the_bytes_of_a_checkpoint_are_those_of_keras(files):
    with h5py.File(io.BytesIO(read_stored(files["keras"]).content)) as file:
        assert "layers" in file
