"""From head outputs to instances: which of them are chosen."""

import dataclasses

import keras
import numpy as np
import pytest
from helpers import EXCLUSIVE
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import detection
from maskrcnn_explained.boxes import clip_boxes, decode_deltas, iou, nms_by_hand
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.presets import REFERENCE, get_config

WINDOW = np.array([[0, 0, 64, 64]], np.float32)


def select(rois, probs, config, *, deltas=None, valid=None, min_score=0.05, window=WINDOW):
    """select_detections of one image, as arrays without padding rows."""
    rois, probs = np.asarray(rois, np.float32)[None], np.asarray(probs, np.float32)[None]
    if deltas is None:
        deltas = np.zeros((*probs.shape, 4), np.float32)
    valid = np.ones(rois.shape[:2], np.float32) if valid is None else np.float32(valid)[None]
    min_scores = np.array([min_score], np.float32)
    outputs = detection.select_detections(rois, valid, probs, deltas, window, min_scores, config)
    outputs = [output.numpy()[0] for output in outputs]
    number = int((outputs[1] > 0).sum())
    boxes, class_ids, scores, indices = outputs
    assert (boxes[number:] == 0).all() and (scores[number:] == 0).all()
    assert (indices[number:] == -1).all() and (class_ids[number:] == 0).all()
    return boxes[:number], class_ids[:number], scores[:number], indices[:number]


def three_classes(**changes):
    return get_config("scenes", class_names=("background", "cat", "dog"), **changes)


# Selection by hand

ROIS = [[0, 0, 10, 10], [0, 1, 10, 11], [30, 30, 40, 50]]  # the first two: IoU 9 / 11


def test_the_better_of_two_overlapping_boxes_of_a_class_stays():
    probs = [[0.2, 0.8, 0], [0.1, 0.9, 0], [0.4, 0, 0.6]]
    boxes, class_ids, scores, rois = select(ROIS, probs, three_classes())
    np.testing.assert_array_equal(boxes, [ROIS[1], ROIS[2]])
    np.testing.assert_array_equal(class_ids, [1, 2])
    np.testing.assert_allclose(scores, [0.9, 0.6])
    np.testing.assert_array_equal(rois, [1, 2])


def test_classes_do_not_suppress_each_other():
    probs = [[0.2, 0.8, 0], [0.1, 0, 0.9], [1, 0, 0]]
    _, class_ids, _, rois = select(ROIS, probs, three_classes())
    np.testing.assert_array_equal(class_ids, [2, 1])
    np.testing.assert_array_equal(rois, [1, 0])


def test_every_class_or_the_best_class_only():
    probs = [[0.1, 0.5, 0.4]]
    _, class_ids, _, rois = select(ROIS[:1], probs, three_classes())
    np.testing.assert_array_equal(class_ids, [1, 2])
    np.testing.assert_array_equal(rois, [0, 0])
    _, class_ids, _, _ = select(ROIS[:1], probs, three_classes(detection_rule="best_class"))
    np.testing.assert_array_equal(class_ids, [1])
    mostly_background = [[0.5, 0.4, 0.1]]
    best_class = three_classes(detection_rule="best_class")
    assert len(select(ROIS[:1], mostly_background, best_class)[0]) == 0
    assert len(select(ROIS[:1], mostly_background, three_classes())[0]) == 2


def test_minimum_score_and_limit():
    probs = [[0.1, 0.9, 0], [1, 0, 0], [0.7, 0, 0.3]]
    assert len(select(ROIS, probs, three_classes(), min_score=0.3)[0]) == 2, "at least, not above"
    assert len(select(ROIS, probs, three_classes(), min_score=0.31)[0]) == 1
    assert len(select(ROIS, probs, three_classes(detections=1))[0]) == 1
    assert len(select(ROIS, probs, three_classes(), min_score=0.0)[0]) == 2, "a score of 0 is none"


def test_padding_rois_are_never_found():
    probs = [[0, 1, 0]] * 3
    _, _, _, rois = select(ROIS, probs, three_classes(), valid=[1, -1, 0.0])
    np.testing.assert_array_equal(rois, [0, 2])


def test_a_box_moves_by_its_own_class_and_stops_at_the_window():
    deltas = np.zeros((1, 1, 3, 4), np.float32)
    deltas[0, 0, 2] = [5, 0, 0, 0]  # times 0.1: half its height down
    deltas[0, 0, 1] = [-50, 0, 0, 0]
    window = np.array([[0, 0, 45, 64]], np.float32)
    boxes, *_ = select([ROIS[2]], [[0, 0.1, 0.9]], three_classes(), deltas=deltas, window=window)
    np.testing.assert_allclose(boxes[0], [35, 30, 45, 50], atol=1e-5)
    np.testing.assert_allclose(boxes[1], [0, 30, 0, 50], atol=1e-5)  # out of the window: no area


def test_nothing_found():
    boxes, class_ids, scores, rois = select(ROIS, [[1, 0, 0]] * 3, three_classes())
    assert boxes.shape == (0, 4) and len(class_ids) == len(scores) == len(rois) == 0
    boxes, *_ = select(np.zeros((0, 4)), np.zeros((0, 3)), three_classes())
    assert boxes.shape == (0, 4)


# Properties and a plain version


def random_case(seed, number=25, classes=3):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 50, (number, 2))
    rois = np.concatenate([corners, corners + rng.uniform(4, 30, (number, 2))], 1)
    probs = rng.dirichlet(np.ones(classes) / 2, number)
    deltas = rng.normal(0, 0.5, (1, number, classes, 4))
    return rois.astype(np.float32), probs.astype(np.float32), deltas.astype(np.float32)


def slow_select(rois, probs, deltas, window, min_score, config):
    """For each class: decode, clip, NMS; then the best of all. Lists of (score, class, RoI)."""
    found = []
    for class_id in range(1, config.num_classes):
        candidates = [
            i
            for i, row in enumerate(probs)
            if row[class_id] >= min_score
            and (config.detection_rule == "every_class" or row[class_id] == row.max())
        ]
        boxes = decode_deltas(
            rois[candidates], deltas[0, candidates, class_id], config.delta_std, config.max_log_size
        )
        boxes = clip_boxes(boxes, window)
        scores = probs[candidates, class_id]
        for kept in nms_by_hand(boxes, scores, config.detection_nms_iou, config.detections):
            found.append((scores[kept], class_id, candidates[kept], boxes[kept].numpy()))
    return sorted(found, key=lambda entry: -entry[0])[: config.detections]


@given(st.integers(0, 9999), st.sampled_from(["every_class", "best_class"]), st.integers(1, 30))
def test_selection_equals_a_plain_version(seed, rule, limit):
    config = three_classes(detection_rule=rule, detections=limit)
    rois, probs, deltas = random_case(seed)
    boxes, class_ids, scores, indices = select(rois, probs, config, deltas=deltas, min_score=0.1)
    expected = slow_select(rois, probs, deltas, WINDOW[0], 0.1, config)
    np.testing.assert_array_equal(class_ids, [entry[1] for entry in expected])
    np.testing.assert_array_equal(indices, [entry[2] for entry in expected])
    if expected:
        np.testing.assert_allclose(boxes, [entry[3] for entry in expected], atol=1e-4)
    assert (np.diff(scores) <= 0).all()
    overlap = iou(boxes, boxes).numpy() * (class_ids[:, None] == class_ids) - 2 * np.eye(len(boxes))
    assert (overlap <= config.detection_nms_iou + 1e-6).all()


def test_a_batch_is_its_images_one_by_one():
    config = three_classes(detections=12)
    cases = [random_case(seed) for seed in (1, 2, 3)]
    rois, probs, deltas = (np.stack(x) for x in zip(*cases, strict=True))
    windows = np.array([[0, 0, 64, 64], [8, 8, 40, 40], [0, 0, 20, 64]], np.float32)
    min_scores = np.array([0.05, 0.3, 0.6], np.float32)
    together = detection.select_detections(
        rois, probs[..., 0], probs, deltas[:, 0], windows, min_scores, config
    )
    for i in range(3):
        alone = select(
            rois[i],
            probs[i],
            config,
            deltas=deltas[i],
            min_score=min_scores[i],
            window=windows[i : i + 1],
        )
        for whole, part in zip(together, alone, strict=True):
            np.testing.assert_array_equal(whole[i, : len(part)], part)
        assert (together[1][i, len(alone[1]) :].numpy() == 0).all()


@pytest.mark.parametrize("score", [0, 0.5])
@pytest.mark.parametrize("limit", [20, 100])
def test_detections_of_the_reference(reference, score, limit):
    numbers = reference("detection")
    theirs = numbers[f"det_out_conf{score}_max{limit}".replace(".", "")]
    names = ("background", *"abcdefgh")
    config = get_config("coco-resnet50", class_names=names, detections=limit)
    side = 255  # of the last pixel: boxes are inclusive, as the reference's normalised ones
    window = numbers["det_window"][None] * side + EXCLUSIVE
    boxes, class_ids, scores, _ = select(
        numbers["det_rois"] * side,
        numbers["det_probs"],
        config,
        deltas=numbers["det_deltas"][None],
        min_score=score,
        window=window,
    )
    number = int((theirs[:, 4] > 0).sum())
    assert len(boxes) == number
    np.testing.assert_allclose(boxes / side, theirs[:number, :4], atol=1e-5)
    np.testing.assert_array_equal(class_ids, theirs[:number, 4])
    np.testing.assert_allclose(scores, theirs[:number, 5], atol=1e-6)


# The layers


def test_layers(tiny_config):
    layer = detection.SelectDetections(tiny_config, name="mrcnn_detection")
    assert layer.supports_jit is False
    again = detection.SelectDetections.from_config(layer.get_config())
    assert again.config == tiny_config
    rois, probs, deltas = random_case(0, classes=5)
    inputs = [
        rois[None],
        np.ones((1, 25), np.float32),
        probs[None],
        deltas,
        WINDOW,
        np.float32([0.1]),
    ]
    outputs = layer(inputs)
    symbolic = layer([keras.Input(x.shape[1:]) for x in inputs])
    for output, promised in zip(outputs, symbolic, strict=True):
        assert output.shape[1:] == promised.shape[1:] and output.dtype.name == promised.dtype


def test_each_detection_keeps_the_mask_of_its_class():
    masks = np.zeros((1, 2, 28, 28, 3), np.float32) + [0, 1, 2]
    chosen = detection.SelectMasks()([masks, np.array([[2, 1]])]).numpy()
    assert chosen.shape == (1, 2, 28, 28)
    assert (chosen[0, 0] == 2).all() and (chosen[0, 1] == 1).all()


# Detections


def some_detections():
    return Detections(
        boxes=np.arange(8, dtype=np.float32).reshape(2, 4),
        class_ids=np.array([1, 2], np.int32),
        class_names=["cat", "dog"],
        scores=np.array([0.9, 0.5], np.float32),
        masks=np.zeros((2, 5, 6), bool),
        mask_probs=np.zeros((2, 28, 28), np.float32),
    )


def test_above_keeps_rows_together():
    found = some_detections()
    assert len(found) == 2 and len(found.above(0.5)) == 2
    best = found.above(0.7)
    assert best.class_names == ["cat"] and best.boxes.shape == (1, 4)
    assert best.masks.shape == (1, 5, 6) and best.mask_probs.shape == (1, 28, 28)
    none = found.above(0.95)
    assert len(none) == 0 and none.class_names == [] and none.masks.shape == (0, 5, 6)


def test_detections_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        some_detections().scores = None


def test_reference_dialect_takes_the_best_class_only():
    assert REFERENCE["detection_rule"] == "best_class" and REFERENCE["detection_nms_iou"] == 0.3
