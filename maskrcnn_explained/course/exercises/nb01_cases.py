"""Cases of notebook 01, and what judges: layers of Keras, and the package's own block.

No map is square, and no layer has as many channels going in as coming out, where it is free to
choose. What enters a block is never negative, for it comes out of a ReLU.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained import backbone
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.map_tools import (
    coin_convolution,
    coin_layer,
    random_convolution,
    random_map,
)
from maskrcnn_explained.course.exercises.nb01_answers import (
    NORM_CHANNELS,
    NORM_EPSILON,
    PHOTO_SIDES,
)
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.layers import BatchNorm, FrozenBatchNorm
from maskrcnn_explained.presets import get_config


def cell_by_hand() -> tuple:
    """A cell in the first row of a map of 3 x 4 cells, one channel in and two out."""
    feature_map = np.array([[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], np.float32)[..., None]
    first = [[0, 1, 0], [1, 2, -1], [3, 0, 1]]
    second = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    kernel = np.stack([first, second], -1)[:, :, None].astype(np.float32)
    return feature_map, kernel, np.array([10, -1], np.float32), 0, 1


def cell_random() -> tuple:
    """A cell in the first column of a map of 9 x 7 cells, and a kernel of 5 x 5."""
    return random_map(9, 7, 3, seed=10), *random_convolution(5, 5, 3, 4, seed=11), 4, 0


def cell_coins() -> tuple:
    """The first 3x3 convolution of stage 2 on the coins."""
    before = coin_layer("res2a_branch2a_relu")
    return before, *coin_convolution("res2a_branch2b"), 30, 50


def block_by_hand() -> tuple:
    """2 x 3 cells of four channels, one channel inside the block."""
    first = [[1, 0, 2, 0], [0, 3, 1, 1], [2, 2, 0, 0]]
    x = np.array([first, [[0, 1, 0, 4], [1, 0, 0, 2], [3, 1, 0, 0]]], np.float32)
    down = np.array([1, -1, 0, 1], np.float32).reshape(1, 1, 4, 1), np.array([-1], np.float32)
    middle = (
        np.array([[0, 1, 0], [1, 2, 0], [0, 0, -1]], np.float32)[..., None, None],
        np.array([-2], np.float32),
    )
    up = (
        np.array([1, -1, 2, -3], np.float32).reshape(1, 1, 1, 4),
        np.array([0, 1, -2, 0], np.float32),
    )
    return x, down, middle, up


def block_random() -> tuple:
    """5 x 7 cells of eight channels, two inside the block."""
    return (
        np.maximum(random_map(5, 7, 8, seed=12), 0),
        random_convolution(1, 1, 8, 2, seed=13),
        random_convolution(3, 3, 2, 2, seed=14),
        random_convolution(1, 1, 2, 8, seed=15),
    )


def block_coins() -> tuple:
    """Block 3b on the coins, its batch norms folded into its convolutions; its output is C3."""
    names = [f"res3b_branch2{letter}" for letter in "abc"]
    return coin_layer("res3a_out"), *(coin_convolution(name, with_norm=True) for name in names)


def norm_by_hand() -> tuple:
    """A batch of one map of 2 x 3 cells with two channels; one variance is as small as epsilon."""
    x = np.array([[[[1, 0.1], [2, 0.2], [3, 0]], [[0, 0.1], [5, 0.3], [1, 0.2]]]], np.float32)
    return x, *np.array([[2, 0.5], [1, -1], [1, 0.1], [4, 0.002]], np.float32)


def norm_random() -> tuple:
    """A batch of two maps of 3 x 4 cells with five channels."""
    rng = np.random.default_rng(16)
    x = rng.normal(3, 2, (2, 3, 4, 5)).astype(np.float32)
    gamma, beta, mean = rng.normal(1, 1, (3, 5)).astype(np.float32)
    return x, gamma, beta, mean, rng.uniform(0.01, 4, 5).astype(np.float32)


def norm_coins() -> tuple:
    """The second batch norm of block 3b on the coins, a batch of one photograph."""
    layer = photo.coin_model().find_layer("bn3b_branch2b")
    return coin_layer("res3b_branch2b")[None], *layer.get_weights()


# What judges


def c4_shape() -> np.ndarray:
    """Rows, columns and channels of C4 for the photograph of 01.1: [3]."""
    config = get_config("scenes")
    image = np.zeros((*PHOTO_SIDES, 3), np.uint8)
    _, height, width, _ = mold([image], config)[0].shape
    return np.array([height // 16, width // 16, 4 * config.backbone_widths[2]])


def conv_cell(feature_map, kernel, bias, row, column) -> np.ndarray:
    """TensorFlow's convolution of the whole map, of which one cell is returned: [D]."""
    whole = tf.nn.conv2d(feature_map[None], kernel, 1, "SAME")  # [1, h, w, D]
    return (whole[0, row, column] + bias).numpy()


def residual_block(x, down, middle, up) -> np.ndarray:
    """`backbone.bottleneck` with these weights: [h, w, C]."""
    config = get_config("scenes", batch_norm="folded")
    inputs = keras.Input((None, None, x.shape[-1]))
    output = backbone.bottleneck(inputs, x.shape[-1] // 4, 1, False, config, "3b")
    block = keras.Model(inputs, output)
    for letter, weights in zip("abc", (down, middle, up), strict=True):
        block.get_layer(f"res3b_branch2{letter}").set_weights(weights)
    return block(x[None])[0].numpy()


def field_sides(blocks) -> np.ndarray:
    """Sides of the receptive fields of C2..C5, by the package: [4]."""
    fields = backbone.receptive_fields(get_config("scenes", backbone_blocks=tuple(blocks)))
    return np.array([size for size, _, _ in fields.values()])


def frozen_norm(x, gamma, beta, mean, variance) -> np.ndarray:
    """The package's `FrozenBatchNorm` in a model that is called for training."""
    layer = FrozenBatchNorm(epsilon=NORM_EPSILON)
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, layer(inputs))
    layer.set_weights([gamma, beta, mean, variance])
    return model(x, training=True).numpy()


def moved_numbers() -> np.ndarray:
    """Numbers of a batch norm that one step of gradient descent changes, measured: [3].

    In order: our layer that is trained, our frozen one, and one whose weights are all fixed.
    """
    x = random_map(2, 3, 4, NORM_CHANNELS, seed=17) + 5
    return np.array(
        [_moved(layer, x) for layer in (BatchNorm(), FrozenBatchNorm(), BatchNorm(trainable=False))]
    )


def _moved(layer, x):
    """How many numbers of a layer one step in training changes."""
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, layer(inputs))
    before = [weight.numpy() for weight in layer.weights]
    with tf.GradientTape() as tape:
        out = model(x, training=True)
        loss = tf.reduce_sum(out**2 + out)  # any loss will do
    learned = layer.trainable_weights
    for weight, gradient in zip(learned, tape.gradient(loss, learned), strict=True):
        weight.assign_sub(0.01 * gradient)
    after = [weight.numpy() for weight in layer.weights]
    return sum(int((old != new).sum()) for old, new in zip(before, after, strict=True))
