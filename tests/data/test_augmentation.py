"""Augmentation: changes can be undone, masks move with their pixels, seeds decide the draws."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import color

from maskrcnn_explained.data.augmentation import Augmentation, crop, flip, recolour, rescale, turn
from maskrcnn_explained.data.batches import batches
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.resizing import nearest_pixels
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.presets import get_config


@pytest.fixture(scope="module")
def scene():
    return Scenes("train", 20, sizes=96)[1]


def same(one, other):
    for field in ("image", "masks", "class_ids", "crowd"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
    for name, values in one.tags.items():
        np.testing.assert_array_equal(values, other.tags[name])


def painted(masks):
    """A Sample whose image is white inside its only mask and black outside."""
    image = np.repeat(masks[0][..., None] * np.uint8(255), 3, -1)
    return Sample(image, masks, np.ones(len(masks), np.int32))


def test_flips_and_turns_undo_themselves(scene):
    same(flip(flip(scene)), scene)
    for quarters in range(4):
        same(turn(turn(scene, quarters), -quarters), scene)
    same(turn(turn(scene, 2), 2), scene)


def test_boxes_of_a_mirror_image(scene):
    y1, x1, y2, x2 = scene.boxes.T
    width = scene.image.shape[1]
    np.testing.assert_array_equal(flip(scene).boxes, np.stack([y1, width - x2, y2, width - x1], 1))


def test_boxes_after_a_quarter_turn():
    masks = np.zeros((1, 20, 30), bool)
    masks[0, 2:5, 10:16] = True
    turned = turn(painted(masks), 1)
    assert turned.image.shape == (30, 20, 3)
    assert turned.boxes.tolist() == [[30 - 16, 2, 30 - 10, 5]]


def test_enlarged_and_shrunk_again(scene):
    """Masks come back exactly; the image comes back smoother, after two resizings."""
    back = rescale(rescale(scene, 3.0), 1 / 3)
    np.testing.assert_array_equal(back.masks, scene.masks)
    np.testing.assert_array_equal(back.class_ids, scene.class_ids)
    assert np.abs(back.image.astype(int) - scene.image).mean() < 12


@pytest.mark.parametrize("factor", [0.5, 1.7])
def test_masks_stay_on_their_pixels_when_scaled(factor):
    masks = np.zeros((1, 60, 80), bool)
    masks[0, 10:42, 20:60] = True
    scaled = rescale(painted(masks), factor)
    np.testing.assert_allclose(scaled.boxes, np.float32([[10, 20, 42, 60]]) * factor, atol=1)
    inside = scaled.image[..., 0] > 127
    assert (inside == scaled.masks[0]).mean() > 0.98


def test_a_crop_moves_boxes_and_drops_what_is_gone(scene):
    part = crop(scene, 10, 20, 40, 50)
    assert part.image.shape == (40, 50, 3)
    np.testing.assert_array_equal(part.image, scene.image[10:50, 20:70])
    kept = scene.masks[:, 10:50, 20:70].any((1, 2))
    assert 0 < len(part) == kept.sum() < len(scene)
    np.testing.assert_array_equal(part.masks, scene.masks[kept, 10:50, 20:70])
    np.testing.assert_array_equal(part.class_ids, scene.class_ids[kept])
    np.testing.assert_array_equal(part.tags["size"], scene.tags["size"][kept])


def test_a_crop_of_a_small_image_is_all_of_it(scene):
    same(Augmentation(flip=0, crop=500)(scene, np.random.default_rng(0)), scene)


def test_colours_change_and_masks_do_not(scene):
    brighter = recolour(scene, 1.2, 1.0)
    assert brighter.image.mean() > scene.image.mean()
    flat = recolour(scene, 1.0, 0.0)
    assert flat.image.std() < 1
    np.testing.assert_array_equal(brighter.masks, scene.masks)
    assert recolour(scene, 1, 1) is scene
    turned = recolour(scene, 1, 1, 0.5).image.astype(int)
    assert abs(turned.max(-1) - scene.image.max(-1)).max() <= 1, "hue leaves the value alone"
    back = recolour(recolour(scene, 1, 1, 0.25), 1, 1, -0.25)
    assert np.abs(back.image.astype(int) - scene.image).mean() < 2


def test_nothing_asked_nothing_done(scene):
    same(Augmentation(flip=0)(scene, np.random.default_rng(0)), scene)


def test_draws_come_from_the_generator_alone(scene):
    change = Augmentation(turn=True, scale=(0.5, 2), crop=64, brightness=0.3, contrast=0.3, hue=0.1)
    one, other = (change(scene, np.random.default_rng(5)) for _ in range(2))
    same(one, other)
    seen = {change(scene, np.random.default_rng(i)).image.tobytes() for i in range(8)}
    assert len(seen) == 8


def test_an_augmented_stream_goes_on_as_it_would_have():
    config, scenes = get_config("scenes"), Scenes("train", 6, sizes=64)
    change = Augmentation(flip=0.5, brightness=0.3)
    whole = list(batches(scenes, config, 2, seed=1, augment=change).take(4))
    rest = list(batches(scenes, config, 2, seed=1, first_step=2, augment=change).take(2))
    plain = list(batches(scenes, config, 2, seed=1).take(4))
    for first, second in zip(whole[2:], rest, strict=True):
        assert all(np.array_equal(first[name], second[name]) for name in first)
    assert not np.array_equal(whole[0]["images"], plain[0]["images"])


# Cut masks


def random_sample(seed):
    """A Sample with tags, crowd regions, an empty mask, and masks of single pixels."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(2, 60, 2)
    masks = rng.random((5, height, width)) > np.array([2, 0.5, 0.9, 0.99, 0.999])[:, None, None]
    image = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    ids = rng.integers(1, 4, 5).astype(np.int32)
    return Sample(image, masks, ids, tags=dict(size=rng.random(5)), crowd=rng.random(5) > 0.5)


def check_masks(found, sample, masks):
    """The full masks after a change; what has no pixel left is dropped, with all its facts."""
    kept = masks.any((1, 2))
    np.testing.assert_array_equal(found.masks, masks[kept])
    np.testing.assert_array_equal(found.class_ids, sample.class_ids[kept])
    np.testing.assert_array_equal(found.crowd, sample.crowd[kept])
    np.testing.assert_array_equal(found.tags["size"], sample.tags["size"][kept])


@given(seed=st.integers(0, 10**6), factor=st.sampled_from([0.1, 0.5, 0.8, 1.25, 2.0]))
def test_every_change_is_that_of_the_full_masks(seed, factor):
    sample = random_sample(seed)
    masks = sample.masks.copy()
    check_masks(flip(sample), sample, masks[:, :, ::-1])
    check_masks(turn(sample, seed % 4), sample, np.rot90(masks, seed % 4, axes=(1, 2)))
    check_masks(crop(sample, 1, 0, 20, 15), sample, masks[:, 1:21, :15])
    scaled = rescale(sample, factor)
    rows = nearest_pixels(scaled.image.shape[0], masks.shape[1])
    columns = nearest_pixels(scaled.image.shape[1], masks.shape[2])
    check_masks(scaled, sample, masks[:, rows[:, None], columns[None]])


@pytest.mark.parametrize("hue", [0, 0.2, np.float64(-0.4)])
@pytest.mark.parametrize("brightness", [0.7, np.float64(1.2)])
def test_bands_have_the_colours_of_the_whole_image(hue, brightness):
    """Several bands of rows, and the mean of the whole image for all of them."""
    image = np.random.default_rng(3).integers(0, 256, (900, 1300, 3)).astype(np.uint8)
    image[:300] //= 4
    sample = Sample(image, np.zeros((0, 900, 1300), bool), np.zeros(0, np.int32))
    whole = image.astype(np.float32)
    whole = ((whole - whole.mean()) * 1.3 + whole.mean()) * brightness
    whole = np.clip(np.round(whole), 0, 255).astype(np.uint8)
    if hue:
        hsv = color.rgb2hsv(whole)
        hsv[..., 0] = (hsv[..., 0] + hue) % 1
        whole = np.round(color.hsv2rgb(hsv) * 255).astype(np.uint8)
    np.testing.assert_array_equal(recolour(sample, brightness, 1.3, hue).image, whole)


def test_a_photograph_is_changed_in_little_memory():
    """1.5 megapixels and 300 objects, whose full masks would be 450 MB."""
    size = (1000, 1500)
    boxes = np.array([[3 * i, 4 * i, 3 * i + 60, 4 * i + 60] for i in range(300)])
    masks = CutMasks(size, boxes, [np.ones((60, 60), bool)] * 300)
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    sample = Sample(image, masks, np.ones(300, np.int32))
    change = Augmentation(1, True, (1.2, 1.25), brightness=0.2, contrast=0.2, hue=0.1, invert=1)
    tracemalloc.start()
    changed = change(sample, np.random.default_rng(0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(changed) == 300
    assert peak < 180e6


@pytest.mark.parametrize(
    "wrong", [dict(flip=1.5), dict(scale=(2, 1)), dict(scale=(0, 1)), dict(crop=0), dict(hue=-1)]
)
def test_impossible_values(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Augmentation(**wrong)
