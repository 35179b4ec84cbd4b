"""About 60 files and folders of weights that are broken, odd, or something else.

Made of the three files that a model of ours writes: `weights.h5` (save_weights), `c.weights.h5`
(Keras' checkpoint) and `m.keras`. `originals` gives their bytes. And files of PyTorch, which only
`load` and `load_torchvision_weights` read.
"""

import functools
import io
import json
import pickle
import zipfile

import h5py
import numpy as np
from torch_files import REAL, name, number, program, saved, table, text, zip_of
from torchvision_run import tiny_state_dict

from broken_files import cut, flipped
from maskrcnn_explained.weights.file import save_weights

ENDINGS = ("h5", "weights.h5", "keras")
FAR = 2**32 - 2  # bytes


def originals(model, folder) -> dict:
    """Ending -> the bytes of a good file."""
    save_weights(model, folder / "a.h5")
    model.save_weights(folder / "b.weights.h5")
    model.save(folder / "c.keras")
    files = zip(ENDINGS, ("a.h5", "b.weights.h5", "c.keras"), strict=True)
    return {ending: (folder / name).read_bytes() for ending, name in files}


def cut_short(good, generator):
    return {
        f"cut_{place}.{ending}": cut(content, part)
        for ending, content in good.items()
        for place, part in enumerate([2, 500, 0.5, 0.99])
    }


def with_flipped_bits(good, generator):
    """In the tables at the beginning of HDF5, and anywhere."""
    return {
        f"flip_{number}.{ending}": flipped(content[:end], generator, 20) + content[end:]
        for ending, content in good.items()
        for number, end in enumerate([1000, len(content)])
    }


def under_another_ending(good, generator):
    return {
        "checkpoint.h5": good["weights.h5"],
        "model.h5": good["keras"],
        "weights.keras": good["h5"],
        "\u00fc -w\n.weights.h5": good["h5"],
        "no_ending": good["keras"],
    }


def of_something_else(good, generator):
    def folder_of(path):
        path.mkdir()
        (path / "weights.h5").write_bytes(b"nothing")

    return {
        "empty.h5": b"",
        "text.weights.h5": b"version https://git-lfs.github.com/spec/v1\n",
        "page.keras": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "pickle.h5": pickle.dumps({"conv1": [1.0]}),
        "pytorch.pth": _zip(**{"archive/data.pkl": pickle.dumps({"conv1": [1.0]})}),
        "numpy.h5": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'shape': ()}\n",
        "arrays.npz": _zip(**{"conv1.npy": b"\x93NUMPY"}),
        "table.h5": json.dumps({"weights": []}).encode(),
        "folder.h5": lambda path: path.mkdir(),
        "run": folder_of,
        "nowhere.h5": lambda path: path.symlink_to("is_not_there.h5"),
        "loop.keras": lambda path: path.symlink_to("loop.keras"),
    }


def _zip(**parts) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return memory.getvalue()


def _rezipped(content, **changes) -> bytes:
    """A `.keras` file with other or more parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _zip(**(parts | changes))


def _declared(content, name, size) -> bytes:
    """A zip file whose table says that a part has that size: a bomb, to who believes it."""
    changed = bytearray(content)
    entry = changed.rindex(name.encode()) - 46  # of the table at the end
    changed[entry + 24 : entry + 28] = size.to_bytes(4, "little")
    return bytes(changed)


def zips(good, generator):
    keras = good["keras"]
    lambdas = json.dumps(dict(class_name="Lambda", registered_name="Lambda", config={}))
    model = json.loads(zipfile.ZipFile(io.BytesIO(keras)).read("config.json"))
    no_seed = json.dumps(model | {"config": {"config": model["config"]["config"]}})
    foreign = json.dumps(model | {"registered_name": "other>MaskRCNN"})
    return {
        "bomb.keras": _declared(keras, "config.json", FAR),
        "weights_bomb.keras": _declared(keras, "model.weights.h5", FAR),
        "other_class.keras": _rezipped(keras, **{"config.json": foreign}),
        "lambda.keras": _rezipped(keras, **{"config.json": lambdas}),
        "list.keras": _rezipped(keras, **{"config.json": "[1]"}),
        "no_seed.keras": _rezipped(keras, **{"config.json": no_seed}),
        "no_weights.keras": _zip(**{"config.json": json.dumps(model), "metadata.json": "{}"}),
        "text_weights.keras": _rezipped(keras, **{"model.weights.h5": b"text"}),
    }


def zips_with_more(good, generator):
    """Parts that nobody reads, and that must not be written anywhere."""
    more = {"../../outside.txt": b"out", "/outside.txt": b"out"}
    return {
        "paths.keras": _rezipped(good["keras"], **more),
        "pickle.keras": _rezipped(good["keras"], **{"assets/a.pkl": pickle.dumps([1])}),
    }


def _changed(content, change) -> bytes:
    """An HDF5 file after a change."""
    memory = io.BytesIO(content)
    with h5py.File(memory, "r+") as file:
        change(file)
    return memory.getvalue()


def hdf5(good, generator):
    """Good but for one array, one link or one attribute."""
    kernel = "conv1/conv1/kernel:0"

    def instead(make, name=kernel):
        def change(file):
            shape = file[name].shape
            del file[name]
            make(file, name, shape)

        return change

    def made(**options):
        return instead(lambda file, name, _: file.create_dataset(name, **options))

    def filled(value, dtype="f4"):
        return instead(
            lambda f, name, shape: f.create_dataset(name, data=np.full(shape, value, dtype))
        )

    changes = {
        "text_array": made(data=["not", "numbers"]),
        "complex": filled(1j, "c8"),
        "no_shape": made(data=h5py.Empty("f4")),
        "scalar": made(data=1.0),
        "transposed": instead(lambda f, name, shape: f.create_dataset(name, shape[::-1], "f4")),
        "huge": made(shape=(2**40,), dtype="f4", chunks=(2**20,)),
        "missing": instead(lambda file, name, shape: None),
        "soft_link": instead(lambda f, name, _: f.update({name: h5py.SoftLink("/conv1")})),
        "outside": instead(
            lambda f, name, _: f.update({name: h5py.ExternalLink("/etc/passwd", "/")})
        ),
        "elsewhere": made(shape=(4,), dtype="f4", external=[("/etc/passwd", 0, 16)]),
        "more": lambda file: file.create_dataset("conv9/conv9/kernel:0", data=[1.0]),
        "config_text": lambda file: file.attrs.update(config="{"),
        "config_number": lambda file: file.attrs.update(config=7),
        "config_list": lambda file: file.attrs.update(config="[]"),
        "config_deep": lambda file: file.attrs.update(config="[" * 50_000),
        "config_field": lambda file: file.attrs.update(config='{"nonsense": 1}'),
        "config_huge": lambda file: file.attrs.update(config='{"box_head_depth": 1000000000}'),
    }
    return {f"{name}.h5": _changed(good["h5"], change) for name, change in changes.items()}


def odd_hdf5(good, generator):
    """All arrays are there, and something is unusual."""

    def with_nan(file):
        file["conv1/conv1/kernel:0"][0] = np.nan

    def as_integers(file):
        shape = file["conv1/conv1/kernel:0"].shape
        del file["conv1/conv1/kernel:0"]
        file.create_dataset("conv1/conv1/kernel:0", data=np.ones(shape, "i8"))

    def in_a_ring(file):
        file["conv1/ring"] = file["/"]

    changes = {"nan": with_nan, "integers": as_integers, "ring": in_a_ring}
    return {f"{name}.h5": _changed(good["h5"], change) for name, change in changes.items()}


def of_pytorch(good, generator):
    """Whole or broken, none of them fits a model of ours; and some would like to run something."""
    tensors = tiny_state_dict(2)
    newer, older = saved(tensors), saved(tensors, newer=False)
    run = name("os", "system") + text("touch outside.txt") + b"\x85R"
    tables = newer.index(b"archive/data.pkl") + 30
    return {
        "state_dict.pth": newer,
        "older.pth": older,
        "under_our_ending.weights.h5": older,
        "cut.pth": cut(newer, 0.5),
        "cut_older.pth": cut(older, 0.99),
        "cut_pickle.pth": cut(older, 500),
        "flipped.pth": newer[:tables] + flipped(newer[tables:], generator, 20),
        "flipped_older.pth": flipped(older[:9000], generator, 20, 80) + older[9000:],
        "runs.pth": zip_of(program(run), {}),
        "runs_later.pth": zip_of(program(table({"epoch": number(1), "x": run})), {}),
        "torchscript.pt": zip_of(
            program(table({})), {"constants.pkl": b"\x80\x02).", "code/a": b""}
        ),
        "compiled.pth": saved({f"_orig_mod.{key}": array for key, array in tensors.items()}),
        "set.pth": zip_of(program(table({"x": name("builtins", "set") + b")R"})), {}),
        "whole_model.pth": (REAL / "whole_model.pth").read_bytes(),
        "checkpoint.pth": (REAL / "checkpoint_stream.pth").read_bytes(),
    }


def kinds(good) -> dict:
    """The table of kinds for these originals."""
    table = {
        "cut": ("refused", cut_short),
        "flipped": ("either", with_flipped_bits),
        "another ending": ("read", under_another_ending),
        "something else": ("refused", of_something_else),
        "zips": ("refused", zips),
        "zips with more": ("read", zips_with_more),
        "hdf5": ("refused", hdf5),
        "odd hdf5": ("read", odd_hdf5),
        "of pytorch": ("refused", of_pytorch),
    }
    return {kind: (wanted, functools.partial(make, good)) for kind, (wanted, make) in table.items()}
