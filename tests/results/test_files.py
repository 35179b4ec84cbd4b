"""Detections on disk: all that they hold comes back, or a clear error."""

import json

import numpy as np
import pytest
from helpers import found_of, noise

from maskrcnn_explained.results import files
from maskrcnn_explained.results.detections import Detections

FIELDS = ("boxes", "class_ids", "class_names", "scores", "masks", "mask_probs", "scale")


def same(one, other):
    """Equal to the last bit, and of one dtype."""
    for name in FIELDS:
        left, right = getattr(one, name), getattr(other, name)
        np.testing.assert_array_equal(left, right)
        assert np.asarray(left).dtype == np.asarray(right).dtype, name


def test_nothing_is_lost(tiny, tmp_path):
    found = tiny.detect(noise(100, 260), min_score=0.0)
    assert len(found) > 1 and found.scale < 1
    path = tmp_path / "found.json"
    found.save(path)
    again = Detections.load(path)
    same(again, found)
    again.save(str(path))  # over the file that is there
    same(Detections.load(str(path)), found)
    assert [inner.name for inner in tmp_path.iterdir()] == ["found.json"]


def test_no_detections_keep_the_size_of_their_image(tiny, tmp_path):
    found = tiny.detect(noise(50, 80), min_score=1.0)
    found.save(tmp_path / "none.json")
    again = Detections.load(tmp_path / "none.json")
    same(again, found)
    assert again.image_size == (50, 80)


def test_masks_that_were_given_as_arrays_and_no_small_masks(tmp_path):
    found = found_of([(2, 3, 9, 20)], [1], [0.5])
    found = Detections.from_coco(found.to_coco(1), ("background", "cat"))
    found.save(tmp_path / "a.json")
    same(Detections.load(tmp_path / "a.json"), found)  # small masks are NaN, and stay so


def test_it_is_a_file_in_coco_s_format(tmp_path):
    found = found_of([(2, 3, 9, 20)], [3], [0.5])
    found.class_names[:] = ["cat"]
    found.save(tmp_path / "a.json", "photo.jpg")
    content = json.loads((tmp_path / "a.json").read_text())
    image = dict(id=1, file_name="photo.jpg", height=64, width=64, scale=None)
    assert content["images"] == [image] and content["categories"] == [dict(id=3, name="cat")]
    (annotation,) = content["annotations"]
    assert annotation["area"] == 7 * 17 and annotation["image_id"] == 1


def test_two_names_of_one_id_are_refused(tmp_path):
    found = found_of([(2, 3, 9, 20), (1, 1, 2, 2)], [1, 1], [0.5, 0.4])
    found.class_names[:] = ["cat", "dog"]
    with pytest.raises(ValueError, match="Two classes share an id"):
        found.save(tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


def test_nan_is_refused(tmp_path):
    found = found_of([(2, 3, 9, 20)], [1], [float("nan")])
    with pytest.raises(ValueError, match="Boxes or scores are NaN or infinite"):
        found.save(tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


def test_where_no_file_can_be(tmp_path):
    found = found_of([(2, 3, 9, 20)], [1], [0.5])
    with pytest.raises(ValueError, match=r"must end in \.json"):
        found.save(tmp_path / "a.txt")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        found.save(tmp_path / "absent" / "a.json")
    with pytest.raises(FileNotFoundError, match="There is no file of detections at"):
        Detections.load(tmp_path / "absent.json")


def damaged(content, *path, value=None):
    """The content with a part replaced, or removed if there is no value."""
    part = content
    for key in path[:-1]:
        part = part[key]
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("images",), None),
        (("images",), []),
        (("images", 0, "height"), None),
        (("images", 0, "height"), "tall"),
        (("images", 0, "height"), 65),
        (("images", 0, "scale"), [1]),
        (("categories",), []),
        (("annotations", 0, "segmentation", "counts"), "012"),
        (("annotations", 0, "bbox"), None),
        (("mask_probs",), None),
        (("mask_probs", "float32"), "AAAA"),
        (("mask_probs", "float32"), "no base64!"),
        (("mask_probs", "shape"), [2, 28, 28]),
        (("mask_probs", "shape"), [1, 28, "28"]),
        (("mask_probs", "shape"), [1, -28, 28]),
    ],
)
def test_a_damaged_file(tmp_path, path, value):
    found = found_of([(2, 3, 9, 20)], [1], [0.5])
    content = damaged(files.file_content(found), *path, value=value)
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match="a.json cannot be read as detections: .*Detections.save"):
        Detections.load(tmp_path / "a.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "5", "null", '{"images": 5}', "\x00"])
def test_other_content(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match="a.json cannot be read as detections"):
        Detections.load(tmp_path / "a.json")
