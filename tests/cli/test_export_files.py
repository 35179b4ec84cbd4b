"""The command `export`: a SavedModel or an ONNX file, and what does not fit together."""

import pathlib

import pytest
from helpers import run

from maskrcnn_explained.cli import export_files
from maskrcnn_explained.export import onnx_file, saved_model


@pytest.fixture
def calls(monkeypatch):
    """What the exports were given; nothing is written."""
    given = []
    monkeypatch.setattr(saved_model, "export_saved_model", lambda *all: given.append(all))
    monkeypatch.setattr(onnx_file, "export_onnx", lambda *all: given.append(all))
    return given


def test_forms_are_those_of_the_export():
    assert export_files.ONNX_FORMS == onnx_file.FORMS


def test_a_saved_model(shipped, here, capsys, calls):
    code, out, err = run(capsys, "export", "-o", "served", "--min-score", 0.5)
    assert code == 0 and err == "" and out.startswith("served: images [B, H, W, 3] uint8 -> boxes")
    assert calls == [(shipped, pathlib.Path("served"), 0.5)]


def test_every_tensor_as_onnx(shipped, here, capsys, calls):
    code, out, err = run(capsys, "export", "-o", "model.onnx")
    assert code == 0 and err == "" and out.endswith("-> every named tensor\n")
    assert calls == [(shipped, pathlib.Path("model.onnx"), "tensors", "float32", None)]


def test_pixels_to_masks_as_onnx(shipped, here, capsys, calls):
    given = ["-o", "model.onnx", "--form", "detections", "--float16", "--min-score", 0.3]
    code, out, err = run(capsys, "export", *given)
    assert code == 0 and err == "" and "masks, counts" in out
    assert calls == [(shipped, pathlib.Path("model.onnx"), "detections", "float16", 0.3)]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["-o", "served", "--float16"], "give a name that ends in .onnx"),
        (["-o", "served", "--form", "tensors"], "give a name that ends in .onnx"),
        (["-o", "model.onnx", "--min-score", 0.5], "is an input of this file"),
        (["-o", "none/model.onnx"], "no folder none"),
        (["-o", "model.onnx", "--weights", "yolo"], "there are: scenes"),
    ],
)
def test_what_does_not_fit_is_said_before_any_work(here, capsys, calls, given, words):
    code, _, err = run(capsys, "export", *given)
    assert code == 2 and words in err and not calls and not list(here.iterdir())
