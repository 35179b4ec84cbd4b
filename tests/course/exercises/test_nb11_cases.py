"""The cases of notebook 11 hide nothing: not square, no mirror images, ids with gaps."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb11_cases as cases
from maskrcnn_explained.data.formats.coco import decode


@pytest.mark.parametrize("make", [cases.mask_small, cases.mask_random, cases.mask_coin])
def test_masks_are_not_square_and_their_runs_come_back(make):
    [mask] = make()
    assert mask.shape[0] != mask.shape[1] and mask.dtype == bool
    runs = cases.coco_runs(mask)
    back = decode({"size": list(mask.shape), "counts": runs}, mask.shape)
    np.testing.assert_array_equal(back, mask)


def test_one_mask_begins_inside_and_the_others_do_not():
    firsts = [make()[0][0, 0] for make in (cases.mask_small, cases.mask_random, cases.mask_coin)]
    assert firsts == [True, False, False]
    assert cases.coco_runs(*cases.mask_small()) == [0, 1, 2, 2, 2, 2, 3]


@pytest.mark.parametrize("make", [cases.flip_small, cases.flip_random, cases.flip_coins])
def test_boxes_are_those_of_the_masks_and_nothing_is_its_mirror_image(make):
    image, masks, boxes = make()
    assert image.shape[0] != image.shape[1]
    once = cases.flipped_parts(image, masks, boxes)
    for part, moved in zip((image, masks, boxes), once, strict=True):
        assert not np.array_equal(part, moved)
    for part, back in zip((image, masks, boxes), cases.flipped_parts(*once), strict=True):
        np.testing.assert_array_equal(part, back)


def test_squares_of_the_notebook():
    best = cases.best_square_iou(*cases.squares_small())
    assert [round(float(one), 2) for one in best] == [0.88, 0.61, 0.61, 0.61, 0.52]


@pytest.mark.parametrize("make", [cases.squares_small, cases.squares_random, cases.squares_coins])
def test_factors_are_not_1(make):
    sides, factor, scales = make()
    assert abs(factor - 1) > 0.3 and len(scales) != len(sides) or len(sides) == 5


@pytest.mark.parametrize("make", [cases.categories_small, cases.categories_random])
def test_ids_have_gaps_and_no_order_and_some_are_unused(make):
    used, listed = make()
    assert set(used) < set(listed) and sorted(listed) != listed.tolist()
    assert max(listed) > len(listed)
    classes = cases.coco_classes(used, listed)
    assert classes.min() >= 1 and classes.max() <= len(listed)
    assert [sorted(listed)[one - 1] for one in classes] == used.tolist()
    np.testing.assert_array_equal(cases.sorted_classes(used, listed), classes)


def test_slides():
    assert cases.mixed_slides() == pytest.approx(9.91, abs=0.005)


def test_cases_are_the_same_each_time():
    for make in (cases.mask_random, cases.squares_random, cases.categories_random):
        np.testing.assert_array_equal(make()[0], make()[0])
