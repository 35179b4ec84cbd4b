"""What exercises on maps share: a convolution in NumPy, and maps and weights of the coins."""

import numpy as np
import pytest
import tensorflow as tf

from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.map_tools import (
    coin_convolution,
    coin_layer,
    conv_map,
    random_convolution,
    random_map,
)


def test_a_convolution_by_hand():
    ones = np.ones((3, 3, 1, 1))
    found = conv_map(np.eye(4)[..., None], ones, np.array([10]))[..., 0]
    assert found.tolist() == [
        [12, 12, 11, 10],
        [12, 13, 12, 11],
        [11, 12, 13, 12],
        [10, 11, 12, 12],
    ]


@pytest.mark.parametrize("side", [1, 3, 5])
def test_as_tensorflow_has_it(side):
    x = random_map(4, 7, 3, seed=0)
    kernel, bias = random_convolution(side, side, 3, 2, seed=1)
    wanted = tf.nn.conv2d(x[None], kernel, 1, "SAME")[0] + bias
    np.testing.assert_allclose(conv_map(x, kernel, bias), wanted, rtol=1e-4, atol=1e-4)


def test_random_numbers_are_the_same_each_time():
    np.testing.assert_array_equal(random_map(2, 3, 4, seed=5), random_map(2, 3, 4, seed=5))
    kernel, bias = random_convolution(1, 1, 3, 2, seed=5)
    assert (kernel.shape, bias.shape) == ((1, 1, 3, 2), (2,))
    assert kernel.dtype == bias.dtype == np.float32


def test_a_layer_runs_once():
    assert coin_layer("res3b_out") is coin_layer("res3b_out")
    np.testing.assert_allclose(coin_layer("res3b_out"), photo.coin_tensors()["C3"], atol=1e-4)


def test_weights_with_and_without_the_batch_norm_after_them():
    x = coin_layer("res3b_branch2a_relu")
    for with_norm, layer in ((False, "res3b_branch2b"), (True, "bn3b_branch2b")):
        found = conv_map(x, *coin_convolution("res3b_branch2b", with_norm=with_norm))
        np.testing.assert_allclose(found, coin_layer(layer), rtol=1e-3, atol=1e-3)
