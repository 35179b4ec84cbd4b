"""A backbone of the user's own: a keras.Model, maps of another image, any size, and its files."""

import keras
import numpy as np
import pytest
from helpers import TINY, convolutions, noise, same_arrays, weight_values
from keras import layers

from maskrcnn_explained.config import Config
from maskrcnn_explained.model import build
from maskrcnn_explained.own_backbone import backbone_from, backbone_values, stride
from maskrcnn_explained.weights.file import load_weights, save_weights
from maskrcnn_explained.weights.load import load

NAMES = ("block_3_expand_relu", "block_6_expand_relu", "block_13_expand_relu", "out_relu")


def mobile(size=None):
    """C2..C5 of one of keras.applications, with random numbers in every weight."""
    base = keras.applications.MobileNetV2(
        input_shape=(size, size, 3), alpha=0.35, include_top=False, weights=None
    )
    maps = [base.get_layer(name).output for name in NAMES]
    model = keras.Model(base.input, maps, name="mobile")
    rng = np.random.default_rng(0)
    model.set_weights([rng.uniform(0, 0.2, w.shape) for w in model.get_weights()])
    return model


def small(size=None, name="small"):
    image = keras.Input((size, size, 3))
    return keras.Model(image, convolutions(image, None), name=name)


def tiny_with(backbone, **changes):
    return build("scenes", **{**TINY, "backbone": backbone, **changes})


# A keras.Model


def test_a_model_is_a_backbone_with_its_weights():
    backbone = mobile()
    model = tiny_with(backbone)
    for name in ("Conv1/kernel", "Conv_1_bn/moving_mean", "bn_Conv1/gamma"):
        layer, weight = name.split("/")
        theirs = getattr(backbone.get_layer(layer), weight)
        np.testing.assert_array_equal(weight_values(model)[f"mobile/{name}"], theirs)
    image = np.random.default_rng(0).normal(0, 50, (1, 64, 128, 3)).astype(np.float32)
    named = model.run_trunk(image, False)
    for name, feature_map in zip(("C2", "C3", "C4", "C5"), backbone(image), strict=True):
        np.testing.assert_array_equal(named[name], feature_map)


def test_a_model_is_copied_so_two_models_share_nothing():
    backbone = small()
    first, second = tiny_with(backbone), tiny_with(backbone)
    kernels = [model.find_layer("small/conv2d").kernel for model in (first, second)]
    kernels[0].assign(kernels[0] + 1)
    np.testing.assert_array_equal(kernels[1], backbone.layers[1].kernel)


@pytest.mark.slow
def test_a_model_of_one_size_takes_every_size():
    model = tiny_with(small(224))
    for size in ((70, 60), (64, 128)):
        assert model.detect(noise(*size), 0.0).masks.shape[1:] == size


@pytest.mark.slow
def test_a_model_comes_back_from_a_keras_file(tmp_path):
    model = tiny_with(mobile())
    model.save(tmp_path / "model.keras")
    for again in (
        keras.saving.load_model(tmp_path / "model.keras"),
        load(tmp_path / "model.keras"),
    ):
        assert isinstance(again.config.backbone, keras.Model)
        assert same_arrays(weight_values(model), weight_values(again))


@pytest.mark.slow
def test_a_weights_file_leaves_the_model_out(tmp_path):
    backbone = mobile()
    model = tiny_with(backbone)
    save_weights(model, tmp_path / "model.h5")
    again = tiny_with(backbone, seed=4)
    load_weights(again, tmp_path / "model.h5")
    assert same_arrays(weight_values(model), weight_values(again))
    again = load(tmp_path / "model.h5", model.config)
    assert same_arrays(weight_values(model), weight_values(again))
    with pytest.raises(ValueError, match="another Config"):
        load(tmp_path / "model.h5")


def test_a_description_of_a_model_makes_it_again():
    values = backbone_values(small())
    assert [layer.name for layer in backbone_from(values).layers] == [
        layer.name for layer in backbone_from(values).layers
    ]
    with pytest.raises(ValueError, match="cannot be made again|Could not"):
        backbone_from({**values, "class_name": "Nothing", "registered_name": "no>Nothing"})
    with pytest.raises(ValueError, match="is a Dense, not a keras.Model"):
        backbone_from(keras.saving.serialize_keras_object(layers.Dense(1)))


class Subclassed(keras.Model):
    def call(self, image):
        return image


def two_inputs():
    first, second = keras.Input((None, None, 3)), keras.Input((None, None, 3))
    return keras.Model([first, second], layers.Add()([first, second]))


def grey():
    image = keras.Input((None, None, 1))
    return keras.Model(image, layers.Conv2D(4, 3)(image))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Subclassed, "none: Subclassed is not a functional model"),
        (two_inputs, r"found \[\(None, None, None, 3\), \(None, None, None, 3\)\]"),
        (grey, r"found \[\(None, None, None, 1\)\]"),
    ],
)
def test_a_model_that_takes_no_image(make, message):
    with pytest.raises(ValueError, match=rf"needs one input \[B, H, W, 3\]; .*{message}"):
        tiny_with(make())


def test_a_model_of_wrong_maps():
    whole = small()
    with pytest.raises(ValueError, match=r"returned 3 maps at strides \[4, 8, 16\]"):
        tiny_with(keras.Model(whole.input, whole.outputs[:3]))


# Functions


def test_maps_of_another_image():
    with pytest.raises(ValueError, match="Map 1 of 4 of the backbone does not come from the image"):
        tiny_with(lambda image, config: mobile().outputs)


def test_one_map_of_another_image():
    def mixed(image, config):
        return [*convolutions(image, config)[:3], small().outputs[3]]

    with pytest.raises(ValueError, match="Map 4 of 4 .* keras.Model\\(base.input, maps\\)"):
        tiny_with(mixed)


def test_a_function_that_takes_one_size():
    with pytest.raises(ValueError, match=r"an image of 256 x 256.*input_shape=\(None, None, 3\)"):
        tiny_with(lambda image, config: small(224)(image))


def test_stride_of_what_is_no_map():
    image = keras.Input((None, None, 3))
    assert stride(image, "C2") is None
    assert stride(image, layers.GlobalAveragePooling2D()(image)) is None
    assert stride(image, layers.MaxPooling2D(8)(image)) == 8


def test_a_config_keeps_the_model_itself():
    backbone = small()
    assert Config(backbone=backbone).to_dict()["backbone"] is backbone


# Frozen statistics


def moved(before, after):
    return [name for name in before if not np.array_equal(before[name], after[name])]


@pytest.mark.minutes
@pytest.mark.parametrize("as_model", [True, False], ids=["keras.Model", "function"])
@pytest.mark.parametrize("batch_norm", ["frozen", "trained"])
def test_frozen_reaches_every_statistic_of_the_backbone(batch_norm, as_model):
    from maskrcnn_explained.data.scenes.dataset import Scenes
    from maskrcnn_explained.training.recipe import Recipe
    from maskrcnn_explained.training.train import train

    backbone = mobile() if as_model else lambda image, config: mobile()(image)
    model = tiny_with(backbone, batch_norm=batch_norm)
    before = weight_values(model)
    recipe = Recipe(steps=2, batch_size=1, warmup_steps=0, learning_rate=1e-2, stage="all")
    train(model, Scenes("train", 2, sizes=64), None, recipe, verbose=0)
    after = weight_values(model)
    statistics = [name for name in before if "/moving_" in name]
    changed = moved(before, after)
    assert len(statistics) == 116
    if batch_norm == "frozen":
        assert not set(statistics) & set(changed)
    else:
        assert set(statistics) <= set(changed)
    gammas = {name for name in before if name.endswith(("/gamma", "/beta"))}
    assert gammas <= set(changed), "gamma and beta learn in both"
