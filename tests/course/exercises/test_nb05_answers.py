"""The answers of notebook 05: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb05_answers as answers
from maskrcnn_explained.pasting import paste_masks

GRID = np.float32([[1, 2], [0, 3]])[..., None]  # of the notebook
KERNEL = np.float32([[1, 10], [0, -1]])[..., None, None]


def test_weights_by_hand():
    assert answers.first_layer_answer() == 3_211_776
    assert answers.first_layer_answer(no_bias=True) == 3_211_776 - 512
    assert answers.first_layer_answer(one_cell=True) == 128 * 512 + 512
    assert answers.first_layer_answer(small_kernel=True) == 9 * 128 * 512 + 512
    assert answers.first_layer_answer(one_side=True) == 7 * 128 * 512 + 512


def test_class_and_box_of_the_notebook():
    given = [[0, 0, 40, 80]], [[0, 3, 0]], np.zeros((1, 3, 4)), (0.1, 0.1, 0.2, 0.2)
    given[2][0, 1] = 0.5, 0, 0, -1
    row = answers.class_box_answer(*given)[0]
    np.testing.assert_allclose(row, [1, 0.909, 2, 7.25, 42, 72.75], atol=5e-3)
    still = answers.class_box_answer(*given, first_deltas=True)[0]
    np.testing.assert_allclose(still[2:], [0, 0, 40, 80])
    np.testing.assert_allclose(answers.class_box_answer(*given, one_less=True)[0], still)
    uncounted = answers.class_box_answer(*given, uncounted=True)[0]
    np.testing.assert_allclose(uncounted, [0, *still[1:]])
    wide = answers.class_box_answer(*given, no_std=True)[0]
    assert wide[2] == 20
    alone = answers.class_box_answer(*given, without_background=True)[0]
    assert alone[1] == pytest.approx(np.exp(3) / (np.exp(3) + 1))


def test_background_wins():
    given = [[0, 0, 40, 80]], [[5, 3, 0]], np.zeros((1, 3, 4)), (1, 1, 1, 1)
    assert answers.class_box_answer(*given)[0, 0] == 1
    assert answers.class_box_answer(*given, background=True)[0, 0] == 0


def test_a_doubled_grid_of_the_notebook():
    found = answers.doubled_answer(GRID, KERNEL, [0], no_relu=True)[..., 0]
    rows = [[1, 10, 2, 20], [0, -1, 0, -2], [0, 0, 3, 30], [0, 0, 0, -3]]
    np.testing.assert_array_equal(found, rows)
    np.testing.assert_array_equal(
        answers.doubled_answer(GRID, KERNEL, [0])[..., 0], np.maximum(rows, 0)
    )
    assert answers.doubled_answer(GRID, KERNEL, [1], no_bias=True)[0, 1, 0] == 10
    flipped = answers.doubled_answer(GRID, KERNEL, [0], flipped=True)[..., 0]
    assert flipped[0].tolist() == [0, 0, 0, 0] and flipped[1].tolist() == [10, 1, 20, 2]
    turned = answers.doubled_answer(GRID, KERNEL, [0], exchanged=True)[..., 0]
    assert turned[:2, 0].tolist() == [1, 10]
    tiled = answers.doubled_answer(GRID, KERNEL, [0], side_by_side=True)[..., 0]
    assert tiled[0].tolist() == [1, 2, 10, 20]


@pytest.mark.parametrize(
    ("switch", "begins"),
    [
        ({}, 5),
        ({"no_half": True}, 4),
        ({"pixel_corner": True}, 6),
        ({"nearest": True}, 6),
        ({"zero_rim": True}, 5),
    ],
)
def test_where_a_row_of_the_notebook_begins(switch, begins):
    """The values 0, 0.4, 0.4 and 1 in a box of 8 pixels: cut at 0.5, it begins at pixel 5."""
    small = np.tile(np.float32([0, 0.4, 0.4, 1]), (4, 1))
    mask = answers.paste_answer(small, np.float32([0, 0, 8, 8]), (8, 8), **switch)
    assert mask[4].argmax() == begins


def test_pasted_as_the_package_does():
    small = np.random.default_rng(0).uniform(0, 1, (6, 7)).astype(np.float32)
    box = np.float32([2.2, -3.3, 20.4, 17.9])
    ours, theirs = (
        answers.paste_answer(small, box, (24, 15)),
        paste_masks(small[None], box[None], (24, 15)),
    )
    np.testing.assert_array_equal(ours, theirs[0])
    zeros = paste_masks(small[None], box[None], (24, 15), rim="zero")[0]
    np.testing.assert_array_equal(answers.paste_answer(small, box, (24, 15), zero_rim=True), zeros)
    assert answers.paste_answer(np.ones((2, 2)), box, (24, 15), beyond=True).all()
    assert answers.paste_answer(np.ones((2, 2)), box, (24, 15), rounded=True).sum() == 18 * 15


def test_masks_with_a_sigmoid_and_with_a_softmax():
    sigmoid, softmax = answers.drawn_answer()
    assert sigmoid.tolist() == [1, 1, 0, 1, 0, 1, 0]
    assert softmax.tolist() == [1, 0, 1, 0, 0, 1, 0]
    assert answers.drawn_answer(largest=True)[1].tolist() == [1, 0, 1, 1, 0, 1, 1]
    assert answers.drawn_answer(only_less=True)[1].tolist() == [1, 0, 0, 0, 0, 1, 0]
    assert answers.drawn_answer(competing=True)[0].tolist() == [1, 0, 0, 1, 0, 1, 0]
    assert answers.drawn_answer(at_once=True)[0].tolist() == [1, 1, 0, 1, 1, 1, 0]
    assert answers.drawn_answer(swapped=True)[0].tolist() == softmax.tolist()


def test_own_masks_by_hand():
    masks = np.arange(6.0).reshape(2, 1, 1, 3)
    for switch, wanted in (
        ({}, [1, 5]),
        ({"place": "one before"}, [0, 4]),
        ({"place": "first row"}, [1, 4]),
        ({"strongest": True}, [2, 5]),
    ):
        assert answers.own_mask_answer(masks, [1, 2], **switch).ravel().tolist() == wanted


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_05.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
