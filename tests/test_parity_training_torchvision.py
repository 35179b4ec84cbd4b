"""One training step of "coco-torchvision" against torchvision: targets, five losses and gradients.

One image, two objects, made-up weights, the statistics of batch norm frozen. torchvision draws
anchors and RoIs at random, so its draw is given. All else is ours: what each of them should have
answered, what the model answered, and what that costs.
"""

import numpy as np
import pytest
import tensorflow as tf
from helpers import REFERENCE_NUMBERS
from torchvision_run import model_with_torchvision_weights

from maskrcnn_explained import losses
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.graph import POOLED_LEVELS, _train_box_head, _train_mask_head
from maskrcnn_explained.rpn import propose
from maskrcnn_explained.targets import anchor_targets, roi_targets
from maskrcnn_explained.weights.file import named_weights
from maskrcnn_explained.weights.torchvision_map import PIXEL_STD, our_layer

pytestmark = pytest.mark.slow

SIZE, SEED = (256, 256), (0, 1)
RPN_CLASSES = "rpn_class_raw"  # one logit there, two here
LEAVES = {"weight": "gamma", "bias": "beta"}


def numbers(name):
    with np.load(REFERENCE_NUMBERS / f"torchvision_{name}.npz") as file:
        return dict(file)


@pytest.fixture(scope="module")
def model():
    return model_with_torchvision_weights(image_min_side=256, image_max_side=256)


@pytest.fixture(scope="module")
def theirs():
    return numbers("step")


@pytest.fixture(scope="module")
def truth(theirs):
    """Boxes [1, 2, 4], class ids [1, 2] and masks [1, 2, H, W]."""
    masks = np.unpackbits(theirs["gt_masks_packed"]).reshape(1, 2, *SIZE)
    return theirs["gt_boxes"][None], theirs["gt_class_ids"][None], masks


@pytest.fixture(scope="module")
def images(model):
    image = numbers("model_square")["image"].astype(np.float32)
    return tf.constant(image[None] - np.array(model.config.mean_pixel, np.float32))


@pytest.fixture(scope="module")
def rpn_target(model, theirs, truth):
    """Our labels and deltas of all anchors, and then of those that torchvision drew."""
    config = model.config.changed(rpn_anchors_per_image=10**6)
    match, deltas = anchor_targets(generate_anchors(SIZE, config), *truth[:2], SEED, config)
    drawn = theirs["rpn_match"] != 0
    return match.numpy(), np.where(drawn, match, 0), deltas


@pytest.fixture(scope="module")
def roi_target(model, theirs, truth):
    """Our targets of the RoIs that torchvision drew; positives come first."""
    count = len(theirs["rois"])
    config = model.config.changed(add_gt_to_proposals=False, roi_positive_ratio=1.0)
    scores = np.ones((1, count), np.float32)
    return roi_targets(theirs["rois"][None], scores, *truth, SEED, config)


def forward(model, images):
    """RPN logits, deltas and P2..P5, batch norm frozen."""
    named = model.run_trunk(images, True)
    return named, [named[level] for level in POOLED_LEVELS]


def rpn_losses(model, named, rpn_target):
    _, match, target = rpn_target
    return [
        losses.rpn_class_loss(match, named["rpn_logits"]),
        losses.rpn_bbox_loss(
            match,
            target,
            named["rpn_deltas"],
            model.config.rpn_smooth_l1_beta,
            sampled=match != 0,
        ),
    ]


def head_losses(model, maps, target):
    get, config, ids = model.get_layer, model.config, target["class_ids"]
    logits, deltas = _train_box_head(get, target["rois"], maps, config, True)
    mask_ids, truth, masks = _train_mask_head(get, target, maps, config, True)
    beta, valid = config.smooth_l1_beta, target["valid"]
    return [
        losses.mrcnn_class_loss(ids, logits, valid),
        losses.mrcnn_bbox_loss(ids, target["deltas"], deltas, beta, sampled=valid),
        losses.mrcnn_mask_loss(mask_ids, truth, masks),
    ]


def test_anchor_targets(theirs, rpn_target):
    match, _, _ = rpn_target
    expected = np.select([theirs["rpn_labels"] == 1, theirs["rpn_labels"] == 0], [1, -1], 0)
    np.testing.assert_array_equal(match[0], expected)
    assert (match == 1).any()


def test_proposals_of_training(model, theirs, images):
    """As sets: noise swaps places, and adds or removes one now and then."""
    named, _ = forward(model, images)
    config = model.config
    number, before = config.proposals_train, config.proposals_pre_nms_train
    windows = np.float32([[0, 0, *SIZE]])
    boxes, _, _ = propose(
        named["rpn_probs"],
        named["rpn_deltas"],
        SIZE,
        config,
        number,
        windows=windows,
        pre_nms=before,
    )
    ours, reference = boxes[0].numpy(), theirs["proposals"]
    assert ours.shape == reference.shape
    distance = np.abs(ours[None] - reference[:, None]).max(2)
    assert min((distance.min(axis) < 0.05).mean() for axis in (0, 1)) > 0.98


def test_roi_targets(theirs, roi_target):
    """Each of their RoIs is here, with their class, object and deltas."""
    ours = {name: value.numpy()[0] for name, value in roi_target.items()}
    order, their_order = (np.lexsort(x["rois"].T[::-1]) for x in (ours, theirs))
    assert ours["valid"].all()
    for name in ("rois", "class_ids"):
        np.testing.assert_array_equal(ours[name][order], theirs[name][their_order])
    positive = ours["class_ids"][order] > 0
    assert positive.any()
    for name, other in (("object_indices", "objects"), ("deltas", "deltas")):
        mine, reference = ours[name][order], theirs[other][their_order]
        np.testing.assert_allclose(mine[positive], reference[positive], atol=1e-4)


def test_losses(model, theirs, images, rpn_target, roi_target):
    named, maps = forward(model, images)
    ours = [*rpn_losses(model, named, rpn_target), *head_losses(model, maps, roi_target)]
    np.testing.assert_allclose(ours, [theirs[name] for name in losses.NAMES], rtol=1e-5)


def our_name(key):
    """Our name of one of their weights."""
    module, leaf = key.rsplit(".", 1)
    layer = our_layer(module)
    norm = layer.startswith("bn")
    return f"{layer}/{LEAVES[leaf] if norm else {'weight': 'kernel', 'bias': 'bias'}[leaf]}"


def in_their_units(name, gradient):
    """The gradient as it would be for their weight."""
    if name == "conv1/kernel":  # ours is divided by the spread of the pixels
        return gradient / PIXEL_STD[:, None]
    if name.startswith(RPN_CLASSES):  # of each pair of logits, the second is theirs
        return gradient[..., 1::2]
    return gradient


@pytest.mark.parametrize("part", ["rpn", "head"])
def test_gradients(model, theirs, images, rpn_target, roi_target, part):
    """The L2 norm of the gradient of every weight, those of the RPN's and of the heads' losses."""
    with tf.GradientTape() as tape:
        named, maps = forward(model, images)
        if part == "rpn":
            loss = tf.add_n(rpn_losses(model, named, rpn_target))
        else:
            loss = tf.add_n(head_losses(model, maps, roi_target))
    variables, norms = named_weights(model), theirs[f"{part}_grad_norms"]
    names = [our_name(str(key)) for key in theirs["grad_names"]]
    gradients = tape.gradient(loss, [variables[name].value for name in names])
    compared = 0
    for name, norm, gradient in zip(names, norms, gradients, strict=True):
        if gradient is None:
            assert norm == 0, name
            continue
        ours = np.linalg.norm(in_their_units(name, tf.convert_to_tensor(gradient).numpy()))
        np.testing.assert_allclose(ours, norm, rtol=5e-3, atol=1e-6, err_msg=name)
        compared += norm > 0
    assert compared > 150
