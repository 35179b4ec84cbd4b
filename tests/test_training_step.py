"""The training step: losses that fall, weights of losses, Keras' fit and evaluate."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import TINY, squares, tensors_of

from maskrcnn_explained import losses
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import REFERENCE


def test_losses_fall_on_one_batch(tiny_config):
    model = build(tiny_config)
    batch = tensors_of(make_batch([squares(4, 1), squares(2, 2)], model.config))
    model.compile(optimizer=keras.optimizers.Adam(0.01), run_eagerly=True)
    first = model.train_step(batch)["loss"].numpy()
    for _ in range(6):
        for tracker in model.metrics:
            tracker.reset_state()
        last = {name: value.numpy() for name, value in model.train_step(batch).items()}
    assert set(last) == {"loss", *losses.NAMES} and np.isfinite(list(last.values())).all()
    assert last["loss"] < 0.8 * first


def test_loss_weights_weigh_in_training_and_in_testing(tiny_config):
    weights = (1.0, 2.0, 3.0, 4.0, 0.0)
    model = build(tiny_config, loss_weights=weights)
    for layer in model.layers:
        layer.trainable = layer.name == "mrcnn_class_logits"  # one is enough here, and quick
    batch = tensors_of(make_batch([squares(4, 1)], model.config))
    for step in (model.test_step, model.train_step):
        model.compile(optimizer=keras.optimizers.SGD(0.0), run_eagerly=True)
        for tracker in model.metrics:
            tracker.reset_state()
        logs = {name: value.numpy() for name, value in step(batch).items()}
        expected = sum(w * logs[name] for w, name in zip(weights, losses.NAMES, strict=True))
        np.testing.assert_allclose(logs["loss"], expected, rtol=1e-5)


# What layers of the user's own add


class Adds(keras.layers.Layer):
    """Adds 7 to the losses in each call."""

    def call(self, x):
        self.add_loss(tf.constant(7.0))
        return x

    def compute_output_shape(self, shape):
        return shape


def adding(image, config):
    """A backbone with an L2 regulariser of 0.5, and a loss of 7."""
    half = keras.regularizers.L2(0.5)
    x = keras.layers.Conv2D(
        4, 3, strides=2, padding="same", kernel_regularizer=half, name="regular"
    )(image)
    maps, x = [], Adds()(x)
    for _ in range(4):
        x = keras.layers.Conv2D(4, 3, strides=2, padding="same")(x)
        maps.append(x)
    return maps


def nested(image, config):
    inner = keras.Input((None, None, 3))
    return keras.Model(inner, adding(inner, config), name="inside")(image)


@pytest.mark.parametrize("backbone", [adding, nested])
def test_losses_of_layers_reach_the_total(backbone):
    model = build("scenes", **{**TINY, "backbone": backbone, "loss_weights": (1.0,) * 5})
    model.compile(optimizer=keras.optimizers.SGD(0.0), run_eagerly=True)
    batch = make_batch([squares(4, 1)], model.config)
    kernel = next(
        layer.kernel for name, layer in model.named_layers.items() if name.endswith("regular")
    )
    kernel.assign(tf.fill(kernel.shape, 0.25))  # 3 * 3 * 3 * 4 squares of 1/16: 6.75, times a half
    for run in (model.train_on_batch, model.test_on_batch, model.train_on_batch):
        logs = run(batch, return_dict=True)
        added = logs["loss"] - sum(logs[name] for name in losses.NAMES)
        np.testing.assert_allclose(added, 7 + 3.375, rtol=1e-5)


@pytest.mark.slow
def test_a_regulariser_pulls_its_weights():
    """The losses weigh next to nothing, so the kernel w goes to w - rate * 2 * 0.5 * w."""
    model = build("scenes", **{**TINY, "backbone": adding, "loss_weights": (1e-9, 0, 0, 0, 0)})
    kernel = model.get_layer("regular").kernel
    before = kernel.numpy()
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    model.train_on_batch(make_batch([squares(4, 1)], model.config))
    np.testing.assert_allclose(kernel, 0.9 * before, atol=1e-4)


@pytest.mark.minutes
@pytest.mark.parametrize("dialect", [{}, REFERENCE], ids=["paper", "reference"])
def test_fit_overfits_a_batch_in_a_compiled_graph(tiny_config, dialect):
    model = build(tiny_config, **dialect)
    batch = make_batch([squares(4, 1), squares(2, 2)], model.config)
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    stream = tf.data.Dataset.from_tensors(batch).repeat()
    history = model.fit(stream, steps_per_epoch=20, epochs=5, verbose=0, shuffle=False).history
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert model.evaluate(stream, steps=1, verbose=0, return_dict=True).keys() == history.keys()
