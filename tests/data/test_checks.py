"""Checks report what is wrong with a data set before training starts."""

import re
import warnings

import numpy as np
import pytest
from helpers import sample_of

from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.checks import (
    check_dataset,
    left_out_of,
    say_left_out,
    say_shared_images,
)
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.sample import Sample, Subset
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.evaluation import coco_ap
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.training import train as training

CONFIG = get_config("scenes")


def sample(*class_ids, empty=0, image_id=0):
    masks = np.zeros((len(class_ids), 64, 64), bool)
    masks[: len(class_ids) - empty, 10:30, 10:30] = True
    image = np.zeros((64, 64, 3), np.uint8)
    return Sample(image, masks, np.array(class_ids, np.int32), image_id=image_id)


def test_good_data_is_counted_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        counts = check_dataset([sample(1, 2), sample(), sample(3, 4, 4)], CONFIG)
    assert counts == {"disk": 1, "rectangle": 1, "triangle": 1, "star": 2}


def test_no_image():
    with pytest.raises(ValueError, match="empty"):
        check_dataset([], CONFIG)


def test_no_object():
    with pytest.raises(ValueError, match="None of the 3 samples looked at has an object"):
        check_dataset([sample(), sample(), sample(1, empty=1)], CONFIG)


def test_class_out_of_range_names_sample_and_classes():
    with pytest.raises(ValueError, match=r"Sample 7 has class id 5, .* knows only 1..4 \(disk"):
        check_dataset([sample(1), sample(5, image_id=7)], CONFIG)


def test_a_class_that_is_missing():
    with pytest.warns(UserWarning, match="No object of class triangle, star in the 1 samples"):
        check_dataset([sample(1, 2)], CONFIG)


def test_empty_masks_are_left_out_and_reported():
    data = [sample(1, 2, 3, 4, 1, empty=1)]
    with pytest.warns(UserWarning, match="1 objects with an empty mask"):
        counts = check_dataset(data, CONFIG)
    assert counts["disk"] == 1
    assert len(coco_ap.truth_records(data[0])) == 4


def squares(number, side, size):
    """A sample of disks of one class, squares in a row of an image of this size."""
    boxes = [[9, 20 * i, 9 + side, 20 * i + side] for i in range(number)]
    crops = [np.ones((side, side), bool)] * number
    image = np.zeros((*size, 3), np.uint8)
    return Sample(image, CutMasks(size, boxes, crops), np.ones(number, np.int32))


def told(data, config=CONFIG):
    """The first warning that the check gives."""
    with pytest.warns(UserWarning) as caught:
        check_dataset(data, config)
    return str(caught[0].message)


def test_objects_that_vanish_when_the_image_is_made_small():
    text = told([squares(100, 5, (60, 4000))])
    lost = int(re.search(r"(\d+) objects that vanish", text)[1])
    batch = make_batch([squares(100, 5, (60, 4000))], CONFIG)
    assert lost == 100 - (batch["gt_class_ids"] > 0).sum() > 0 and "--image-max-side" in text


def test_objects_beyond_the_detections():
    text = told([squares(120, 10, (60, 2400)), squares(3, 10, (60, 64))])
    assert "20 objects beyond the 100 detections" in text and "--detections" in text


class Opened(list):
    """A data set that left something out when it was opened."""

    left_out = {"crowd regions, not learned": 7, "crumbs": 2}


def test_what_was_left_out_is_said():
    text = told(Opened([sample(1, 2, 3, 4)]))
    assert "7 crowd regions, not learned; 2 crumbs" in text
    assert "Most of what is annotated is marked as crowd" in text and "--crowds objects" in text
    assert "Most of" not in told(Opened([sample(*[1] * 9)]))
    assert left_out_of(Subset(Opened([sample(1)]), 0, 1)) == Opened.left_out
    with pytest.raises(ValueError, match="7 crowd regions"):
        check_dataset(Opened([sample()]), CONFIG)


def test_evaluation_says_what_was_left_out():
    with pytest.warns(
        UserWarning, match=r"Left out: 7 crowd regions, not learned; 2 crumbs"
    ) as said:
        say_left_out(Subset(Opened([sample(1)]), 0, 1))
    assert len(said) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        say_left_out([sample(1)])  # a list left nothing out


def test_masks_of_another_size_than_their_image():
    masks = np.ones((1, 32, 32), bool)
    with pytest.raises(ValueError, match="the size of the image"):
        Sample(np.zeros((64, 64, 3), np.uint8), masks, np.array([1], np.int32))


def test_long_data_is_looked_at_here_and_there():
    seen = []

    class Watched(Scenes):
        def __getitem__(self, index):
            seen.append(index)
            return super().__getitem__(index)

    check_dataset(Watched("train", 100_000), CONFIG, look_at=5)
    assert seen == [0, 24999, 49999, 74999, 99999]


def test_training_writes_nothing_before_it_knows(tiny, tmp_path):
    with pytest.raises(ValueError, match="has an object"):
        training.train(tiny, [sample(), sample()], None, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_validation_images_that_are_training_images_are_told(tmp_path):
    one, two = sample_of([(2, 2, 22, 22)], [1]), sample_of([(2, 2, 22, 22)], [1])
    with pytest.warns(UserWarning, match="1 of the 2 validation images are also training images"):
        say_shared_images([one], [one, two])

    class Files:
        def __init__(self, *names):
            self.paths = [tmp_path / name for name in names]

    with pytest.warns(UserWarning, match="2 of the 2 validation images"):
        say_shared_images(Files("a.jpg", "b.jpg"), Files("b.jpg", "./a.jpg"))


@pytest.mark.filterwarnings("error")
def test_other_images_are_no_matter():
    one, two = sample_of([(2, 2, 22, 22)], [1]), sample_of([(2, 2, 22, 22)], [1])
    say_shared_images([one], [two])
    say_shared_images([one], None)
