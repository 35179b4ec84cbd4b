"""Flags: each is raised for a bad array, and none for a healthy one."""

import numpy as np
import pytest

from maskrcnn_explained.weights.statistics import flags, weight_rows

HEALTHY = np.random.default_rng(0).normal(0, 0.1, (3, 3, 4, 5)).astype(np.float32)


def with_value(array, index, value):
    array = array.copy()
    array[index] = value
    return array


def test_a_row_by_hand():
    (row,) = weight_rows({"conv1/kernel": np.array([[1.0, 2.0], [3.0, 6.0]], np.float32)})
    assert (row.name, row.shape, row.flags) == ("conv1/kernel", (2, 2), ())
    assert (row.least, row.largest, row.mean) == (1, 6, 3)
    assert row.std == pytest.approx(np.sqrt((4 + 1 + 0 + 9) / 4))


@pytest.mark.parametrize(
    ("name", "array", "expected"),
    [
        ("a/kernel", HEALTHY, ()),
        ("a/kernel", with_value(HEALTHY, (0, 0, 0, 0), np.nan), ("not finite",)),
        ("a/moving_mean", with_value(HEALTHY, (0, 0, 0, 0), np.inf), ("not finite",)),
        ("a/moving_variance", 1e5 * np.abs(HEALTHY), ()),
        ("a/kernel", 0 * HEALTHY, ("dead",)),
        ("a/kernel", with_value(HEALTHY, (..., 2), 0), ("dead channels",)),
        ("deconv/kernel", with_value(HEALTHY, (..., 2, slice(None)), 0), ("dead channels",)),
        ("deconv/kernel", with_value(HEALTHY, (..., 2), 0), ()),  # an unused input
        ("a/kernel", with_value(HEALTHY, (0, 0, 0, 0), -11), ("large",)),
        ("a/gamma", np.zeros(4), ("dead",)),
        ("a/gamma", np.ones(4), ()),
        ("a/beta", np.zeros(4), ()),
        ("a/bias", np.full(4, 0.001), ("no effect",)),
        ("a/bias", np.full(4, 0.5), ()),
    ],
)
def test_flags(name, array, expected):
    assert flags(name, array) == expected


def test_shipped_weights_are_healthy():
    """Nothing dead, nothing large; biases before batch norm have no effect, and only those."""
    from maskrcnn_explained.weights.file import read_weights
    from maskrcnn_explained.weights.published import find_weights

    rows = weight_rows(read_weights(find_weights("scenes")))
    raised = {row.name: row.flags for row in rows if row.flags}
    assert set(raised.values()) == {("no effect",)}
    normed = ("res", "conv1", "mrcnn_class_conv", "mrcnn_mask_conv")
    assert all(name.startswith(normed) for name in raised)
