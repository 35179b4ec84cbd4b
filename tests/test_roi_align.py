"""RoIAlign and its two cousins, each against a slow twin written as plain loops.

The twins work on one map [h, w, C] and one box (y1, x1, y2, x2) in pixels, one sample at a time.
"""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import roi_align as ra
from maskrcnn_explained.config import ceil_div

# The twins


def bilinear(feature_map, y, x):
    """The value between the four nearest indices; y, x within 0..h-1, 0..w-1."""
    top, left = int(np.floor(y)), int(np.floor(x))
    bottom, right = min(top + 1, feature_map.shape[0] - 1), min(left + 1, feature_map.shape[1] - 1)
    dy, dx = y - top, x - left
    upper = (1 - dx) * feature_map[top, left] + dx * feature_map[top, right]
    lower = (1 - dx) * feature_map[bottom, left] + dx * feature_map[bottom, right]
    return (1 - dy) * upper + dy * lower


def slow_roi_align(feature_map, box, size, stride):
    """Four samples per bin at its quarters; the rim reaches to the map's edge, then comes zero."""
    h, w, channels = feature_map.shape
    y1, x1, y2, x2 = (float(value) for value in box)
    out = np.zeros((size, size, channels))
    for row in range(size):
        for column in range(size):
            for a in (0.25, 0.75):
                for b in (0.25, 0.75):
                    y = (y1 + (row + a) * (y2 - y1) / size) / stride - 0.5
                    x = (x1 + (column + b) * (x2 - x1) / size) / stride - 0.5
                    if -0.5 <= y <= h - 0.5 and -0.5 <= x <= w - 0.5:
                        y, x = min(max(y, 0), h - 1), min(max(x, 0), w - 1)
                        out[row, column] += bilinear(feature_map, y, x) / 4
    return out


def slow_crop_and_resize(feature_map, box, size, stride):
    """One sample per bin, from the first pixel of the box to its last; zero off the centres."""
    h, w, channels = feature_map.shape
    y1, x1, y2, x2 = (float(value) for value in box)
    out = np.zeros((size, size, channels))
    for row in range(size):
        for column in range(size):
            y = y1 + row * (y2 - 1 - y1) / (size - 1)  # pixel, 0 the first and H - 1 the last
            x = x1 + column * (x2 - 1 - x1) / (size - 1)
            y, x = y * (h - 1) / (h * stride - 1), x * (w - 1) / (w * stride - 1)
            if 0 <= y <= h - 1 and 0 <= x <= w - 1:
                out[row, column] = bilinear(feature_map, y, x)
    return out


def slow_roi_pool(feature_map, box, size, stride):
    """The largest value of the whole cells of each bin; zero for a bin off the map."""
    y1, x1, y2, x2 = (int(np.floor(float(value) / stride + 0.5)) for value in box)
    rows, columns = max(y2 - y1, 1), max(x2 - x1, 1)
    out = np.zeros((size, size, feature_map.shape[2]))
    for row in range(size):
        for column in range(size):
            top, bottom = y1 + row * rows // size, y1 + ceil_div((row + 1) * rows, size)
            left, right = x1 + column * columns // size, x1 + ceil_div((column + 1) * columns, size)
            cells = feature_map[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
            if cells.size:
                out[row, column] = cells.max((0, 1))
    return out


TWINS = {
    "roi_align": slow_roi_align,
    "crop_and_resize": slow_crop_and_resize,
    "roi_pool": slow_roi_pool,
}
every_operator = pytest.mark.parametrize("name", ra.OPERATORS)


def twin_of(name, feature_maps, boxes, images, size, stride):
    pooled = [
        TWINS[name](feature_maps[image], box, size, stride)
        for box, image in zip(boxes, images, strict=True)
    ]
    return np.stack(pooled) if pooled else np.zeros((0, size, size, feature_maps.shape[-1]))


def random_case(seed, number=6, batch=2, shape=(5, 7), stride=4, channels=2):
    """Maps, and boxes that lie in them, hang over their border or lie outside."""
    rng = np.random.default_rng(seed)
    maps = rng.normal(size=(batch, *shape, channels)).astype(np.float32)
    low = rng.uniform(-12, max(shape) * stride, (number, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.5, 25, (number, 2))], 1).astype(np.float32)
    return maps, boxes, rng.integers(0, batch, number).astype(np.int32), stride


# By hand


ARANGE = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)  # 0..15, row by row
WHOLE = np.array([[0, 0, 4, 4]], np.float32)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("roi_align", [[2.5, 4.5], [10.5, 12.5]]),  # means of 2 x 2 cells
        ("crop_and_resize", [[0, 3], [12, 15]]),  # the four corner cells
        ("roi_pool", [[5, 7], [13, 15]]),  # largest of 2 x 2 cells
    ],
)
def test_three_operators_by_hand(name, expected):
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
    across = np.array([[-1, 0, 1, 4]], np.float32)  # upper half of each bin off the map
    pooled = ra.roi_align(ones, across, [0], 1, 1).numpy().item()
    assert pooled == pytest.approx(0.5), "samples at -0.5 and +0.5 pixels: zero and one"
    edge = np.array([[-0.5, 1, 1.5, 2]], np.float32)  # samples exactly at the edge, 0, and at 1
    assert ra.roi_align(ones, edge, [0], 1, 1).numpy().item() == pytest.approx(1)
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


# On a ramp: value = a * y + b * x + c at the centre of each cell


def ramp(height, width, stride, a, b, c):
    y = (np.arange(height) + 0.5) * stride
    x = (np.arange(width) + 0.5) * stride
    return (a * y[:, None] + b * x + c).astype(np.float32)[None, ..., None]


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


def test_the_other_two_are_not_exact():
    height, width, stride, size = 6, 8, 4, 2
    box = np.array([[5, 6, 17, 25]], np.float32)
    values = ramp(height, width, stride, 1, 0, 0)  # the value is y itself
    exact = 5 + 12 * np.array([0.25, 0.75])  # of bin centres
    pooled = ra.crop_and_resize(values, box, [0], size, stride)[0, :, 0, 0].numpy()
    # Its samples lie at the box's first and last pixel, and a pixel is shifted by up to half a
    # cell: y' = y * (h - 1) / (H - 1) reads the ramp at (y' + 1/2) * stride.
    shifted = (np.array([5, 16]) * 5 / 23 + 0.5) * stride
    np.testing.assert_allclose(pooled, shifted, rtol=1e-5)
    assert abs(pooled - exact).max() > 1.5
    pooled = ra.roi_pool(values, box, [0], size, stride)[0, :, 0, 0].numpy()
    np.testing.assert_allclose(pooled, [10, 14])  # rows 1..2 and 2..3 of centres 6, 10, 14
    assert abs(pooled - exact).max() > 1.5


# Gradients


@pytest.mark.parametrize("name", ["roi_align", "crop_and_resize"])
def test_gradient_is_the_transpose_of_the_weights(name):
    _, boxes, images, stride = random_case(5, number=5, batch=2, shape=(3, 4), channels=1)
    cells = np.eye(2 * 3 * 4, dtype=np.float32).reshape(-1, 2, 3, 4, 1)  # one cell at a time
    weights = [twin_of(name, cell, boxes, images, 3, stride) for cell in cells]
    upstream = np.random.default_rng(0).normal(size=(5, 3, 3, 1)).astype(np.float32)
    expected = np.array([(weight * upstream).sum() for weight in weights]).reshape(2, 3, 4, 1)
    gradient = gradient_of(name, np.zeros((2, 3, 4, 1)), boxes, images, 3, stride, upstream)
    np.testing.assert_allclose(gradient, expected, atol=1e-4)


def test_gradient_of_roi_pool_goes_to_the_largest_cell():
    maps, boxes, images, stride = random_case(6, number=8, channels=2)
    upstream = np.random.default_rng(0).normal(size=(8, 3, 3, 2)).astype(np.float32)
    expected = np.zeros(maps.shape)
    pooled = twin_of("roi_pool", maps, boxes, images, 3, stride)
    for (box, row, column, channel), value in np.ndenumerate(pooled):
        if value != 0:  # a bin on the map: its value occurs once in its image, at one cell
            cell = np.argwhere(maps[images[box], ..., channel] == np.float32(value))
            assert len(cell) == 1
            expected[images[box], *cell[0], channel] += upstream[box, row, column, channel]
    gradient = gradient_of("roi_pool", maps, boxes, images, 3, stride, upstream)
    np.testing.assert_allclose(gradient, expected, atol=1e-5)


def test_gradient_of_roi_pool_is_shared_among_equals():
    maps, boxes = np.ones((1, 4, 4, 1)), WHOLE
    gradient = gradient_of("roi_pool", maps, boxes, [0], 2, 1, np.ones((1, 2, 2, 1), np.float32))
    assert gradient.sum() == pytest.approx(4) and gradient.min() >= 0, "nothing lost, 1 per bin"


def gradient_of(name, maps, boxes, images, size, stride, upstream):
    variable = tf.Variable(maps, dtype=tf.float32)
    with tf.GradientTape() as tape:
        pooled = ra.OPERATORS[name](variable, tf.constant(boxes), images, size, stride)
    return tf.convert_to_tensor(tape.gradient(pooled, variable, upstream)).numpy()


@every_operator
def test_no_gradient_goes_to_the_boxes(name):
    maps, boxes, images, stride = random_case(7)
    boxes = tf.Variable(boxes)
    with tf.GradientTape() as tape:
        pooled = ra.OPERATORS[name](maps, boxes, images, 3, stride)
    assert tape.gradient(pooled, boxes) is None
