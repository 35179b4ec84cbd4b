"""Explorers of the shipped models in Chromium, for tests: walk an image, read the result."""

import base64
import functools
import io
import runpy
import sys
import time

import pytest
from helpers import ROOT
from js_core import CODEC, unpack
from PIL import Image
from plain_explorer import PLAIN_PAGE

from maskrcnn_explained.pages.explorer.document import explorer
from maskrcnn_explained.pages.explorer.example_photos import example_photos


def read(page, expression):
    """The value of an expression in the page; typed arrays and tensors as NumPy's."""
    return unpack(page.evaluate(f"(() => {{ {CODEC} return pack({expression}); }})()"))


@functools.cache
def runtime():
    """onnxruntime-web from build/npm or from npm. Where there is neither, or no tf2onnx to make
    networks with, the test is skipped."""
    pytest.importorskip("tf2onnx")
    sys.path.insert(0, str(ROOT / "scripts"))  # where the script finds npm_package
    script = runpy.run_path(str(ROOT / "scripts" / "make_explorer.py"))
    try:
        return script["fetch_runtime"]()
    except RuntimeError as error:
        pytest.skip(f"no onnxruntime-web here: {error}")


def plain_explorer(model, networks):
    """The page of tests for a model, as HTML."""
    photos = example_photos(model.config.name)
    return explorer(model.config, networks, runtime(), photos, PLAIN_PAGE)


def until(page, expression, seconds=120):
    """Wait for an expression; the page's policy forbids playwright's own way."""
    end = time.monotonic() + seconds
    while not page.evaluate(f"Boolean({expression})"):
        assert time.monotonic() < end, f"{expression} did not become true"
        time.sleep(0.05)
    return page


def walk(page, image, **changed):
    """Let the page walk an image [H, W, 3] uint8; its whole result, read."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=1)
    url = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    answer = page.evaluate("([url, changed]) => explorer.walk(url, changed)", [url, changed])
    assert answer["message"] is None, answer["message"]
    return read(page, "explorer.result")
