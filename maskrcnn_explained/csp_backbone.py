"""A second backbone: 25 small convolutions in CSP stages, beside the ResNet of `backbone.py`.

Later stages ask a backbone for four maps at strides 4, 8, 16 and 32, no more. This one is that of
NanoDet-g, a detector for small chips, and the preset `photos` uses it: with 3.2 million numbers
it has a seventh of ResNet-50, and numbers of it exist that have seen all of COCO.

A stage of two pairs; every word but "shortcut" is made of 3x3 convolutions:

    in ---+--- pair a --- pair b --- mix ---+
          |                                 +--- side by side: 2 * width channels
          +----------- shortcut ------------+

Two ideas. CSP ("cross stage partial"): only a part of what a stage gives comes out of all of its
work. The other part, the shortcut, goes around. (The paper splits the channels of the input for
this; here one convolution makes `width` channels, and they go both ways.) So the work runs on half
of the channels that come out, where a 3x3 costs a quarter, and gradients have a short way back, as
through the sums of a ResNet. (The paper began with DenseNets, where many layers learn from copies
of the same gradient; what goes around stays out of that.)

And 3x3 only: NanoDet-g is for chips that multiply fast but read memory slowly. With as many
channels, a 3x3 does nine times the work of a 1x1 for each number that it reads, so less time is
lost on reading. It also looks farther: a cell of C5 can see 783 pixels, in ResNet-50 483
(`backbone.receptive_fields`).

There is no batch norm: in the published numbers it is folded into the convolutions.
"""

from __future__ import annotations

import string
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from maskrcnn_explained.config import Config

NEGATIVE_SLOPE = 0.1  # of LeakyReLU: what is left of values below 0
STAGE_STRIDES = (1, 2, 2, 2)  # of the first convolution of stages 2 to 5


@keras.saving.register_keras_serializable("maskrcnn_explained")
def csp_backbone(image: keras.KerasTensor, config: Config) -> list[keras.KerasTensor]:
    """C2, C3, C4, C5 of a molded image; also what a backbone of your own looks like.

    `Config.backbone` takes this function as it takes any callable; the preset `photos` says
    "csp", which is the same.

    Args:
        image: [B, Hm, Wm, 3] float32 Keras tensor, mean subtracted.
        config: `backbone_stem`, and `backbone_blocks` and `backbone_widths` of stages 2 to 5.
            NanoDet-g has 32, (1, 2, 2, 3) and (32, 64, 128, 256).

    Returns:
        Four maps [B, Hm / s, Wm / s, 2 * width], s = 4, 8, 16, 32.

    Raises `ValueError` if a width is odd.

    Source: Wang et al. 2020 (CSPNet), figure 2; NanoDet's `CustomCspNet`.
    """
    # The stem: one convolution and a maximum, each halves the side.  [B, Hm / 4, Wm / 4, stem]
    x = conv(image, config.backbone_stem, 2, "csp_stem")
    x = PadLowest(name="csp_pool_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="csp_pool")(x)
    maps = []
    sizes = zip(config.backbone_blocks, config.backbone_widths, STAGE_STRIDES, strict=True)
    for stage, (pairs, width, stride) in enumerate(sizes, start=2):
        x = csp_stage(x, width, stride, pairs, f"csp{stage}")
        # The output of a stage is its map, and the input of the next.
        maps.append(x)
    return maps


def csp_stage(
    x: keras.KerasTensor, width: int, stride: int, pairs: int, name: str
) -> keras.KerasTensor:
    """One stage: pairs of 3x3 convolutions, and a shortcut around all of them.

    Args:
        x: [B, h, w, C] Keras tensor.
        width: channels of the work, and of the shortcut; even.
        stride: of the first convolution, 1 or 2.
        pairs: how many pairs of convolutions, at most 26.
        name: of the stage, such as "csp3".

    Returns:
        [B, h / stride, w / stride, 2 * width].

    Raises `ValueError` if the width is odd.

    Source: NanoDet's `CspBlock`, and `TinyResBlock` for the pairs.
    """
    if width % 2:
        raise ValueError(f"A CSP stage needs an even width, half for each of a pair; got {width}.")
    # One convolution changes the size; its output goes both ways.  [B, h / s, w / s, width]
    x = shortcut = conv(x, width, stride, f"{name}_in")
    for letter in string.ascii_lowercase[:pairs]:
        # A pair: two 3x3, one after the other, with half of the channels each.  [.., width / 2]
        first = conv(x, width // 2, 1, f"{name}{letter}_1")
        second = conv(first, width // 2, 1, f"{name}{letter}_2")
        # Both outputs go on, so the pair gives what was seen near and what farther.  [.., width]
        x = layers.Concatenate(name=f"{name}{letter}_both")([second, first])
    # One more convolution mixes them; then the shortcut stands beside.  [.., 2 * width]
    x = conv(x, width, 1, f"{name}_mix")
    return layers.Concatenate(name=f"{name}_out")([x, shortcut])


def conv(x: keras.KerasTensor, width: int, stride: int, name: str) -> keras.KerasTensor:
    """A 3x3 convolution and LeakyReLU: [B, h, w, C] -> [B, h / stride, w / stride, width].

    A strided window begins one cell before the map, as in PyTorch. Keras' "same" would begin in it.
    """
    if stride > 1:
        x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
    padding = "valid" if stride > 1 else "same"
    x = layers.Conv2D(width, 3, stride, padding, kernel_initializer="he_normal", name=name)(x)
    return layers.LeakyReLU(NEGATIVE_SLOPE, name=f"{name}_relu")(x)


@keras.saving.register_keras_serializable("maskrcnn_explained")
class PadLowest(layers.Layer):
    """One row and one column more on each side, of the lowest number: it is never a maximum.

    LeakyReLU leaves values below 0, so zeros would win over them.
    """

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=x.dtype.min)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        batch, height, width, channels = input_shape
        grown = [None if side is None else side + 2 for side in (height, width)]
        return (batch, *grown, channels)


def csp_windows(config: Config) -> list[list[tuple[int, int, int]]]:
    """The windows on the longest way through stages 2 to 5, the stem's in the first of them.

    Each is (kernel, stride, padding before), as `backbone.receptive_fields` counts them.
    """
    stages = []
    stem = [(3, 2, 1), (3, 2, 1)]  # csp_stem, csp_pool
    for pairs, stride in zip(config.backbone_blocks, STAGE_STRIDES, strict=True):
        # The first convolution, two per pair, and the one that mixes.
        stages.append([*stem, (3, stride, 1), *[(3, 1, 1)] * (2 * pairs + 1)])
        stem = []
    return stages
