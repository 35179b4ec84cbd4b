"""Projects of VIA 3."""

import json

import pytest
from PIL import Image

from maskrcnn_explained.data.formats.open_dataset import open_dataset
from maskrcnn_explained.data.formats.via3 import entries_of_project

SQUARE = [7, 10, 5, 30, 5, 30, 25, 10, 25]
ATTRIBUTES = {
    "1": dict(aname="kind", anchor_id="FILE1_Z0_XY1", type=4, options={"0": "leaf", "1": "stem"}),
    "2": dict(aname="note", anchor_id="FILE1_Z0_XY1", type=1, options={}),
}


def mark(xy, view="1", z=(), **av):
    return dict(vid=view, flg=0, z=list(z), xy=xy, av=av)


def project(*marks):
    return dict(
        project=dict(pname="mine"),
        config={},
        attribute=ATTRIBUTES,
        file={i: dict(fid=i, fname=f"{i}.png", type=2, loc=1, src="") for i in ("1", "2")},
        view={i: dict(fid_list=[i]) for i in ("1", "2")},
        metadata={f"{m['vid']}_{n}": m for n, m in enumerate(marks)},
    )


@pytest.fixture
def write(tmp_path):
    def to_file(*marks):
        for name in "12":
            Image.new("RGB", (60, 40)).save(tmp_path / f"{name}.png")
        (tmp_path / "p.json").write_text(json.dumps(project(*marks)))
        return tmp_path / "p.json"

    return to_file


@pytest.mark.parametrize(
    ("xy", "area"),
    [
        (SQUARE, 400),
        ([6, *SQUARE[1:]], 400),
        ([2, 10, 5, 20, 20], 400),
        ([3, 30, 20, 10], 316),
        ([4, 30, 20, 10, 10], 316),
    ],
)
def test_shapes(write, xy, area):
    assert open_dataset(write(mark(xy)))[0].masks.sum((1, 2)).tolist() == [area]


def test_classes_from_an_attribute_with_options(write):
    marks = [
        mark(SQUARE, **{"1": "0"}),
        mark(SQUARE, "2", **{"1": "1"}),
        mark([], **{"2": "sunny"}),
    ]
    dataset = open_dataset(write(*marks), attribute="kind")
    assert dataset.class_names == ("background", "leaf", "stem")
    assert [sample.class_ids.tolist() for sample in dataset] == [[1], [2]]
    with pytest.raises(ValueError, match=r"'kind' \(leaf, stem\)"):
        open_dataset(write(*marks))


def test_points_videos_and_broken_projects(write):
    for xy in ([1, 5, 5], [5, 1, 1, 9, 9], [99, 1]):
        with pytest.raises(ValueError, match=r"1\.png, region 1: .* has no area"):
            open_dataset(write(mark(xy)))
    with pytest.raises(ValueError, match="video"):
        open_dataset(write(mark(SQUARE, z=[1.5])))
    with pytest.raises(ValueError, match="format of a VIA 3 project"):
        entries_of_project(dict(file={}, view={"1": {}}, metadata={}), "p.json")
