"""Opening a data set: the format is detected from its content."""

import json

import numpy as np
import pytest
from skimage import io

import maskrcnn_explained as mrx
from maskrcnn_explained.data.formats.coco import CocoDataset, save_coco
from maskrcnn_explained.data.formats.mask_folders import InstanceMaskDataset
from maskrcnn_explained.data.formats.via import ViaDataset
from maskrcnn_explained.presets import SCENES_CLASSES


@pytest.fixture
def saved(tmp_path):
    save_coco(mrx.Scenes("train", 2, sizes=64), tmp_path / "data", SCENES_CLASSES)
    return tmp_path / "data"


def test_a_folder_that_save_coco_made_and_its_file(saved):
    for path in (saved, saved / "annotations.json"):
        found = mrx.open_dataset(path)
        assert isinstance(found, CocoDataset) and found.class_names == SCENES_CLASSES
        assert len(found) == 2


def test_via(tmp_path):
    io.imsave(tmp_path / "a.png", np.zeros((20, 20, 3), np.uint8), check_contrast=False)
    (tmp_path / "via.json").write_text(json.dumps({"a": {"filename": "a.png", "regions": []}}))
    assert isinstance(mrx.open_dataset(tmp_path / "via.json"), ViaDataset)


def test_a_folder_of_label_maps_takes_the_name_of_the_only_class(tmp_path):
    for name in ("images", "labels"):
        (tmp_path / name).mkdir()
        io.imsave(tmp_path / name / "a.png", np.ones((9, 9), np.uint8), check_contrast=False)
    found = mrx.open_dataset(tmp_path, class_names=("background", "coin"))
    assert isinstance(found, InstanceMaskDataset) and found.class_names == ("background", "coin")
    with pytest.raises(ValueError, match="do not say which of the classes disk, rectangle"):
        mrx.open_dataset(tmp_path, class_names=SCENES_CLASSES)


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="no annotation file"):
        mrx.open_dataset(tmp_path / "none.json")
