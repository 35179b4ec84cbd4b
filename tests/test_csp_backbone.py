"""The CSP backbone: its maximum, its stage by hand, names, strides, scale, files, precision."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import TINY, noise, same_arrays, weight_values

from maskrcnn_explained.backbone import build_backbone, receptive_fields
from maskrcnn_explained.config import Config
from maskrcnn_explained.csp_backbone import PadLowest, csp_backbone, csp_stage
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.weights.file import load_weights, save_weights
from maskrcnn_explained.weights.load import load

CSP = {**TINY, "backbone": "csp"}
SMALL = get_config("scenes", **CSP)
NAMES = ["csp_stem"]
for stage, letters in zip("2345", ("a", "ab", "ab", "abc"), strict=True):
    pairs = [f"csp{stage}{letter}_{which}" for letter in letters for which in "12"]
    NAMES += [f"csp{stage}_in", *pairs, f"csp{stage}_mix"]


def maps_of(config, seed=0):
    """A model from image to C2..C5."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((None, None, 3))
    return keras.Model(image, build_backbone(image, config))


def stir(model, seed=0):
    """Biases, too: fresh ones are 0."""
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        if variable.path.endswith("bias"):
            variable.assign(rng.normal(0, 0.5, variable.shape))
    return model


def image_of(*size, seed=1):
    return np.random.default_rng(seed).normal(0, 50, (1, *size, 3)).astype(np.float32)


# By hand


def test_the_maximum_of_negative_numbers_by_hand():
    x = np.array([[-1, -2, -3], [-4, -5, -6], [-7, -8, -9]], np.float32)[None, :, :, None]
    found = keras.layers.MaxPooling2D(3, strides=2)(PadLowest()(x))
    np.testing.assert_array_equal(found[0, :, :, 0], [[-1, -2], [-4, -5]])
    with_zeros = keras.layers.MaxPooling2D(3, strides=2)(keras.layers.ZeroPadding2D(1)(x))
    np.testing.assert_array_equal(with_zeros[0, :, :, 0], [[0, 0], [0, 0]])


def relu(x):
    return np.where(x > 0, x, 0.1 * x)


def convolved(x, layer, stride=1):
    """A 3x3 convolution and LeakyReLU as loops: [h, w, C] -> [h / stride, w / stride, width]."""
    kernel, bias = (weight.numpy().astype(np.float64) for weight in layer.weights)
    padded = np.pad(x, [(1, 1), (1, 1), (0, 0)])
    rows, columns = (range(0, side, stride) for side in x.shape[:2])
    found = np.zeros((len(rows), len(columns), len(bias)))
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            found[i, j] = (padded[r : r + 3, c : c + 3, :, None] * kernel).sum((0, 1, 2))
    return relu(found + bias)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_stage_is_what_loops_compute(stride):
    inputs = keras.Input((None, None, 3))
    model = stir(keras.Model(inputs, csp_stage(inputs, 4, stride, 2, "csp3")))
    x = image_of(6, 8)[0]

    def step(y, name, stride=1):
        return convolved(y, model.get_layer(f"csp3{name}"), stride)

    y = shortcut = step(x, "_in", stride)
    for letter in "ab":
        first = step(y, f"{letter}_1")
        y = np.concatenate([step(first, f"{letter}_2"), first], -1)
    by_hand = np.concatenate([step(y, "_mix"), shortcut], -1)
    assert by_hand.shape == (6 // stride, 8 // stride, 8)
    np.testing.assert_allclose(model(x[None])[0], by_hand, rtol=1e-4, atol=1e-4)


def test_the_stem_is_what_loops_compute():
    model = maps_of(SMALL)
    layer = model.get_layer("csp_stem")
    layer.bias.assign(layer.bias - 200)  # so that some maxima are negative
    x = image_of(8, 12)[0]
    around = [(1, 1), (1, 1), (0, 0)]
    y = np.pad(convolved(x, layer, 2), around, constant_values=-np.inf)
    by_hand = [[y[r : r + 3, c : c + 3].max((0, 1)) for c in (0, 2, 4)] for r in (0, 2)]
    stem = keras.Model(model.input, model.get_layer("csp_pool").output)
    np.testing.assert_allclose(stem(x[None])[0], by_hand, rtol=1e-4, atol=1e-4)
    assert np.min(by_hand) < 0, "where padding with zeros would differ"


# Shapes, names, scale


def test_the_25_convolutions_of_nanodet_g():
    model = maps_of(get_config("photos"))
    convolutions = [one for one in model.layers if isinstance(one, keras.layers.Conv2D)]
    assert [one.name for one in convolutions] == NAMES and len(NAMES) == 25
    assert {one.kernel_size for one in convolutions} == {(3, 3)}
    assert sum(one.count_params() for one in convolutions) == model.count_params() == 3_180_256
    assert [shape[-1] for shape in model.output_shape] == [64, 128, 256, 512]


@pytest.mark.parametrize("size", [(64, 64), (128, 192), (320, 64), (32, 96)])
def test_strides_and_channels_at_any_size(size):
    maps = maps_of(SMALL)(image_of(*size))
    for one, stride, width in zip(maps, (4, 8, 16, 32), SMALL.backbone_widths, strict=True):
        assert one.shape == (1, size[0] // stride, size[1] // stride, 2 * width)


def test_a_positive_factor_passes_through():
    """The first kernel and every bias times 8: every map is 8 times as large, to the last bit."""
    model = stir(maps_of(SMALL))
    image = image_of(64, 96)
    before = model(image)
    for variable in model.weights:
        if variable.path.endswith("bias") or "csp_stem" in variable.path:
            variable.assign(8 * variable)
    for one, larger in zip(before, model(image), strict=True):
        np.testing.assert_array_equal(8 * one, larger)


# By name, and as a callable


@pytest.mark.parametrize("backbone", ["csp", csp_backbone], ids=["name", "callable"])
def test_config_files_and_models_come_back(tmp_path, backbone):
    model = build("scenes", **{**TINY, "backbone": backbone})
    assert Config.from_dict(model.config.to_dict()) == model.config
    save_weights(model, tmp_path / "model.h5")
    model.save(tmp_path / "model.keras")
    for file in ("model.h5", "model.keras"):
        again = load(tmp_path / file)
        assert again.config == model.config
        assert same_arrays(weight_values(model), weight_values(again))


def test_the_name_and_the_callable_are_the_same_network(tmp_path):
    named = build("scenes", **CSP)
    called = build("scenes", **{**CSP, "backbone": csp_backbone}, seed=5)
    assert list(weight_values(named)) == list(weight_values(called))
    save_weights(named, tmp_path / "model.h5")
    load_weights(called, tmp_path / "model.h5")
    for config in (named.config, called.config):
        assert [tuple(one.shape) for one in maps_of(config).outputs][0][-1] == 8
    image = image_of(64, 128)
    ours, theirs = (model.run_trunk(image, False) for model in (named, called))
    for level in ("C2", "C3", "C4", "C5", "P2", "P6"):
        np.testing.assert_array_equal(ours[level], theirs[level])


def test_it_detects():
    found = build("scenes", **CSP).detect(noise(70, 60), 0.0)
    assert found.masks.shape[1:] == (70, 60)


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_the_lowest_number_of_16_bits_is_a_number(precision):
    model = build("scenes", **CSP, precision=precision)
    assert model.get_layer("csp_pool_pad").compute_dtype == precision.removeprefix("mixed_")
    same = build("scenes", **CSP)
    same.set_weights(model.get_weights())
    image = image_of(64, 64)
    ours, theirs = (one.run_trunk(image, False) for one in (model, same))
    for level in ("C2", "C5", "P6"):
        assert np.isfinite(ours[level]).all()
        away = np.abs(np.float32(ours[level]) - theirs[level]).max()
        assert away < 0.05 * np.abs(theirs[level]).max()


# What it sees


@pytest.fixture(scope="module")
def seen():
    """Which pixels of 512 x 512 move cell (8, 9) * 16 / stride of each level: four [512, 512]."""
    model = maps_of(SMALL)
    for variable in model.weights:  # positive, so that nothing cancels
        variable.assign(tf.zeros_like(variable) + 0.1 * variable.path.endswith("kernel"))
    # The maximum takes the last pixel of its window where the image rises, the first where it
    # falls. Together they reach both ends.
    rise = np.add.outer(np.arange(512.0), np.arange(512.0)).astype(np.float32) + 1
    found = []
    for plane in (rise, rise[::-1, ::-1]):
        pixels = tf.constant(np.repeat(plane[None, :, :, None], 3, -1))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(pixels)
            maps = model(pixels)
            cells = [tf.reduce_sum(one[0, one.shape[1] // 2, one.shape[2] // 2]) for one in maps]
        found.append([np.abs(tape.gradient(cell, pixels)[0]).max(-1) > 0 for cell in cells])
    return [one | other for one, other in zip(*found, strict=True)]


def test_receptive_fields_counted_by_hand():
    # Stem: 3, then + 2 * 2 = 7. Stage 2, four 3x3 at stride 4: + 32. Stage 3: one at 4, three at 8.
    # Stage 4: one at 8, three at 16. Stage 5: one at 16, three at 32.
    found = receptive_fields(SMALL)
    assert [found[name][0] for name in ("C2", "C3", "C4", "C5")] == [39, 95, 207, 431]
    assert {first for _, _, first in found.values()} == {0.5}, "padded on both sides"
    assert receptive_fields(get_config("photos"))["C5"] == (783, 32, 0.5)
    with pytest.raises(ValueError, match="known for Config.backbone 'resnet' and 'csp'; this one"):
        receptive_fields(SMALL.changed(backbone=csp_backbone))


@pytest.mark.parametrize("level", range(4))
def test_the_gradient_fills_the_receptive_field(level, seen):
    size, stride, first = receptive_fields(SMALL)[f"C{level + 2}"]
    centre = first + 256 // stride * stride
    low, high = centre - size / 2, centre + size / 2
    for axis in (0, 1):
        pixels = np.flatnonzero(seen[level].any(axis))
        assert (low, high) == (pixels[0], pixels[-1] + 1)


# Bad input


def test_an_odd_width_is_told_before_work_starts():
    with pytest.raises(ValueError, match=r"backbone_widths is \(4, 4, 7, 8\); .* must be even"):
        get_config("scenes", **{**CSP, "backbone_widths": (4, 4, 7, 8)})
    assert get_config("scenes", backbone_widths=(4, 4, 7, 8)).backbone == "resnet"
    with pytest.raises(ValueError, match="needs an even width, half for each of a pair; got 7"):
        csp_stage(keras.Input((None, None, 3)), 7, 1, 1, "csp2")


def test_more_pairs_than_letters():
    with pytest.raises(ValueError, match="a stage has at most 26 blocks"):
        get_config("scenes", **{**CSP, "backbone_blocks": (1, 27, 1, 1)})
