"""The model in training: losses and gradients of a batch, also of one with nothing in it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from maskrcnn_explained import losses
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import REFERENCE


def squares(number, seed=0, size=64):
    """A scene of bright squares on noise: an image, masks and class ids."""
    rng = np.random.default_rng(seed)
    image, masks = rng.integers(0, 60, (size, size, 3), dtype=np.uint8), []
    for index in range(number):
        y, x = 4 + 30 * (index // 2), 4 + 30 * (index % 2)
        mask = np.zeros((size, size), bool)
        mask[y : y + 20, x : x + 24] = True
        image[mask] = 200
        masks.append(mask)
    masks = np.array(masks, bool).reshape(-1, size, size)
    return Sample(image, masks, np.ones(number, np.int32), image_id=seed)


def tensors_of(batch):
    return {name: tf.constant(value) for name, value in batch.items()}


def losses_and_gradients(model, batch):
    with tf.GradientTape() as tape:
        parts = model.compute_losses(batch, training=True)
        total = tf.add_n(parts)
    gradients = tape.gradient(total, model.trainable_variables)
    return [float(part) for part in parts], gradients


def all_finite(gradients):
    return all(np.isfinite(tf.convert_to_tensor(g)).all() for g in gradients if g is not None)


@pytest.mark.parametrize("dialect", [{}, REFERENCE], ids=["paper", "reference"])
@pytest.mark.parametrize("numbers", [(2, 0), (0, 0)], ids=["one empty", "all empty"])
def test_images_without_objects_give_no_nan(tiny_config, dialect, numbers):
    model = build(tiny_config, **dialect)
    batch = make_batch([squares(n, seed) for seed, n in enumerate(numbers)], model.config)
    parts, gradients = losses_and_gradients(model, tensors_of(batch))
    assert np.isfinite(parts).all() and all_finite(gradients)
    found = dict(zip(losses.NAMES, parts, strict=True))
    assert found["rpn_class_loss"] > 0 and found["mrcnn_class_loss"] > 0
    for name in ("rpn_bbox_loss", "mrcnn_bbox_loss", "mrcnn_mask_loss"):
        # The reference adds no ground truth to the proposals, so its heads may see no positive.
        assert found[name] >= 0 if any(numbers) else found[name] == 0
    if any(numbers):
        assert found["rpn_bbox_loss"] > 0


def test_every_weight_learns(tiny_config):
    model = build(tiny_config)
    batch = tensors_of(make_batch([squares(4, 1), squares(3, 2)], model.config))
    _, gradients = losses_and_gradients(model, batch)
    without = [
        v.path for v, g in zip(model.trainable_variables, gradients, strict=True) if g is None
    ]
    assert not without


def test_unequal_images_train_together(tiny_config):
    model = build(tiny_config)
    batch = make_batch([squares(2), squares(3, 1, size=100)], model.config)
    assert batch["images"].shape == (2, 128, 128, 3)
    parts, _ = losses_and_gradients(model, tensors_of(batch))
    assert np.isfinite(parts).all()


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


@pytest.mark.slow
@pytest.mark.parametrize("dialect", [{}, REFERENCE], ids=["paper", "reference"])
def test_fit_overfits_a_batch_in_a_compiled_graph(tiny_config, dialect):
    model = build(tiny_config, **dialect)
    batch = make_batch([squares(4, 1), squares(2, 2)], model.config)
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    stream = tf.data.Dataset.from_tensors(batch).repeat()
    history = model.fit(stream, steps_per_epoch=20, epochs=5, verbose=0, shuffle=False).history
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert model.evaluate(stream, steps=1, verbose=0, return_dict=True).keys() == history.keys()
