"""Samples: shapes that fit together, and parts of a data set."""

import numpy as np
import pytest

from maskrcnn_explained.data.sample import Sample, Subset

IMAGE = np.zeros((4, 6, 3), np.uint8)
MASKS = np.zeros((2, 4, 6), bool)
IDS = np.array([1, 2])


def test_boxes_follow_from_the_masks():
    masks = MASKS.copy()
    masks[0, 1:3, 2:5] = True
    sample = Sample(IMAGE, masks, IDS)
    assert len(sample) == 2 and not sample.crowd.any()
    np.testing.assert_array_equal(sample.boxes, [[1, 2, 3, 5], [0] * 4])


def test_a_sample_without_instances():
    empty = Sample(IMAGE, MASKS[:0], np.zeros(0, np.int32))
    assert len(empty) == 0 and empty.boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(image=IMAGE[..., 0]), r"image must be \[H, W, 3\] uint8"),
        (dict(image=IMAGE.astype(float)), "uint8; got .* float64"),
        (dict(masks=MASKS[:, :3]), r"masks must be \[G, 4, 6\] bool, the size of the image"),
        (dict(masks=MASKS.transpose(0, 2, 1)), "the size of the image"),
        (dict(masks=MASKS.astype(int)), "bool"),
        (dict(crowd=np.zeros(3, bool)), "crowd must hold one bool per mask, 2 in all"),
        (dict(class_ids=np.array([1])), "2 masks need 2 class ids"),
        (dict(class_ids=np.array([0, 1])), "class ids start at 1"),
    ],
)
def test_an_error_reports_the_image_id(change, words):
    given = dict(image=IMAGE, masks=MASKS, class_ids=IDS, image_id=7) | change
    with pytest.raises(ValueError, match=f"Sample 7: .*{words}"):
        Sample(**given)


def test_a_part_of_a_data_set():
    part = Subset(list("abcdef"), 2, 3)
    assert list(part) == ["c", "d", "e"]
    assert len(Subset("abc", 2, 9)) == 1 and len(Subset("abc", 5, 1)) == 0
    with pytest.raises(IndexError, match="3 samples; got index 3"):
        part[3]
