"""A backbone of the user's own in the place of the ResNet: checked, frozen if asked, saved by name.

All that the later stages need is four maps at known strides. They may come from a function
`backbone(image, config)`, or from a `keras.Model` of one image.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import keras

from maskrcnn_explained.config import STRIDES, Config
from maskrcnn_explained.keras_model.layer_names import walk
from maskrcnn_explained.layers import hold_statistics

STRIDES_OF_MAPS = list(STRIDES[:4])
SIDE = 256  # of the image whose shapes Keras is asked for


def own_maps(image: keras.KerasTensor, config: Config) -> list[keras.KerasTensor]:
    """C2, C3, C4, C5 of `config.backbone`, which is a callable or a functional `keras.Model`.

    A `keras.Model` is copied with its weights, so that two models never share one; its layers keep
    their own precision. With `config.batch_norm` "frozen", moving statistics of any layer do not
    move, and gamma and beta learn (see `layers.hold_statistics`). A function may give layers that
    another model has as well: then the model that was built last decides.

    Args:
        image: [B, Hm, Wm, 3] float32 Keras tensor.
        config: gives `backbone` and `batch_norm`.

    Returns:
        Four maps [B, Hm / s, Wm / s, C], s = 4, 8, 16, 32.

    Raises `ValueError` if they are not that, or do not come from the image.
    """
    backbone = config.backbone
    if isinstance(backbone, keras.Model):
        maps: Any = copy_of(backbone)(image)
    else:
        maps = backbone(image, config)  # type: ignore[operator]
    maps = list(maps) if isinstance(maps, (list, tuple)) else [maps]
    strides = [stride(image, one, f"{i} of {len(maps)}") for i, one in enumerate(maps, 1)]
    if strides != STRIDES_OF_MAPS:
        raise ValueError(
            f"A backbone must return C2, C3, C4, C5 at strides {STRIDES_OF_MAPS}; "
            f"this one returned {len(maps)} maps at strides {strides}."
        )
    for _, layer in walk(keras.Model(image, maps)):
        hold_statistics(layer, config.batch_norm == "frozen")
    return maps


def copy_of(model: keras.Model) -> keras.Model:
    """A copy of a functional model that takes images of any size, with the same weights.

    Raises `ValueError` unless it has one input [B, H, W, 3] and can be copied.
    """
    inputs: Sequence[Any] = getattr(model, "inputs", None) or ()
    shapes = [tuple(one.shape) for one in inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][-1] != 3:
        found = shapes or f"none: {type(model).__name__} is not a functional model"
        raise ValueError(f"A keras.Model as backbone needs one input [B, H, W, 3]; found {found}.")
    image = keras.Input((None, None, 3), name=inputs[0].name, dtype=inputs[0].dtype)
    try:
        taken = keras.tree.pack_sequence_as(model.input, [image])
        again = keras.models.clone_model(model, input_tensors=taken)
        again.set_weights(model.get_weights())
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ValueError(
            f"The backbone {model.name!r} cannot be copied ({error}). Give a function instead, "
            "such as lambda image, config: model(image)."
        ) from error
    return again


def stride(image: keras.KerasTensor, feature_map: Any, which: str = "") -> int | None:
    """Pixels per cell of a map: Keras says which shape an image of 256 x 256 would give.

    None if that is no map at all, or not a whole number of pixels per cell. `which` names the map
    in errors. Raises `ValueError` if it does not come from the image, or not for any size.
    """
    if not isinstance(feature_map, keras.KerasTensor):
        return None
    try:
        model = keras.Model(image, feature_map)
    except ValueError as error:
        raise ValueError(
            f"Map {which} of the backbone does not come from the image that it was given. Call "
            "your model on the image, keras.Model(base.input, maps)(image), or make it with "
            "input_tensor=image."
        ) from error
    try:
        shape = model.compute_output_shape((1, SIDE, SIDE, 3))
    except ValueError as error:
        raise ValueError(
            f"Map {which} of the backbone cannot be made from an image of {SIDE} x {SIDE}: {error} "
            "A backbone must take any size: make it with input_shape=(None, None, 3)."
        ) from error
    if len(shape) != 4 or shape[1] != shape[2] or not shape[1] or SIDE % shape[1]:
        return None
    return SIDE // shape[1]


# Saving


def backbone_values(backbone: Callable) -> str | dict[str, Any]:
    """What a file holds of a backbone of the user's own, ready for JSON.

    A `keras.Model` is described layer by layer. A function has only a name in Keras' registry.
    Raises `ValueError` if it is not registered, for then a saved model could not be loaded.
    """
    if isinstance(backbone, keras.Model):
        return keras.saving.serialize_keras_object(backbone)
    return registered_name(backbone)


def backbone_from(values: str | dict[str, Any], custom_objects: Any = None) -> Callable:
    """The inverse of `backbone_values`.

    Raises `ValueError` if nothing of that name is registered here, or if a layer is not known.
    """
    if isinstance(values, str):
        return registered_backbone(values, custom_objects)
    try:  # of a copy: Keras takes what it is given apart
        backbone = keras.saving.deserialize_keras_object(copy.deepcopy(values), custom_objects)
    except (TypeError, KeyError, AttributeError, ImportError) as error:
        raise ValueError(
            f"The keras.Model that is this model's backbone cannot be made again ({error}); "
            "import the module that defines its layers before loading."
        ) from error
    if not isinstance(backbone, keras.Model):
        raise ValueError(f"The backbone is a {type(backbone).__name__}, not a keras.Model.")
    return backbone


def registered_name(backbone: Callable) -> str:
    """The name under which Keras finds a backbone of the user's own again.

    Raises `ValueError` if it is not registered, for then a saved model could not be loaded.
    """
    shown = getattr(backbone, "__name__", type(backbone).__name__)
    try:
        name = keras.saving.get_registered_name(backbone)
    except (AttributeError, TypeError):  # a callable without a name, such as functools.partial
        name = ""
    if keras.saving.get_registered_object(name) is None:
        raise ValueError(
            f"The backbone {shown!r} is not registered with "
            "Keras, so a saved model could not be loaded again; decorate it with "
            "@keras.saving.register_keras_serializable('your_package')."
        )
    return name


def registered_backbone(name: str, custom_objects: Any = None) -> Callable:
    """The backbone of that name: the inverse of `registered_name`.

    Raises `ValueError` if nothing of that name is registered here.
    """
    backbone = keras.saving.get_registered_object(name, custom_objects)
    if backbone is None:
        raise ValueError(
            f"This model was saved with the backbone {name!r}, which is not registered "
            "with Keras here; import the module that defines it before loading."
        )
    return backbone
