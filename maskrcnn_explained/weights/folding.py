"""Folding: merge batch norm into the convolution before it.

At inference batch norm computes gamma * (x - mean) / sqrt(variance + epsilon) + beta. So each
output channel of the convolution before it is multiplied by one number, and another number is
added. The result is the same if the kernel and the bias are changed once, in advance. Then the
batch norm layer is not needed.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained._arguments import check_model
from maskrcnn_explained.config import BACKBONES
from maskrcnn_explained.model import MaskRCNN, build
from maskrcnn_explained.weights.file import named_weights

NORM = ("gamma", "beta", "moving_mean", "moving_variance")


def fold_batch_norm(model: MaskRCNN) -> MaskRCNN:
    """A model with the same results but without batch norm: faster, and for inference only.

    Args:
        model: a MaskRCNN; it is not changed.

    Returns:
        A MaskRCNN whose `config.batch_norm` is "folded".

    The backbone "csp" has no batch norm; there only the heads change. Raises `ValueError` if the
    backbone is the user's own, whose layers are not known.

    Source: Jacob et al. 2018, section 3.2 (batch normalization folding).
    """
    check_model(model)
    if model.config.backbone not in BACKBONES:
        raise ValueError(
            "Batch norm can be folded in the backbones of this package only "
            f"({', '.join(BACKBONES)}); this model's is {model.config.backbone!r}."
        )
    arrays = {name: variable.numpy() for name, variable in named_weights(model).items()}
    folded = build(model.config.changed(batch_norm="folded"), seed=model.seed)
    for layer in {name.split("/")[0] for name in named_weights(folded)}:
        kernel = arrays[f"{layer}/kernel"]
        bias = arrays[f"{layer}/bias"]
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
    """Merge a convolution and the batch norm after it into one convolution.

    Args:
        kernel: [..., out]; bias, gamma, beta, mean, variance: [out].
        epsilon: of the batch norm.

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
    if layer.startswith("mrcnn_") and "_conv" in layer:
        return layer.replace("_conv", "_bn")
    return ""
