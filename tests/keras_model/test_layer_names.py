"""One name for every layer and weight, at any depth, in any process."""

import keras
import pytest
from helpers import TINY, calm, same_arrays, weight_values
from keras import layers

from maskrcnn_explained.keras_model.layer_names import (
    named_layers,
    named_variables,
    own_names,
    walk,
)
from maskrcnn_explained.model import build
from maskrcnn_explained.stored.names import named_weights


class Block(layers.Layer):
    """A layer that holds layers, in a list and as an attribute, and a weight of its own."""

    def __init__(self, filters, **options):
        super().__init__(**options)
        self.convolutions = [layers.Conv2D(filters, 3, 2, "same"), layers.Conv2D(filters, 1)]
        self.norm = layers.BatchNormalization()
        self.filters = filters

    def build(self, shape):
        self.scale = self.add_weight(shape=(1,), initializer="ones")
        for layer in self.convolutions:
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.norm.build(shape)

    def call(self, x, training=None):
        for layer in self.convolutions:
            x = layer(x)
        return self.norm(x, training=training) * self.scale

    def compute_output_shape(self, shape):
        return self.convolutions[0].compute_output_shape(shape)


def blocks(image, config):
    maps, x = [], image
    for _ in range(5):
        x = Block(4)(x)
        maps.append(x)
    return maps[1:]


def nested(image, config):
    """Models without names, two deep: the usual way to wrap one of keras.applications."""
    inner = keras.Input((None, None, 3))
    half = keras.Model(inner, layers.Conv2D(4, 3, 2, "same")(inner))
    outer = keras.Input((None, None, 3))
    maps, x = [], layers.BatchNormalization(name="norm")(half(outer))
    for _ in range(4):
        x = layers.Conv2D(4, 3, 2, "same")(x)
        maps.append(x)
    return keras.Model(outer, maps)(image)


def names_of_backbone(model):
    ours = ("fpn", "rpn", "mrcnn")
    return [name for name in named_weights(model) if not name.startswith(ours)]


def test_numbers_count_from_the_first_and_given_names_stay():
    made = [layers.Dense(1), layers.Dense(1, name="head"), layers.Dense(1), layers.Conv2D(1, 1)]
    assert own_names(made) == ["dense", "head", "dense_1", "conv2d"]
    assert own_names(made[2::-2]) == ["dense_1", "dense"], "in the order in which they were made"
    assert own_names([layers.Dense(1, name="conv2d_5")]) == ["conv2d_5"], "not Keras' own"


@pytest.mark.parametrize("backbone", [blocks, nested])
def test_every_weight_has_one_name_in_every_build(backbone):
    first, second = (build("scenes", **{**TINY, "backbone": backbone}) for _ in range(2))
    named = named_weights(first)
    assert {id(v) for v in named.values()} == {id(v) for v in first.weights}
    assert list(named) == list(named_weights(second)), "whatever was built before"


def test_names_are_paths():
    assert names_of_backbone(build("scenes", **{**TINY, "backbone": nested}))[:6] == [
        "functional/functional/conv2d/kernel",
        "functional/functional/conv2d/bias",
        "functional/norm/gamma",
        "functional/norm/beta",
        "functional/norm/moving_mean",
        "functional/norm/moving_variance",
    ]
    assert names_of_backbone(build("scenes", **{**TINY, "backbone": blocks}))[:6] == [
        "block/variable",
        "block/conv2d/kernel",
        "block/conv2d/bias",
        "block/conv2d_1/kernel",
        "block/conv2d_1/bias",
        "block/batch_normalization/gamma",
    ]


def test_layers_are_found_by_their_paths():
    model = build("scenes", **{**TINY, "backbone": nested})
    norm = model.find_layer("functional/norm")
    assert isinstance(norm, layers.BatchNormalization) and norm in list(model.all_layers)
    assert not [layer for layer in model.all_layers if isinstance(layer, keras.Model)]
    with pytest.raises(ValueError, match="no layer 'norm'; `model.named_layers` lists all"):
        model.find_layer("norm")


def test_our_own_layers_have_plain_names(tiny):
    assert not [name for name in tiny.named_layers if "/" in name]
    listed = [layer for layer in tiny.layers if layer.name != "rpn_model"]
    inside = tiny.get_layer("rpn_model").layers
    walked = [layer for _, layer in walk(tiny)]
    assert len(walked) == len(listed) + len(inside)
    assert {id(layer) for layer in walked} == {id(layer) for layer in listed + inside}


def test_a_shared_layer_has_its_first_name():
    shared = layers.Dense(2, name="shared")
    inner = keras.Input((2,))
    model = keras.Model(inner, shared(inner), name="inside")
    outer = keras.Input((2,))
    both = keras.Model(outer, shared(model(outer)))
    assert list(named_variables(both)) == ["inside/shared/kernel", "inside/shared/bias"]


# Names that are not one


def named_as_ours(image, config):
    first, *rest = nested(image, config)
    return [layers.Conv2D(4, 1, name="rpn_conv_shared")(first), *rest]


class Twice(layers.Layer):
    def build(self, shape):
        self.one = self.add_weight(shape=(1,), name="scale")
        self.two = self.add_weight(shape=(1,), name="scale")

    def call(self, x):
        return x * self.one * self.two

    def compute_output_shape(self, shape):
        return shape


def one_name_twice(image, config):
    first, *rest = nested(image, config)
    return [Twice(name="twice")(first), *rest]


def test_two_layers_of_one_name():
    with pytest.raises(ValueError, match="Two layers .* 'rpn_conv_shared' .*Give the layers"):
        build("scenes", **{**TINY, "backbone": named_as_ours})


def test_two_weights_of_one_name():
    with pytest.raises(ValueError, match="Two weights of the layer 'twice' .* 'twice/scale'"):
        build("scenes", **{**TINY, "backbone": one_name_twice})


def test_two_layers_without_weights_may_have_one_name(tiny):
    """As the reference has them: rpn_class_logits on each level, and of all levels joined."""
    named = [name for name, _ in walk(tiny) if name == "rpn_class_logits"]
    assert len(named) == 2 and "rpn_class_logits" in named_layers(tiny)


# Files


@keras.saving.register_keras_serializable("test_layer_names")
def registered(image, config):
    return nested(image, config)


@pytest.mark.parametrize("ending", [".h5", ".weights.h5", ".keras"])
def test_all_arrays_come_back(ending, tmp_path):
    from maskrcnn_explained.weights.file import load_weights, save_weights

    model = calm(build("scenes", **{**TINY, "backbone": registered}))
    path = tmp_path / f"model{ending}"
    if ending == ".h5":
        save_weights(model, path)
    elif ending == ".keras":
        model.save(path)
    else:
        model.save_weights(path)
    again = build("scenes", seed=5, **{**TINY, "backbone": registered})
    assert not same_arrays(weight_values(model), weight_values(again))
    if ending == ".h5":
        load_weights(again, path)
    elif ending == ".keras":
        again = keras.saving.load_model(path)
    else:
        again.load_weights(path)
    assert same_arrays(weight_values(model), weight_values(again))
