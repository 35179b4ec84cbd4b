"""VIA's formats: both layouts of regions, projects, shapes, attributes."""

import json

import numpy as np
import pytest
from skimage import io

from maskrcnn_explained.data.formats.coco import CocoDataset
from maskrcnn_explained.data.formats.coco_writer import save_coco
from maskrcnn_explained.data.formats.via import ViaDataset, region_mask

SIZE = (20, 30)
SQUARE = np.zeros(SIZE, bool)
SQUARE[4:10, 6:15] = True
POLYGON = dict(name="polygon", all_points_x=[6, 15, 15, 6], all_points_y=[4, 4, 10, 10])
RECT = dict(name="rect", x=6, y=4, width=9, height=6)


def region(shape=POLYGON, **attributes):
    return dict(shape_attributes=shape, region_attributes=attributes)


@pytest.fixture
def write(tmp_path):
    """Write a file with one entry per list of regions."""

    def to_file(*rows, as_dict=False, project=False):
        content = {}
        for number, regions in enumerate(rows):
            name = f"{number}.png"
            regions = {str(i): r for i, r in enumerate(regions)} if as_dict else list(regions)
            content[f"{name}123"] = dict(filename=name, size=123, regions=regions)
            pixels = np.zeros((*SIZE, 3), np.uint8)
            io.imsave(tmp_path / name, pixels, check_contrast=False)
        if project:
            content = {"_via_settings": {}, "_via_img_metadata": content}
        (tmp_path / "via.json").write_text(json.dumps(content))
        return tmp_path / "via.json", tmp_path

    return to_file


@pytest.mark.parametrize("layout", [dict(as_dict=True), {}, dict(project=True)])
def test_every_layout(write, layout):
    data = ViaDataset(*write([region()], [], **layout))
    assert len(data) == 2 and data.class_names == ("background", "object")
    np.testing.assert_array_equal(data[0].masks, SQUARE[None])
    assert data[0].class_ids.tolist() == [1]
    assert data[1].masks.shape == (0, *SIZE) and data[-1].image_id == 1


def test_shapes():
    np.testing.assert_array_equal(region_mask(POLYGON, SIZE), SQUARE)
    np.testing.assert_array_equal(region_mask(RECT, SIZE), SQUARE)
    circle = region_mask(dict(name="circle", cx=15, cy=10, r=6), SIZE)
    assert abs(circle.sum() - np.pi * 36) < 4
    np.testing.assert_array_equal(circle, circle[::-1])
    np.testing.assert_array_equal(circle, circle[:, ::-1])
    ellipse = region_mask(dict(name="ellipse", cx=15, cy=10, rx=8, ry=4), SIZE)
    assert abs(ellipse.sum() - np.pi * 32) < 4 and ellipse.any(0).sum() > ellipse.any(1).sum()


def test_shapes_are_cut_at_the_edge():
    outside = dict(name="rect", x=-3, y=-3, width=8, height=8)
    assert region_mask(outside, SIZE).sum() == 25
    polygon = dict(name="polygon", all_points_x=[25, 40, 40, 25], all_points_y=[0, 0, 20, 20])
    assert region_mask(polygon, SIZE).sum() == 5 * 20


def test_classes_from_an_attribute(write):
    rows = [region(kind="star"), region(kind={"disk": True, "star": False})], [region(kind="disk")]
    data = ViaDataset(*write(*rows), attribute="kind")
    assert data.class_names == ("background", "disk", "star")
    assert [s.class_ids.tolist() for s in data] == [[2, 1], [1]]
    data = ViaDataset(*write(*rows), attribute="kind", class_names=("background", "star"))
    assert [s.class_ids.tolist() for s in data] == [[1], []]
    data = ViaDataset(*write(*rows), class_names=("background", "balloon"), attribute="")
    assert [s.class_ids.tolist() for s in data] == [[1, 1], [1]]


def test_round_trip_through_coco(write, tmp_path):
    data = ViaDataset(*write([region(), region(RECT)], []))
    save_coco(data, tmp_path / "saved", data.class_names)
    again = CocoDataset(tmp_path / "saved" / "annotations.json", tmp_path / "saved" / "images")
    for one, other in zip(data, again, strict=True):
        np.testing.assert_array_equal(one.masks, other.masks)


# Bad input


def test_not_vias_format(tmp_path):
    for text in ("[]", '{"images": []}', '{"a": {"filename": "a.png"}}'):
        (tmp_path / "a.json").write_text(text)
        with pytest.raises(ValueError, match="not in VIA's format"):
            ViaDataset(tmp_path / "a.json", tmp_path)


def test_a_region_without_its_class(write):
    for attributes in ({}, {"kind": ""}, {"kind": {"disk": True, "star": True}}):
        with pytest.raises(ValueError, match="no single value for the attribute 'kind'"):
            ViaDataset(*write([region(**attributes)]), attribute="kind")


def test_classes_that_the_file_does_not_say(write):
    files = write([region(kind="disk")])
    with pytest.raises(ValueError, match="do not say which of the classes disk, star they are"):
        ViaDataset(*files, class_names=("background", "disk", "star"))
    with pytest.raises(ValueError, match="has the classes disk; none of them is .* star"):
        ViaDataset(*files, attribute="kind", class_names=("background", "star"))
    nothing = ViaDataset(*write([]), attribute="kind", class_names=("background", "star"))
    assert len(nothing[0]) == 0


@pytest.mark.parametrize(
    "shape",
    [
        dict(name="point", cx=1, cy=1),
        dict(name="polygon", all_points_x=[1], all_points_y=[1]),
        dict(name="circle", cx=9, cy=9, r=0),
        dict(name="ellipse", cx=9, cy=9, rx=4, ry=0),
        {},
    ],
)
def test_shapes_without_area(shape):
    with pytest.raises(ValueError, match="has no area"):
        region_mask(shape, SIZE)


def test_several_classes_and_no_attribute_named(write):
    files = write([region(kind="disk", note="")], [region(kind={"star": True})])
    with pytest.raises(ValueError, match=r"'kind' \(disk, star\).*--via-attribute"):
        ViaDataset(*files)
    assert ViaDataset(*files, attribute="").class_names == ("background", "object")
    assert ViaDataset(*write([region(kind="disk")])).class_names == ("background", "object")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (region(dict(name="point", cx=1, cy=1)), "0.png, region 2: .*'point' has no area"),
        (region({}), "0.png, region 2: .*'None' has no area"),
        (region(dict(name="rect", x=1, y=2, height=3)), "0.png, region 2: .*lacks 'width'"),
        (region(dict(name="rect", x=1, y=2, width=0, height=3)), "0.png, region 2: .*no area"),
        (region(dict(name="circle", cx=1, cy=2, r="x")), "0.png, region 2: .*not a number"),
        (region(dict(name="polygon", all_points_x=[1, 2, 3], all_points_y=[1, 2])), "as many x"),
        (region(dict(name="rect", x=0.1, y=0.2, width=0.5, height=0.5)), "relative"),
        (dict(region_attributes={}), "0.png, region 2: "),
        (7, "0.png, region 2: a region must be a dict"),
    ],
)
def test_a_bad_region_is_named_or_left_out(write, bad, message):
    files = write([region(), bad])
    with pytest.raises(ValueError, match=message):
        ViaDataset(*files)
    assert len(ViaDataset(*files, problems="leave out")[0]) == 1


def test_class_names_that_differ_by_case(write):
    with pytest.raises(ValueError, match="'Disk', the model has 'disk'"):
        ViaDataset(
            *write([region(kind="Disk")]), attribute="kind", class_names=("background", "disk")
        )
    with pytest.raises(ValueError, match="one class twice"):
        ViaDataset(*write([region(kind="Disk"), region(kind="disk")]), attribute="kind")
