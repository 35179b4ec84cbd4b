"""The RPN: its head on every level, and the way from its outputs to proposals."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import EXCLUSIVE
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import rpn
from maskrcnn_explained.anchors import anchor_levels, generate_anchors, level_sizes
from maskrcnn_explained.boxes import clip_boxes, decode_deltas, iou, nms_by_hand
from maskrcnn_explained.presets import REFERENCE, get_config

SIZE = (64, 64)


def random_outputs(config, batch=2, size=SIZE, seed=0):
    """Outputs of an RPN head as they might be: probs [B, A, 2] and deltas [B, A, 4]."""
    rng = np.random.default_rng(seed)
    number = sum(level_sizes(size, config))
    objectness = rng.permuted(np.tile(np.linspace(0.01, 0.99, number), (batch, 1)), axis=1)
    probs = np.stack([1 - objectness, objectness], -1).astype(np.float32)
    std = np.array(config.rpn_delta_std)
    deltas = rng.normal(0, 0.2, (batch, number, 4)) / std
    return probs, deltas.astype(np.float32)


# The head


@pytest.fixture(scope="module")
def head(tiny_config):
    return rpn.build_rpn_head(tiny_config)


def test_head_lists_cells_by_row_column_ratio(tiny_config):
    head = rpn.build_rpn_head(tiny_config)
    shared, raw = head.get_layer("rpn_conv_shared"), head.get_layer("rpn_class_raw")
    kernel = np.zeros(shared.kernel.shape, np.float32)
    kernel[1, 1, 0, 0] = 1  # copies channel 0
    shared.set_weights([kernel, np.zeros(shared.bias.shape)])
    kernel = np.zeros(raw.kernel.shape, np.float32)
    kernel[0, 0, 0, :] = 1  # the cell's value, plus ...
    raw.set_weights([kernel, np.array([0, 0.1, 0.2, 0.3, 0.4, 0.5])])  # ... which output it is
    feature_map = np.zeros((1, 2, 3, tiny_config.fpn_depth), np.float32)
    feature_map[0, :, :, 0] = [[1, 2, 3], [4, 5, 6]]
    logits, _, _ = head(feature_map)
    expected = [[v + 0.2 * r, v + 0.2 * r + 0.1] for v in (1, 2, 3, 4, 5, 6) for r in (0, 1, 2)]
    np.testing.assert_allclose(logits[0], expected, atol=1e-6)


def test_head_has_the_reference_s_names_and_probs_are_a_softmax(head, tiny_config):
    assert {x.name for x in head.layers if x.weights} == {
        "rpn_conv_shared",
        "rpn_class_raw",
        "rpn_bbox_pred",
    }
    feature_map = np.random.default_rng(0).normal(size=(2, 3, 5, tiny_config.fpn_depth))
    logits, probs, deltas = head(feature_map.astype(np.float32))
    assert logits.shape == probs.shape == (2, 45, 2) and deltas.shape == (2, 45, 4)
    exp = np.exp(logits)
    np.testing.assert_allclose(probs, exp / exp.sum(-1, keepdims=True), atol=1e-6)


def test_same_head_on_every_level(head, tiny_config):
    inputs = [keras.Input((None, None, tiny_config.fpn_depth)) for _ in range(5)]
    model = keras.Model(inputs, rpn.run_rpn_head(head, inputs))
    rng = np.random.default_rng(0)
    pyramid = [
        rng.normal(size=(2, 64 // s, 64 // s, tiny_config.fpn_depth)).astype(np.float32)
        for s in (4, 8, 16, 32, 64)
    ]
    joined = model(pyramid)
    start = 0
    for feature_map, count in zip(pyramid, level_sizes(SIZE, tiny_config), strict=True):
        for whole, alone in zip(joined, head(feature_map), strict=True):
            np.testing.assert_allclose(whole[:, start : start + count], alone, atol=1e-6)
        start += count
    assert joined[0].shape == (2, start, 2)


# Proposals by hand


def one_anchor_a_cell(**changes):
    """One 64-pixel image, one anchor per cell: 256 + 64 + 16 + 4 + 1 = 341 anchors."""
    return get_config("scenes", anchor_ratios=(1.0,), **changes)


def quiet(config, chosen):
    """Zero deltas; objectness 0.01 but for some: {anchor: objectness}."""
    number = sum(level_sizes(SIZE, config))
    objectness = np.full((1, number), 0.01, np.float32)
    for index, value in chosen.items():
        objectness[0, index] = value
    return np.stack([1 - objectness, objectness], -1), np.zeros((1, number, 4), np.float32)


def test_best_anchors_come_first_and_unmoved():
    config = one_anchor_a_cell()
    inside, edge = 5 * 16 + 5, 0  # cells of P2
    probs, deltas = quiet(config, {inside: 0.9, edge: 0.8})
    boxes, scores, anchors = rpn.propose(probs, deltas, SIZE, config, 10)
    np.testing.assert_allclose(scores[0, :2], [0.9, 0.8])
    np.testing.assert_array_equal(anchors[0, :2], [inside, edge])
    np.testing.assert_allclose(boxes[0, 0], [14, 14, 30, 30])  # centre 22, side 16
    np.testing.assert_allclose(boxes[0, 1], [0, 0, 10, 10])  # (-6, -6, 10, 10), clipped


def test_an_overlapping_anchor_of_the_same_level_is_dropped():
    config = one_anchor_a_cell(anchor_scales=(32, 32, 64, 128, 256))
    first, second = 8 * 16 + 8, 8 * 16 + 9  # 4 pixels apart, 32 wide: IoU 28 / 36
    probs, deltas = quiet(config, {first: 0.9, second: 0.8})
    _, _, anchors = rpn.propose(probs, deltas, SIZE, config, 20)
    assert first in anchors[0].numpy() and second not in anchors[0].numpy()
    config = config.changed(proposal_nms_iou=0.8)
    _, _, anchors = rpn.propose(probs, deltas, SIZE, config, 20)
    np.testing.assert_array_equal(anchors[0, :2], [first, second])


def test_per_level_keeps_what_joint_drops():
    config = one_anchor_a_cell(anchor_scales=(16, 16, 64, 128, 256))
    fine, coarse = 6 * 16 + 6, 256 + 3 * 8 + 3  # P2 at (26, 26), P3 at (28, 28): IoU 0.62
    probs, deltas = quiet(config, {fine: 0.9, coarse: 0.8})
    for rule, expected in (("per_level", True), ("joint", False)):
        config = config.changed(proposal_rule=rule, proposal_nms_iou=0.6)
        _, _, anchors = rpn.propose(probs, deltas, SIZE, config, 20)
        assert fine in anchors[0].numpy()
        assert (coarse in anchors[0].numpy()) == expected


def test_padding_is_marked():
    config = one_anchor_a_cell(proposal_rule="joint", proposals_pre_nms=3)
    probs, deltas = quiet(config, {0: 0.9, 100: 0.8, 200: 0.7})
    boxes, scores, anchors = (x.numpy()[0] for x in rpn.propose(probs, deltas, SIZE, config, 6))
    np.testing.assert_allclose(scores, [0.9, 0.8, 0.7, -1, -1, -1])
    np.testing.assert_array_equal(anchors, [0, 100, 200, -1, -1, -1])
    np.testing.assert_array_equal(boxes[3:], np.zeros((3, 4)))


# Properties


@given(
    st.integers(0, 999),
    st.sampled_from(["per_level", "joint"]),
    st.sampled_from([(64, 64), (64, 128)]),
    st.integers(1, 40),
)
def test_what_proposals_always_are(seed, rule, size, limit):
    config = get_config("scenes", proposal_rule=rule, proposals_pre_nms=30)
    probs, deltas = random_outputs(config, 2, size, seed)
    boxes, scores, anchors = (x.numpy() for x in rpn.propose(probs, deltas, size, config, limit))
    assert boxes.shape == (2, limit, 4) and scores.shape == anchors.shape == (2, limit)
    assert (boxes >= 0).all() and (boxes[..., 2:] <= size).all()
    assert (np.diff(scores) <= 0).all()
    levels = anchor_levels(size, config)
    for image in range(2):
        real = scores[image] >= 0
        kept, index = boxes[image][real], anchors[image][real]
        np.testing.assert_array_equal(scores[image][real], probs[image, index, 1])
        assert len(set(index)) == len(index)
        overlap = iou(kept, kept).numpy() - 2 * np.eye(len(kept))
        if rule == "per_level":
            overlap[levels[index][:, None] != levels[index]] = 0
        assert (overlap <= config.proposal_nms_iou + 1e-6).all()


@pytest.mark.parametrize("rule", ["per_level", "joint"])
@pytest.mark.parametrize("dialect", [{}, REFERENCE])
def test_proposals_equal_a_plain_version(rule, dialect):
    config = get_config("scenes", **{**dialect, "proposal_rule": rule}, proposals_pre_nms=60)
    probs, deltas = random_outputs(config, 2, (64, 128), 7)
    boxes, scores, anchors = rpn.propose(probs, deltas, (64, 128), config, 50)
    for image in range(2):
        expected = slow_propose(probs[image, :, 1], deltas[image], (64, 128), config, 50)
        number = len(expected)
        np.testing.assert_array_equal(anchors[image, :number], [index for index, _ in expected])
        np.testing.assert_allclose(boxes[image, :number], [box for _, box in expected], atol=1e-4)
        assert (anchors[image, number:].numpy() == -1).all()
        assert (scores[image, number:].numpy() == -1).all()


def slow_propose(objectness, deltas, size, config, limit):
    """The anchors whose boxes are proposed and these boxes, one group at a time."""
    last = 1 if config.inclusive_corners else 0
    anchors = generate_anchors(size, config).numpy() - np.array([0, 0, last, last], np.float32)
    levels = anchor_levels(size, config)
    groups = range(5) if config.proposal_rule == "per_level" else [slice(None)]
    chosen = []
    for group in groups:
        members = (
            np.flatnonzero(levels == group) if group != slice(None) else np.arange(len(levels))
        )
        members = members[np.argsort(-objectness[members], kind="stable")]
        members = members[: config.proposals_pre_nms]
        boxes = decode_deltas(
            anchors[members], deltas[members], config.rpn_delta_std, config.max_log_size
        )
        boxes = clip_boxes(boxes, [0, 0, size[0] - last, size[1] - last])
        kept = nms_by_hand(boxes, objectness[members], config.proposal_nms_iou, limit)
        chosen += [(members[i], boxes[i]) for i in kept]
    return sorted(chosen, key=lambda pair: -objectness[pair[0]])[:limit]


def test_a_batch_is_its_images_one_by_one():
    config = get_config("scenes")
    probs, deltas = random_outputs(config, 3)
    together = rpn.propose(probs, deltas, SIZE, config, 30)
    for image in range(3):
        alone = rpn.propose(probs[image][None], deltas[image][None], SIZE, config, 30)
        for whole, part in zip(together, alone, strict=True):
            np.testing.assert_array_equal(whole[image], part[0])


def test_proposals_of_the_reference(reference, monkeypatch):
    numbers = reference("detection")
    to_pixels = 255.0  # any size: NMS and levels see ratios only
    anchors = numbers["prop_anchors"][0] * to_pixels + EXCLUSIVE
    monkeypatch.setattr(rpn, "generate_anchors", lambda size, config: tf.constant(anchors))
    monkeypatch.setattr(rpn, "level_sizes", lambda size, config: [len(anchors)])
    for threshold, key in ((0.7, "prop_out"), (0.2, "prop_out_small_threshold")):
        config = get_config("coco-resnet50", proposals_pre_nms=400, proposal_nms_iou=threshold)
        boxes, _, _ = rpn.propose(
            numbers["prop_probs"], numbers["prop_deltas"], (256, 256), config, 150
        )
        np.testing.assert_allclose(boxes / to_pixels, numbers[key], atol=1e-6)


# The layer


def test_layer_says_what_it_returns_and_that_xla_cannot_have_it(tiny_config):
    layer = rpn.Proposals(tiny_config)
    assert layer.supports_jit is False
    probs, deltas = random_outputs(tiny_config)
    windows = np.tile(np.float32([0, 0, 64, 64]), (2, 1))
    outputs = layer([probs, deltas, np.zeros((2, 16, 16, 8), np.float32), windows])
    shapes = (*(x.shape[1:] for x in (probs, deltas)), (16, 16, 8), (4,))
    symbolic = layer([keras.Input(shape) for shape in shapes])
    for output, promised in zip(outputs, symbolic, strict=True):
        assert output.shape[1:] == promised.shape[1:] and output.dtype.name == promised.dtype
    plain = rpn.propose(probs, deltas, SIZE, tiny_config, tiny_config.proposals)
    np.testing.assert_array_equal(outputs[0], plain[0])


def test_layer_round_trip(tiny_config):
    layer = rpn.Proposals(tiny_config, name="ROI")
    again = rpn.Proposals.from_config(layer.get_config())
    assert again.config == tiny_config and again.name == "ROI"


def test_window_of_the_image():
    size = (64, 128)
    np.testing.assert_array_equal(rpn.image_window(size, get_config("scenes")), [0, 0, 64, 128])
    inclusive = rpn.image_window(size, get_config("coco-resnet50"))
    np.testing.assert_array_equal(inclusive, [0, 0, 63, 127])
