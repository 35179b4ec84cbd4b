"""The mrcnn heads: what is in each RoI, where exactly, and which of its pixels?

The box head looks at 7 x 7 features and gives class and deltas; the mask head looks at 14 x 14
features and draws one 28 x 28 mask for every class. Layers are made by `head_layers`. `box_head`
calls them on proposals at inference and on sampled RoIs in training; `mask_head` on detections, and
on the positive RoIs in training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import layers

from maskrcnn_explained.config import Config
from maskrcnn_explained.layers import MergeRois, SplitRois, in_precision, norm_layer
from maskrcnn_explained.step_memory import in_slices

LayerByName = Callable[[str], layers.Layer]


def head_layers(config: Config) -> dict[str, layers.Layer]:
    """All layers of both heads by their reference names, not yet called."""
    made = [*_box_layers(config), *_mask_layers(config)]
    return {layer.name: layer for layer in made if layer is not None}


def _box_layers(config: Config) -> list[layers.Layer | None]:
    """Two layers that see the whole RoI at once, then class and deltas side by side."""
    depth, classes = config.box_head_depth, config.num_classes
    with in_precision(config):
        convolutions = [
            # As large as the features, so this convolution is a dense layer over all bins.
            layers.Conv2D(depth, config.box_pool_size, name="mrcnn_class_conv1"),
            _head_norm(config, "mrcnn_class_bn1"),
            layers.Conv2D(depth, 1, name="mrcnn_class_conv2"),
            _head_norm(config, "mrcnn_class_bn2"),
        ]
    # Scores and boxes always in 32 bits.
    answers = [
        layers.Dense(classes, name="mrcnn_class_logits"),
        layers.Dense(4 * classes, name="mrcnn_bbox_fc"),
    ]
    return [*convolutions, *answers]


def _mask_layers(config: Config) -> list[layers.Layer | None]:
    """Four 3x3 convolutions, a transposed one that doubles the side, and one mask per class.

    The last two are made first. Fresh weights are drawn in the order in which layers are made, and
    the recipes of the shipped weights began from this order.
    """
    depth, classes = config.mask_head_depth, config.num_classes
    made: list[layers.Layer | None] = []
    with in_precision(config):
        # The side doubles, 14 to 28.
        made.append(
            layers.Conv2DTranspose(depth, 2, strides=2, activation="relu", name="mrcnn_mask_deconv")
        )
    # A sigmoid per class: masks do not compete, the box head has chosen the class.
    made.append(layers.Conv2D(classes, 1, activation="sigmoid", name="mrcnn_mask"))
    with in_precision(config):
        for i in (1, 2, 3, 4):
            made.append(layers.Conv2D(depth, 3, padding="same", name=f"mrcnn_mask_conv{i}"))
            made.append(_head_norm(config, f"mrcnn_mask_bn{i}"))
    return made


def _head_norm(config, name):
    """The batch norm after a convolution of a head; None where heads have none."""
    return norm_layer(config, name) if config.head_batch_norm else None


def box_head(
    layer_by_name: LayerByName, pooled: Any, config: Config, training: bool | None = None
) -> tuple[Any, Any, Any]:
    """Class and deltas of every RoI.

    Args:
        layer_by_name: name -> layer (`model.get_layer`, or that of a dict).
        pooled: [B, N, 7, 7, fpn_depth] float32.
        config: gives K and how batch norm runs.
        training: whether trained batch norm uses the statistics of these RoIs.

    Returns:
        logits [B, N, K], probs [B, N, K] (softmax), deltas [B, N, K, 4].

    Source: the reference's `fpn_classifier_graph`; FPN paper, section 4.2 (two layers of 1024).
    """
    # RoIs of all images in one batch axis.  [B * N, 7, 7, depth]
    x = MergeRois(name="mrcnn_class_merge")(pooled)
    # Two hidden layers; the first one leaves a single cell per RoI.  [B * N, 1, 1, 1024]
    for i in (1, 2):
        x = _conv_norm_relu(layer_by_name, x, "class", i, config, training)
    x = layers.Flatten(name="pool_squeeze")(x)  # [B * N, 1024]
    # Two sibling outputs: K class logits, and a box for each of the K classes.
    logits = layer_by_name("mrcnn_class_logits")(x)  # [B * N, K]
    deltas = layer_by_name("mrcnn_bbox_fc")(x)  # [B * N, 4 * K]
    deltas = layers.Reshape((config.num_classes, 4), name="mrcnn_bbox_reshape")(deltas)
    # Each image gets its RoIs back.
    logits = SplitRois(name="mrcnn_class_split")([logits, pooled])  # [B, N, K]
    deltas = SplitRois(name="mrcnn_bbox")([deltas, pooled])  # [B, N, K, 4]
    return logits, layers.Softmax(name="mrcnn_class")(logits), deltas


def mask_head(
    layer_by_name: LayerByName, pooled: Any, config: Config, training: bool | None = None
) -> Any:
    """One mask per class for every RoI.

    Args:
        pooled: [B, N, 14, 14, fpn_depth] float32; the others as in `box_head`.

    Returns:
        [B, N, 28, 28, K] float32, probabilities: a sigmoid for each class on its own.

    Source: He et al. 2017, figure 4, right; the reference's `build_fpn_mask_graph`.
    """
    # RoIs of all images in one batch axis.  [B * N, 14, 14, depth]
    x = MergeRois(name="mrcnn_mask_merge")(pooled)
    # A small fully convolutional network: bins keep their places, as a mask needs.
    for i in (1, 2, 3, 4):
        x = _conv_norm_relu(layer_by_name, x, "mask", i, config, training)

    # Twice the side, and a mask per class.  [B * N, 28, 28, K]
    def draw(x):
        return layer_by_name("mrcnn_mask")(layer_by_name("mrcnn_mask_deconv")(x))

    # In training not all at once, to save memory.
    x = in_slices(draw, x, config) if training else draw(x)
    return SplitRois(name="mrcnn_mask_split")([x, pooled])


def _conv_norm_relu(layer_by_name, x, head, index, config, training):
    """Convolution, batch norm (unless it is folded, or heads have none), ReLU."""
    x = layer_by_name(f"mrcnn_{head}_conv{index}")(x)
    if config.batch_norm != "folded" and config.head_batch_norm:
        x = layer_by_name(f"mrcnn_{head}_bn{index}")(x, training=training)
    return layers.Activation("relu", name=f"mrcnn_{head}_relu{index}")(x)
