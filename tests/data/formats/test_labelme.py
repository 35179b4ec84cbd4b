"""labelme's files: shapes, groups, labels, and folders of them."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from maskrcnn_explained.data.formats.labelme import LabelmeDataset, labelme_files
from maskrcnn_explained.data.formats.open_dataset import open_dataset

SQUARE = [[10, 5], [30, 5], [30, 25], [10, 25]]


def shape(points=SQUARE, label="leaf", kind="polygon", **more):
    return dict(label=label, points=points, shape_type=kind, group_id=None, flags={}) | more


def coded(mask):
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture
def write(tmp_path):
    def to_file(*shapes, name="a", **changes):
        Image.new("RGB", (60, 40)).save(tmp_path / f"{name}.png")
        content = dict(
            version="5.5.0", flags={}, shapes=list(shapes), imagePath=f"{name}.png", imageData=None
        )
        content |= dict(imageHeight=40, imageWidth=60) | changes
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
        return tmp_path / f"{name}.json"

    return to_file


def areas(dataset, index=0):
    return dataset[index].masks.sum((1, 2)).tolist()


@pytest.mark.parametrize(
    ("one", "area"),
    [
        (shape(), 400),
        (shape([[10, 5], [30, 25]], kind="rectangle"), 400),
        (shape([[30, 25], [10, 5]], kind="rectangle"), 400),
        (shape(SQUARE, kind="rectangle"), 400),
        (shape([[30, 20], [30, 30]], kind="circle"), 316),
        (shape(SQUARE, kind="linestrip"), 400),
        (shape([[10, 5], [29, 24]], kind="mask", mask=coded(np.ones((20, 20), bool))), 400),
        (shape([["10", "5"], ["30", "5"], ["30", "25"], ["10", "25"]]), 400),
    ],
)
def test_shapes(write, one, area):
    assert areas(LabelmeDataset(write(one))) == [area]


def test_classes_and_parts_of_a_group(write):
    other = [[40, 30], [50, 30], [50, 35], [40, 35]]
    path = write(
        shape(group_id=1), shape(other, group_id=1), shape(label="stem"), shape(other, group_id=2)
    )
    dataset = LabelmeDataset(path)
    assert dataset.class_names == ("background", "leaf", "stem")
    assert areas(dataset) == [450, 400, 50] and dataset[0].class_ids.tolist() == [1, 2, 1]


def test_a_group_of_shapes_that_cannot_be_joined(write):
    circle = shape([[30, 20], [30, 30]], kind="circle", group_id=1)
    path = write(shape(group_id=1), circle, shape())
    with pytest.raises(ValueError, match=r"a\.png, .*the shapes of a group must be polygons"):
        LabelmeDataset(path)
    assert areas(LabelmeDataset(path, problems="leave out")) == [400]


def test_labels_that_are_no_classes_are_counted(write):
    dataset = LabelmeDataset(write(shape(), shape(label="__ignore__"), shape(label="_background_")))
    assert areas(dataset) == [400] and list(dataset.left_out.values()) == [2]


def test_a_folder_of_files(write, tmp_path):
    write(shape(), name="b")
    write(name="a")
    (tmp_path / "other.json").write_text("{}")
    assert [file.name for file in labelme_files(tmp_path)] == ["a.json", "b.json"]
    dataset = open_dataset(tmp_path)
    assert [path.name for path in dataset.paths] == ["a.png", "b.png"]
    assert areas(dataset) == [] and areas(dataset, 1) == [400]


def test_images_in_another_folder(write, tmp_path):
    path = write(shape(), imagePath="..\\pictures\\a.png")
    assert areas(open_dataset(path)) == [400]
    (tmp_path / "pictures").mkdir()
    (tmp_path / "a.png").rename(tmp_path / "pictures" / "a.png")
    assert areas(open_dataset(path, tmp_path / "pictures")) == [400]


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (shape([[3, 3]], kind="point"), "a.png, shape 2: a shape of the kind 'point' has no area"),
        (shape([[3, 3], [4, 4]]), "a.png, shape 2: .*no area"),
        (shape(label=""), "a.png, shape 2: it has no label"),
        (shape([[3, float("nan")], [4, 4], [5, 5]]), "finite"),
        (shape([[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]]), "relative"),
        (shape([[70, 5], [90, 5], [90, 25]]), "outside"),
        (shape(kind="mask", mask="no base64"), "a.png, shape 2: its mask is not a PNG in base64"),
        (shape(kind="mask", mask=base64.b64encode(b"x").decode()), "its mask is not a PNG"),
        (shape(kind="mask", mask=None), "its mask is not a PNG"),
        (dict(label="leaf"), "a.png, shape 2: its points lack"),
        (7, "a.png, shape 2: it has no label"),
    ],
)
def test_problems_name_image_and_shape(write, one, message):
    path = write(shape(), one)
    with pytest.raises(ValueError, match=message):
        LabelmeDataset(path)
    assert areas(LabelmeDataset(path, problems="leave out")) == [400]


def test_another_size_and_another_format(write, tmp_path):
    with pytest.raises(ValueError, match=r"a\.png"):
        LabelmeDataset(write(shape(), imageHeight=80, imageWidth=120))
    (tmp_path / "c.json").write_text(json.dumps(dict(images=[], annotations=[], categories=[])))
    with pytest.raises(ValueError, match="labelme's format: it is COCO"):
        LabelmeDataset(tmp_path / "c.json")
