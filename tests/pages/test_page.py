"""Pages: complete in themselves, and no text from outside becomes markup."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from maskrcnn_explained.pages.page import (
    heat_png,
    jpeg,
    make_page,
    mask_outline,
    numbers,
    plain,
    webp,
)


def picture(url):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB"))


def test_a_page_forbids_every_request_and_holds_its_data():
    page = make_page("Coins", "<p>hello</p>", {"a": [1, 2]}, ["widgets/frame.css"], [])
    assert "default-src 'none'" in page and 'const DATA={"a":[1,2]}' in page
    assert "<p>hello</p>" in page and "http" not in page.replace("http-equiv", "")


def test_text_from_outside_stays_text():
    hostile = "</script><script>alert(1)</script>"
    page = make_page(hostile, "", {"name": hostile}, [], [])
    assert page.count("<script>") == 1 and page.count("</script>") == 1
    assert "<title>&lt;/script&gt;" in page


def test_data_without_a_number_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        make_page("", "", {"x": float("nan")}, [], [])


def test_text_that_is_no_utf_8():
    assert plain("a\udcffb") == "a?b"


def test_pictures_as_data():
    assert jpeg(np.zeros((4, 6, 3), np.uint8)).startswith("data:image/jpeg;base64,")
    heat = picture(heat_png(np.array([[0.0, 0.5], [1.0, 2.0]]), high=1.0))
    assert heat.shape == (2, 2, 3)
    assert heat[0, 0].sum() < heat[0, 1].sum() < heat[1, 0].sum()
    np.testing.assert_array_equal(heat[1, 0], heat[1, 1])  # above the highest: as bright


def test_a_page_has_the_stages_that_it_asks_for():
    page = make_page("", "", {}, [], [], core=("boxes",))
    assert "const core = " in page and "function iouOfPair" in page
    assert "function roiPool" not in page
    assert "const core" not in make_page("", "", {}, [], [])


def test_a_picture_without_loss():
    image = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    np.testing.assert_array_equal(picture(webp(image)), image)


def test_numbers_are_plain_and_rounded():
    assert numbers(np.float32([[1.26, 2]])) == [[1.3, 2.0]]
    assert numbers(0.12345, 3) == 0.123


def test_outline_runs_along_the_edges_of_pixels():
    mask = np.zeros((5, 6), bool)
    mask[1:4, 2:5] = True
    (path,) = mask_outline(mask)
    x, y = np.array(path).T
    assert (x.min(), x.max(), y.min(), y.max()) == (2, 5, 1, 4)
    assert mask_outline(np.zeros((4, 4), bool)) == []
