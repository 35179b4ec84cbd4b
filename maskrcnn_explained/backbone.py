"""The backbone: a ResNet that turns the molded image into the feature maps C2, C3, C4, C5.

Layer names are the reference's (`conv1`, `res2a_branch2a`, `bn2a_branch2a`, ...), so that its
weights load by name and a reader of one finds the way in the other.
"""

from __future__ import annotations

import string

import keras
import tensorflow as tf
from keras import layers

from maskrcnn_explained.config import STRIDES, Config


def build_backbone(image, config: Config):
    """C2, C3, C4, C5 of a molded image, from the ResNet here or from `config.backbone`.

    Args:
        image: [B, Hm, Wm, 3] float32 Keras tensor, mean subtracted.
        config: depth, widths and batch norm; or a callable `backbone(image, config)`.

    Returns:
        A list of four maps [B, Hm / s, Wm / s, C], s = 4, 8, 16, 32.

    Raises:
        ValueError: a callable returned something else than four maps at these strides.
    """
    if config.backbone == "resnet":
        return resnet(image, config)
    maps = config.backbone(image, config)
    maps = list(maps) if isinstance(maps, (list, tuple)) else [maps]
    strides = [_stride(image, feature_map) for feature_map in maps]
    if strides != list(STRIDES[:4]):
        raise ValueError(
            "A backbone must return C2, C3, C4, C5 at strides [4, 8, 16, 32]; "
            f"this one returned {len(maps)} maps at strides {strides}."
        )
    return maps


def _stride(image, feature_map, side=256):
    """Pixels a cell, found by asking Keras which shape an image of 256 x 256 would give.

    None if that is no map at all, or no whole number of pixels a cell.
    """
    if not isinstance(feature_map, keras.KerasTensor):
        return None
    shape = keras.Model(image, feature_map).compute_output_shape((1, side, side, 3))
    if len(shape) != 4 or shape[1] != shape[2] or side % shape[1]:
        return None
    return side // shape[1]


def resnet(image, config: Config):
    """ResNet with bottleneck blocks: the reference's `resnet_graph`.

    Shapes as in `build_backbone`; stage s has `backbone_blocks[s - 2]` blocks, and its maps have
    four times `backbone_widths[s - 2]` channels. The paper's ResNet-50 has blocks (3, 4, 6, 3).
    """
    x = layers.ZeroPadding2D(3, name="conv1_pad")(image)
    x = layers.Conv2D(config.backbone_stem, 7, strides=2, name="conv1")(x)
    x = batch_norm(x, config, "bn_conv1")
    x = layers.Activation("relu", name="conv1_relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool1")(x)  # stride 4 from here
    maps = []
    for stage, (blocks, width) in enumerate(
        zip(config.backbone_blocks, config.backbone_widths, strict=True), start=2
    ):
        for index in range(blocks):
            first = index == 0
            stride = 2 if first and stage > 2 else 1
            name = f"{stage}{block_letter(index)}"
            x = bottleneck(x, width, stride, first, config, name)
        maps.append(x)
    return maps


def block_letter(index: int) -> str:
    """a, b, .., z for the blocks of a stage (at most 26, and ResNet-101 needs 23)."""
    return string.ascii_lowercase[index]


def bottleneck(x, width, stride, project, config: Config, name):
    """One residual block: 1x1 down to `width`, 3x3, 1x1 up to 4 * width; plus a shortcut.

    The shortcut is the input itself, or a 1x1 convolution of it where the shape changes (the
    reference's `conv_block`, against its `identity_block`). The stride sits on the first 1x1.

    Args:
        x: [B, h, w, C] Keras tensor.
        width: channels inside the block.
        stride: 1 or 2.
        project: whether the shortcut has a convolution.
        name: stage and letter, such as "3b".

    Returns:
        [B, h / stride, w / stride, 4 * width].
    """
    y = layers.Conv2D(width, 1, strides=stride, name=f"res{name}_branch2a")(x)
    y = batch_norm(y, config, f"bn{name}_branch2a")
    y = layers.Activation("relu", name=f"res{name}_branch2a_relu")(y)
    y = layers.Conv2D(width, 3, padding="same", name=f"res{name}_branch2b")(y)
    y = batch_norm(y, config, f"bn{name}_branch2b")
    y = layers.Activation("relu", name=f"res{name}_branch2b_relu")(y)
    y = layers.Conv2D(4 * width, 1, name=f"res{name}_branch2c")(y)
    y = batch_norm(y, config, f"bn{name}_branch2c")
    shortcut = x
    if project:
        shortcut = layers.Conv2D(4 * width, 1, strides=stride, name=f"res{name}_branch1")(x)
        shortcut = batch_norm(shortcut, config, f"bn{name}_branch1")
    y = layers.Add(name=f"res{name}_add")([y, shortcut])
    return layers.Activation("relu", name=f"res{name}_out")(y)


def batch_norm(x, config: Config, name):
    """Batch norm as the configuration wants it.

    "trained": batch statistics in training, moving ones at inference. "frozen": moving statistics
    always, as one does with batches of one or two images; gamma and beta still learn. The
    reference's `BatchNorm` with `TRAIN_BN = False`. "folded": none (see folding.py).
    """
    if config.batch_norm == "folded":
        return x
    kind = FrozenBatchNorm if config.batch_norm == "frozen" else BatchNorm
    return kind(epsilon=1e-3, name=name)(x)


@keras.saving.register_keras_serializable("maskrcnn_explained")
class BatchNorm(layers.BatchNormalization):
    """Keras' batch norm, whose training runs as one operation of TensorFlow instead of a dozen.

    The answers are the same (tested); a training step of `scenes` is about a tenth shorter.
    """

    def call(self, inputs, training=None, mask=None):
        if not (training and self.trainable):
            return super().call(inputs, training=training, mask=mask)
        scale, offset = (tf.cast(v.value, tf.float32) for v in (self.gamma, self.beta))
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs, scale=scale, offset=offset, mean=[], variance=[], epsilon=self.epsilon,
            is_training=True,
        )  # fmt: skip
        # The operation divides the sum of squares by n - 1, Keras by n.
        n = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
        self._move(self.moving_mean, mean)
        self._move(self.moving_variance, variance * (n - 1) / n)
        return outputs

    def _move(self, average, new):
        average.assign(average * self.momentum + new * (1 - self.momentum))


@keras.saving.register_keras_serializable("maskrcnn_explained")
class FrozenBatchNorm(layers.BatchNormalization):
    """Batch norm whose statistics never move; gamma and beta learn like any weight.

    Calling an ordinary layer with `training=False` is not enough: a functional model that is
    called with `training=True` passes that on to every layer and overrides it.
    """

    def call(self, inputs, training=None, mask=None):
        return super().call(inputs, training=False, mask=mask)


def receptive_fields(config: Config) -> dict[str, tuple[int, int, float]]:
    """The most that one cell of C2..C5 can see, from kernels, strides and padding alone.

    Cell (r, c) of a map depends on no pixel outside the square of side `size` whose centre is
    (first + r * stride, first + c * stride). A strided 1x1 keeps the upper left one of four
    cells, so the centres do not move to the middle of the cells that grow around them.

    Args:
        config: gives `backbone_blocks`, for the ResNet here.

    Returns:
        "C2".."C5" -> (size, stride, first), pixels of the molded image.

    Source: Araujo et al. 2019, "Computing receptive fields of convolutional neural networks".
    """
    size, stride, first = 1, 1, 0.5  # a pixel sees itself, and its centre is at one half
    steps = [(7, 2, 3), (3, 2, 0)]  # kernel, stride, padding before: conv1 and pool1
    fields = {}
    for stage, blocks in enumerate(config.backbone_blocks, start=2):
        steps += [(1, 2 if stage > 2 else 1, 0), *[(3, 1, 1)] * blocks]
        for kernel, step, before in steps:
            size += (kernel - 1) * stride
            first += ((kernel - 1) / 2 - before) * stride
            stride *= step
        fields[f"C{stage}"] = size, stride, first
        steps = []
    return fields
