"""Scenes, samples, images, molding and batches."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import io

from maskrcnn_explained.boxes import boxes_from_masks
from maskrcnn_explained.config import get_config
from maskrcnn_explained.data.batches import batch_indices, batches, make_batch
from maskrcnn_explained.data.images import as_rgb, read_image
from maskrcnn_explained.data.molding import mold, mold_masks, molded_size, resized_size
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes import SPLITS, Scenes
from maskrcnn_explained.data.shapes import LINES, outline, stencil
from maskrcnn_explained.data.textures import PHOTOS, photo

SCENES = get_config("scenes")


def square(**changes):
    """A Config that resizes into a square of 128 pixels."""
    return SCENES.changed(
        resize_mode="square", image_min_side=64, image_max_side=128, **changes
    )  # fmt: skip


def sample_of(number, size=40, class_id=1, image_id=0):
    """A Sample with `number` squares of 8 pixels in a row."""
    masks = np.zeros((number, size, size), bool)
    for i, mask in enumerate(masks):
        mask[4:12, 10 * i : 10 * i + 8] = True
    image = np.full((size, size, 3), 10 * number, np.uint8)
    return Sample(image, masks, np.full(number, class_id, np.int32), image_id)


# Scenes


@pytest.fixture(scope="module")
def first_500():
    """The test scenes that the model card's figures are measured on."""
    scenes = Scenes("test", 500)
    return [scenes[i] for i in range(500)]


HASH = """
import hashlib
from maskrcnn_explained.data.scenes import Scenes
digest = hashlib.sha256()
for split in ("train", "validation", "test"):
    for sample in (Scenes(split, 9, (96, 64))[i] for i in (0, 3, 8)):
        for array in (sample.image, sample.masks, sample.class_ids):
            digest.update(array.tobytes())
print(digest.hexdigest())
"""


def test_scenes_are_the_same_in_every_process():
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", HASH], env=environment, capture_output=True, text=True, check=True
    )
    digest = hashlib.sha256()
    for split in SPLITS:
        scenes = Scenes(split, 9, (96, 64))
        for sample in (scenes[8], scenes[3], scenes[0])[::-1]:  # the order of asking is nothing
            for array in (sample.image, sample.masks, sample.class_ids):
                digest.update(array.tobytes())
    assert done.stdout.strip() == digest.hexdigest()


def test_splits_are_disjoint():
    """Scene numbers of the longest possible splits do not meet, and the scenes differ."""
    ranges = [(first, first + 1_000_000_000) for first in SPLITS.values()]
    ranges.sort()
    assert all(end <= start for (_, end), (start, _) in zip(ranges, ranges[1:], strict=False))
    samples = [Scenes(split, 1)[0] for split in SPLITS]
    assert [sample.image_id for sample in samples] == list(SPLITS.values())
    assert not np.array_equal(samples[0].image, samples[1].image)
    with pytest.raises(ValueError, match="length"):
        Scenes("train", 1_000_000_001)


def test_the_mix_of_hard_objects(first_500):
    size, occlusion, contrast = (
        np.concatenate([sample.tags[name] for sample in first_500])
        for name in ("size", "occlusion", "contrast")
    )
    assert (size < 20).mean() >= 0.15
    assert (occlusion > 0.3).mean() >= 0.15
    assert (contrast < 20).mean() >= 0.10
    assert size.max() > 100


def test_every_class_some_crowds_and_some_empty_scenes(first_500):
    number = np.array([len(sample) for sample in first_500])
    assert (number == 0).any() and number.max() >= 10 and number.max() <= 15
    ids = np.concatenate([sample.class_ids for sample in first_500])
    assert np.bincount(ids, minlength=5)[1:].min() > 0.15 * len(ids)


def test_masks_are_disjoint_and_nonempty(first_500):
    for sample in first_500:
        assert sample.image.shape == (192, 192, 3)
        assert sample.masks.any((1, 2)).all()
        if len(sample):
            assert sample.masks.sum(0).max() == 1


def test_boxes_and_tags_fit_the_masks(first_500):
    for sample in first_500[:60]:
        boxes = sample.boxes.astype(int)
        for (y1, x1, y2, x2), mask in zip(boxes, sample.masks, strict=True):
            assert mask[y1:y2, x1:x2].sum() == mask.sum()  # nothing outside, and tight:
            assert mask[[y1, y2 - 1]].any(1).all() and mask[:, [x1, x2 - 1]].any(0).all()
        assert all(len(values) == len(sample) for values in sample.tags.values())
        assert ((sample.tags["occlusion"] >= 0) & (sample.tags["occlusion"] <= 1)).all()


def test_sizes_take_turns():
    scenes = Scenes("train", 5, (64, 96))
    assert [scenes[i].image.shape[0] for i in range(5)] == [64, 96, 64, 96, 64]
    assert np.array_equal(scenes[-1].image, scenes[4].image)


def test_scenes_errors():
    with pytest.raises(ValueError, match="'exam'.*train, validation, test"):
        Scenes("exam")
    with pytest.raises(ValueError, match="length"):
        Scenes("test", 0)
    with pytest.raises(IndexError, match="9"):
        Scenes("test", 9)[9]


def test_coins_are_not_among_the_textures():
    assert "coins" not in PHOTOS
    with pytest.raises(ValueError, match="coins"):
        photo("coins", 1.0)


# Shapes


def test_stencil_of_a_square_by_hand():
    alpha, corner = stencil(np.array([[1, 1], [1, 3.5], [3, 3.5], [3, 1]], float))
    inside = alpha[1 - corner[0] : 3 - corner[0], 1 - corner[1] : 4 - corner[1]]
    assert inside == pytest.approx(np.array([[1, 1, 0.5], [1, 1, 0.5]]))
    assert alpha.sum() == pytest.approx(5)


def inside_polygon(points, y, x):
    """Is each point inside? Count the edges that a ray to the left crosses, edge by edge."""
    inside = np.zeros(np.broadcast(y, x).shape, bool)
    for (y1, x1), (y2, x2) in zip(points, np.roll(points, -1, 0), strict=True):
        if y1 != y2:
            crosses = (y1 <= y) != (y2 <= y)
            inside ^= crosses & (x1 + (y - y1) / (y2 - y1) * (x2 - x1) < x)
    return inside


@pytest.mark.parametrize("class_id", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_stencil_equals_asking_every_point(class_id, seed):
    rng = np.random.default_rng(seed)
    points = outline(rng, class_id, rng.uniform(8, 30)) + rng.uniform(-5, 40, 2)
    alpha, (top, left) = stencil(points)
    fine = 64  # points a pixel along a line
    y = top + (np.arange(alpha.shape[0] * LINES) + 0.5) / LINES
    x = left + (np.arange(alpha.shape[1] * fine) + 0.5) / fine
    asked = inside_polygon(points, y[:, None], x[None])
    asked = asked.reshape(alpha.shape[0], LINES, alpha.shape[1], fine).mean((1, 3))
    assert np.abs(alpha - asked).max() < 2 / fine
    assert alpha[[0, -1]].max() == 0 and alpha.min() >= 0 and alpha.max() <= 1 + 1e-6


@given(st.integers(0, 10_000), st.integers(1, 4), st.floats(8, 130))
def test_outline_has_the_size_asked_for(seed, class_id, size):
    points = outline(np.random.default_rng(seed), class_id, size)
    assert np.ptp(points, axis=0).max() == pytest.approx(size)


# Sample


def test_sample_with_nothing_in_it():
    empty = Sample(np.zeros((5, 6, 3), np.uint8), np.zeros((0, 5, 6), bool), np.zeros(0, np.int32))
    assert len(empty) == 0 and empty.boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"image": np.zeros((5, 6), np.uint8)}, "image must be"),
        ({"image": np.zeros((5, 6, 3), float)}, "image must be"),
        ({"masks": np.zeros((2, 6, 5), bool)}, "the size of the image"),
        ({"masks": np.zeros((2, 5, 6), np.uint8)}, "bool"),
        ({"class_ids": np.ones(3, np.int32)}, "2 masks need 2 class ids"),
        ({"class_ids": np.zeros(2, np.int32)}, "start at 1"),
    ],
)
def test_sample_errors(change, message):
    right = dict(
        image=np.zeros((5, 6, 3), np.uint8), masks=np.ones((2, 5, 6), bool),
        class_ids=np.ones(2, np.int32),
    )  # fmt: skip
    Sample(**right)
    with pytest.raises(ValueError, match=message):
        Sample(**right | change)


# Images


def test_grey_is_repeated_in_every_form():
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    for image in (grey, grey[..., None], np.repeat(grey[..., None], 3, 2)):
        rgb = as_rgb(image)
        assert rgb.shape == (3, 4, 3) and rgb.dtype == np.uint8
        assert (rgb == grey[..., None]).all()


def test_alpha_is_blended_with_white():
    grey = np.array([[[0, 255], [0, 0], [100, 255]]], np.uint8)  # opaque, clear, opaque
    rgba = np.concatenate([np.repeat(grey[..., :1], 3, 2), grey[..., 1:]], 2)
    expected = np.array([[0, 255, 100]])[..., None].repeat(3, 2)
    assert (as_rgb(grey) == expected).all() and (as_rgb(rgba) == expected).all()


def test_16_bit_float_and_bool():
    assert as_rgb(np.array([[0, 65535, 32896]], np.uint16))[0, :, 0].tolist() == [0, 255, 128]
    assert as_rgb(np.array([[0, 1.0, 0.5, -0.5]]))[0, :, 0].tolist() == [0, 255, 128, 0]
    assert as_rgb(np.array([[0, 1.0]], np.float32))[0, :, 0].tolist() == [0, 255]
    assert as_rgb(np.array([[False, True]]))[0, :, 0].tolist() == [0, 255]


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros(5, np.uint8), "must be"),
        (np.zeros((1, 5, 5, 3), np.uint8), "must be"),
        (np.zeros((5, 5, 5), np.uint8), "1 to 4 channels"),
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.zeros((0, 5)), "no pixels"),
        (np.zeros((5, 5), np.int64), "int64"),
        (np.zeros((5, 5), complex), "complex"),
        (np.array([["a", "b"]]), "must be uint8"),
        (np.array([[0.0, np.nan]]), "NaN"),
        (np.array([[0.0, np.inf]]), "infinite"),
        (np.array([[0.0, 255.0]]), "divide by 255"),
        (None, "must be"),
        ("coins.png", "must be"),
    ],
)
def test_what_is_not_an_image(image, message):
    with pytest.raises(ValueError, match=message):
        as_rgb(image)


def test_read_image(tmp_path):
    image = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    io.imsave(tmp_path / "a.png", image, check_contrast=False)
    assert (read_image(tmp_path / "a.png") == image).all()
    assert (read_image(str(tmp_path / "a.png")) == image).all()


def test_read_image_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="no image file"):
        read_image(tmp_path / "none.png")
    with pytest.raises(FileNotFoundError, match="no image file"):
        read_image(tmp_path)
    for name, content in (("a.png", b"not a picture"), ("b.jpg", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="cannot be read as an image"):
            read_image(tmp_path / name)


# Molding


@pytest.mark.parametrize(
    ("size", "expected"),
    [((32, 64), (64, 128)), ((50, 70), (64, 90)), ((300, 100), (128, 43)), ((20, 100), (26, 128))],
)
def test_resized_size_by_hand(size, expected):
    """Up until the shorter side is 64, then down until the longer is at most 128."""
    config = square()
    assert resized_size(*size, config) == expected
    assert molded_size(*expected, config) == (128, 128)
    assert molded_size(64, 65, SCENES) == (64, 128)


def test_molded_image_has_its_place_and_its_mean_taken_away():
    image = np.random.default_rng(0).integers(0, 256, (70, 100, 3)).astype(np.uint8)
    for padding, rim in (("mean", 0.0), ("black", -np.array(SCENES.mean_pixel))):
        molded, (window,) = mold([image], SCENES.changed(padding=padding))
        assert molded.shape == (1, 128, 128, 3) and molded.dtype == np.float32
        assert (window.top, window.left, window.height, window.width) == (29, 14, 70, 100)
        inside = molded[0, 29:99, 14:114] + np.array(SCENES.mean_pixel)
        assert inside == pytest.approx(image, abs=1e-3)
        outside = np.ones((128, 128), bool)
        outside[29:99, 14:114] = False
        assert molded[0][outside] == pytest.approx(np.broadcast_to(rim, (outside.sum(), 3)))


def test_unequal_images_share_the_largest_size():
    images = [np.zeros((60, 60, 3), np.uint8), np.zeros((70, 200, 3), np.uint8)]
    molded, windows = mold(images, SCENES)
    assert molded.shape == (2, 128, 256, 3)
    assert [window.box.tolist() for window in windows] == [[34, 98, 94, 158], [29, 28, 99, 228]]


@pytest.mark.parametrize("config", [SCENES, square()], ids=["pad64", "square"])
@given(height=st.integers(20, 200), width=st.integers(20, 200), seed=st.integers(0, 99))
def test_boxes_go_there_and_back(config, height, width, seed):
    image = np.zeros((height, width, 3), np.uint8)
    _, (window,) = mold([image], config)
    boxes = np.random.default_rng(seed).uniform(0, [height, width] * 2, (5, 4))
    molded = window.to_molded(boxes)
    assert molded.dtype == np.float32
    assert window.to_image(molded) == pytest.approx(boxes, abs=1e-3)
    assert window.to_molded([0, 0, height, width]) == pytest.approx(window.box, abs=1e-3)


@pytest.mark.parametrize(
    ("config", "size", "step"), [(SCENES, (70, 100), 1), (square(), (32, 48), 2)]
)
def test_masks_go_there_and_back(config, size, step):
    """At a whole scale every pixel becomes step x step pixels, exactly."""
    masks = np.random.default_rng(1).random((3, *size)) > 0.5
    molded, (window,) = mold([np.zeros((*size, 3), np.uint8)], config)
    there = mold_masks(masks, window, molded.shape[1:3])
    y1, x1, y2, x2 = window.box.astype(int)
    inside = there[:, y1:y2, x1:x2]
    assert there.sum() == inside.sum() == masks.sum() * step**2
    assert (inside[:, ::step, ::step] == masks).all()


@pytest.mark.parametrize("config", [SCENES, square()], ids=["pad64", "square"])
def test_masks_and_boxes_stay_together(config):
    sample = Scenes("test", 3, 150)[1]
    molded, (window,) = mold([sample.image], config)
    masks = mold_masks(sample.masks, window, molded.shape[1:3])
    assert np.abs(boxes_from_masks(masks) - window.to_molded(sample.boxes)).max() <= 1


# Batches


def test_ragged_instances_are_padded():
    config = SCENES
    samples = [sample_of(0), sample_of(3), sample_of(1, size=100)]
    batch = make_batch(samples, config)
    assert batch["images"].shape == (3, 128, 128, 3)
    assert batch["gt_boxes"].shape == (3, 3, 4) and batch["gt_masks"].shape == (3, 3, 128, 128)
    assert batch["gt_class_ids"].tolist() == [[0, 0, 0], [1, 1, 1], [1, 0, 0]]
    assert batch["gt_boxes"][1, 0].tolist() == [48, 44, 56, 52]
    assert batch["gt_masks"].sum((2, 3)).tolist() == [[0, 0, 0], [64, 64, 64], [64, 0, 0]]
    assert not batch["gt_boxes"][0].any()


def test_a_batch_without_any_object_has_one_padded_row():
    batch = make_batch([sample_of(0), sample_of(0)], SCENES)
    assert batch["gt_boxes"].shape == (2, 1, 4) and not batch["gt_class_ids"].any()


def test_an_object_that_vanishes_in_shrinking_is_dropped():
    masks = np.zeros((2, 512, 512), bool)
    masks[0, 3, 3] = True  # one pixel of an image that shrinks to a quarter
    masks[1, 100:200, 100:200] = True
    sample = Sample(np.zeros((512, 512, 3), np.uint8), masks, np.array([1, 2], np.int32))
    batch = make_batch([sample], square())
    assert batch["gt_class_ids"].tolist() == [[2, 0]]
    assert batch["gt_boxes"][0, 0].tolist() == [25, 25, 50, 50]


def test_class_beyond_the_model():
    with pytest.raises(ValueError, match="class id 9.*1..4"):
        make_batch([sample_of(1, class_id=9)], SCENES)


@pytest.mark.parametrize(("length", "batch_size"), [(7, 3), (4, 8), (6, 2)])
def test_every_sample_comes_once_an_epoch(length, batch_size):
    row = sum((batch_indices(length, batch_size, step, seed=3) for step in range(length)), [])
    epochs = np.array(row).reshape(batch_size, length)
    assert (np.sort(epochs, 1) == np.arange(length)).all()
    assert len({tuple(epoch) for epoch in epochs}) > 1  # not the same order every time
    assert row != sum((batch_indices(length, batch_size, s, seed=4) for s in range(length)), [])


def test_a_stream_that_goes_on_continues_the_row():
    data = [sample_of(number % 4, image_id=number) for number in range(5)]
    whole = list(batches(data, SCENES, 2, seed=1).take(4))
    rest = list(batches(data, SCENES, 2, seed=1, first_step=2).take(2))
    for first, second in zip(whole[2:], rest, strict=True):
        assert all(np.array_equal(first[name], second[name]) for name in first)
    assert not np.array_equal(whole[0]["images"], whole[2]["images"])


def test_empty_data_set():
    with pytest.raises(ValueError, match="empty"):
        batches([], SCENES, 2)
