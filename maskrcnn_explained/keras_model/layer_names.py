"""One name for every layer and every weight, also inside models and layers that hold others.

A layer inside a model has the path to it as its name: "resnet50/conv1_conv". The layers of
`rpn_model` stand without it, as in the reference. Keras numbers layers without a name of their own
from the start of the process (`functional_7/conv2d_31`). Such numbers would be others tomorrow, so
layers of one kind in one model are counted from the first: `functional/conv2d`,
`functional/conv2d_1`, as in a fresh process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import keras

PLAIN = ("rpn_model",)  # its layers are named as if they stood in the model itself


def named_layers(model: keras.Model) -> dict[str, keras.layers.Layer]:
    """Every layer of a model that computes, by its one name; "outer/inner" for a layer in another.

    Layers that only hold others are not listed. Of two layers without weights that have one name,
    the first is listed.

    Raises `ValueError` if a layer with weights has the name of another layer.
    """
    found: dict[str, keras.layers.Layer] = {}
    for name, layer in walk(model):
        other = found.setdefault(name, layer)
        if other is not layer and (other.weights or layer.weights):
            raise ValueError(
                f"Two layers of the model have the name {name!r} ({type(other).__name__} and "
                f"{type(layer).__name__}), so their weights could not be told apart. Give the "
                "layers of your backbone other names."
            )
    return found


def walk(parent: keras.layers.Layer, path: str = "") -> Iterator[tuple[str, keras.layers.Layer]]:
    """Name and layer, in the order of the model; each layer once, where it is first met."""
    yield from _walk(parent, path, set())


def _walk(parent, path, seen) -> Iterator[tuple[str, keras.layers.Layer]]:
    children = inner_layers(parent)
    for name, layer in zip(own_names(children), children, strict=True):
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        inner = inner_layers(layer)
        if not inner or own_weights(layer):
            yield path + name, layer
        if inner:
            yield from _walk(layer, path if name in PLAIN and not path else f"{path}{name}/", seen)


def named_variables(model: keras.Model) -> dict[str, keras.Variable]:
    """Every weight of a model by "layer/weight", such as "conv1/kernel".

    Raises `ValueError` if two weights have one name, or if a weight is in no layer.
    """
    found: dict[str, keras.Variable] = {}
    for layer_name, layer in named_layers(model).items():
        weights = own_weights(layer)
        for weight_name, variable in zip(own_names(weights), weights, strict=True):
            name = f"{layer_name}/{weight_name}"
            if found.setdefault(name, variable) is not variable:
                raise ValueError(
                    f"Two weights of the layer {layer_name!r} ({type(layer).__name__}) have the "
                    f"name {name!r}. Give each `add_weight` of this layer a name of its own."
                )
    nowhere = {id(v) for v in model.weights} - {id(v) for v in found.values()}
    if nowhere:
        paths = [v.path for v in model.weights if id(v) in nowhere]
        raise ValueError(
            f"{len(paths)} weights of the model have no layer: {', '.join(paths[:5])}. A layer of "
            "your backbone hides them; let it hold its layers as attributes."
        )
    return found


def inner_layers(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """The layers that a layer or a model holds itself, each once; none for most layers."""
    if isinstance(layer, keras.Model):
        held = list(layer.layers)
    else:
        values = [value for attribute in vars(layer).values() for value in _flat(attribute)]
        held = [value for value in values if isinstance(value, keras.layers.Layer)]
    return [inner for inner in {id(inner): inner for inner in held}.values() if inner is not layer]


def _flat(attribute: Any) -> list[Any]:
    """The values of an attribute that is a list, a tuple or a dict, at any depth."""
    held = isinstance(attribute, (list, tuple, dict))
    return keras.tree.flatten(attribute) if held else [attribute]


def own_weights(layer: keras.layers.Layer) -> list[keras.Variable]:
    """The weights of a layer that none of its inner layers has."""
    inner = {id(variable) for held in inner_layers(layer) for variable in held.weights}
    return [variable for variable in layer.weights if id(variable) not in inner]


def own_names(held: Sequence[Any]) -> list[str]:
    """The names of layers or variables of one owner, with Keras' own numbers counted anew."""
    numbers: dict[str, list[int]] = {}
    split = [_automatic(one) for one in held]
    for stem, number in filter(None, split):
        numbers.setdefault(stem, []).append(number)
    names = []
    for one, found in zip(held, split, strict=True):
        name = one.name
        if found is not None:
            rank = sorted(numbers[found[0]]).index(found[1])
            name = f"{found[0]}_{rank}" if rank else found[0]
        names.append(name)
    return names


def _automatic(one: Any) -> tuple[str, int] | None:
    """Stem and number of a name that Keras gave: `conv2d_7` to a Conv2D; else None."""
    found = re.fullmatch(r"([a-z0-9_]*?)(?:_(\d+))?", one.name)
    if found is None or found[1].replace("_", "") != type(one).__name__.replace("_", "").lower():
        return None
    return found[1], int(found[2] or 0)
