"""Trunk, box head and mask head as ONNX files give what the model gives."""

import sys

import numpy as np
import pytest
from helpers import random_image

from maskrcnn_explained.export.onnx_parts import LATERALS, SUMS, export_parts
from maskrcnn_explained.graph import TRUNK_TENSORS

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("tf2onnx")
HEAD_TENSORS = ("class_logits", "class_probs", "box_deltas")


@pytest.fixture(scope="module")
def parts(tiny):
    return export_parts(tiny, "float32")


@pytest.fixture(scope="module")
def tensors(tiny):
    return tiny.tensors(random_image(100, 120), min_score=0.0)


def run(content, array):
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    [given] = session.get_inputs()
    return dict(zip(names, session.run(names, {given.name: array}), strict=True))


def test_the_trunk_gives_maps_scores_and_the_insides_of_the_pyramid(parts, tensors):
    found = run(parts["trunk"], tensors["molded_image"][None])
    assert set(found) == {*TRUNK_TENSORS, *LATERALS, *SUMS}
    for name in TRUNK_TENSORS:
        np.testing.assert_allclose(found[name][0], tensors[name], atol=1e-3, err_msg=name)
    up = found["fpn_c5p5"].repeat(2, 1).repeat(2, 2)
    np.testing.assert_allclose(found["fpn_p4add"], found["fpn_c4p4"] + up, atol=1e-5)


def test_the_heads_answer_for_any_number_of_rows(parts, tensors):
    for number in (1, 7):
        found = run(parts["box_head"], tensors["box_features"][:number])
        for name in HEAD_TENSORS:
            np.testing.assert_allclose(found[name], tensors[name][:number], atol=1e-4)
        found = run(parts["mask_head"], tensors["mask_features"][:number])
        wanted = tensors["masks_all_classes"][:number]
        np.testing.assert_allclose(found["masks_all_classes"], wanted, atol=1e-4)


def test_weights_of_16_bits_halve_the_files(tiny, parts, tensors):
    halves = export_parts(tiny)
    assert len(halves["box_head"]) < 0.7 * len(parts["box_head"])
    found = run(halves["box_head"], tensors["box_features"])
    np.testing.assert_allclose(found["class_probs"], tensors["class_probs"], atol=5e-3)


def test_bad_arguments(tiny, monkeypatch):
    with pytest.raises(ValueError, match="weights is 'int8'; choose one of float32, float16"):
        export_parts(tiny, "int8")
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(ImportError, match=r"maskrcnn-explained\[onnx\]"):
        export_parts(tiny)
