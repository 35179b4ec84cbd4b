"""Images of every kind become RGB."""

import numpy as np
import pytest
from skimage import io

from maskrcnn_explained.data.images import as_rgb, read_image


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
