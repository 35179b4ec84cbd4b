"""`detect` of a list: the same image, the same answer, alone or with others, in any order."""

import itertools

import numpy as np
import pytest
from helpers import calm, random_image

from maskrcnn_explained import inference
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.model import build

ORDERS = list(itertools.permutations(range(4)))


def photographs():
    """Four pictures of unequal size: square, lying, upright, and larger than the others."""
    scenes = Scenes("test", 4, sizes=(192, 192, 168, 192))
    images = [scenes[i].image for i in range(4)]
    return [images[0], images[1][:100], images[2][:, :90], np.tile(images[3], (2, 1, 1))[:300]]


def same(one, other):
    """Two Detections are equal: no tolerance but for scores."""
    np.testing.assert_array_equal(one.boxes, other.boxes)
    np.testing.assert_array_equal(one.class_ids, other.class_ids)
    np.testing.assert_array_equal(one.masks, other.masks)
    np.testing.assert_allclose(one.scores, other.scores, atol=1e-6)
    assert one.class_names == other.class_names


def same_as_alone(model, images, min_score=None):
    """A list gives what its images give alone. Returns the number of detections."""
    together = model.detect(images, min_score)
    assert isinstance(together, list)
    for image, found in zip(images, together, strict=True):
        same(found, model.detect(image, min_score))
        assert found.masks.shape[1:] == np.shape(image)[:2]
    return sum(map(len, together))


# The same answer


@pytest.fixture(scope="module")
def alone(tiny):
    """What the tiny model finds in each photograph."""
    found = [tiny.detect(image) for image in photographs()]
    assert all(map(len, found))
    return found


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "".join(map(str, order)))
def test_a_list_in_every_order_is_what_its_images_are_alone(tiny, alone, order):
    images = photographs()
    together = tiny.detect([images[i] for i in order])
    for index, found in zip(order, together, strict=True):
        same(found, alone[index])


def test_in_the_reference_dialect(tiny_reference):
    assert same_as_alone(tiny_reference, photographs(), 0.0) > 0


def test_images_of_every_kind_in_one_list(tiny):
    image = random_image(90, 70)
    alpha = np.full((90, 70, 1), 200, np.uint8)
    kinds = [image[..., 0], image / 255, np.concatenate([image, alpha], 2), image[:50, :, :1]]
    assert same_as_alone(tiny, kinds) > 0


def test_images_of_equal_size(tiny):
    assert same_as_alone(tiny, [random_image(64, 64, seed=seed) for seed in range(9)]) > 0


def test_the_same_image_many_times(tiny):
    image = photographs()[0]
    first, *others = tiny.detect([image] * 5)
    for found in others:
        same(found, first)


def test_lists_of_one_and_none(tiny):
    image = random_image(64, 64)
    assert tiny.detect([]) == [] and tiny.detect(()) == []
    (found,) = tiny.detect([image])
    same(found, tiny.detect(image))


@pytest.mark.slow
def test_a_deep_model_too():
    """In a batch of two, the convolutions of ResNet-101 differ in the last bits; classes follow."""
    model = calm(build("coco-resnet101", image_max_side=256, image_min_side=256))
    images = [random_image(200, 256, seed=seed) for seed in range(2)]
    assert same_as_alone(model, images, 0.0) > 0


@pytest.mark.slow
def test_the_shipped_model_in_every_order(trained):
    images = photographs()
    found = [trained.detect(image) for image in images]
    assert sum(map(len, found)) > 10
    for order in ORDERS:
        together = trained.detect([images[i] for i in order])
        for index, detections in zip(order, together, strict=True):
            same(detections, found[index])


@pytest.mark.slow
def test_the_shipped_model_on_a_longer_list(trained):
    images = [*photographs(), *(scene.image for scene in Scenes("test", 12))]
    assert same_as_alone(trained, images, 0.05) > 50


# A list needs no more memory than an image


def test_one_image_at_a_time(tiny, monkeypatch):
    """The network's memory grows with its batch; results alone are kept."""
    sizes = []

    def spy(images, config):
        sizes.append(len(images))
        return mold(images, config)

    mold = inference.mold
    monkeypatch.setattr(inference, "mold", spy)
    tiny.detect([random_image(64, 64)] * 12)
    assert sizes == [1] * 12


def test_the_images_stay_as_they_were(tiny):
    images = photographs()
    tiny.detect(images)
    for image, before in zip(images, photographs(), strict=True):
        np.testing.assert_array_equal(image, before)


# What is no image


@pytest.mark.parametrize("place", [1, 2, 4])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((5, 5, 7), np.uint8), "1 to 4 channels"),
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.full((8, 8), np.nan), "NaN"),
        ({"image": 1}, "must be an array or a path; got dict"),
        (None, "must be"),
    ],
    ids=["channels", "no pixels", "NaN", "a dict", "None"],
)
def test_it_is_refused_before_any_work(tiny, monkeypatch, place, wrong, message):
    images = photographs()
    images[place - 1] = wrong
    monkeypatch.setattr(inference, "mold", None)  # to call it would be a TypeError
    with pytest.raises(ValueError, match=f"Image {place} of 4 .*{message}"):
        tiny.detect(images)
