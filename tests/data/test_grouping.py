"""The same image, the same answer: alone, in a list, in any order."""

import itertools

import numpy as np
import pytest

from maskrcnn_explained.data.grouping import LARGEST_AREA, LARGEST_BATCH, batches_of_one_size
from maskrcnn_explained.data.molding import molded_size, resized_size
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.presets import get_config

CONFIG = get_config("scenes")
SIZES = [(300, 400), (400, 300), (64, 64), (301, 402), (1200, 900), (300, 400)]


def test_each_batch_has_one_canvas_and_each_image_its_place():
    batches = batches_of_one_size(SIZES, CONFIG)
    assert sorted(itertools.chain(*batches)) == list(range(len(SIZES)))
    for batch in batches:
        canvases = {molded_size(*resized_size(*SIZES[i], CONFIG), CONFIG) for i in batch}
        assert len(canvases) == 1
    assert batches_of_one_size([], CONFIG) == []


def test_a_long_list_runs_a_few_images_at_a_time():
    batches = batches_of_one_size([(512, 384)] * 64, CONFIG)
    assert max(map(len, batches)) <= LARGEST_BATCH and batches[0] == list(range(len(batches[0])))
    large = CONFIG.changed(image_max_side=2048)
    for batch in batches_of_one_size([(2000, 2000)] * 5, large):
        assert len(batch) * 2048**2 <= max(LARGEST_AREA, 2048**2)


def photographs():
    """Four pictures of unequal size."""
    scenes = Scenes("test", 4, sizes=(192, 192, 168, 192))
    images = [scenes[i].image for i in range(4)]
    return [images[0], images[1][:100], images[2][:, :90], np.tile(images[3], (2, 1, 1))[:300]]


def same(one, other):
    np.testing.assert_array_equal(one.boxes, other.boxes)
    np.testing.assert_array_equal(one.class_ids, other.class_ids)
    np.testing.assert_array_equal(one.masks, other.masks)
    np.testing.assert_allclose(one.scores, other.scores, atol=1e-6)


def test_a_list_in_every_order_is_what_its_images_are_alone(tiny):
    images = photographs()
    alone = [tiny.detect(image) for image in images]
    assert sum(map(len, alone)) > 0
    for order in itertools.permutations(range(4)):
        for index, found in zip(order, tiny.detect([images[i] for i in order]), strict=True):
            same(found, alone[index])


@pytest.mark.slow
def test_the_shipped_model_finds_the_same_in_lists(trained):
    images = photographs() + [scene.image for scene in Scenes("test", 6)]
    alone = [trained.detect(image) for image in images]
    assert sum(map(len, alone)) > 20
    for order in (range(10), reversed(range(10)), (3, 9, 1, 4, 0, 8, 2, 6, 5, 7)):
        order = list(order)
        for index, found in zip(order, trained.detect([images[i] for i in order]), strict=True):
            same(found, alone[index])


def test_what_is_no_image_is_refused_before_any_work(tiny):
    images = photographs()
    with pytest.raises(ValueError, match="Image 3 of 4"):
        tiny.detect([*images[:2], np.zeros((5, 5, 7)), images[3]])
    assert tiny.detect([]) == []
