"""Opening a data set: the format is detected from its content."""

import json
import random

import numpy as np
import pytest
from skimage import io

import maskrcnn_explained as mrx
from maskrcnn_explained.data.formats.coco import CocoDataset
from maskrcnn_explained.data.formats.coco_writer import save_coco
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


# Exports as tools unpack them: where the JSON is, where the images are, what is given as the path.

SQUARE = [10, 5, 30, 5, 30, 25, 10, 25]
LAYOUTS = {
    "Label Studio": ("result.json", "images/0a1b2c3d-leaf.png", "images/0a1b2c3d-leaf.png"),
    "Label Studio on Windows": ("result.json", "images/leaf.png", "images\\leaf.png"),
    "CVAT": ("annotations/instances_default.json", "images/leaf.png", "leaf.png"),
    "CVAT with a subset": ("annotations/instances_train.json", "images/train/leaf.png", "leaf.png"),
    "Roboflow": ("_annotations.coco.json", "leaf_png.rf.0a1b.jpg", "leaf_png.rf.0a1b.jpg"),
    "labelme2coco": ("annotations.json", "JPEGImages/leaf.png", "JPEGImages/leaf.png"),
    "VIA's COCO": ("via_export_coco.json", "leaf.png", "leaf.png"),
    "COCO": ("annotations/instances.json", "leaf.png", "leaf.png"),
}


def write_coco(folder, json_name, image_name, file_name):
    for name in (json_name, image_name):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    io.imsave(folder / image_name, np.zeros((40, 60, 3), np.uint8), check_contrast=False)
    row = dict(id=1, image_id=0, category_id=0, segmentation=[SQUARE], iscrowd=0)
    content = dict(
        images=[dict(id=0, file_name=file_name, height=40, width=60)],
        annotations=[row],
        categories=[dict(id=0, name="leaf")],
    )
    (folder / json_name).write_text(json.dumps(content), encoding="utf-8-sig")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_exports_as_they_are_unpacked(tmp_path, layout):
    write_coco(tmp_path, *layout)
    for path in (tmp_path, tmp_path / layout[0]):
        (sample,) = mrx.open_dataset(path)
        assert sample.masks.sum((1, 2)).tolist() == [400]


def test_several_files_or_parts_are_told(tmp_path):
    for part in ("train", "valid"):
        write_coco(tmp_path, f"{part}/_annotations.coco.json", f"{part}/a.png", "a.png")
    with pytest.raises(ValueError, match=r"parts train, valid .*give one of them.*train"):
        mrx.open_dataset(tmp_path)
    write_coco(tmp_path, "train/other.json", "train/a.png", "a.png")
    with pytest.raises(ValueError, match="2 annotation files: give one of"):
        mrx.open_dataset(tmp_path / "train")


def test_other_files_beside_it_do_not_matter(tmp_path):
    write_coco(tmp_path, "result.json", "images/a.png", "a.png")
    (tmp_path / "settings.json").write_text('{"theme": "dark"}')
    (tmp_path / "._result.json").write_bytes(b"\x00\x05\x16\x07")
    assert len(mrx.open_dataset(tmp_path)) == 1


def test_what_is_not_understood_is_told_what_it_is(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"image_id": 1, "category_id": 1, "score": 0.5}]')
    with pytest.raises(ValueError, match="cannot be read as a data set: it is a list of COCO"):
        mrx.open_dataset(path)


@pytest.mark.parametrize("option", [dict(crowds="x"), dict(boxes="x"), dict(problems="x")])
def test_a_wrong_option_fails_for_each_format(tmp_path, option):
    with pytest.raises(ValueError, match="must be one of"):
        mrx.open_dataset(tmp_path / "none.json", **option)


def test_text_files_of_yolo_are_told(tmp_path):
    for name in ("images/a.png", "labels/a.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("0 0.1 0.1 0.5 0.1 0.5 0.5")
    with pytest.raises(ValueError, match=r"YOLO's text files \(a\.txt"):
        mrx.open_dataset(tmp_path)


# Files with something wrong in them: right, or refused; never another error, never a hang.

VIA_ROW = dict(
    filename="a.png",
    regions=[
        dict(
            shape_attributes=dict(name="rect", x=5, y=5, width=9, height=9),
            region_attributes=dict(kind="leaf"),
        )
    ],
)
FILES = {
    "COCO": dict(
        images=[dict(id=1, file_name="a.png", height=40, width=60)],
        categories=[dict(id=1, name="leaf", supercategory="plant")],
        annotations=[
            dict(id=1, image_id=1, category_id=1, segmentation=[SQUARE], bbox=[1, 2, 3, 4]),
            dict(
                id=2,
                image_id=1,
                category_id=1,
                segmentation=dict(size=[40, 60], counts=[400, 400, 1600]),
                iscrowd=1,
            ),
        ],
    ),
    "VIA": {"a.png1": VIA_ROW},
    "VIA 3": dict(
        attribute={"1": dict(aname="kind", options={"0": "leaf"})},
        file={"1": dict(fname="a.png")},
        view={"1": dict(fid_list=["1"])},
        metadata={"1_a": dict(vid="1", z=[], xy=[7, *SQUARE], av={"1": "0"})},
    ),
    "labelme": dict(
        version="5",
        shapes=[dict(label="leaf", points=[[5, 5], [9, 5], [9, 9]], shape_type="polygon")],
        imagePath="a.png",
        imageHeight=40,
        imageWidth=60,
    ),
}
JUNK = [None, True, 0, -1, 1e400, float("nan"), "", "x", "1", "\0", [], {}, [[]], [None], {"a": 1}]


def places(content, path=()):
    """The paths to all that a JSON holds, its own place left out."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def broken(content, generator):
    """A copy in which one thing is replaced by something else, or is not there."""
    copy = json.loads(json.dumps(content))
    *way, last = generator.choice(list(places(copy)))
    inner = copy
    for key in way:
        inner = inner[key]
    inner[last] = generator.choice(JUNK)
    if isinstance(inner, dict) and generator.random() < 0.3:
        del inner[last]
    return copy


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_file_is_read_right_or_refused(tmp_path, kind):
    generator = random.Random(0)
    io.imsave(tmp_path / "a.png", np.zeros((40, 60, 3), np.uint8), check_contrast=False)
    outcomes = set()
    for _ in range(250):
        (tmp_path / "f.json").write_text(json.dumps(broken(FILES[kind], generator)))
        for options in ({}, dict(problems="leave out", attribute="kind", boxes="rectangles")):
            try:
                samples = list(mrx.open_dataset(tmp_path / "f.json", **options))
                outcomes.add("read")
                assert all(sample.masks.shape[1:] == (40, 60) for sample in samples)
            except (ValueError, OSError) as error:
                outcomes.add("refused")
                assert "f.json" in str(error)
    assert outcomes == {"read", "refused"}
