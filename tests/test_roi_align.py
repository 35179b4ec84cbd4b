"""RoIAlign and its two cousins, each against a slow twin written as plain loops.

The twins work on one map [h, w, C] and one box (y1, x1, y2, x2) in pixels, one sample at a time.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import roi_align as ra
from maskrcnn_explained.config import REFERENCE, get_config

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
    """Four samples a bin at its quarters; the rim reaches to the map's edge, then comes zero."""
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
    """One sample a bin, from the first pixel of the box to its last; zero off the centres."""
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
            top, bottom = y1 + row * rows // size, y1 + -(-(row + 1) * rows // size)
            left, right = x1 + column * columns // size, x1 + -(-(column + 1) * columns // size)
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
    signature = [tf.TensorSpec([None, None, None, 2]), tf.TensorSpec([None, 4]),
                 tf.TensorSpec([None], tf.int32)]  # fmt: skip
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
    st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1),
    st.floats(-2, 2), st.floats(-2, 2), st.sampled_from([2, 7]),
)  # fmt: skip
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
    assert gradient.sum() == pytest.approx(4) and gradient.min() >= 0, "nothing lost, 1 a bin"


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


# Levels


def test_levels_by_hand():
    config = get_config("scenes", roi_canonical_size=224.0)
    sides = np.array([0, 1, 111, 112, 223, 224, 447, 448, 5000], np.float32)
    boxes = np.stack([0 * sides, 0 * sides, sides, sides], 1)
    levels = ra.roi_levels(boxes, (1024, 1024), config)
    np.testing.assert_array_equal(levels, [2, 2, 2, 3, 3, 4, 4, 5, 5])
    wide = ra.roi_levels([[0.0, 0, 112, 448]], (1024, 1024), config)
    assert wide.numpy().item() == 4, "112 * 448 is 224 squared"


def test_levels_of_the_reference_by_hand():
    config = get_config("coco-resnet50")
    sides = np.array([0, 80, 158, 160, 225, 316, 318, 1024], np.float32)  # pixels, exclusive
    boxes = np.stack([0 * sides, 0 * sides, sides, sides], 1)
    levels = ra.roi_levels(boxes, (1024, 1024), config)
    np.testing.assert_array_equal(levels, [2, 2, 3, 4, 4, 4, 5, 5])  # borders at 224 / sqrt(2) ..


@given(st.floats(1, 500, width=32), st.floats(1, 500, width=32), st.floats(1.01, 4))
@pytest.mark.parametrize("rule", ["paper", "reference"])
def test_a_larger_roi_never_goes_to_a_finer_level(rule, h, w, factor):
    config = get_config("scenes", roi_level_rule=rule)
    boxes = np.array([[0, 0, h, w], [0, 0, h * factor, w * factor]], np.float32)
    small, large = ra.roi_levels(boxes, (512, 512), config).numpy()
    assert 2 <= small <= large <= 5


# The pyramid


def constant_pyramid(batch, size, channels=1):
    """Level k holds 10 * image + k everywhere."""
    values = 10.0 * np.arange(batch, dtype=np.float32)[:, None, None, None]
    return [
        np.broadcast_to(values + k, (batch, size // s, size // s, channels)).astype(np.float32)
        for k, s in ((2, 4), (3, 8), (4, 16), (5, 32))
    ]


@every_operator
def test_each_roi_is_read_from_its_own_level_and_image(name):
    config = get_config("scenes", roi_pooling=name, roi_canonical_size=56.0)
    rng = np.random.default_rng(0)
    sides = rng.uniform(4, 200, 40)
    corners = rng.uniform(20, 30, (40, 2))
    boxes = np.concatenate([corners, corners + sides[:, None]], 1).astype(np.float32)
    images = rng.integers(0, 3, 40).astype(np.int32)
    pooled = ra.pool_pyramid(boxes, images, constant_pyramid(3, 256), 7, config)
    levels = ra.roi_levels(boxes, (256, 256), config).numpy()
    assert set(levels) == {2, 3, 4, 5}
    expected = (10 * images + levels)[:, None, None, None] * np.ones((1, 7, 7, 1))
    np.testing.assert_allclose(pooled, expected, rtol=1e-5)


def test_pyramid_of_no_rois():
    config = get_config("scenes")
    boxes, images = np.zeros((0, 4), np.float32), np.zeros(0, np.int32)
    assert ra.pool_pyramid(boxes, images, constant_pyramid(1, 64), 7, config).shape == (0, 7, 7, 1)


def test_layer_is_pool_pyramid_with_a_batch_axis(tiny_config):
    rng = np.random.default_rng(0)
    maps = [rng.normal(size=(2, 64 // s, 64 // s, 8)).astype(np.float32) for s in (4, 8, 16, 32)]
    boxes = rng.uniform(0, 30, (2, 5, 4)).astype(np.float32)
    boxes[..., 2:] += boxes[..., :2]
    layer = ra.PyramidRoIAlign(7, tiny_config)
    pooled = layer([boxes, *maps])
    flat = ra.pool_pyramid(boxes.reshape(-1, 4), np.repeat([0, 1], 5).astype(np.int32), maps, 7,
                           tiny_config)  # fmt: skip
    np.testing.assert_array_equal(pooled, np.reshape(flat, (2, 5, 7, 7, 8)))
    assert layer([boxes[:, :0], *maps]).shape == (2, 0, 7, 7, 8)
    symbolic = layer([keras.Input((None, 4)), *[keras.Input((None, None, 8))] * 4])
    assert symbolic.shape == (None, None, 7, 7, 8)


def test_layer_adds_back_the_pixel_that_inclusive_corners_leave_out(tiny_config):
    config = tiny_config.changed(**REFERENCE)
    rng = np.random.default_rng(1)
    maps = [rng.normal(size=(1, 64 // s, 64 // s, 2)).astype(np.float32) for s in (4, 8, 16, 32)]
    box = np.array([[[8, 8, 39, 23]]], np.float32)  # y2, x2 name the last pixel
    pooled = ra.PyramidRoIAlign(7, config)([box, *maps])
    plain = ra.pool_pyramid(np.array([[8, 8, 40, 24]], np.float32), np.array([0]), maps, 7, config)
    np.testing.assert_array_equal(pooled[0], plain)


def test_layer_round_trip_and_no_xla(tiny_config):
    layer = ra.PyramidRoIAlign(14, tiny_config, name="roi_align_mask")
    assert layer.supports_jit is False, "XLA cannot compile crop_and_resize"
    again = ra.PyramidRoIAlign.from_config(layer.get_config())
    assert (again.size, again.config, again.name) == (14, tiny_config, "roi_align_mask")


# The reference


def test_levels_and_features_of_the_reference(reference):
    numbers = reference("roi_align")
    config = get_config("coco-resnet50")
    side = 512
    boxes = numbers["boxes"] * (side - 1) + np.array([0, 0, 1, 1], np.float32)  # [2, 30, 4] ours
    levels = ra.roi_levels(boxes, (side, side), config).numpy()
    np.testing.assert_array_equal(levels, numbers["levels"])
    for size in (7, 14):
        theirs = numbers[f"out_{size}"]  # of the first boxes
        for level in (2, 3, 4, 5):
            maps = numbers[f"P{level}"]  # smaller than an image of 512 has: any stride will do
            images, rois = np.nonzero(levels[:, : theirs.shape[1]] == level)
            ours = ra.crop_and_resize(
                maps, boxes[images, rois], images.astype(np.int32), size, side // maps.shape[1]
            )
            np.testing.assert_allclose(ours, theirs[images, rois], atol=1e-4)
