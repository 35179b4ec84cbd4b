"""The backbone: names, strides, residual blocks, batch norm, and callables in its place."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from maskrcnn_explained import backbone
from maskrcnn_explained.layers import BatchNorm
from maskrcnn_explained.presets import get_config


def build(config):
    """A model from image to C2..C5."""
    image = keras.Input((None, None, 3))
    return keras.Model(image, backbone.build_backbone(image, config))


@pytest.fixture(scope="module")
def small(tiny_config):
    return build(tiny_config)


def set_weights_to(layer, kernel, bias=0.0):
    layer.set_weights([kernel, np.full(layer.bias.shape, bias, np.float32)])


# By hand


def test_a_block_whose_branch_is_silent_passes_its_input_on(tiny_config):
    image = keras.Input((None, None, 8))
    block = keras.Model(image, backbone.bottleneck(image, 2, 1, False, tiny_config, "2b"))
    last = block.get_layer("bn2b_branch2c")
    last.gamma.assign(tf.zeros(8))
    x = np.random.default_rng(0).normal(size=(1, 4, 4, 8)).astype(np.float32)
    np.testing.assert_array_equal(block(x), np.maximum(x, 0))  # relu(x + 0)


def test_the_stride_sits_on_the_first_1x1(tiny_config):
    image = keras.Input((None, None, 2))
    block = keras.Model(image, backbone.bottleneck(image, 1, 2, True, tiny_config, "3a"))
    strides = {
        name: block.get_layer(f"res3a_{name}").strides
        for name in ("branch2a", "branch2b", "branch2c", "branch1")
    }
    assert strides == {
        "branch2a": (2, 2),
        "branch2b": (1, 1),
        "branch2c": (1, 1),
        "branch1": (2, 2),
    }


def test_letters():
    assert [backbone.block_letter(i) for i in (0, 1, 22)] == ["a", "b", "w"]


# Shapes and names


@pytest.mark.parametrize("size", [(64, 64), (128, 192), (320, 64)])
def test_strides_4_8_16_32_at_any_size(small, tiny_config, size):
    maps = small(np.zeros((2, *size, 3), np.float32))
    for feature_map, stride, width in zip(
        maps, (4, 8, 16, 32), tiny_config.backbone_widths, strict=True
    ):
        assert feature_map.shape == (2, size[0] // stride, size[1] // stride, 4 * width)


def test_resnet101_has_23_blocks_in_stage_4():
    config = get_config("coco-resnet101", backbone_widths=(1, 1, 1, 1), backbone_stem=1)
    image = keras.Input((None, None, 3))
    model = keras.Model(image, backbone.resnet(image, config))
    named = {layer.name for layer in model.layers if layer.weights}
    stage4 = {name for name in named if name.startswith("res4") and name.endswith("branch2b")}
    assert stage4 == {f"res4{letter}_branch2b" for letter in "abcdefghijklmnopqrstuvw"}
    assert len([name for name in named if name.startswith(("res", "conv"))]) == 104


def test_resnet50_computes_what_keras_applications_does():
    """From the first block to C5, with the library's weights; the stems pad differently."""
    library = keras.applications.ResNet50(weights=None, include_top=False)
    ours = build(get_config("coco-resnet50"))
    for layer in ours.layers:
        if layer.name.startswith(("res", "bn")) and layer.weights and layer.name != "bn_conv1":
            copy_weights(library.get_layer(library_name(layer.name)), layer)
    after_stem = ours.get_layer("pool1").output
    x = np.random.default_rng(0).uniform(0, 1, (1, 16, 16, 64)).astype(np.float32)
    ours = keras.Model(after_stem, ours.outputs[-1])(x)
    theirs = keras.Model(library.get_layer("pool1_pool").output, library.output)(x)
    scale = np.abs(theirs).max()
    np.testing.assert_allclose(ours / scale, theirs / scale, atol=1e-5)


def library_name(name):
    """res3b_branch2c -> conv3_block2_3_conv, bn3b_branch2c -> conv3_block2_3_bn."""
    kind = "conv" if name.startswith("res") else "bn"
    stage, letter = name.removeprefix("res").removeprefix("bn")[:2]
    part = {"1": 0, "2a": 1, "2b": 2, "2c": 3}[name.split("branch")[1]]
    return f"conv{stage}_block{'abcdef'.index(letter) + 1}_{part}_{kind}"


def copy_weights(source, target):
    target.set_weights(source.get_weights())
    if isinstance(target, layers.BatchNormalization):  # same variance + epsilon
        change = source.epsilon - target.epsilon
        target.moving_variance.assign(source.moving_variance + change)


# Batch norm


@pytest.mark.parametrize("choice", ["trained", "frozen"])
def test_frozen_statistics_do_not_move_and_gamma_learns(tiny_config, choice):
    model = build(tiny_config.changed(batch_norm=choice))
    norm = model.get_layer("bn_conv1")
    before = norm.moving_mean.numpy().copy()
    image = np.random.default_rng(0).normal(size=(2, 64, 64, 3)).astype(np.float32)
    trained = model(image, training=True)[0].numpy()
    moved = not np.array_equal(norm.moving_mean.numpy(), before)
    assert moved == (choice == "trained")
    assert norm.epsilon == 1e-3
    names = {variable.path.split("/")[-1] for variable in norm.trainable_variables}
    assert names == {"gamma", "beta"}, "these always learn"
    if choice == "frozen":
        np.testing.assert_array_equal(trained, model(image, training=False)[0])


# Receptive fields


@pytest.mark.parametrize("strides", ["1x1", "3x3"])
@pytest.mark.parametrize("padding", ["after", "around"])
def test_no_gradient_leaves_the_receptive_field(tiny_config, strides, padding):
    tiny_config = tiny_config.changed(bottleneck_stride=strides, strided_padding=padding)
    model = build(tiny_config.changed(batch_norm="frozen"))
    for layer in model.layers:  # positive everywhere, so that no path is cut by a ReLU
        if isinstance(layer, layers.Conv2D):
            set_weights_to(layer, np.full(layer.kernel.shape, 0.1, np.float32))
    image = tf.Variable(tf.random.stateless_uniform((1, 320, 320, 3), (1, 2)) + 1)
    row, column = 4, 5
    size, stride, first = backbone.receptive_fields(tiny_config)["C5"]
    with tf.GradientTape() as tape:
        cell = tf.reduce_sum(model(image)[3][0, row, column])
    seen = np.abs(tape.gradient(cell, image)[0].numpy()).sum(-1) > 0
    for axis, index in ((1, row), (0, column)):
        pixels = np.flatnonzero(seen.any(axis))
        centre = first + index * stride
        low, high = max(centre - size / 2, 0), min(centre + size / 2, 320)
        assert low <= pixels[0] and pixels[-1] < high
        assert pixels[-1] - pixels[0] > 0.5 * (high - low), "and most of it is really seen"
        if strides == "3x3" and low > 0:  # no pixel is skipped, so all of it is
            assert (low, high) == (pixels[0], pixels[-1] + 1)


def test_padding_around_looks_one_row_further_up(tiny_config):
    """With "after" the first window of pool1 begins at row 0 of conv1, with "around" above it."""
    fields = [
        backbone.receptive_fields(tiny_config.changed(strided_padding=padding))["C2"]
        for padding in ("after", "around")
    ]
    (size, stride, first), (other_size, other_stride, other_first) = fields
    assert (size, stride) == (other_size, other_stride)
    assert first - other_first == 2, "one row of conv1, which has stride 2"


# Any callable


def mobilenet(image, config):
    """A backbone out of keras.applications: the last map of each stride."""
    model = keras.applications.MobileNetV2(
        input_tensor=image / 127.5, alpha=0.35, include_top=False, weights=None
    )
    names = ("block_3_expand_relu", "block_6_expand_relu", "block_13_expand_relu", "out_relu")
    return [model.get_layer(name).output for name in names]


def test_a_backbone_from_keras_applications(tiny_config):
    model = build(tiny_config.changed(backbone=mobilenet))
    maps = model(np.zeros((1, 128, 64, 3), np.float32))
    assert [tuple(m.shape[1:3]) for m in maps] == [(32, 16), (16, 8), (8, 4), (4, 2)]


def strided(*strides):
    """A backbone that returns maps at these strides."""

    def wrong(image, config):
        return [layers.Conv2D(4, 1, strides=stride)(image) for stride in strides]

    return wrong


def flat(image, config):
    return [layers.GlobalAveragePooling2D()(x) for x in strided(4, 8, 16, 32)(image, config)]


def shrinking(image, config):
    return [layers.Conv2D(4, 3, strides=stride)(image) for stride in (4, 8, 16, 32)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (strided(4, 8, 16), r"returned 3 maps at strides \[4, 8, 16\]"),
        (strided(2, 4, 8, 16), r"at strides \[4, 8, 16, 32\]; .* strides \[2, 4, 8, 16\]"),
        (flat, r"4 maps at strides \[None, None, None, None\]"),
        (lambda image, config: image, r"1 maps at strides \[1\]"),
        (lambda image, config: None, r"1 maps at strides \[None\]"),
        (lambda image, config: [], r"0 maps at strides \[\]"),
    ],
)
def test_a_wrong_backbone_is_told_so(tiny_config, wrong, message):
    with pytest.raises(ValueError, match=f"A backbone must return C2, C3, C4, C5.*{message}"):
        build(tiny_config.changed(backbone=wrong))


def test_maps_that_lose_a_cell_are_found_out(tiny_config):
    config = tiny_config.changed(
        backbone=lambda image, config: [
            layers.ZeroPadding2D(2)(x) for x in shrinking(image, config)
        ]
    )
    with pytest.raises(ValueError, match="strides \\[None"):
        build(config)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("trainable", [True, False])
def test_batch_norm_does_what_keras_does(training, trainable):
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(3, 2, (2, 5, 4, 3)), tf.float32)
    weights = [rng.uniform(0.5, 2, 3).astype(np.float32) for _ in range(4)]
    found = []
    for kind in (BatchNorm, layers.BatchNormalization):
        layer = kind(epsilon=1e-3)
        layer.build(x.shape)
        layer.set_weights(weights)
        layer.trainable = trainable
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=training)
            total = tf.reduce_sum(y**3)
        variables = [x, layer.gamma.value, layer.beta.value]
        moving = layer.moving_mean.numpy(), layer.moving_variance.numpy()
        found.append([y, *tape.gradient(total, variables), *moving])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)
    moved = not np.array_equal(found[0][-1], weights[-1])
    assert moved == (training and trainable)
