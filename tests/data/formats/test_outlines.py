"""Outlines as tools nest them, what is refused, and how they are drawn."""

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from maskrcnn_explained.data.formats.outlines import (
    Outline,
    from_coco,
    from_polygons,
    from_rectangle,
    outline_mask,
)

SIZE = (40, 60)
SQUARE = [10, 5, 30, 5, 30, 25, 10, 25]  # 20 x 20 pixels, x first
PAIRS = [[10, 5], [30, 5], [30, 25], [10, 25]]
POINTS = [dict(x=10, y=5), dict(x=30, y=5), dict(x=30, y=25), dict(x=10, y=25)]
MASK = np.zeros(SIZE, bool)
MASK[5:25, 10:30] = True
CODE = coco_mask.encode(np.asfortranarray(MASK.astype(np.uint8)))
TEXT = CODE["counts"].decode()
FIRST = dict(size=SIZE, counts=[0, 400, 2000])
LAST = dict(size=SIZE, counts=[2000, 400])


@pytest.mark.parametrize(
    "segmentation",
    [
        [SQUARE],
        SQUARE,
        PAIRS,
        [PAIRS],
        [[SQUARE]],
        [[PAIRS]],
        POINTS,
        [POINTS],
        [[str(number) for number in SQUARE]],
        [[float(number) for number in SQUARE]],
        dict(size=SIZE, counts=TEXT),
        [dict(size=SIZE, counts=TEXT)],
        dict(size=[40.0, 60.0], counts=TEXT),
        dict(size=["40", "60"], counts=TEXT),
    ],
)
def test_a_square_as_tools_write_it(segmentation):
    np.testing.assert_array_equal(outline_mask(from_coco(segmentation), SIZE), MASK)


@pytest.mark.parametrize("nothing", [None, [], {}, "", [[]], [[3, 3]], [[3, 3, 4, 4]], [3, 4]])
def test_no_outline(nothing):
    assert from_coco(nothing) is None


@pytest.mark.parametrize(
    "crumb", [[3, 3, 4, 4], [3, 3], [], [5, 5] * 4, [0, 0, 9, 9, 4, 4], [3, 0, 3, 9, 3, 2]]
)
def test_a_crumb_is_dropped_and_the_object_stays(crumb):
    outline = from_coco([SQUARE, crumb])
    assert outline.crumbs == 1
    np.testing.assert_array_equal(outline_mask(outline, SIZE), MASK)


def test_parts_are_joined():
    outline = from_coco([SQUARE, [40, 30, 50, 30, 50, 35, 40, 35]])
    assert outline_mask(outline, SIZE).sum() == 400 + 50
    assert outline_mask(from_coco([FIRST, LAST]), SIZE).sum() == 800


@pytest.mark.parametrize(
    ("segmentation", "message"),
    [
        ([[10, 5, 30, 5, float("nan"), 25]], "finite"),
        ([[10, 5, 30, 5, float("inf"), 25]], "finite"),
        ([[10, 5, 30, 5, 30, 25, 10]], "odd number"),
        ([["a", "b", "c", "d", "e", "f"]], "not a number"),
        ([[10, 5, None, 5, 30, 25]], "not a number"),
        ("10 5 30 5", "polygons or an RLE"),
        (7, "polygons or an RLE"),
        (dict(counts=[1, 2]), "'size'"),
        (dict(size=SIZE), "'counts'"),
        ([[[[[[[[[1, 2, 3, 4, 5, 6]]]]]]]]], "lists of numbers"),
    ],
)
def test_what_is_no_outline(segmentation, message):
    with pytest.raises(ValueError, match=message):
        from_coco(segmentation)


def test_a_polygon_inside_its_box_is_that_of_the_whole_image():
    generator = np.random.default_rng(3)
    for round_number in range(300):
        height, width = generator.integers(5, 80, 2).tolist()
        ring = generator.uniform(-30, 110, (generator.integers(3, 9), 2))
        ring = ring if round_number % 2 else ring.round()
        codes = coco_mask.frPyObjects([ring.ravel().tolist()], height, width)
        whole = coco_mask.decode(codes[0]).astype(bool)
        drawn = outline_mask(Outline(polygons=(ring,)), (height, width))
        np.testing.assert_array_equal(drawn, whole)


@pytest.mark.parametrize(
    ("ring", "area"),
    [
        ([0, 0, 3e7, 0, 3e7, 3e7, 0, 3e7], 2400),  # a hang of minutes, or a crash, if not clipped
        ([-3e9, -3e9, 3e9, -3e9, 3e9, 3e9, -3e9, 3e9], 2400),
        ([-1e8, 10, 1e8, 10, 1e8, 20, -1e8, 20], 600),
        ([1e8, 1e8, 2e8, 1e8, 2e8, 2e8], 0),
        ([-10, -10, 20, -10, 20, 20, -10, 20], 400),
    ],
)
def test_points_far_beyond_the_image(ring, area):
    assert outline_mask(from_coco([ring]), SIZE).sum() == area


def test_rectangles():
    assert outline_mask(from_rectangle(10, 5, 20, 20), SIZE).sum() == 400
    assert outline_mask(from_rectangle(-10, -10, 20, 20), SIZE).sum() == 100
    assert outline_mask(from_rectangle("50", 30, 100, 100), SIZE).sum() == 100
    assert from_rectangle(10, 5, 0, 20) is None and from_rectangle(10, 5, 20, -1) is None
    with pytest.raises(ValueError, match="finite"):
        from_rectangle(0, 0, float("nan"), 1)


def test_ellipses_and_pictures():
    disk = outline_mask(Outline(ellipse=(20.0, 30.0, 10.0, 10.0, 0.0)), SIZE)
    rows, columns = np.mgrid[:40, :60] + 0.5
    np.testing.assert_array_equal(disk, np.hypot(rows - 20, columns - 30) < 10)
    picture = Outline(picture=(35, 55, np.ones((10, 10), bool)))
    assert outline_mask(picture, SIZE).sum() == 25  # what lies outside is cut off


def test_numbers_and_extent():
    outline = from_polygons([np.array([[1.0, 2], [5, 2], [5, 9]])])
    assert outline.extent == (2, 1, 9, 5) and len(outline.numbers) == 6
    assert from_rectangle(1, 2, 3, 4).extent == (2, 1, 6, 4)
    assert Outline(ellipse=(5, 5, 2, 3, 0)).extent == (2, 2, 8, 8)
    assert from_coco(FIRST).extent is None and not len(from_coco(FIRST).numbers)
