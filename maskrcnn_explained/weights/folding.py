"""Folding: batch norm with fixed statistics is a scale and a shift; a convolution can do both.

At inference batch norm computes gamma * (x - mean) / sqrt(variance + epsilon) + beta. Each output
channel of the convolution before it is multiplied by one number and moved by another; the same
comes out if the kernel is multiplied and the bias moved once, beforehand. The layer disappears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maskrcnn_explained.weights.file import named_weights

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN

NORM = ("gamma", "beta", "moving_mean", "moving_variance")


def fold_batch_norm(model: MaskRCNN) -> MaskRCNN:
    """A model of the same answers, without batch norm: less work per image, for inference only.

    Args:
        model: a MaskRCNN; it stays as it is.

    Returns:
        A MaskRCNN whose `config.batch_norm` is "folded".

    Raises `ValueError` if the model's backbone is not the ResNet here, whose layers are known.

    Source: Jacob et al. 2018, section 3.2 (batch normalization folding).
    """
    from maskrcnn_explained.model import build

    if model.config.backbone != "resnet":
        raise ValueError(
            "Batch norm can be folded in the ResNet of this package only; this model's backbone is "
            f"{model.config.backbone!r}."
        )
    arrays = {name: variable.numpy() for name, variable in named_weights(model).items()}
    folded = build(model.config.changed(batch_norm="folded"), seed=model.seed)
    for layer in {name.split("/")[0] for name in named_weights(folded)}:
        kernel, bias = arrays[f"{layer}/kernel"], arrays[f"{layer}/bias"]
        norm = norm_of(layer)
        if f"{norm}/gamma" in arrays:
            gamma, beta, mean, variance = (arrays[f"{norm}/{name}"] for name in NORM)
            epsilon = model.get_layer(norm).epsilon
            kernel, bias = fold(kernel, bias, gamma, beta, mean, variance, epsilon)
        folded.find_layer(layer).set_weights([kernel, bias])
    return folded


def fold(
    kernel: np.ndarray,
    bias: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    epsilon: float,
) -> tuple[np.ndarray, np.ndarray]:
    """The convolution that does what a convolution and the batch norm after it do.

    Args:
        kernel: [..., out]; bias, gamma, beta, mean, variance: [out].
        epsilon: the batch norm's.

    Returns:
        kernel [..., out] and bias [out].
    """
    scale = gamma / np.sqrt(variance + epsilon)  # [out]
    return kernel * scale, (bias - mean) * scale + beta


def norm_of(layer: str) -> str:
    """The name of the batch norm after a layer, as the reference names it; empty if it has none."""
    if layer == "conv1":
        return "bn_conv1"
    if layer.startswith("res"):
        return "bn" + layer.removeprefix("res")
    head = layer.startswith("mrcnn_") and "_conv" in layer
    return layer.replace("_conv", "_bn") if head else ""
