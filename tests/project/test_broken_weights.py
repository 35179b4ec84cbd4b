"""Broken files of weights, through all that reads them: right or refused, and nothing changes."""

import warnings

import broken_files
import keras
import pytest
from broken_files import check_command, contents, outcome, weights
from helpers import TINY, calm, other_weights, run, same_arrays, weight_values

from maskrcnn_explained.model import build
from maskrcnn_explained.stored.contents import read_stored
from maskrcnn_explained.weights.file import load_weights, named_weights, read_weights
from maskrcnn_explained.weights.load import config_of, load
from maskrcnn_explained.weights.reference import load_reference_weights
from maskrcnn_explained.weights.torchvision import load_torchvision_weights

KINDS = tuple(weights.kinds({}))
READERS = {  # all of them change the model, or read the file alone
    "load_weights": load_weights,
    "load_reference_weights": load_reference_weights,
    "load_torchvision_weights": load_torchvision_weights,
    "model.load_weights": lambda model, path: model.load_weights(path),
    "by_name": lambda model, path: model.load_weights(path, by_name=True),
    "skip_mismatch": lambda model, path: model.load_weights(path, skip_mismatch=True),
    "read_weights": lambda _, path: read_weights(path),
    "read_stored": lambda _, path: read_stored(path),
    "config_of": lambda _, path: config_of(path),
}


@pytest.fixture(scope="module")
def kinds(tiny, tmp_path_factory):
    """The table of kinds, made of files of the tiny model."""
    return weights.kinds(weights.originals(tiny, tmp_path_factory.mktemp("good")))


@pytest.fixture(scope="module")
def student():
    """A model to load into."""
    return calm(build("scenes", **TINY))


@pytest.fixture
def files(request, kinds, tmp_path):
    """The files of one kind. They are not changed, nor is anything written beside them."""
    (tmp_path / "in").mkdir()
    made = broken_files.write(kinds, request.param, tmp_path / "in")
    before = contents(tmp_path)
    yield made
    assert contents(tmp_path / "in") == {p: c for p, c in before.items() if p.parent != tmp_path}
    assert not (tmp_path / "outside.txt").exists()


@pytest.fixture(autouse=True)
def notes():
    """NaN, and layers of other shapes, are told by warnings that have tests of their own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_there_are_enough(kinds):
    assert broken_files.number_of_files(kinds) >= 60


@pytest.mark.parametrize("files", KINDS, indirect=True)
def test_reading(files, student):
    """All arrays are loaded, or none: what is refused leaves the model as it was."""
    for name, reader in READERS.items():
        arrays = other_weights(student)
        for variable_name, variable in named_weights(student).items():
            variable.assign(arrays[variable_name])
        for path in files:
            if outcome(lambda path, reader=reader: reader(student, path), path) == "read":
                arrays = weight_values(student)
        assert same_arrays(weight_values(student), arrays), name


@pytest.mark.parametrize("files", [kind for kind in KINDS if kind != "cut"], indirect=True)
def test_load(files, tiny):
    for path, wanted in files.items():
        assert wanted in (outcome(load, path), "either"), path


@pytest.mark.parametrize("files", ["another ending", "zips with more"], indirect=True)
def test_what_is_read_is_right(files, tiny):
    for path in files:
        assert same_arrays(weight_values(load(path)), weight_values(tiny))


@pytest.mark.parametrize("files", ["zips", "zips with more"], indirect=True)
def test_keras_own_function(files, tiny):
    """Errors are Keras' own, but for those of our class; no code of a file runs."""
    for path, wanted in files.items():
        if wanted == "read":
            assert same_arrays(weight_values(keras.saving.load_model(path)), weight_values(tiny))
    for name in ("no_seed.keras", "lambda.keras", "other_class.keras"):
        for path in [path for path in files if path.name == name]:
            with pytest.raises((ValueError, TypeError, KeyError)) as error:
                keras.saving.load_model(path)
            assert name != "no_seed.keras" or "lacks 'seed'" in str(error.value)


@pytest.mark.minutes
@pytest.mark.parametrize(
    "files", ["cut", "something else", "zips", "hdf5", "of pytorch"], indirect=True
)
def test_commands(files, here, capsys):
    """A bad file is refused before any work."""
    (here / "out").mkdir()
    for path in files:
        for command in (
            ("detect", "-o", here / "out" / "a.png"),
            ("trace", "-o", here / "out" / "a.html"),
            ("evaluate", "--images", 1, "--json", here / "out" / "a.json"),
            ("export", "-o", here / "out" / "model"),
            ("train", "--steps", 1, "--folder", here / "out" / "run"),
        ):
            code, _, err = run(capsys, *command, "--weights", path)
            check_command(code, err, command[0])
            assert code == 2 and path.name in err and contents(here / "out") == {}, command
