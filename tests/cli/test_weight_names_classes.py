"""The option --class-names, through the commands: a .pth of the user's own tells no names."""

import warnings

import pytest
from helpers import random_image, run, same_arrays, weight_values
from skimage import io
from torch_files import saved
from torchvision_run import TINY_TORCHVISION, tiny_state_dict

from maskrcnn_explained.cli import train_model
from maskrcnn_explained.cli.options import make_parser
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import PRESETS
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.weights.file import save_weights
from maskrcnn_explained.weights.load import load
from maskrcnn_explained.weights.torchvision_map import mapped_arrays

NAMES = ("background", "nut", "bolt")


@pytest.fixture
def tuned(here, monkeypatch):
    """A small file of three classes, and a preset "coco-torchvision" that is as small."""
    sides = dict(image_min_side=64, image_max_side=64)
    small = PRESETS["coco-torchvision"].changed(**TINY_TORCHVISION, **sides)
    monkeypatch.setitem(PRESETS, "coco-torchvision", small)
    (here / "tuned.pth").write_bytes(saved(tiny_state_dict(3)))
    io.imsave("photo.png", random_image(48, 64), check_contrast=False)
    return "tuned.pth"


COMMANDS = {
    "detect": ("photo.png", "-o", "out.png", "--json", "found.json", "--min-score", 0),
    "trace": ("photo.png", "-o", "out.html", "--min-score", 0),
    "evaluate": ("--images", 1, "--json", "out.json"),
    "export": ("-o", "out"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_without_the_option_it_is_named(tuned, here, capsys, command):
    code, out, err = run(capsys, command, *COMMANDS[command], "--weights", tuned)
    assert code == 2 and out == "" and len(err.splitlines()) == 1
    assert "knows 3 classes" in err and "on the command line --class-names" in err
    assert not any(here.glob("out*"))


def test_detect(tuned, here, capsys):
    given = (*COMMANDS["detect"], "--weights", tuned, "--class-names", "nut,bolt")
    code, out, err = run(capsys, "detect", *given)
    assert code == 0 and err == "" and (here / "out.png").exists()
    found = Detections.load("found.json")
    assert len(found) and set(found.class_names) <= set(NAMES[1:])


@pytest.mark.slow
def test_trace_and_export(tuned, here, capsys):
    names = ("--weights", tuned, "--class-names", "nut,bolt")
    for command in ("trace", "export"):
        code, _, err = run(capsys, command, *COMMANDS[command], *names)
        assert code == 0 and err == "", command
    assert "bolt" in (here / "out.html").read_text(encoding="utf-8")
    assert (here / "out").is_dir()


@pytest.mark.minutes
def test_a_file_that_tells_its_classes_is_matched_by_name(tiny, here, capsys):
    save_weights(tiny, "mine.h5")
    same = ",".join(tiny.config.class_names[1:])
    io.imsave("photo.png", random_image(48, 64), check_contrast=False)
    given = (*COMMANDS["detect"], "--weights", "mine.h5", "--class-names")
    code, _, err = run(capsys, "detect", *given, same)
    assert code == 0 and err == ""
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as outside of tests
        code, _, err = run(capsys, "detect", *given, "disk,nut")
    assert code == 0 and "warning: mine.h5 has other classes than the model: fresh" in err


def student(*options):
    given = make_parser((train_model.train,)).parse_args(["train", *options])
    data = type("Data", (), {"class_names": ("background", "bolt", "washer")})
    return train_model._student(given, 1, data)


def test_training_keeps_the_heads_of_the_classes_that_both_have(tuned):
    with pytest.warns(UserWarning, match="weights, to be trained, for washer; left out nut"):
        model = student("--weights", tuned, "--class-names", "nut,bolt")
    theirs = mapped_arrays(tiny_state_dict(3))[0]["mrcnn_mask/bias"]
    ours = weight_values(model)["mrcnn_mask/bias"]
    assert ours[1] == theirs[2] and model.config.class_names == ("background", "bolt", "washer")
    assert model.config.batch_norm_epsilon == 1e-5
    other = student("--weights", tuned)  # nothing is known of its classes: fresh heads
    fresh = build(other.config, seed=1)
    assert weight_values(other)["mrcnn_mask/bias"][1] == weight_values(fresh)["mrcnn_mask/bias"][1]
    whole = load(tuned, class_names=NAMES)
    assert same_arrays(weight_values(whole), mapped_arrays(tiny_state_dict(3))[0])


def test_classes_of_no_weights_are_refused(here, capsys):
    code, _, err = run(capsys, "train", "--folder", "run", "--class-names", "nut")
    assert code == 2 and "--class-names tells the classes of --weights" in err
