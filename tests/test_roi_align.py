"""RoIAlign and its three cousins, each against a slow twin written as plain loops."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from pooling_twins import gradient_of, ramp, random_case, twin_of

from maskrcnn_explained import roi_align as ra

every_operator = pytest.mark.parametrize("name", ra.OPERATORS)


# By hand


ARANGE = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)  # 0..15, row by row
WHOLE = np.array([[0, 0, 4, 4]], np.float32)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("roi_align", [[2.5, 4.5], [10.5, 12.5]]),  # means of 2 x 2 cells
        # Samples at 0.5, 1.5, 2.5 and 3.5, of which the last takes the value of the rim, at 3.
        ("roi_align_unaligned", [[5, 6.75], [12, 13.75]]),
        ("crop_and_resize", [[0, 3], [12, 15]]),  # the four corner cells
        ("roi_pool", [[5, 7], [13, 15]]),  # largest of 2 x 2 cells
    ],
)
def test_operators_by_hand(name, expected):
    pooled = ra.OPERATORS[name](ARANGE, WHOLE, [0], 2, 1)
    np.testing.assert_allclose(pooled[0, :, :, 0], expected, atol=1e-6)


def test_half_a_pixel_by_hand():
    # One bin over one cell: all four samples lie around its centre, and average to it.
    pooled = ra.roi_align(ARANGE, np.array([[1, 2, 2, 3]], np.float32), [0], 1, 1)
    assert pooled.numpy().item() == pytest.approx(6)
    # Half a cell further down: half of row 1 and half of row 2.
    pooled = ra.roi_align(ARANGE, np.array([[1.5, 2, 2.5, 3]], np.float32), [0], 1, 1)
    assert pooled.numpy().item() == pytest.approx(8)


def test_rim_is_clamped_and_beyond_is_zero():
    ones = np.ones((1, 4, 4, 1), np.float32)
    rim = np.array([[0, 0, 0.4, 0.4]], np.float32)  # all samples above and left of the centre
    assert ra.roi_align(ones, rim, [0], 1, 1).numpy().item() == pytest.approx(1)
    # Samples half a pixel outside the map and half a pixel inside: both less than a cell off.
    across = np.array([[-1, 0, 1, 4]], np.float32)
    assert ra.roi_align(ones, across, [0], 1, 1).numpy().item() == pytest.approx(1)
    # Samples at -0.75 and 0.75 pixels. The first is more than a cell above the centre, at 0.5.
    far = np.array([[-1.5, 0, 1.5, 4]], np.float32)
    assert ra.roi_align(ones, far, [0], 1, 1).numpy().item() == pytest.approx(0.5)
    # Unaligned, index 0 is the edge: a cell above it is at -1, and -0.75 still on the rim.
    assert ra.roi_align_unaligned(ones, far, [0], 1, 1).numpy().item() == pytest.approx(1)
    pooled = ra.crop_and_resize(ones, np.array([[-1, 0, 5, 4]], np.float32), [0], 4, 1)
    np.testing.assert_allclose(pooled[0, :, 1, 0], [0, 1, 1, 0], atol=1e-6)


@every_operator
def test_outside_is_zero(name):
    ones = np.ones((1, 4, 4, 1), np.float32)
    boxes = np.array([[-20, 0, -10, 4], [0, 30, 4, 60], [90, 90, 99, 99]], np.float32)
    np.testing.assert_array_equal(ra.OPERATORS[name](ones, boxes, [0] * 3, 3, 1), 0)


@every_operator
def test_nothing_to_pool(name):
    maps = np.ones((2, 4, 6, 3), np.float32)
    boxes, images = np.zeros((0, 4), np.float32), np.zeros(0, np.int32)
    with tf.GradientTape() as tape:
        variable = tf.Variable(maps)
        pooled = ra.OPERATORS[name](variable, boxes, images, 7, 4)
        total = tf.reduce_sum(pooled)
    assert pooled.shape == (0, 7, 7, 3)
    gradient = tf.convert_to_tensor(tape.gradient(total, variable))
    np.testing.assert_array_equal(gradient, np.zeros_like(maps))


@every_operator
def test_a_box_of_no_size_gives_numbers(name):
    maps, _, _, stride = random_case(0)
    boxes = np.array([[0, 0, 0, 0], [5, 5, 5, 9]], np.float32)
    pooled = ra.OPERATORS[name](maps, boxes, [0, 1], 3, stride).numpy()
    assert np.isfinite(pooled).all()


# Against the twins


@every_operator
@given(st.integers(0, 10**6), st.sampled_from([2, 3, 7]), st.sampled_from([1, 4, 8]))
def test_operator_equals_its_twin(name, seed, size, stride):
    maps, boxes, images, _ = random_case(seed, stride=stride)
    pooled = ra.OPERATORS[name](maps, boxes, images, size, stride)
    expected = twin_of(name, maps, boxes, images, size, stride)
    np.testing.assert_allclose(pooled, expected, atol=2e-5)


@every_operator
def test_inside_a_graph_of_unknown_sizes(name):
    maps, boxes, images, stride = random_case(3)
    signature = [
        tf.TensorSpec([None, None, None, 2]),
        tf.TensorSpec([None, 4]),
        tf.TensorSpec([None], tf.int32),
    ]
    graph = tf.function(lambda *args: ra.OPERATORS[name](*args, 7, stride), signature)
    np.testing.assert_allclose(
        graph(maps, boxes, images), twin_of(name, maps, boxes, images, 7, stride), atol=2e-5
    )


@every_operator
def test_each_box_reads_its_own_image(name):
    maps = np.stack([np.full((4, 4, 1), value, np.float32) for value in (1, 2, 3)])
    boxes = np.tile(np.array([[1, 1, 3, 3]], np.float32), (4, 1))
    pooled = ra.OPERATORS[name](maps, boxes, [2, 0, 1, 2], 2, 1).numpy()
    np.testing.assert_allclose(pooled[:, 0, 0, 0], [3, 1, 2, 3], rtol=1e-6)


# On a ramp


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(-2, 2),
    st.floats(-2, 2),
    st.sampled_from([2, 7]),
)
def test_roi_align_of_a_ramp_is_exact_between_the_centres(y, x, h, w, a, b, size):
    height, width, stride = 6, 8, 4
    low = np.array([y, x]) * [height - 2, width - 2] * stride + stride / 2
    room = np.array([height, width]) * stride - stride / 2 - low
    box = np.concatenate([low, low + np.array([h, w]) * room]).astype(np.float32)
    pooled = ra.roi_align(ramp(height, width, stride, a, b, 1), box[None], [0], size, stride)
    centres = (np.arange(size) + 0.5) / size
    rows, columns = box[0] + centres * (box[2] - box[0]), box[1] + centres * (box[3] - box[1])
    np.testing.assert_allclose(pooled[0, ..., 0], a * rows[:, None] + b * columns + 1, atol=1e-3)


# Gradients


@pytest.mark.parametrize("name", ["roi_align", "roi_align_unaligned", "crop_and_resize"])
def test_gradient_is_the_transpose_of_the_weights(name):
    _, boxes, images, stride = random_case(5, number=5, batch=2, shape=(3, 4), channels=1)
    cells = np.eye(2 * 3 * 4, dtype=np.float32).reshape(-1, 2, 3, 4, 1)  # one cell at a time
    weights = [twin_of(name, cell, boxes, images, 3, stride) for cell in cells]
    upstream = np.random.default_rng(0).normal(size=(5, 3, 3, 1)).astype(np.float32)
    expected = np.array([(weight * upstream).sum() for weight in weights]).reshape(2, 3, 4, 1)
    gradient = gradient_of(name, np.zeros((2, 3, 4, 1)), boxes, images, 3, stride, upstream)
    np.testing.assert_allclose(gradient, expected, atol=1e-4)


@every_operator
def test_no_gradient_goes_to_the_boxes(name):
    maps, boxes, images, stride = random_case(7)
    boxes = tf.Variable(boxes)
    with tf.GradientTape() as tape:
        pooled = ra.OPERATORS[name](maps, boxes, images, 3, stride)
    assert tape.gradient(pooled, boxes) is None
