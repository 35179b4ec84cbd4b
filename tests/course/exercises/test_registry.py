"""Exercises are found by their key; an unknown key is answered with the list."""

import subprocess
import sys

import pytest

from maskrcnn_explained.course.exercises.registry import (
    all_exercises,
    exercises_of,
    find_exercise,
    notebook_numbers,
)


def test_found_by_key():
    exercise = find_exercise("03.3")
    assert exercise.key == "03.3" and exercise.name == "decode_deltas"


@pytest.mark.parametrize("number", notebook_numbers())
def test_keys_are_in_order_and_names_differ(number):
    found = exercises_of(number)
    assert list(found) == [f"{number}.{index}" for index in range(1, len(found) + 1)]
    assert len({exercise.name for exercise in found.values()}) == len(found)


def test_all_of_them():
    keys = [exercise.key for exercise in all_exercises()]
    assert keys == sorted(set(keys)) and {key[:2] for key in keys} == set(notebook_numbers())


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("03.9", r"notebook 03 has: 03.1 \(anchor_shapes\), 03.2 \(level_anchors\), "),
        ("3.1", 'Did you mean "03.1"[?] A key is a notebook and a number, .*; notebooks: .*03'),
        (" 3.1", 'Did you mean "03.1"[?]'),
        ("99", "No exercise '99'. A key is"),
        ("99.1", "No exercise '99.1'"),
        ("", "No exercise ''"),
    ],
)
def test_an_unknown_key(key, words):
    with pytest.raises(ValueError, match=words):
        find_exercise(key)


def test_a_number_is_no_key():
    with pytest.raises(TypeError, match=r'must be text such as "03.3", in quotes; got 3.1'):
        find_exercise(3.1)


def test_an_unknown_notebook():
    with pytest.raises(ValueError, match="No exercises of a notebook '98'; there are: "):
        exercises_of("98")


def test_the_registry_imports_no_notebook_before_it_is_asked():
    code = (
        "import sys\nfrom maskrcnn_explained.course.exercises import registry\n"
        "registry.notebook_numbers()\n"
        "print('tensorflow' in sys.modules, any('.nb03' in name for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
