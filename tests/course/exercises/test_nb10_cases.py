"""The cases of notebook 10 hide nothing: unlike channels, small variances, noise, gaps."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb10_cases as cases
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.weights.file import named_weights


@pytest.mark.parametrize("make", [cases.fold_small, cases.fold_random, cases.fold_scenes])
def test_kernels_have_unlike_numbers_of_inputs_and_outputs(make):
    kernel, *columns, epsilon = make()
    assert kernel.shape[-2] != kernel.shape[-1] and 0 < epsilon <= 0.01
    assert {column.shape for column in columns} == {kernel.shape[-1:]} and len(columns) == 5


def test_by_hand_a_variance_is_of_the_size_of_epsilon():
    *_, variance, epsilon = cases.fold_small()
    assert variance.min() < 10 * epsilon < 10 * variance.max()


def test_each_file_lacks_something_or_has_too_much_and_no_name_comes_twice():
    for make in (cases.names_small, cases.names_random):
        model, file = make()
        assert set(model) - set(file) and set(file) - set(model)
        assert len(set(model)) == len(model) and len(set(file)) == len(file)
    rows, rest = cases.rows_by_name(*cases.names_coco())
    assert rows.min() >= 0 and len(rows) + len(rest) == 690


def test_names_by_hand():
    rows, rest = cases.rows_by_name(*cases.names_small())
    assert rows.tolist() == [3, 0, -1, 1] and rest.tolist() == [2, 4]


def test_where_tensors_part():
    assert cases.first_differing(*cases.tensors_small()) == 1
    assert cases.first_differing(*cases.tensors_random()) == 2
    ours, *_ = cases.tensors_small()
    assert cases.first_differing(ours, ours, 0) == -1


def test_arrays_are_those_of_the_shipped_model():
    arrays, variables = cases.scenes_arrays(), named_weights(photo.coin_model())
    assert arrays.keys() == variables.keys()
    for name, variable in variables.items():
        np.testing.assert_array_equal(arrays[name], variable)


def test_a_kernel_goes_there_and_back():
    kernel = cases.scenes_arrays()["conv1/kernel"]
    np.testing.assert_allclose(cases.torch_kernel(*cases.torch_scenes()), kernel, rtol=1e-5)
    np.testing.assert_allclose(cases.torch_kernel_by_hand(*cases.torch_scenes()), kernel, rtol=1e-5)


def test_cases_are_the_same_each_time():
    assert cases.names_random() == cases.names_random()
    np.testing.assert_array_equal(cases.torch_random()[0], cases.torch_random()[0])
    assert cases.torch_small()[0].shape == (1, 3, 2, 2)
