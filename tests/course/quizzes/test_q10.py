"""The quiz of notebook 10: what it says without a number is true of files and layers."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises.nb10_cases import scenes_arrays
from maskrcnn_explained.course.quizzes.q10 import QUIZ_10
from maskrcnn_explained.course.quizzes.q10_numbers import folded_bias
from maskrcnn_explained.stored.classes import HEADS
from maskrcnn_explained.weights.statistics import weight_rows


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_10.notebook == "10"
    assert {number for asked in QUIZ_10.questions for number in asked.asks} == {4, 15}


def test_every_flag_is_a_bias_before_a_batch_norm():
    before_norm = ("conv1", "res", "mrcnn_class_conv", "mrcnn_mask_conv")
    flagged = [row for row in weight_rows(scenes_arrays()) if row.flags]
    assert {flag for row in flagged for flag in row.flags} == {"no effect"}
    assert all(row.name.endswith("/bias") and row.name.startswith(before_norm) for row in flagged)


def test_batch_norm_takes_a_bias_away_unless_it_is_frozen():
    from maskrcnn_explained.layers import BatchNorm

    x = np.random.default_rng(0).normal(size=(2, 3, 3, 1)).astype(np.float32)
    norm = BatchNorm()
    one, other = (np.asarray(norm(part, training=True)) for part in (x, x + 5))
    np.testing.assert_allclose(one, other, atol=1e-4)
    frozen = [np.asarray(norm(part, training=False)) for part in (x, x + 5)]
    assert np.abs(frozen[1] - frozen[0]).min() > 1


def test_layers_that_follow_the_classes(right_texts):
    right = ["`{class_layer}`", "`{mask_layer}`"]
    assert right_texts(QUIZ_10, "Other classes") == right
    assert {"mrcnn_class_logits", "mrcnn_mask"} <= set(HEADS)
    assert not {"rpn_class_raw", "mrcnn_class_conv1"} & set(HEADS)


@pytest.mark.parametrize(
    "slip, bias", [({}, 7), ({"no_mean": True}, 11), ({"bias_as_it_is": True}, 2)]
)
def test_folding(slip, bias):
    """A scale of 6 / 3 = 2: (5 - 2) * 2 + 1; 5 * 2 + 1; 5 - 2 * 2 + 1."""
    assert folded_bias(**slip) == pytest.approx(bias)
