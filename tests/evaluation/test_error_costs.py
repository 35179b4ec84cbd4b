"""The price of each kind of mistake: one made-up case per kind, and what must hold of all."""

import numpy as np
import pytest

from maskrcnn_explained.evaluation.error_costs import MISTAKES, ap_gains, at_least, mend
from maskrcnn_explained.evaluation.error_types import count_types
from maskrcnn_explained.evaluation.precision_recall import average_precision_by_hand


def image(overlap, found_ids, true_ids, scores=None):
    scores = np.linspace(0.9, 0.5, len(found_ids)) if scores is None else scores
    return np.reshape(overlap, (len(found_ids), len(true_ids))), scores, found_ids, true_ids


# kind: two objects of class 1; one is found, and of the other this is said.
CASES = {
    "class": image([[0.9, 0], [0, 0.8]], [1, 2], [1, 1]),
    "localisation": image([[0.9, 0], [0, 0.3]], [1, 1], [1, 1]),
    "both": image([[0.9, 0], [0, 0.3]], [1, 2], [1, 1]),
    "duplicate": image([[0.9, 0], [0.8, 0], [0, 0.9]], [1, 1, 1], [1, 1]),
    "background": image([[0, 0], [0.9, 0], [0, 0.9]], [1, 1, 1], [1, 1]),
    "missed": image([[0.9, 0]], [1], [1, 1]),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mended_image_has_no_mistake_of_this_kind(kind):
    assert count_types([CASES[kind]])[kind] == 1
    mended = mend(CASES[kind], kind)
    assert count_types([mended])[kind] == 0
    for other in MISTAKES:
        if other != kind:
            assert count_types([mended])[other] == count_types([CASES[kind]])[other]


def test_prices_on_paper():
    # Found: one of two. AP50 is 51/101, and 1 if the other object is found, too.
    gain = 1 - 51 / 101
    for kind in ("class", "localisation", "missed"):
        assert np.isclose(ap_gains([CASES[kind]])[kind], gain)
    # A false alarm above both hits: precision 1/2 and 2/3 becomes 1. Below them it costs nothing.
    assert np.isclose(ap_gains([CASES["background"]])["background"], 1 / 3)
    harmless = image([[0.9], [0]], [1, 1], [1])
    assert ap_gains([harmless])["background"] == 0


def test_a_mistake_about_an_object_that_is_found_is_taken_away():
    twice = image([[0.9], [0.8]], [1, 2], [1])
    overlap, scores, found_ids, true_ids = mend(twice, "class")
    assert found_ids.tolist() == [1] and overlap.tolist() == [[0.9]]
    assert scores.tolist() == [0.9] and true_ids.tolist() == [1]
    two = image([[0.8], [0.7]], [2, 3], [1])  # both call it something else: one is enough
    assert mend(two, "class")[2].tolist() == [1]


def test_no_mistakes_no_gain_and_nothing_is_changed():
    perfect = image(np.eye(3), [1, 2, 3], [1, 2, 3])
    assert set(ap_gains([perfect]).values()) == {0.0}
    for kind in MISTAKES:
        before = [np.array(part) for part in CASES[kind]]
        mend(CASES[kind], kind)
        for part, same in zip(CASES[kind], before, strict=True):
            np.testing.assert_array_equal(part, same)


def test_mending_all_kinds_one_after_the_other_gives_an_ap_of_one():
    rng = np.random.default_rng(0)
    images = []
    for _ in range(8):
        ids, true = rng.integers(1, 4, 12), rng.integers(1, 4, 6)
        images.append((rng.random((12, 6)), rng.random(12), ids, true))
    for kind in MISTAKES:
        images = [mend(one, kind) for one in images]
    assert np.isclose(average_precision_by_hand(images, [0.5]), 1)


def test_a_threshold_leaves_detections_out():
    kept = at_least(CASES["duplicate"], 0.6)
    assert [len(part) for part in kept] == [2, 2, 2, 2]


def test_wrong_arguments():
    with pytest.raises(ValueError, match="kind must be one of class, localisation"):
        mend(CASES["class"], "hit")
    with pytest.raises(ValueError, match="images with objects"):
        ap_gains([image([], [1], [])])
    with pytest.raises(ValueError, match="min_score"):
        at_least(CASES["class"], 2)
    with pytest.raises(ValueError, match="min_iou"):
        ap_gains([CASES["class"]], min_iou=-1)
