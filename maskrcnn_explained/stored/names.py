"""Every weight of a model by its name: what files of weights and tables are sorted by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a bad file is refused before TensorFlow is imported
    import keras

    from maskrcnn_explained.model import MaskRCNN


def named_weights(model: MaskRCNN) -> dict[str, keras.Variable]:
    """Every weight of a model by "layer/weight", such as "conv1/kernel": Keras variables."""
    found: dict[str, keras.Variable] = {}
    for layer in model.all_layers:
        found |= {f"{layer.name}/{variable.name}": variable for variable in layer.weights}
    return found
