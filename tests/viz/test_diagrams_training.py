"""What training.svg says of gradients, asked of the model: which loss trains which part."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import squares, tensors_of

from maskrcnn_explained import losses
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.model import build
from maskrcnn_explained.viz.diagrams import read_diagram

# One layer of each box that has weights; what P5 is made of goes down to every finer level.
PARTS = {
    "backbone": "res4a_branch2a",
    "FPN": "fpn_c5p5",
    "RPN head": "rpn_model",
    "box head": "mrcnn_class_conv1",
    "mask head": "mrcnn_mask_conv1",
}
TRUNK = {"backbone", "FPN"}
TRAINED = {
    "rpn_class_loss": TRUNK | {"RPN head"},
    "rpn_bbox_loss": TRUNK | {"RPN head"},
    "mrcnn_class_loss": TRUNK | {"box head"},
    "mrcnn_bbox_loss": TRUNK | {"box head"},
    "mrcnn_mask_loss": TRUNK | {"mask head"},
}


@pytest.fixture(scope="module")
def reached(tiny_config):
    """Loss -> the parts of the model that its gradient reaches, in one step of training."""
    model = build(tiny_config)
    batch = tensors_of(make_batch([squares(4, 1), squares(3, 2)], model.config))
    weights = {part: model.get_layer(name).trainable_variables[0] for part, name in PARTS.items()}
    with tf.GradientTape(persistent=True) as tape:
        parts = model.compute_losses(batch, training=True)
    found = {}
    for name, loss in zip(losses.NAMES, parts, strict=True):
        gradients = tape.gradient(loss, weights)
        found[name] = {part for part, g in gradients.items() if g is not None and np.any(g)}
    return found


@pytest.mark.parametrize("name", losses.NAMES)
def test_each_loss_trains_the_parts_that_its_arrows_reach(reached, name):
    """Through proposals, RoIs and targets comes nothing: no head's loss trains the RPN head."""
    assert reached[name] == TRAINED[name]


def test_detection_has_no_weights_and_the_drawing_names_every_loss(tiny):
    assert not tiny.get_layer("mrcnn_detection").weights
    assert all(f">{name}<" in read_diagram("training") for name in losses.NAMES)
