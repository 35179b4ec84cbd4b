"""Tools for exercises on feature maps: a convolution in NumPy, and maps and weights of the coins.

Learners get `conv_map`, so that they need not write the same loop in every exercise.
"""

from __future__ import annotations

import functools

import keras
import numpy as np

from maskrcnn_explained.course.exercises import photo


def conv_map(feature_map: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """A convolution of stride 1 with zeros around the map: one matrix product per neighbour.

    Args:
        feature_map: [h, w, C]; kernel: [k, k, C, D] with odd k; bias: [D].

    Returns:
        [h, w, D].
    """
    side, (height, width) = len(kernel), feature_map.shape[:2]
    padded = np.pad(feature_map, [(side // 2, side // 2), (side // 2, side // 2), (0, 0)])
    places = [(i, j) for i in range(side) for j in range(side)]
    return bias + sum(padded[i : i + height, j : j + width] @ kernel[i, j] for i, j in places)


@functools.cache
def coin_layer(name: str) -> np.ndarray:
    """The output of a layer of the backbone or the FPN on the coins: [h, w, C] float32."""
    model = photo.coin_model()
    inside = keras.Model(model.input[0], model.get_layer(name).output)
    return inside(photo.coin_tensors()["molded_image"][None])[0].numpy()


def coin_convolution(name: str, with_norm: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The trained kernel [k, k, C, D] and bias [D] of a convolution.

    with_norm: with the batch norm after it folded in.
    """
    from maskrcnn_explained.weights.folding import fold, norm_of

    kernel, bias = photo.coin_model().find_layer(name).get_weights()
    if with_norm:
        norm = photo.coin_model().find_layer(norm_of(name))
        gamma, beta, mean, variance = norm.get_weights()
        kernel, bias = fold(kernel, bias, gamma, beta, mean, variance, norm.epsilon)
    return kernel, bias


def random_convolution(*shape: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A kernel of this shape [k, k, C, D] and a bias [D], random float32."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1, shape).astype(np.float32), rng.normal(0, 1, shape[-1:]).astype("f4")


def random_map(*shape: int, seed: int) -> np.ndarray:
    """A map [h, w, C] of random float32 numbers around 0."""
    return np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)
