"""What users give as images: arrays, paths, tensors, images of Pillow, lists and batches."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf
from helpers import noise
from PIL import Image

from maskrcnn_explained.data import given_images
from maskrcnn_explained.data.given_images import GivenImages, require_sequence
from maskrcnn_explained.data.image_files import ImageFileError


@pytest.fixture
def photo(tmp_path):
    """A file that is turned by its EXIF orientation, and its pixels upright, [30, 20, 3]."""
    upright = noise(30, 20)
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by 90 degrees clockwise
    path = tmp_path / "photo.png"
    Image.fromarray(np.ascontiguousarray(np.rot90(upright))).save(path, exif=exif)
    return path, upright


def only(images):
    """The one image of what was given."""
    given = GivenImages(images)
    assert given.alone and len(given) == 1
    return given[0]


def test_a_path_is_read_upright(photo):
    path, upright = photo
    for given in (path, str(path)):
        np.testing.assert_array_equal(only(given), upright)
    assert GivenImages(path).name(0) == str(path)


@pytest.mark.parametrize(
    "image", [noise(5, 6), noise(5, 6)[..., 0], noise(5, 6)[..., :1], noise(5, 6) / 255.0]
)
def test_an_array_is_one_image(image):
    assert only(image).shape == (5, 6, 3)
    np.testing.assert_array_equal(only(tf.constant(image)), only(image))


def test_lists_mix_arrays_and_paths(photo):
    path, upright = photo
    given = GivenImages([noise(4, 4), path, str(path), noise(3, 5)[..., 0]])
    assert not given.alone and [image.shape for image in given][1:3] == [(30, 20, 3)] * 2
    np.testing.assert_array_equal(given[2], upright)
    assert [given.name(i) for i in (0, 1, 3)] == ["Image 1 of 4", str(path), "Image 4 of 4"]


@pytest.mark.parametrize("kind", [np.asarray, tf.constant])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_four_axes_are_a_batch(kind, channels):
    batch = np.stack([noise(4, 5, i) for i in range(3)])[..., [0, 1, 2, 0][:channels]]
    given = GivenImages(kind(batch))
    assert not given.alone and len(given) == 3
    assert [image.shape for image in given] == [(4, 5, 3)] * 3


def test_none_at_all():
    for nothing in ([], (), np.zeros((0, 4, 4, 3), np.uint8)):
        assert list(GivenImages(nothing)) == [] and not GivenImages(nothing).alone


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "P", "CMYK", "YCbCr", "HSV"])
def test_images_of_pillow_are_colours_in_every_mode(mode):
    colours = np.full((4, 6, 3), 255, np.uint8)
    colours[2:] = 0
    given = only(Image.fromarray(colours).convert(mode))
    np.testing.assert_allclose(given.astype(int), colours, atol=1)


def test_an_image_of_pillow_is_turned_upright(photo):
    path, upright = photo
    np.testing.assert_array_equal(only(Image.open(path)), upright)


# A file is read when its turn comes, and all are checked first


def test_files_are_read_one_at_a_time(photo, monkeypatch):
    read = []
    whole = given_images.read_image
    monkeypatch.setattr(given_images, "read_image", lambda path: read.append(path) or whole(path))
    given = GivenImages([photo[0]] * 3)
    assert read == []
    images = iter(given)
    next(images)
    assert len(read) == 1


@pytest.mark.parametrize("place", [0, 2])
def test_files_are_checked_first(photo, tmp_path, place):
    (tmp_path / "text.png").write_text("no picture")
    wrong = {
        tmp_path / "absent.png": (FileNotFoundError, "There is no image file at .*absent.png"),
        tmp_path: (FileNotFoundError, "is a folder"),
        tmp_path / "text.png": (ImageFileError, "text.png cannot be read as an image"),
    }
    for path, (kind, message) in wrong.items():
        images = [photo[0]] * 3
        images[place] = path
        with pytest.raises(kind, match=message):
            GivenImages(images)


# What is no image


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (None, "^Image 1 of 1 must be an array or a path; got NoneType"),
        (b"\x89PNG", "got bytes: give the path of the file"),
        ({"image": noise(4, 4)}, "got dict"),
        ({1, 2}, "got set"),
        (3.5, r"must be \[H, W\].*got shape \[\]"),
        (iter([noise(4, 4)]), r"an iterator .*: give list\(images\), or call detect_each"),
        ((noise(4, 4) for _ in range(2)), r"an iterator \(generator\): give list"),
        (pathlib.Path().glob("*.no"), "an iterator"),
        (np.zeros((2, 2, 4, 4, 3), np.uint8), r"got shape \[2, 2, 4, 4, 3\]"),
        (np.zeros((3, 40, 50), np.uint8), r"If its channels come first: np.moveaxis"),
        (np.zeros((7, 40, 50), np.uint8), r"A batch has four axes, \[B, H, W, C\]"),
        (np.array([noise(4, 4), noise(5, 5)[..., :1], None], object), "sizes as a list"),
        ([noise(4, 4), [noise(4, 4)]], r"^Image 2 of 2 .*got shape \[1, 4, 4, 3\]"),
        ([noise(4, 4), [[1, 2], [3]]], "^Image 2 of 2 must be an array or a path; as an array"),
    ],
)
def test_what_is_no_image_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        GivenImages(wrong)


class OfAnotherLibrary:
    """As PyTorch's tensors: with gradients, they are no arrays."""

    ndim = 3

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on a tensor that requires grad")


def test_a_tensor_that_is_no_array():
    with pytest.raises(ValueError, match="must be an array or a path; as an array: Can't call"):
        GivenImages(OfAnotherLibrary())


def test_an_image_of_pillow_whose_file_is_damaged(photo):
    path, _ = photo
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(ValueError, match="^Image 1 of 1 cannot be read: .*truncated"):
        GivenImages(Image.open(path))


@pytest.mark.parametrize(
    "wrong", ["a.png", pathlib.Path("a.png"), noise(4, 4), noise(4, 4)[..., 0], {}, b"", None, 5]
)
def test_what_cannot_be_iterated(wrong):
    with pytest.raises(ValueError, match="Give a sequence, a batch or an iterator of images; got"):
        require_sequence(wrong)


def test_what_can_be_iterated():
    for right in ([], (), iter([]), np.zeros((2, 4, 4, 3)), pathlib.Path().glob("*.png")):
        require_sequence(right)
