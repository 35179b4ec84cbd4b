"""The mrcnn heads: what is in each RoI, where exactly, and which of its pixels?

The box head looks at 7 x 7 features and says class and deltas; the mask head looks at 14 x 14
features and draws one 28 x 28 mask for every class. Layers are made by `head_layers`; `box_head`
and `mask_head` call them, on proposals at inference and on sampled RoIs in training.
"""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers

from maskrcnn_explained.backbone import BatchNorm
from maskrcnn_explained.config import Config
from maskrcnn_explained.precision import in_precision


def head_layers(config: Config) -> dict[str, keras.layers.Layer]:
    """All layers of both heads by their reference names, not yet called."""
    k, box, mask = config.num_classes, config.box_head_depth, config.mask_head_depth
    with in_precision(config):
        made = [
            layers.Conv2D(box, config.box_pool_size, name="mrcnn_class_conv1"),
            BatchNorm(epsilon=1e-3, name="mrcnn_class_bn1"),
            layers.Conv2D(box, 1, name="mrcnn_class_conv2"),
            BatchNorm(epsilon=1e-3, name="mrcnn_class_bn2"),
        ]
    made.append(layers.Dense(k, name="mrcnn_class_logits"))
    made.append(layers.Dense(4 * k, name="mrcnn_bbox_fc"))
    with in_precision(config):
        made.append(
            layers.Conv2DTranspose(mask, 2, strides=2, activation="relu", name="mrcnn_mask_deconv")
        )
    made.append(layers.Conv2D(k, 1, activation="sigmoid", name="mrcnn_mask"))
    with in_precision(config):
        for i in (1, 2, 3, 4):
            made.append(layers.Conv2D(mask, 3, padding="same", name=f"mrcnn_mask_conv{i}"))
            made.append(BatchNorm(epsilon=1e-3, name=f"mrcnn_mask_bn{i}"))
    folded = config.batch_norm == "folded"
    return {layer.name: layer for layer in made if not (folded and "_bn" in layer.name)}


def box_head(get, pooled, config: Config, training=None):
    """Class and deltas of every RoI.

    Args:
        get: name -> layer (`model.get_layer`, or the dict's own).
        pooled: [B, N, 7, 7, fpn_depth] float32.
        config: gives K and how batch norm runs.
        training: whether batch norm uses the statistics of these RoIs.

    Returns:
        logits [B, N, K], probs [B, N, K] (softmax), deltas [B, N, K, 4].

    Source: the reference's `fpn_classifier_graph`; FPN paper, section 4.2 (two layers of 1024).
    """
    x = MergeRois(name="mrcnn_class_merge")(pooled)  # [B * N, 7, 7, depth]
    for i in (1, 2):
        x = _conv_norm_relu(get, x, "class", i, config, training)
    x = layers.Flatten(name="pool_squeeze")(x)  # [B * N, 1024]
    logits, deltas = get("mrcnn_class_logits")(x), get("mrcnn_bbox_fc")(x)
    deltas = layers.Reshape((config.num_classes, 4), name="mrcnn_bbox_reshape")(deltas)
    logits = SplitRois(name="mrcnn_class_split")([logits, pooled])
    deltas = SplitRois(name="mrcnn_bbox")([deltas, pooled])
    return logits, layers.Softmax(name="mrcnn_class")(logits), deltas


def mask_head(get, pooled, config: Config, training=None):
    """One mask a class for every RoI.

    Args:
        pooled: [B, N, 14, 14, fpn_depth] float32; the others as in `box_head`.

    Returns:
        [B, N, 28, 28, K] float32, probabilities: a sigmoid for each class on its own.

    Source: He et al. 2017, figure 4, right; the reference's `build_fpn_mask_graph`.
    """
    x = MergeRois(name="mrcnn_mask_merge")(pooled)  # [B * N, 14, 14, depth]
    for i in (1, 2, 3, 4):
        x = _conv_norm_relu(get, x, "mask", i, config, training)
    x = get("mrcnn_mask")(get("mrcnn_mask_deconv")(x))  # [B * N, 28, 28, K]
    return SplitRois(name="mrcnn_mask_split")([x, pooled])


def _conv_norm_relu(get, x, head, index, config, training):
    """Convolution, batch norm (with moving statistics if those are frozen), ReLU."""
    x = get(f"mrcnn_{head}_conv{index}")(x)
    if config.batch_norm != "folded":
        training = False if config.batch_norm == "frozen" else training
        norm = get(f"mrcnn_{head}_bn{index}")
        x = norm(x) if training is None else norm(x, training=training)
    return layers.Activation("relu", name=f"mrcnn_{head}_relu{index}")(x)


@keras.saving.register_keras_serializable("maskrcnn_explained")
class MergeRois(keras.layers.Layer):
    """[B, N, ...] -> [B * N, ...]: convolutions know one batch axis (Keras' TimeDistributed)."""

    def call(self, x):
        return tf.reshape(x, tf.concat([[-1], tf.shape(x)[2:]], 0))

    def compute_output_shape(self, input_shape):
        return (None, *input_shape[2:])


@keras.saving.register_keras_serializable("maskrcnn_explained")
class SplitRois(keras.layers.Layer):
    """[B * N, ...] -> [B, N, ...], with B and N of a second tensor."""

    def call(self, inputs):
        x, like = inputs
        return tf.reshape(x, tf.concat([tf.shape(like)[:2], tf.shape(x)[1:]], 0))

    def compute_output_shape(self, input_shape):
        return (*input_shape[1][:2], *input_shape[0][1:])
