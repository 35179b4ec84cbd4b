"""Molding and pasting inside the graph: the same pixels as in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import random_image

from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.export import graph_ops
from maskrcnn_explained.masks import paste_masks
from maskrcnn_explained.presets import get_config


@pytest.mark.parametrize("preset", ["scenes", "coco-resnet50", "coco-torchvision"])
@pytest.mark.parametrize(
    "size", [(40, 70), (64, 128), (131, 200), (300, 170), (3, 600), (5, 1000), (1, 700), (1, 1)]
)
def test_molding_in_the_graph(preset, size):
    """Enlarged, as it is, shrunk, and to one pixel; one half may be rounded either way."""
    config = get_config(preset, image_max_side=128)
    image = random_image(*size)
    molded, (window,) = mold([image], config)
    run = tf.function(lambda images: graph_ops.mold_in_graph(images, config))
    ours, box = run(tf.constant(image[None]))
    np.testing.assert_array_equal(box, window.box)
    difference = np.abs(ours.numpy() - molded)
    assert difference.max() <= 1 + 1e-4 and (difference > 0.5).mean() < 1e-3


@pytest.mark.parametrize("rim", ["repeat", "zero", "padded"])
def test_pasting_in_the_graph(rim):
    rng = np.random.default_rng(0)
    small = rng.random((20, 28, 28), np.float32)
    corners = rng.uniform(-10, 40, (20, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(0, 40, (20, 2))], 1).astype(np.float32)
    ours = graph_ops.paste_in_graph(small, boxes, tf.constant([40, 50]), rim).numpy()
    np.testing.assert_array_equal(ours, paste_masks(small, boxes, (40, 50), rim=rim))
