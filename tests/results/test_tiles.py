"""Tiles: every object lies whole in one of them, and each comes back once."""

import numpy as np
import pytest
from helpers import TINY
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained.data.resizing import resized_size
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.results.pasted_masks import PastedMasks
from maskrcnn_explained.results.tiles import merge_tiles, tile_boxes, tile_side

CONFIG = get_config("scenes", **TINY)  # tiles of 128 pixels: overlap 64, edge 2
SIZE = (100, 300)


def test_the_tiles_of_a_strip():
    tiles = tile_boxes(SIZE, 128)
    assert tiles.tolist() == [
        [0, 0, 100, 300],  # the whole image
        [0, 0, 100, 256],  # of twice the side
        [0, 44, 100, 300],
        [0, 0, 100, 128],
        [0, 57, 100, 185],
        [0, 114, 100, 242],
        [0, 172, 100, 300],
    ]
    assert tile_boxes((128, 60), 128).tolist() == [[0, 0, 128, 60]]


@given(st.integers(1, 900), st.integers(1, 900), st.integers(1, 160), st.integers(0, 9999))
def test_what_is_shorter_than_the_overlap_lies_whole_in_a_smallest_tile(height, width, side, seed):
    tiles = tile_boxes((height, width), side)
    assert tiles.min() >= 0 and (tiles[:, 2:] <= (height, width)).all()
    sides = (tiles[:, 2:] - tiles[:, :2]).max(1)
    small = tiles[sides == sides.min()]
    rng = np.random.default_rng(seed)
    object_side = min(side - side // 2, height, width)
    corner = np.array([rng.integers(0, limit - object_side + 1) for limit in (height, width)])
    inside = (small[:, :2] <= corner).all(1) & (small[:, 2:] >= corner + object_side).all(1)
    assert inside.any()


def found_in(tile, rows):
    """Detections of a tile from rows (box in pixels of the image, class, score), cut to it."""
    corner = np.concatenate([tile[:2], tile[:2]])
    limit = np.concatenate([tile[2:], tile[2:]]) - corner
    boxes = np.array([box for box, _, _ in rows], np.float32).reshape(-1, 4) - corner
    boxes = np.clip(boxes, 0, limit).astype(np.float32)
    small = np.ones((len(rows), 28, 28), np.float32)
    return Detections(
        boxes=boxes,
        class_ids=np.array([class_id for _, class_id, _ in rows], np.int32),
        class_names=["thing" for _ in rows],
        scores=np.array([score for _, _, score in rows], np.float32),
        masks=PastedMasks(small, boxes, tuple(limit[:2]), "repeat"),
        mask_probs=small,
        scale=1.0,
    )


def merged(objects, shrunk=True):
    """What is left if each tile sees each object (box, class, score) that lies in it at least in
    part. Without `shrunk`, tiles that are shrunk see nothing."""
    tiles = tile_boxes(SIZE, 128)
    parts = []
    for tile in tiles:
        seen = []
        if shrunk or (tile[2:] - tile[:2]).max() <= 128:
            for box, class_id, score in objects:
                common = np.minimum(box[2:], tile[2:]) - np.maximum(box[:2], tile[:2])
                if common.min() > 2:
                    seen.append((box, class_id, score))
        parts.append(found_in(tile, seen))
    return merge_tiles(tiles, parts, SIZE, CONFIG)


@pytest.mark.parametrize("shrunk", [True, False])
@pytest.mark.parametrize("left", range(0, 260, 7))
def test_an_object_anywhere_comes_back_once_and_whole(left, shrunk):
    box = (20, left, 60, left + 40)
    found = merged([(box, 1, 0.8)], shrunk)
    assert found.boxes.tolist() == [list(box)]
    expected = np.zeros(SIZE, bool)
    expected[20:60, left : left + 40] = True
    np.testing.assert_array_equal(found.masks[0], expected)
    assert found.image_size == SIZE and found.scale == 1.0


def test_neighbours_and_other_classes_stay_and_the_best_is_first():
    objects = [((20, x, 60, x + 40), 1 + x % 2, x / 300) for x in range(1, 250, 41)]
    found = merged([*objects, ((20, 100, 60, 140), 3, 0.95)])
    assert len(found) == len(objects) + 1
    assert found.class_ids[0] == 3 and (np.diff(found.scores) <= 0).all()


def test_an_object_longer_than_every_small_tile_is_seen_in_a_shrunk_one():
    box = (10, 30, 90, 280)
    found = merged([(box, 1, 0.6)])
    assert found.boxes.tolist() == [list(box)]  # its pieces fall to it


def test_pieces_stay_if_nothing_shows_the_whole():
    found = merged([((10, 30, 90, 280), 1, 0.6)], shrunk=False)
    assert 1 < len(found) < 4  # those that are not half covered by another
    assert found.masks.any(0)[:, 30:240].any(0).all()


def test_what_is_small_in_a_shrunk_tile_is_left_to_smaller_tiles():
    tiles = tile_boxes(SIZE, 128)
    nothing = [found_in(tile, []) for tile in tiles]
    for box, number in (((20, 20, 30, 30), 0), ((20, 20, 60, 60), 1)):
        parts = [found_in(tiles[0], [(box, 1, 0.9)]), *nothing[1:]]
        assert len(merge_tiles(tiles, parts, SIZE, CONFIG)) == number


def test_nothing_found():
    found = merged([])
    assert len(found) == 0 and found.masks.shape == (0, *SIZE)


def test_the_side_of_the_smallest_tiles_is_not_shrunk():
    """In torchvision's dialect the shorter side decides: a square of 1333 is shrunk to 800."""
    fit = get_config("coco-torchvision")
    assert tile_side(fit) == 800 == resized_size(800, 800, fit)[0]
    assert resized_size(1333, 1333, fit)[0] == 800
    assert tile_side(fit.changed(image_min_side=None)) == 1333
    assert tile_side(CONFIG) == CONFIG.image_max_side
