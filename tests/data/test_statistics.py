"""Statistics of a data set, by hand and on scenes."""

import numpy as np
import pytest

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.data.statistics import dataset_statistics
from maskrcnn_explained.presets import SCENES_CLASSES


def sample(*boxes, crowd=None, size=(20, 40)):
    masks = np.zeros((len(boxes), *size), bool)
    for mask, (y1, x1, y2, x2) in zip(masks, boxes, strict=True):
        mask[y1:y2, x1:x2] = True
    crowd = None if crowd is None else np.array(crowd)
    image = np.zeros((*size, 3), np.uint8)
    return Sample(image, masks, np.arange(1, len(boxes) + 1).astype(np.int32), crowd=crowd)


def test_by_hand():
    data = [
        sample((0, 0, 10, 20), (5, 10, 10, 30)),  # they overlap on 50 pixels
        sample(),
        sample((0, 0, 4, 4), (0, 0, 20, 40), crowd=[False, True]),
    ]
    facts = dataset_statistics(data, ("background", "cat", "dog"))
    assert facts.image_sizes.tolist() == [[20, 40]] * 3
    assert facts.objects.tolist() == [2, 0, 1]
    assert facts.sides.tolist() == [[10, 20], [5, 20], [4, 4]]
    assert facts.areas.tolist() == [200, 100, 16]
    assert facts.aspect_ratios.tolist() == [2, 4, 1]
    assert facts.class_counts == {"cat": 2, "dog": 1}
    np.testing.assert_allclose(facts.covered, [250 / 800, 0, 16 / 800])
    assert "3 images, 3 objects: cat 2, dog 1" in str(facts)
    assert "1 images without an object" in str(facts)


def test_scenes():
    facts = dataset_statistics(Scenes("train", 30), SCENES_CLASSES)
    assert len(facts.areas) == facts.objects.sum() == sum(facts.class_counts.values()) > 60
    assert (facts.areas <= facts.sides.prod(1)).all()


def test_nothing_to_count():
    with pytest.raises(ValueError, match="empty"):
        dataset_statistics([], ("background", "cat"))
    assert "0 objects" in str(dataset_statistics([sample()], ("background", "cat")))


def test_a_class_without_a_name():
    with pytest.raises(ValueError, match="Class id 2 has no name"):
        dataset_statistics([sample((0, 0, 5, 5), (0, 0, 6, 6))], ("background", "cat"))
