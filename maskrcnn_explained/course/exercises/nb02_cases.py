"""Cases of notebook 02, and what judges: the package's own FPN, and layers of Keras.

No map is square, and the lateral convolutions change the number of channels.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained import anchors, fpn, rpn
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.map_tools import (
    coin_convolution,
    coin_layer,
    random_convolution,
    random_map,
)
from maskrcnn_explained.course.exercises.nb02_answers import PYRAMID_PHOTO
from maskrcnn_explained.presets import get_config

PYRAMID_LAYERS = ("fpn_c4p4", "fpn_c5p5", "fpn_p4", "fpn_p5")


def upsample_by_hand() -> tuple:
    """2 x 3 cells with two channels."""
    return (np.arange(12, dtype=np.float32).reshape(2, 3, 2),)


def upsample_coins() -> tuple:
    """The sum of level 4 on the coins, 20 x 24 cells."""
    return (coin_layer("fpn_p4add"),)


def top_down_by_hand() -> tuple:
    """A level of 2 x 4 cells with one channel, below one of 1 x 2 cells with two."""
    c = np.array([[1, 1, 0, 2], [1, 4, 1, 1]], np.float32)[..., None]
    above = np.array([[[1, 0], [-5, 2]]], np.float32)
    return c, above, np.array([[[[1, -2]]]], np.float32), np.array([0, 3], np.float32)


def top_down_random() -> tuple:
    """A level of 6 x 10 cells, and 3 x 5 cells above it."""
    kernel, bias = random_convolution(1, 1, 3, 4, seed=20)
    return random_map(6, 10, 3, seed=21), random_map(3, 5, 4, seed=22), kernel, bias


def top_down_coins() -> tuple:
    """The step to level 3 on the coins."""
    c3 = np.asarray(photo.coin_tensors()["C3"])
    return c3, coin_layer("fpn_p4add"), *coin_convolution("fpn_c3p3")


def level_four_by_hand() -> tuple:
    """C4 of 2 x 4 cells, C5 of 1 x 2 cells, a pyramid of one channel."""
    c4 = np.array([[[1, 0], [2, 1], [0, 0], [1, 3]], [[0, 2], [1, 1], [4, 0], [0, 1]]], np.float32)
    c5 = np.array([[[1, 2, 0], [0, 1, 3]]], np.float32)
    none = np.array([0], np.float32)
    weights = {
        "fpn_c4p4": (np.array([1, -1], np.float32).reshape(1, 1, 2, 1), np.array([1], np.float32)),
        "fpn_c5p5": (np.array([2, 1, -1], np.float32).reshape(1, 1, 3, 1), none),
        "fpn_p4": (np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]], np.float32)[..., None, None], none),
        "fpn_p5": (np.array([[1, 0, 0], [0, 2, 0], [0, 0, 1]], np.float32)[..., None, None], none),
    }
    return c4, c5, weights


def level_four_random() -> tuple:
    """C4 of 6 x 10 cells, C5 of 3 x 5 cells, a pyramid of four channels."""
    shapes = ((1, 1, 2, 4), (1, 1, 3, 4), (3, 3, 4, 4), (3, 3, 4, 4))
    weights = {
        name: random_convolution(*shape, seed=23 + number)
        for number, (name, shape) in enumerate(zip(PYRAMID_LAYERS, shapes, strict=True))
    }
    return random_map(6, 10, 2, seed=30), random_map(3, 5, 3, seed=31), weights


def level_four_coins() -> tuple:
    """C4 and C5 of the coins, and the trained weights."""
    tensors = photo.coin_tensors()
    weights = {name: coin_convolution(name) for name in PYRAMID_LAYERS}
    return np.asarray(tensors["C4"]), np.asarray(tensors["C5"]), weights


def p6_by_hand() -> tuple:
    """4 x 6 cells with one channel; some of the largest numbers stand where P6 does not look."""
    p5 = [[3, 9, 1, 0, 2, 8], [4, 5, 7, 6, 0, 1], [5, 2, 8, 8, 1, 0], [6, 6, 6, 6, 6, 6]]
    return (np.array(p5, np.float32)[..., None],)


def p6_coins() -> tuple:
    """P5 of the coins, 10 x 12 cells."""
    return (np.asarray(photo.coin_tensors()["P5"]),)


# What judges


def upsampled_map(feature_map) -> np.ndarray:
    """Keras' upsampling, which the FPN uses: [2h, 2w, C]."""
    return keras.layers.UpSampling2D(2)(feature_map[None])[0].numpy()


def top_down_sum(c, above, kernel, bias) -> np.ndarray:
    """The lateral convolution by TensorFlow, and the upsampled map above: [2h, 2w, D]."""
    return (tf.nn.conv2d(c[None], kernel, 1, "SAME")[0] + bias).numpy() + upsampled_map(above)


def level_four(c4, c5, weights) -> np.ndarray:
    """`fpn.build_fpn` with these weights, of which only P4 is asked for: [2h, 2w, D]."""
    depth = len(weights["fpn_p4"][1])
    maps = [keras.Input((None, None, size)) for size in (1, 1, c4.shape[-1], c5.shape[-1])]
    _, _, p4, p5, _ = fpn.build_fpn(maps, get_config("scenes", fpn_depth=depth))
    model = keras.Model(maps[2:], [p4, p5])
    for name in PYRAMID_LAYERS:
        model.get_layer(name).set_weights(weights[name])
    return model([c4[None], c5[None]])[0][0].numpy()


def p6_of(p5) -> np.ndarray:
    """Keras' pooling with window 1 and stride 2, which the FPN uses: [h / 2, w / 2, D]."""
    return keras.layers.MaxPooling2D(1, strides=2)(p5[None])[0].numpy()


def pyramid_cells() -> int:
    """Cells of P2..P6 of the molded image of 02.4: its anchors by anchors per cell."""
    config = get_config("scenes")
    return sum(anchors.level_sizes(PYRAMID_PHOTO, config)) // len(config.anchor_ratios)


def deeper_pyramid() -> np.ndarray:
    """How many times larger three kernels are with `fpn_depth=256`: [3] whole numbers.

    They are those of `fpn_c2p2`, `fpn_p2` and `rpn_conv_shared`.
    """
    sizes = []
    for depth in (64, 256):
        config = get_config("scenes", fpn_depth=depth)
        maps = [keras.Input((None, None, 4 * width)) for width in config.backbone_widths]
        pyramid = keras.Model(maps, fpn.build_fpn(maps, config))
        head = rpn.build_rpn_head(config)
        layers = pyramid.get_layer("fpn_c2p2"), pyramid.get_layer("fpn_p2")
        kernels = [layer.kernel for layer in (*layers, head.get_layer("rpn_conv_shared"))]
        sizes.append([int(np.prod(kernel.shape)) for kernel in kernels])
    return np.array(sizes[1]) // np.array(sizes[0])
