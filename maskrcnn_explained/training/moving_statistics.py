"""Moving statistics of batch norm, measured again: for runs too short for them to settle.

In training, batch norm normalizes with the mean and variance of the batch. At inference it uses
moving averages, which follow slowly: each step they move one hundredth of the way (Keras'
momentum of 0.99). After 40 steps they are still mostly the numbers of a fresh model. The weights
may be good, and `detect` finds nothing.
"""

from __future__ import annotations

from typing import Any

import keras

from maskrcnn_explained._arguments import check_model, check_sequence, check_sides
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.model import MaskRCNN


def reestimate_statistics(model: MaskRCNN, dataset: Any, batch_size: int = 4) -> int:
    """Set the moving mean and variance of every trained batch norm to their mean over a data set.

    Weights stay as they are. Batch norms that are frozen keep their statistics.

    Args:
        model: changed in place.
        dataset: a sequence of Samples, such as those of the training.
        batch_size: of the forward passes; as in training, since statistics depend on it.

    Returns:
        How many layers were changed.

    Raises `ValueError` if the data set is empty, or if no batch norm of the model is trained.

    Source: Ioffe and Szegedy 2015, algorithm 2 (statistics of the population).
    """
    check_model(model)
    check_sequence("dataset", dataset, "a sequence of Samples")
    check_sides(batch_size=batch_size)
    if not len(dataset):
        raise ValueError("The data set is empty: there is nothing to measure statistics on.")
    norms = [layer for layer in model.named_layers.values() if _moves(layer)]
    if not norms or model.config.batch_norm == "frozen":
        raise ValueError(
            "The model has no batch norm whose statistics are trained "
            f"(Config.batch_norm is {model.config.batch_norm!r}): there is nothing to measure."
        )
    momenta = [layer.momentum for layer in norms]
    try:
        for number, first in enumerate(range(0, len(dataset), batch_size)):
            samples = [dataset[i] for i in range(first, min(first + batch_size, len(dataset)))]
            # The mean so far counts for `number` batches, this batch for one.
            for layer in norms:
                layer.momentum = number / (number + 1)
            model.compute_losses(make_batch(samples, model.config, packed=True), training=True)
    finally:
        for layer, momentum in zip(norms, momenta, strict=True):
            layer.momentum = momentum
    return len(norms)


def _moves(layer) -> bool:
    """Whether a layer is a batch norm whose moving statistics follow the batches."""
    return isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
