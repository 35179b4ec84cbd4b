"""Arguments are checked by name, shape and kind; tensors in a graph as far as they are known."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

from maskrcnn_explained._arguments import (
    check_arrays,
    check_has,
    check_image_size,
    check_images,
    check_kind,
    check_names,
    check_number,
    check_resize,
    check_sequence,
    check_sides,
    checked_path,
    described,
)

BOXES = np.zeros((3, 4))


@pytest.mark.parametrize(
    "value",
    [
        BOXES,
        BOXES.tolist(),
        BOXES.astype(int),
        tf.constant(BOXES),
        BOXES[:0],
        BOXES[::-1],
        BOXES > 0,
    ],
)
def test_what_has_the_shape_passes(value):
    check_arrays(boxes=(value, "N 4"), others=(value, "... 4"))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "got None"),
        ("text", "got 'text'"),
        (7, "got 7"),
        (object(), "got a object"),
        (BOXES[0], r"got shape \[4\] of float64"),
        (BOXES[None], r"got shape \[1, 3, 4\]"),
        (BOXES[:, :3], r"got shape \[3, 3\]"),
        (BOXES.astype(complex), "of complex128"),
        (BOXES.astype(str), "of str"),
        (BOXES.astype(object), "of object"),
        (tf.constant([["a"] * 4]), "of string"),
        ([[1, 2, 3, 4], [1, 2]], "got a list of 2"),
        ([None] * 4, "got a list of 4"),
    ],
)
def test_what_has_not_is_told(value, said):
    with pytest.raises(ValueError, match=rf"^boxes must be numbers, \[N, 4\]; .*{said}"):
        check_arrays(boxes=(value, "N 4"))


def test_arguments_that_do_not_fit_together():
    with pytest.raises(ValueError, match="boxes and scores do not .* N is 3 in boxes and 2 in sco"):
        check_arrays(boxes=(BOXES, "N 4"), scores=(np.zeros(2), "N"))
    check_arrays(boxes=(BOXES, "... 4"), targets=(BOXES[0], "... 4"))  # one for all
    with pytest.raises(
        ValueError, match=r"first axes do not .*\[3\] in boxes and \[2\] in targets"
    ):
        check_arrays(boxes=(BOXES, "... 4"), targets=(BOXES[:2], "... 4"))


def test_axes_in_front_that_must_be_the_same():
    check_arrays(match=(BOXES, "* A"), logits=(BOXES[..., None], "* A 1"))
    for other in (BOXES[None, ..., None], BOXES[:1, :, None], BOXES[0, :, None]):
        with pytest.raises(ValueError, match="The first axes do not fit together"):
            check_arrays(match=(BOXES, "* A"), logits=(other, "* A 1"))


def test_inside_a_graph_what_is_known_is_checked():
    @tf.function(input_signature=[tf.TensorSpec([None, None]), tf.TensorSpec(None)])
    def run(boxes, anything):
        check_arrays(boxes=(boxes, "N 4"), anything=(anything, "N 4"))
        check_number("limit", tf.shape(boxes)[0], 0, whole=True)
        check_image_size(tf.shape(boxes))
        with pytest.raises(ValueError, match=r"\[B, N, 4\]; got shape \[None, None\]"):
            check_arrays(boxes=(boxes, "B N 4"))
        return boxes

    assert run(BOXES, BOXES).shape == (3, 4)


@pytest.mark.parametrize("value", [1, 1.0, np.int64(1), np.float32(1), np.array(1), tf.constant(1)])
def test_numbers(value):
    check_number("n", value, 0, 2, whole=True)


@pytest.mark.parametrize(
    "value", [None, "1", True, float("nan"), np.inf, -1, 3, 10**400, 1j, [1], np.ones(1), 0.5]
)
def test_no_such_number(value):
    with pytest.raises(ValueError, match=r"n must be a whole number in 0\.\.2; got "):
        check_number("n", value, 0, 2, whole=True)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 1, r"lie in 0\.\.1"),
        (1, 2**31, "be a number from 1 on"),
        (-np.inf, np.inf, "be a number"),
    ],
)
def test_what_a_number_must_be(low, high, words):
    with pytest.raises(ValueError, match=f"n must {words}; got None"):
        check_number("n", None, low, high)


@pytest.mark.parametrize("value", [None, 7, b"a", "", "a\0b", [], object()])
def test_no_path(value):
    with pytest.raises(ValueError, match=r"folder must be a path, as text or pathlib\.Path; got "):
        checked_path("folder", value)
    assert checked_path("folder", "a") == checked_path("folder", pathlib.Path("a"))


@pytest.mark.parametrize(
    "check",
    [
        lambda: check_names("x", "text"),
        lambda: check_names("x", [1]),
        lambda: check_sequence("x", {1: 2}, "a list"),
        lambda: check_sequence("x", iter([]), "a list"),
        lambda: check_kind("x", 1, str, "text"),
        lambda: check_has("x", np.ndarray, "an array", "shape"),
        lambda: check_sides(x=0),
        lambda: check_image_size((64, None)),
        lambda: check_image_size((64,)),
        lambda: check_images([]),
        lambda: check_images([BOXES]),
        lambda: check_images([np.zeros((2, 2, 3))]),
        lambda: check_resize(np.zeros((2, 2, 3), np.uint8), (0, 3)),
    ],
)
def test_the_other_checks(check):
    with pytest.raises(ValueError, match=" must "):
        check()


def test_what_something_is():
    assert described("a" * 100).endswith("..") and len(described("a" * 100)) < 70
    assert described([1, 2]) == "a list of 2: [1, 2]" and described({}) == "a dict"
