"""What is written in COCO's format reads back the same; nothing is half-written."""

import numpy as np
import pytest

from maskrcnn_explained.data.formats.coco import CocoDataset
from maskrcnn_explained.data.formats.coco_writer import save_coco
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.dataset import Scenes

SIZE = (20, 30)
SQUARE = np.zeros(SIZE, bool)
SQUARE[4:10, 6:15] = True


def test_round_trip_of_scenes(tmp_path):
    scenes = Scenes("train", 4, sizes=64)
    names = ("background", "disk", "rectangle", "triangle", "star")
    save_coco(scenes, tmp_path / "saved", names)
    again = CocoDataset(tmp_path / "saved" / "annotations.json", tmp_path / "saved" / "images")
    assert again.class_names == names and len(again) == 4
    for one, other in zip(scenes, again, strict=True):
        for field in ("image", "masks", "class_ids", "crowd"):
            np.testing.assert_array_equal(getattr(one, field), getattr(other, field))


def test_round_trip_of_crowds_and_of_images_without_objects(tmp_path):
    image = np.zeros((*SIZE, 3), np.uint8)
    empty = Sample(image, np.zeros((0, *SIZE), bool), np.zeros(0, np.int32))
    crowd = Sample(image, SQUARE[None], np.ones(1, np.int32), crowd=np.ones(1, bool))
    save_coco([empty, crowd], tmp_path / "saved", ("background", "cat"))
    again = CocoDataset(tmp_path / "saved" / "annotations.json", tmp_path / "saved" / "images")
    assert len(again[0]) == 0 and again[1].crowd.tolist() == [True]
    np.testing.assert_array_equal(again[1].masks[0], SQUARE)
    with pytest.raises(FileExistsError, match="is there already"):
        save_coco([empty], tmp_path / "saved", ("background", "cat"))


def test_saving_leaves_nothing_half_written(tmp_path):
    class Broken:
        def __len__(self):
            return 2

        def __getitem__(self, index):
            raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        save_coco(Broken(), tmp_path / "saved", ("background", "cat"))
    assert list(tmp_path.iterdir()) == []
