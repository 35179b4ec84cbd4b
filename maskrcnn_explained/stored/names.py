"""Every weight of a model by its name: what files of weights and tables are sorted by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maskrcnn_explained._arguments import check_model

if TYPE_CHECKING:  # a bad file is refused before TensorFlow is imported
    import keras

    from maskrcnn_explained.model import MaskRCNN


def named_weights(model: MaskRCNN) -> dict[str, keras.Variable]:
    """Every weight of a model by "layer/weight", such as "conv1/kernel": Keras variables.

    The name of a layer inside another has slashes itself: see `keras_model.layer_names`.

    Raises `ValueError` if two weights have one name.
    """
    from maskrcnn_explained.keras_model.layer_names import named_variables

    check_model(model)
    return named_variables(model)
