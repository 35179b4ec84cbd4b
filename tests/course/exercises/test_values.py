"""Answers as numbers: what counts as the same, and how it is shown."""

import numpy as np
import pytest
import tensorflow as tf

from maskrcnn_explained.course.exercises.values import (
    NotNumbers,
    different_at,
    kind_of,
    parts_of,
    same_parts,
    shape_text,
    shown,
)


@pytest.mark.parametrize(
    "answer", [[1, 2], np.float32([1, 2]), tf.constant([1, 2]), (1, 2), [np.int64(1), 2.0]]
)
def test_anything_that_numpy_reads_is_an_array(answer):
    [array] = parts_of(answer)
    assert array.tolist() == [1, 2] and array.dtype == np.float64


def test_a_tuple_of_arrays_has_parts():
    boxes, scores = parts_of((np.zeros((2, 4)), [1, 2]))
    assert boxes.shape == (2, 4) and scores.shape == (2,)


def test_text_is_compared_without_capitals_and_spaces():
    assert same_parts(parts_of(" The  clip"), parts_of("the clip"), 0)
    assert not same_parts(parts_of("the clip"), parts_of("the std"), 0)
    assert not same_parts(parts_of("1"), parts_of(1), 0)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"a": 1}, "a dict"),
        ([[1], [2, 3]], "a list that makes no array"),
        ({1, 2}, "a set"),
        ([None], "a list"),
        (np.array(["a"]), "an array of something else than numbers"),
        ((i for i in range(2)), "a generator"),
        (1 + 2j, "a complex"),
    ],
)
def test_what_is_no_array(answer, words):
    with pytest.raises(NotNumbers, match=f"^{words}$"):
        parts_of(answer)


def test_the_same():
    one = [np.array([1.0, np.nan])]
    assert same_parts(one, [np.array([1.00005, np.nan])], 1e-4)
    assert not same_parts(one, [np.array([1.001, np.nan])], 1e-4)
    assert not same_parts(one, [np.array([[1.0, np.nan]])], 1e-4)
    assert not same_parts(one, one * 2, 1e-4)
    assert not same_parts([np.array([np.inf])], [np.array([1.0])], 1e-4)


def test_where_they_differ():
    assert different_at(np.zeros((2, 2)), np.eye(2), 1e-4).tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (True, "True"),
        ("word", "'word'"),
        (None, "None"),
        (np.float32([0.1, 2]), "[0.1, 2]"),
        ((32, 48), "[32, 48]"),
        (np.zeros((0, 4)), "[]"),
        (np.zeros((300, 4)), "numbers [300, 4]"),
        ([[1], [2, 3]], "a list"),
        ({"a": 1}, "a dict"),
    ],
)
def test_shown_in_one_short_line(value, text):
    assert shown(value) == text


def test_words_for_shapes_and_kinds():
    assert shape_text(np.zeros((3, 4))) == "[3, 4]" and shape_text(np.array(2)) == "one number"
    assert kind_of([]) == "a list" and kind_of(3) == "an int"
