"""`detect` of paths, batches, tensors and iterators; threads; images that are shrunk."""

import concurrent.futures
import pathlib
import warnings

import numpy as np
import pytest
import tensorflow as tf
from helpers import assert_same, noise
from PIL import Image
from skimage import data

from maskrcnn_explained import inference
from maskrcnn_explained.data import given_images
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.data.resizing import resize_image
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.evaluation.exam import exam


@pytest.fixture
def photos(tmp_path):
    """Three files, one of them turned by its EXIF orientation."""
    paths = []
    for number, orientation in enumerate((1, 6, 3)):
        exif = Image.Exif()
        exif[0x0112] = orientation
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(noise(70, 50, number)).save(paths[-1], exif=exif)
    return paths


# Paths, batches, iterators


def test_a_path_gives_what_its_pixels_give(tiny, photos):
    for path in (*photos, str(photos[0])):
        pixels = given_images.read_image(path)
        found = tiny.detect(path, min_score=0.0)
        assert len(found) > 0 and found.image_size == pixels.shape[:2]
        assert_same(found, tiny.detect(pixels, min_score=0.0))
    np.testing.assert_array_equal(
        tiny.tensors(photos[1])["molded_image"],
        tiny.tensors(given_images.read_image(photos[1]))["molded_image"],
    )


def test_lists_mix_paths_and_arrays(tiny, photos):
    images = [noise(40, 90), photos[1], noise(64, 64)[..., 0], str(photos[2])]
    found = tiny.detect(images, min_score=0.0)
    for image, one in zip(images, found, strict=True):
        assert_same(one, tiny.detect(image, min_score=0.0))


def test_a_batch_gives_a_list(tiny):
    batch = np.stack([noise(60, 80, seed) for seed in range(3)])
    expected = [tiny.detect(image, min_score=0.0) for image in batch]
    for kind in (np.asarray, tf.constant):
        found = tiny.detect(kind(batch), min_score=0.0)
        assert isinstance(found, list) and len(found) == 3
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    assert_same(tiny.detect(tf.constant(batch[0]), min_score=0.0), expected[0])


def test_a_bad_file_is_told_before_any_work(tiny, photos, monkeypatch):
    monkeypatch.setattr(inference, "mold", None)  # to call it would be a TypeError
    (photos[0].parent / "text.png").write_text("no picture")
    for name, kind in (("absent.png", FileNotFoundError), ("text.png", ValueError)):
        with pytest.raises(kind, match=name):
            tiny.detect([*photos, photos[0].parent / name])
    for wrong in (iter(photos), (path for path in photos)):
        with pytest.raises(ValueError, match="an iterator .*detect_each"):
            tiny.detect(wrong)
    for wrong in ("0.5", [0.5], 2):
        with pytest.raises(ValueError, match="min_score must lie in 0..1"):
            tiny.detect(photos, min_score=wrong)


def test_each_image_is_asked_for_when_its_turn_comes(tiny, photos):
    asked = []
    images = (asked.append(path) or path for path in photos)
    each = tiny.detect_each(images, min_score=0.0)
    assert asked == []
    first = next(each)
    assert asked == photos[:1]
    assert_same(first, tiny.detect(photos[0], min_score=0.0))
    assert len(list(each)) == 2
    assert len(list(tiny.detect_each(np.zeros((2, 64, 64, 3), np.uint8)))) == 2


def test_an_error_names_the_image_of_an_iterator(tiny):
    each = tiny.detect_each(iter([noise(64, 64), None]))
    next(each)
    with pytest.raises(ValueError, match="^Image 2 must be an array or a path"):
        next(each)
    for wrong in ("photo.png", pathlib.Path("photo.png"), noise(64, 64), None, {}):
        with pytest.raises(ValueError, match="Give a sequence, a batch or an iterator"):
            tiny.detect_each(wrong)  # at once, not with the first image
    with pytest.raises(ValueError, match="min_score must lie in"):
        tiny.detect_each([], min_score=3)


# Results stay small


def test_results_of_a_list_hold_no_whole_masks(tiny):
    found = tiny.detect([noise(600, 800)] * 2, min_score=0.0)
    for one in found:
        assert len(one) > 0 and one.masks.nbytes == len(one) * 600 * 800
        stored = vars(one)["masks"]
        assert stored.mask_probs.nbytes + stored.boxes.nbytes < 4000 * len(one)


# Threads


def test_four_threads_give_what_one_gives(tiny):
    images = [noise(40 + 11 * i, 120 - 7 * i, i) for i in range(12)]
    expected = [tiny.detect(image, min_score=0.0) for image in images]
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda image: tiny.detect(image, min_score=0.0), images * 3))
    for one, other in zip(found, expected * 3, strict=True):
        assert_same(one, other)  # to the last bit


# Images that are shrunk


@pytest.mark.parametrize("size", [(200, 4000), (4000, 200), (20, 700)])
def test_a_strip_is_told(tiny, size):
    with pytest.warns(UserWarning, match=rf"{size[0]} x {size[1]} pixels .*tile=True") as told:
        found = tiny.detect(noise(*size))
    assert told[0].filename == __file__
    assert found.scale == pytest.approx(128 / max(size))


def test_other_images_are_not_told(tiny):
    scales = {(64, 64): 1, (9, 250): 0.512, (300, 1200): 128 / 1200, (900, 900): 128 / 900}
    for size, scale in scales.items():
        assert tiny.detect(noise(*size)).scale == pytest.approx(scale)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tiny.detect(noise(200, 4000), tile=True)


def test_an_image_that_is_not_larger_has_no_tiles(tiny):
    image = noise(100, 128)
    assert_same(tiny.detect(image, 0.0, tile=True), tiny.detect(image, 0.0))
    found = tiny.detect([image, noise(100, 300)], 0.0, tile=True)
    assert found[1].image_size == (100, 300) and found[1].scale == 1
    assert (found[1].boxes <= (100, 300, 100, 300)).all() and (found[1].boxes >= 0).all()


def coins_in_a_row(times=1, scale=1):
    """The four rows of the photograph's coins one behind the other: about 20 times as long as wide.
    A Sample; all of it `times` times, and enlarged."""
    coins = coins_sample()
    rows = (5, 78, 146, 218)  # where each row of six coins begins
    image = np.concatenate([coins.image[top : top + 82] for top in rows] * times, 1)
    width = coins.image.shape[1]
    masks = np.zeros((24 * times, *image.shape[:2]), bool)
    for index, mask in enumerate(masks):
        row = index // 6
        top = rows[row % 4]
        mask[:, width * row : width * (row + 1)] = coins.masks[index % 24][top : top + 82]
    image = resize_image(image, (82 * scale, image.shape[1] * scale))
    masks = masks.repeat(scale, 1).repeat(scale, 2)
    return Sample(image, masks, np.ones(len(masks), np.int32))


@pytest.mark.slow
@pytest.mark.parametrize(("times", "scale"), [(1, 1), (1, 2), (2, 1)])
def test_all_coins_of_a_strip_are_found_in_tiles(trained, times, scale):
    strip = coins_in_a_row(times, scale)
    with pytest.warns(UserWarning, match="tile=True"):
        alone = trained.detect(strip.image, min_score=0.7)
    assert exam(alone, strip, 0.5)["found"] <= 2 * times
    found = trained.detect(strip.image, min_score=0.7, tile=True)
    result = exam(found, strip, 0.75)
    assert (result["found"], result["false_positives"]) == (24 * times, 0)


@pytest.mark.slow
def test_the_photograph_many_times_side_by_side(trained):
    image = np.tile(data.coins(), (1, 8))  # 303 x 3072
    assert len(trained.detect(image, min_score=0.7, tile=True)) == 8 * 24
