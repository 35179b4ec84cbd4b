"""Types of mistakes: at least one made-up case per type."""

import numpy as np
import pytest

from maskrcnn_explained.evaluation.error_types import TYPES, count_types, error_types


@pytest.mark.parametrize(
    ("overlap", "found_ids", "true_ids", "expected", "missed"),
    [
        ([[0.9]], [1], [1], ["hit"], [False]),
        ([[0.9], [0.8]], [1, 1], [1], ["hit", "duplicate"], [False]),
        ([[0.9]], [2], [1], ["class"], [False]),
        ([[0.3]], [1], [1], ["localisation"], [False]),
        ([[0.3]], [2], [1], ["both"], [True]),
        ([[0.05]], [1], [1], ["background"], [True]),
        (np.zeros((1, 0)), [1], [], ["background"], []),
        (np.zeros((0, 1)), [], [1], [], [True]),
        ([[0.9, 0.3]], [2], [1, 2], ["class"], [False, True]),
    ],
)
def test_each_type(overlap, found_ids, true_ids, expected, missed):
    scores = np.linspace(0.9, 0.5, len(found_ids))
    types, gone = error_types(overlap, scores, found_ids, true_ids)
    assert types == expected
    assert gone.tolist() == missed


def test_limits_are_inclusive_where_coco_has_them_so():
    assert error_types([[0.5]], [0.9], [1], [1])[0] == ["hit"]
    assert error_types([[0.1]], [0.9], [1], [1])[0] == ["localisation"]


def test_counts_add_up():
    image = (np.float32([[0.9, 0.0], [0.3, 0.0], [0.0, 0.0]]), [0.9, 0.8, 0.2], [1, 1, 1], [1, 2])
    counts = count_types([image, image], min_score=0.5)
    assert list(counts) == list(TYPES)
    assert sum(counts[kind] for kind in TYPES[:-1]) == 4, "two detections per image above the limit"
    assert counts["hit"] == 2
    assert counts["localisation"] == 2
    assert counts["missed"] == 2
