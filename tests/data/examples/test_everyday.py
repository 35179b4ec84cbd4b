"""The everyday photographs: each outline lies on an edge, each mask is its outline filled."""

import importlib.metadata

import numpy as np
import pytest
from matplotlib.path import Path
from scipy import ndimage
from skimage import data, filters

from maskrcnn_explained.data.examples import everyday
from maskrcnn_explained.data.examples.everyday import (
    everyday_names,
    everyday_objects,
    everyday_sample,
)
from maskrcnn_explained.masks import boxes_from_masks
from maskrcnn_explained.presets import PHOTO_GROUPS, PRESETS

# Name -> the finer names of its objects, with the least and the most pixels that each may have.
OBJECTS = {
    "astronaut": [("person", 100_000, 115_000)],
    "camera": [("person", 75_000, 85_000)],
    "chelsea": [("cat", 100_000, 112_000)],
    "coffee": [("cup", 48_000, 53_000)],
    "motorcycle": [
        ("motorcycle", 105_000, 115_000),
        ("bicycle", 3_000, 4_000),
        ("bench", 17_000, 20_000),
        ("bottle", 500, 640),
        ("bottle", 260, 350),
    ],
}
# The man is divided by the column of his tripod; boards hide parts of the bicycle.
PARTS = {("camera", 0): 3, ("motorcycle", 1): 8, ("motorcycle", 2): 4}
EACH = [(name, i) for name, objects in OBJECTS.items() for i in range(len(objects))]


@pytest.fixture(scope="module")
def samples():
    return {name: everyday_sample(name) for name in everyday_names()}


def test_names_and_objects():
    names = everyday_names()
    assert len(set(names)) == len(names) == 16 and names[:5] == tuple(OBJECTS)
    for name in names:
        categories = [found["category"] for found in everyday_objects(name)]
        assert categories == [row[0] for row in OBJECTS.get(name, [])]


@pytest.mark.parametrize("name", everyday_names())
def test_shapes_and_class_ids(samples, name):
    sample, objects = samples[name], everyday_objects(name)
    height, width = sample.image.shape[:2]
    assert sample.image.dtype == np.uint8 and sample.image.shape == (height, width, 3)
    assert sample.masks.shape == (len(objects), height, width) and sample.masks.dtype == bool
    assert sample.class_ids.dtype == np.int32 and sample.class_ids.shape == (len(objects),)
    names = PRESETS["photos"].class_names
    for class_id, found in zip(sample.class_ids, objects, strict=True):
        assert names[class_id] == found["group"]
        assert found["category"] in PHOTO_GROUPS[found["group"]]


def test_image_ids_differ(samples):
    assert [sample.image_id for sample in samples.values()] == list(range(16))


def test_images_are_the_photographs(samples):
    assert (samples["chelsea"].image == data.chelsea()).all()
    assert (samples["camera"].image == data.camera()[..., None]).all()
    assert (samples["motorcycle"].image == data.stereo_motorcycle()[0]).all()


def test_all_come_with_scikit_image_itself():
    """The wheel lists their files: nothing is downloaded."""
    there = {file.name for file in importlib.metadata.files("scikit-image")}
    other = {"clock": "clock_motion", "motorcycle": "motorcycle_left"}
    for name in everyday_names():
        assert {f"{other.get(name, name)}.{end}" for end in ("png", "jpg")} & there, name


@pytest.mark.parametrize(("name", "i"), EACH)
def test_areas_parts_and_boxes(samples, name, i):
    mask = samples[name].masks[i]
    _, least, most = OBJECTS[name][i]
    assert least <= mask.sum() <= most
    assert ndimage.label(mask)[1] == PARTS.get((name, i), 1)
    tight = boxes_from_masks(mask[None])[0]
    assert (samples[name].boxes[i] == np.array(tight)).all()
    rows, columns = mask.any(1).nonzero()[0], mask.any(0).nonzero()[0]
    assert tight.tolist() == [rows[0], columns[0], rows[-1] + 1, columns[-1] + 1]


def test_no_pixel_has_two_objects(samples):
    for name in OBJECTS:
        assert samples[name].masks.sum(0).max() == 1


@pytest.mark.parametrize("name", OBJECTS)
def test_masks_are_the_outlines_filled(samples, name):
    """By another library: a pixel counts if its centre is inside; pixels at the edge may differ."""
    sample = samples[name]
    height, width = sample.image.shape[:2]
    centres = np.stack(np.mgrid[:height, :width], -1).reshape(-1, 2) + 0.5
    free = np.ones((height, width), bool)
    for mask, found in zip(sample.masks, everyday_objects(name), strict=True):
        filled = np.zeros((height, width), bool)
        for outline in found["outlines"]:
            inside = Path([*outline, outline[0]], closed=True).contains_points(centres)
            filled |= inside.reshape(height, width)
        expected = filled & free
        edge = ndimage.binary_dilation(expected, np.ones((3, 3)))
        edge &= ~ndimage.binary_erosion(expected)
        assert not ((mask != expected) & ~edge).any()
        assert (mask != expected).sum() <= 0.5 * edge.sum()
        free &= ~mask


@pytest.mark.parametrize("name", OBJECTS)
def test_outlines_are_closed_polygons_in_the_image(samples, name):
    height, width = samples[name].image.shape[:2]
    for found in everyday_objects(name):
        assert sorted(found) == ["category", "group", "outlines"]
        for outline in found["outlines"]:
            points = np.array(outline)
            assert points.ndim == 2 and points.shape[1] == 2 and len(points) >= 4
            assert (points >= 0).all() and (points <= (height, width)).all()


@pytest.mark.parametrize(("name", "i"), EACH)
def test_outlines_lie_on_edges_of_the_photograph(samples, name, i):
    """Colours change more along the outline than along one four pixels in, or four out."""
    mask = samples[name].masks[i]
    image = samples[name].image.astype(float)
    change = ndimage.maximum_filter(sum(filters.sobel(image[..., c]) for c in range(3)), 3)
    smaller = ndimage.binary_erosion(mask, iterations=4, border_value=1)
    larger = ndimage.binary_dilation(mask, iterations=4)
    on, inside, outside = (change[_rim(m)].mean() for m in (mask, smaller, larger))
    assert on > 1.2 * inside and on > 1.2 * outside


def _rim(mask):
    """The outermost pixels of a mask, but not those near the frame."""
    rim = mask & ~ndimage.binary_erosion(mask, border_value=1)
    rim[:8] = rim[-8:] = rim[:, :8] = rim[:, -8:] = False
    return rim


def test_what_the_astronaut_and_the_cup_include(samples):
    """Points that a reader can look up in the photograph: (y, x) -> does it belong?"""
    person, cup = samples["astronaut"].masks[0], samples["coffee"].masks[0]
    suit, helmet, flag, shuttle = (400, 100), (440, 430), (60, 20), (230, 400)
    assert person[suit] and not (person[helmet] or person[flag] or person[shuttle])
    handle, coffee, saucer, spoon = (270, 220), (150, 280), (300, 120), (280, 370)
    assert cup[handle] and cup[coffee] and not (cup[saucer] or cup[spoon])


@pytest.mark.parametrize("function", [everyday_objects, everyday_sample])
@pytest.mark.parametrize("name", ["dog", "", None, 3, ["coffee"]])
def test_unknown_name(function, name):
    with pytest.raises(ValueError, match=r"No everyday photograph.*there are: astronaut, camera"):
        function(name)


def test_what_is_in_them_is_said():
    assert all(words.strip() for words in everyday.EVERYDAY.values())
