"""The exam's ground truth: 24 separate, whole coins, on the bright parts of the photograph."""

import numpy as np
import pytest
from scipy import ndimage
from skimage import data

from maskrcnn_explained.data.examples.coins import coins_labels, coins_sample


@pytest.fixture(scope="module")
def sample():
    return coins_sample()


def test_there_are_24_disks(sample):
    assert len(sample) == 24
    assert sample.masks.shape == (24, 303, 384) and sample.masks.dtype == bool
    assert sample.class_ids.dtype == np.int32 and (sample.class_ids == 1).all()


def test_image_is_the_photograph(sample):
    assert sample.image.dtype == np.uint8
    assert all((sample.image[..., c] == data.coins()).all() for c in range(3))


def test_stored_labels_are_small_whole_numbers():
    labels = coins_labels()
    assert labels.dtype == np.uint8 and labels.shape == data.coins().shape
    assert np.unique(labels).tolist() == list(range(25))


def test_coins_do_not_overlap_and_have_the_size_of_coins(sample):
    assert sample.masks.sum(0).max() == 1
    sides = sample.boxes[:, 2:] - sample.boxes[:, :2]
    assert (sides >= 34).all() and (sides <= 66).all()
    fill = sample.masks.sum((1, 2)) / sides.prod(1)  # a circle fills pi / 4 = 0.785 of its box
    assert (fill > 0.72).all() and (fill < 0.83).all()


def test_each_coin_is_one_piece_without_holes_off_the_frame(sample):
    for mask in sample.masks:
        assert ndimage.label(mask)[1] == 1
        assert (ndimage.binary_fill_holes(mask) == mask).all()
    border = np.ones(sample.masks.shape[1:], bool)
    border[1:-1, 1:-1] = False
    assert not sample.masks[:, border].any()


def test_outlines_lie_on_the_edge_of_the_coins(sample):
    """The ring just inside an outline is brighter than the ring just outside it."""
    photo = data.coins().astype(float)
    for mask in sample.masks:
        inner = mask & ~ndimage.binary_erosion(mask, iterations=3)
        outer = ndimage.binary_dilation(mask, iterations=4) & ~ndimage.binary_dilation(mask)
        assert photo[inner].mean() > photo[outer].mean() + 40


def test_coins_are_numbered_row_by_row(sample):
    centres = (sample.boxes[:, :2] + sample.boxes[:, 2:]) / 2
    rows = centres.reshape(4, 6, 2)
    assert (rows[:-1, :, 0].max(1) < rows[1:, :, 0].min(1)).all()
    assert (np.diff(rows[:, :, 1], axis=1) > 0).all()


def test_half_size(sample):
    half = coins_sample(0.5)
    assert half.image.shape == (152, 192, 3) and half.masks.shape == (24, 152, 192)
    areas = half.masks.sum((1, 2)) * 4 / sample.masks.sum((1, 2))
    assert (abs(areas - 1) < 0.05).all()
    assert abs(half.boxes * 2 - sample.boxes).max() <= 2.5
    assert abs(half.image.mean() - sample.image.mean()) < 1


@pytest.mark.parametrize("scale", [0, -1, 5])
def test_impossible_scale(scale):
    with pytest.raises(ValueError, match=r"0\.1\.\.4"):
        coins_sample(scale)
