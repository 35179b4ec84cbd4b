"""NaN among weights is said: which arrays, and how many."""

import numpy as np
import pytest

from maskrcnn_explained.stored.finite import not_finite, warn_if_not_finite

ARRAYS = {f"a{i}/kernel": np.array([0.0, bad]) for i, bad in enumerate([1, np.nan, np.inf, 2])}


def test_names_of_arrays_that_are_not_finite():
    assert not_finite(ARRAYS) == ["a1/kernel", "a2/kernel"]


def test_the_first_three_are_named():
    many = {f"a{i}/bias": np.full(2, np.nan) for i in range(5)} | {"b/bias": np.zeros(2)}
    message = r"w.h5 has .*: a0/bias, a1/bias, a2/bias and 2 more \(5 of 6 arrays\)"
    with pytest.warns(UserWarning, match=message):
        warn_if_not_finite(many, "w.h5")
    warn_if_not_finite({"b/bias": np.zeros(2)}, "w.h5")  # a warning would be an error here


def test_variables_as_well(tiny):
    from maskrcnn_explained.stored.names import named_weights

    assert not_finite(named_weights(tiny)) == []
