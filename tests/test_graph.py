"""The model in training: losses and gradients of a batch, also of one with nothing in it."""

import types

import numpy as np
import pytest
import tensorflow as tf
from helpers import squares, tensors_of

from maskrcnn_explained import losses
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.graph import OneDevice
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import REFERENCE


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


@pytest.mark.parametrize("replicas", [1, 2])
def test_several_devices_that_the_model_does_not_know_of(monkeypatch, replicas):
    """Losses of one device, each on its part of the batch, would be wrong: refused."""
    context = types.SimpleNamespace(num_replicas_in_sync=replicas)
    monkeypatch.setattr(tf.distribute, "get_replica_context", lambda: context)
    batch = {"images": tf.zeros((1, 8, 8, 3))}
    if replicas == 1:
        assert OneDevice().whole_batch(batch) is batch
    else:
        with pytest.raises(RuntimeError, match="call mrx.train"):
            OneDevice().whole_batch(batch)
