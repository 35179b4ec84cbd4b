"""The cases of notebook 05 hide nothing: not square, background wins, no value near a threshold."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb05_cases as cases
from maskrcnn_explained.course.exercises.nb05_answers import PLACE_LOGITS
from maskrcnn_explained.pasting import bilinear_rows


@pytest.mark.parametrize(
    "make", [cases.class_box_hand, cases.class_box_random, cases.class_box_coins]
)
def test_background_wins_in_some_rois_and_they_are_not_square(make):
    rois, logits, deltas, _ = make()
    assert (logits.argmax(1) == 0).any() and deltas.shape == (*logits.shape, 4)
    foreground = np.sort(logits[:, 1:], 1)
    assert (foreground[:, -1] - foreground[:, -2]).min() > 1e-3
    sides = rois[:, 2:] - rois[:, :2]
    assert (np.abs(sides[:, 0] - sides[:, 1]) > 1).mean() > 0.3


def test_the_judge_keeps_one_row_per_roi():
    given = cases.class_box_random()
    found = cases.class_box_judge(*given)
    assert found.shape == (8, 6)
    assert found[:, 0].tolist() == (given[1][:, 1:].argmax(1) + 1).tolist()


@pytest.mark.parametrize("make", [cases.doubled_hand, cases.doubled_random, cases.doubled_coins])
def test_grids_are_not_square(make):
    grid, kernel, bias = make()
    assert grid.shape[0] != grid.shape[1] and kernel.shape == (2, 2, len(bias), grid.shape[2])
    height, width, _ = grid.shape
    assert cases.doubled_judge(grid, kernel, bias).shape == (2 * height, 2 * width, len(bias))


@pytest.mark.parametrize("make", [cases.paste_hand, cases.paste_random, cases.paste_coins])
def test_no_pixel_lies_at_the_threshold(make):
    small, box, size = make()
    (rows, from_rows), (columns, from_columns) = (
        bilinear_rows(box[axis], box[axis + 2], size[axis], small.shape[axis]) for axis in (0, 1)
    )
    stretched = from_rows @ small @ from_columns.T
    assert np.abs(stretched - 0.5).min() > 1e-4
    assert size[0] != size[1] and abs((box[2] - box[0]) - (box[3] - box[1])) > 0.5
    mask = cases.paste_judge(small, box, size)
    np.testing.assert_array_equal(mask[rows, columns], stretched >= 0.5)


@pytest.mark.parametrize("make", [cases.own_mask_hand, cases.own_mask_random, cases.own_mask_coins])
def test_masks_of_several_classes(make):
    masks, class_ids = make()
    assert len(masks) == len(class_ids) and class_ids.min() >= 1
    assert class_ids.max() < masks.shape[-1] and len(set(class_ids)) > 1
    assert cases.own_mask_judge(masks, class_ids).shape == masks.shape[:3]


def test_no_share_is_near_one_half():
    shares = np.exp(PLACE_LOGITS) / np.exp(PLACE_LOGITS).sum(1, keepdims=True)
    assert np.abs(shares[:, 0] - 0.5).min() > 0.04 and np.abs(PLACE_LOGITS[:, 0]).min() >= 0.5
    assert cases.drawn_judge().shape == (2, 7)


def test_the_layer_is_that_of_the_model():
    assert cases.first_layer_judge() == (7 * 7 * 128 + 1) * 512
