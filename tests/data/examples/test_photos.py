"""The photographs: seven groups of COCO's categories, read from a folder of the reader's."""

import json

import numpy as np
import pytest
from skimage import io

from maskrcnn_explained.data.examples.photos import PHOTO_FILES, Photos
from maskrcnn_explained.presets import COCO_CLASSES, PHOTO_CLASSES, PHOTO_GROUPS, PRESETS

IDS = {name: number for number, name in enumerate(COCO_CLASSES[1:], start=1)}


def write(folder, name, objects, number):
    """A COCO file of one photograph; objects: (category, box as x, y, w, h, iscrowd)."""
    (folder / "images").mkdir(exist_ok=True)
    image = np.full((20, 30, 3), 10 * number, np.uint8)
    io.imsave(folder / "images" / f"{number}.png", image, check_contrast=False)
    annotations = []
    for index, (category, (x, y, w, h), crowd) in enumerate(objects, start=1):
        outline = [[x, y, x + w, y, x + w, y + h, x, y + h]]
        annotations.append(
            dict(id=index, image_id=number, category_id=IDS[category], iscrowd=crowd)
            | dict(segmentation=outline, bbox=[x, y, w, h], area=w * h)
        )
    content = dict(
        images=[dict(id=number, file_name=f"{number}.png", height=20, width=30)],
        annotations=annotations,
        categories=[dict(id=number, name=name) for name, number in IDS.items()],
    )
    (folder / name).write_text(json.dumps(content))


@pytest.fixture
def folder(tmp_path):
    one, two = (1, 2, 8, 6), (12, 2, 9, 9)
    write(tmp_path, "train.json", [("cat", one, 0), ("dining table", two, 0)], 1)
    write(tmp_path, "more.json", [("person", one, 0), ("truck", two, 0)], 2)
    crowds = [("person", one, 0), ("chair", two, 1), ("surfboard", two, 1)]
    write(tmp_path, "persons.json", crowds, 3)
    write(tmp_path, "val.json", [("banana", one, 0)], 4)
    return tmp_path


def test_categories_become_groups_and_others_are_left_out(folder):
    photos = Photos(folder, "train")
    names = [[PHOTO_CLASSES[i] for i in sample.class_ids] for sample in photos.once()]
    assert names == [["animal"], ["person", "vehicle"], ["person", "seat"]]
    # The crowd of a category that has no group would keep anchors from being background.
    assert photos.once()[2].crowd.tolist() == [False, True]
    told = " ".join(photos.left_out)
    assert "dining table 1" in told and "surfboard 1" in told and "crowd" in told
    np.testing.assert_array_equal(photos[0].boxes, [[2, 1, 8, 9]])


def test_full_annotations_come_twice_per_round_and_are_read_once(folder):
    photos = Photos(folder, "train")
    assert len(photos) == 5
    assert photos[0] is photos[1] is not photos[2]
    assert PHOTO_FILES["train"]["persons.json"] == 1
    assert len(Photos(folder, "validation")) == 1
    with pytest.raises(IndexError):
        photos[5]


def test_the_groups_are_the_preset_s_classes():
    assert PRESETS["photos"].class_names == PHOTO_CLASSES
    names = [name for names in PHOTO_GROUPS.values() for name in names]
    assert len(set(names)) == len(names)
    assert set(names) <= set(COCO_CLASSES[1:])
    assert [len(names) for names in PHOTO_GROUPS.values()] == [1, 10, 8, 5, 3, 3, 10]


def test_an_unknown_part_and_a_missing_file_are_told(folder):
    with pytest.raises(ValueError, match="train, validation"):
        Photos(folder, "test")
    (folder / "more.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"more\.json"):
        Photos(folder, "train")
