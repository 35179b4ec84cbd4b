"""Boxes: IoU, deltas, clipping, NMS. Boxes are (y1, x1, y2, x2) in pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maskrcnn_explained.boxes import (
    area,
    clip_boxes,
    decode_deltas,
    encode_deltas,
    exclusive,
    inclusive,
    iou,
    nms,
    nms_by_hand,
)
from maskrcnn_explained.presets import REFERENCE


def boxes_of(numbers, sides, size=8):
    """Strategy: up to `size` boxes [N, 4] float32 with corners and sides drawn as given."""

    @st.composite
    def draw_boxes(draw):
        n = draw(st.integers(1, size))
        corners = draw(hnp.arrays(np.float32, (n, 2), elements=numbers))
        lengths = draw(hnp.arrays(np.float32, (n, 2), elements=sides))
        return np.concatenate([corners, corners + lengths], 1)

    return draw_boxes()


REAL = boxes_of(st.floats(-100, 100, width=32), st.floats(1, 100, width=32))
WHOLE = boxes_of(st.integers(0, 20), st.integers(0, 12))


# IoU


def test_iou_by_hand():
    a = [[0, 0, 2, 2], [0, 0, 4, 4]]
    b = [[1, 1, 3, 3], [0, 0, 2, 4], [2, 2, 4, 4]]
    expected = [[1 / 7, 1 / 2, 0], [4 / 16, 1 / 2, 4 / 16]]
    np.testing.assert_allclose(iou(a, b), expected, rtol=1e-6)


def test_iou_of_nothing():
    line, empty = [[5, 5, 5, 9]], np.zeros((0, 4), np.float32)
    assert iou(line, line).numpy() == 0, "two empty boxes: 0, not NaN"
    assert iou(line, [[0, 0, 10, 10]]).numpy() == 0
    assert iou(empty, line).shape == (0, 1) and iou(line, empty).shape == (1, 0)
    assert area([[3, 3, 1, 9]]).numpy() == 0, "an inverted box has no area"


@given(REAL, REAL)
def test_iou_is_symmetric_and_in_0_1(a, b):
    overlap = iou(a, b).numpy()
    np.testing.assert_allclose(overlap, iou(b, a).numpy().T, rtol=1e-6)
    assert overlap.min() >= 0 and overlap.max() <= 1 + 1e-6
    np.testing.assert_allclose(np.diag(iou(a, a)), 1, rtol=1e-5)


@given(WHOLE, WHOLE)
def test_iou_counts_pixels(a, b):
    def pixels(box):
        grid = np.zeros((40, 40), bool)
        y1, x1, y2, x2 = box.astype(int)
        grid[y1:y2, x1:x2] = True
        return grid

    for i, first in enumerate(a):
        for j, second in enumerate(b):
            both, either = pixels(first) & pixels(second), pixels(first) | pixels(second)
            expected = both.sum() / either.sum() if either.any() else 0
            np.testing.assert_allclose(iou(a, b)[i, j], expected, rtol=1e-6)


def test_iou_keeps_batch_axes():
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0, 9, (3, 5, 4)), rng.uniform(0, 9, (3, 2, 4))
    overlap = iou(a.astype("f"), b.astype("f")).numpy()
    assert overlap.shape == (3, 5, 2)
    np.testing.assert_array_equal(overlap[1], iou(a[1].astype("f"), b[1].astype("f")))


def test_iou_of_the_reference(reference):
    numbers = reference("boxes")
    np.testing.assert_allclose(
        iou(numbers["boxes1"], numbers["boxes2"]), numbers["overlaps"], atol=1e-6
    )


# Deltas


def test_deltas_by_hand():
    box, target = [[0, 0, 10, 20]], [[5, 0, 25, 40]]  # centre (5, 10) -> (15, 20), twice as large
    expected = np.array([[10 / 10, 10 / 20, np.log(2), np.log(2)]], np.float32)
    np.testing.assert_allclose(encode_deltas(box, target), expected, rtol=1e-6)
    scaled = encode_deltas(box, target, std=(0.1, 0.1, 0.2, 0.2))
    np.testing.assert_allclose(scaled, expected / [0.1, 0.1, 0.2, 0.2], rtol=1e-6)
    np.testing.assert_allclose(decode_deltas(box, expected), target, atol=1e-5)


def test_zero_deltas_leave_a_box_alone():
    box = np.array([[3, 4, 13, 10]], np.float32)
    np.testing.assert_array_equal(decode_deltas(box, np.zeros((1, 4))), box)


def test_log_size_is_clamped_above_only():
    box, deltas = [[0, 0, 10, 10]], [[0, 0, 9, -9]]
    y1, x1, y2, x2 = decode_deltas(box, deltas, max_log_size=np.log(4))[0].numpy()
    assert y2 - y1 == pytest.approx(40), "at most four times as high"
    assert x2 - x1 == pytest.approx(10 * np.exp(-9), rel=1e-2)
    y1, _, y2, _ = decode_deltas(box, deltas)[0].numpy()
    assert y2 - y1 == pytest.approx(10 * np.exp(9), rel=1e-5)


@given(REAL)
def test_decode_undoes_encode(boxes):
    targets = np.roll(boxes, 1, 0)  # each box aims at the one before it
    std = (0.1, 0.1, 0.2, 0.2)
    deltas = encode_deltas(boxes, targets, std)
    np.testing.assert_allclose(decode_deltas(boxes, deltas, std), targets, atol=2e-3)


@given(REAL, st.floats(0.5, 4), st.floats(-50, 50))
def test_deltas_do_not_see_scale_or_place(boxes, scale, shift):
    targets = boxes + np.array([1, 2, 3, 4], np.float32)
    moved = encode_deltas(boxes * scale + shift, targets * scale + shift)
    np.testing.assert_allclose(moved, encode_deltas(boxes, targets), atol=1e-3)


def test_deltas_of_the_reference(reference):
    numbers = reference("boxes")
    boxes = numbers["boxes1"]
    np.testing.assert_allclose(
        encode_deltas(boxes, numbers["gt"]), numbers["box_refinement"], atol=1e-6
    )
    moved = decode_deltas(boxes, numbers["deltas"])
    np.testing.assert_allclose(moved, numbers["apply_box_deltas"], atol=1e-3)


# Clipping


def test_clip_by_hand():
    clipped = clip_boxes([[-5, 2, 7, 99], [20, 20, 30, 30]], [0, 0, 10, 10]).numpy()
    np.testing.assert_array_equal(clipped, [[0, 2, 7, 10], [10, 10, 10, 10]])


@given(REAL)
def test_clipped_boxes_lie_inside_and_clipping_twice_is_clipping_once(boxes):
    window = np.array([-10, 0, 30, 50], np.float32)
    once = clip_boxes(boxes, window).numpy()
    assert (once[:, :2] >= window[:2]).all() and (once[:, 2:] <= window[2:]).all()
    assert (once[:, 2:] >= once[:, :2]).all()
    np.testing.assert_array_equal(clip_boxes(once, window), once)
    np.testing.assert_allclose(  # what is kept is the part inside, no more
        area(once), np.asarray(iou(boxes, [window]))[:, 0] * _union(boxes, window), atol=0.2
    )


def _union(boxes, window):
    overlap = np.minimum(boxes[:, 2:], window[2:]) - np.maximum(boxes[:, :2], window[:2])
    return area(boxes).numpy() + area(window).numpy() - np.maximum(overlap, 0).prod(1)


def test_clip_has_one_window_per_image():
    boxes = np.tile(np.array([[0, 0, 9, 9]], np.float32), (2, 3, 1))
    clipped = clip_boxes(boxes, [[0, 0, 4, 4], [1, 1, 8, 8]]).numpy()
    np.testing.assert_array_equal(clipped[0, 2], [0, 0, 4, 4])
    np.testing.assert_array_equal(clipped[1, 2], [1, 1, 8, 8])


def test_clip_of_the_reference(reference):
    numbers = reference("boxes")
    clipped = clip_boxes(numbers["apply_box_deltas"], numbers["clip_window"])
    np.testing.assert_allclose(clipped, numbers["clip_boxes"], atol=1e-4)


# Non-maximum suppression


def test_nms_by_hand_on_three_boxes():
    boxes = [[0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30]]  # IoU of the first two: 9 / 11
    scores = [0.8, 0.9, 0.3]
    for function in (nms, nms_by_hand):
        np.testing.assert_array_equal(function(boxes, scores, 0.5, 10), [1, 2])
        np.testing.assert_array_equal(function(boxes, scores, 0.9, 10), [1, 0, 2])
        np.testing.assert_array_equal(function(boxes, scores, 0.5, 1), [1])


def test_exactly_at_the_threshold_both_stay():
    boxes, scores = [[0, 0, 2, 2], [0, 0, 2, 4]], [0.9, 0.8]  # IoU 1/2
    assert len(nms(boxes, scores, 0.5, 5)) == len(nms_by_hand(boxes, scores, 0.5, 5)) == 2


def test_greedy_is_not_transitive():
    # B overlaps A and C; A drops B; C stays although B overlaps it: B is no longer there.
    boxes, scores = [[0, 0, 10, 10], [0, 4, 10, 14], [0, 8, 10, 18]], [0.9, 0.8, 0.7]
    np.testing.assert_array_equal(nms(boxes, scores, 0.4, 5), [0, 2])


def test_nms_of_nothing():
    empty = np.zeros((0, 4), np.float32)
    for function in (nms, nms_by_hand):
        assert len(function(empty, np.zeros(0, np.float32), 0.5, 5)) == 0


@given(WHOLE, st.sampled_from([0.0, 0.3, 0.5, 0.7, 1.0]), st.integers(1, 8), st.randoms())
def test_nms_op_equals_the_plain_version(boxes, threshold, limit, random):
    scores = np.linspace(0.1, 0.9, len(boxes), dtype=np.float32)  # distinct: one right order
    random.shuffle(scores)
    kept = nms(boxes, scores, threshold, limit).numpy()
    np.testing.assert_array_equal(kept, nms_by_hand(boxes, scores, threshold, limit))
    assert (np.diff(scores[kept]) < 0).all() and len(kept) <= limit
    overlap = iou(boxes[kept], boxes[kept]).numpy() - 2 * np.eye(len(kept))
    assert (overlap <= threshold).all()


def test_nms_of_the_reference(reference):
    numbers = reference("boxes")
    boxes = numbers["nms_boxes"].astype(np.float32)
    for threshold, key in ((0.3, "nms_keep_03"), (0.7, "nms_keep_07")):
        for function in (nms, nms_by_hand):
            kept = function(boxes, numbers["nms_scores"], threshold, 40)
            np.testing.assert_array_equal(kept, numbers[key])


# Inclusive corners


def test_corners_are_converted_there_and_back_in_one_dialect_only(tiny_config):
    box = np.float32([[2, 3, 10, 20]])  # its last pixel is (9, 19)
    theirs = tiny_config.changed(**REFERENCE)
    np.testing.assert_array_equal(inclusive(box, theirs), [[2, 3, 9, 19]])
    np.testing.assert_array_equal(exclusive(inclusive(box, theirs), theirs), box)
    assert inclusive(box, tiny_config) is box and exclusive(box, tiny_config) is box
    assert inclusive(box, theirs).dtype == np.float32
