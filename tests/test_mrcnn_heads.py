"""The heads: class, deltas and masks of a RoI, computed once more with plain NumPy."""

import keras
import numpy as np
import pytest

from maskrcnn_explained import mrcnn_heads as heads

DEPTH = 3  # of the features; K is 5


@pytest.fixture(scope="module")
def made(tiny_config):
    """Both heads as one model on any number of RoIs, with weights that are not trivial."""
    config = tiny_config.changed(fpn_depth=DEPTH)
    layers = heads.head_layers(config)
    small, large = keras.Input((None, 7, 7, DEPTH)), keras.Input((None, 14, 14, DEPTH))
    outputs = [
        *heads.box_head(layers.get, small, config),
        heads.mask_head(layers.get, large, config),
    ]
    model = keras.Model([small, large], outputs)
    rng = np.random.default_rng(0)
    for layer in layers.values():
        layer.set_weights([w + rng.uniform(0.01, 0.2, w.shape) for w in layer.get_weights()])
    return model, layers, config


def features(batch=2, rois=3, seed=1):
    rng = np.random.default_rng(seed)
    shapes = (batch, rois, 7, 7, DEPTH), (batch, rois, 14, 14, DEPTH)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def test_names_and_shapes_of_the_layers(made):
    _, layers, _ = made
    shapes = {
        name: tuple(layer.kernel.shape)
        for name, layer in layers.items()
        if hasattr(layer, "kernel")
    }
    assert shapes["mrcnn_class_conv1"] == (7, 7, DEPTH, 16)
    assert shapes["mrcnn_class_conv2"] == (1, 1, 16, 16)
    assert shapes["mrcnn_class_logits"] == (16, 5) and shapes["mrcnn_bbox_fc"] == (16, 20)
    assert shapes["mrcnn_mask_deconv"] == (2, 2, 8, 8) and shapes["mrcnn_mask"] == (1, 1, 8, 5)
    assert {name for name in layers if "bn" in name} == {
        "mrcnn_class_bn1",
        "mrcnn_class_bn2",
        *(f"mrcnn_mask_bn{i}" for i in (1, 2, 3, 4)),
    }
    assert all(layer.name == name for name, layer in layers.items())


@pytest.mark.parametrize(("batch", "rois"), [(1, 1), (2, 3)])
def test_shapes_of_the_outputs(made, batch, rois):
    logits, probs, deltas, masks = made[0](features(batch, rois))
    assert logits.shape == probs.shape == (batch, rois, 5)
    assert deltas.shape == (batch, rois, 5, 4)
    assert masks.shape == (batch, rois, 28, 28, 5)


def test_class_is_a_softmax_and_masks_are_not(made):
    logits, probs, _, masks = (x.numpy() for x in made[0](features()))
    np.testing.assert_allclose(probs.sum(-1), 1, rtol=1e-5)
    np.testing.assert_allclose(
        np.log(probs[..., 0] / probs[..., 1]), logits[..., 0] - logits[..., 1], atol=1e-4
    )
    assert masks.min() >= 0 and masks.max() <= 1
    assert not np.allclose(masks.sum(-1), 1), "each class answers for itself"


def test_a_roi_knows_nothing_of_the_others(made):
    small, large = features(2, 3)
    together = made[0]([small, large])
    alone = made[0]([small[1:, 2:], large[1:, 2:]])
    for whole, part in zip(together, alone, strict=True):
        np.testing.assert_allclose(whole[1:, 2:], part, atol=1e-5)


# Once more in NumPy


def norm_relu(x, layer):
    gamma, beta, mean, variance = (w.numpy() for w in layer.weights)
    return np.maximum(gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta, 0)


def conv3(x, kernel, bias):
    """3 x 3, `same`: nine shifted products."""
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    h, w = x.shape[:2]
    return bias + sum(
        padded[i : i + h, j : j + w] @ kernel[i, j] for i in (0, 1, 2) for j in (0, 1, 2)
    )


def test_box_head_equals_plain_numpy(made):
    model, layers, _ = made
    small, large = features()
    logits, _, deltas, _ = model([small, large])
    weights = {name: [w.numpy() for w in layer.weights] for name, layer in layers.items()}
    kernel, bias = weights["mrcnn_class_conv1"]
    x = np.einsum("yxc,yxco->o", small[1, 2], kernel) + bias  # 7 x 7 over 7 x 7: one number each
    x = norm_relu(x, layers["mrcnn_class_bn1"])
    kernel, bias = weights["mrcnn_class_conv2"]
    x = norm_relu(x @ kernel[0, 0] + bias, layers["mrcnn_class_bn2"])
    expected = x @ weights["mrcnn_class_logits"][0] + weights["mrcnn_class_logits"][1]
    np.testing.assert_allclose(logits[1, 2], expected, rtol=1e-4, atol=1e-4)
    expected = x @ weights["mrcnn_bbox_fc"][0] + weights["mrcnn_bbox_fc"][1]
    np.testing.assert_allclose(deltas[1, 2], expected.reshape(5, 4), rtol=1e-4, atol=1e-4)


def test_mask_head_equals_plain_numpy(made):
    model, layers, _ = made
    small, large = features()
    masks = model([small, large])[3]
    weights = {name: [w.numpy() for w in layer.weights] for name, layer in layers.items()}
    x = large[1, 0]
    for i in (1, 2, 3, 4):
        x = norm_relu(conv3(x, *weights[f"mrcnn_mask_conv{i}"]), layers[f"mrcnn_mask_bn{i}"])
    kernel, bias = weights["mrcnn_mask_deconv"]  # [2, 2, out, in]: each cell becomes 2 x 2
    up = np.zeros((28, 28, 8))
    for i in (0, 1):
        for j in (0, 1):
            up[i::2, j::2] = np.maximum(x @ kernel[i, j].T + bias, 0)
    kernel, bias = weights["mrcnn_mask"]
    expected = 1 / (1 + np.exp(-(up @ kernel[0, 0] + bias)))
    np.testing.assert_allclose(masks[1, 0], expected, atol=1e-4)


# Batch norm, and the two small layers


@pytest.mark.parametrize("choice", ["trained", "frozen"])
def test_frozen_statistics_do_not_see_the_rois(tiny_config, choice):
    config = tiny_config.changed(fpn_depth=DEPTH, batch_norm=choice)
    layers = heads.head_layers(config)
    small, _ = features()
    plain, _, _ = heads.box_head(layers.get, small, config, training=False)
    training, _, _ = heads.box_head(layers.get, small, config, training=True)
    assert np.allclose(plain, training) == (choice == "frozen")


def test_merge_and_split_undo_each_other():
    x = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    merged = heads.MergeRois()(x)
    np.testing.assert_array_equal(merged, x.reshape(6, 4))
    np.testing.assert_array_equal(heads.SplitRois()([merged, x]), x)
    assert heads.SplitRois()([merged[:0], x[:, :0]]).shape == (2, 0, 4)
    inputs = keras.Input((None, 7, 7, 3))
    assert heads.MergeRois()(inputs).shape == (None, 7, 7, 3)
    assert heads.SplitRois()([heads.MergeRois()(inputs), inputs]).shape == (None, None, 7, 7, 3)
