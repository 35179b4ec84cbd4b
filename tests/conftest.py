"""What the tests share: small models, reference numbers, and hypothesis that never flickers."""

import contextlib
import ctypes
import dataclasses
import gc
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pytest
from helpers import REFERENCE_NUMBERS, ROOT, TINY, calm, end_group
from hypothesis import HealthCheck, settings

settings.register_profile(  # nothing that depends on how busy the machine is, or on luck
    "course",
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("course")

GROWN = 500_000_000  # bytes that a process may grow before its memory is freed


@pytest.fixture(scope="session")
def size_before():
    """A list with the memory of this process when it was last freed."""
    return [resident_bytes()]


@pytest.fixture(scope="module", autouse=True)
def free_memory(size_before):
    """After files that let the process grow: the models that they built go, and their memory
    returns to the system. Without this, one process grows to several gigabytes. (After every file
    it would take as long as all the tests.)"""
    yield
    if 0 < resident_bytes() < size_before[0] + GROWN:
        return
    if "reference_run" in sys.modules:
        sys.modules["reference_run"].model_with_made_up_weights.cache_clear()
    if "torchvision_run" in sys.modules:
        sys.modules["torchvision_run"].model_with_torchvision_weights.cache_clear()
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # a C library of another kind
            ctypes.CDLL(None).malloc_trim(0)
    size_before[0] = resident_bytes()


def resident_bytes():
    """The memory of this process; 0 where the system does not tell."""
    try:
        pages = pathlib.Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(autouse=True)
def close_figures():
    """After every test that drew something."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def reference():
    """Loader of reference numbers: reference("boxes")["overlaps"]."""
    return lambda name: np.load(REFERENCE_NUMBERS / f"reference_{name}.npz")


@pytest.fixture(scope="session")
def tiny_config():
    """The `scenes` preset (paper dialect), as small as a model can be."""
    from maskrcnn_explained.presets import get_config

    return get_config("scenes", **TINY)


@pytest.fixture(scope="session")
def tiny(tiny_config):
    """A tiny model with fresh weights. Do not train it: every test shares it."""
    from maskrcnn_explained.model import build

    return calm(build(tiny_config))


@pytest.fixture(scope="session")
def tiny_reference(tiny_config):
    """The same in the reference dialect."""
    from maskrcnn_explained.model import build
    from maskrcnn_explained.presets import REFERENCE

    return calm(build(tiny_config, **REFERENCE))


@pytest.fixture(scope="session")
def trained():
    """The shipped `scenes` model. Do not train it: every test shares it."""
    from maskrcnn_explained.weights.load import load

    return load("scenes")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What drives a browser is slow, whichever file it is in."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


# Of processes


@pytest.fixture
def start_process():
    """Start processes that end with the test, also when it fails: each leads a group of its own,
    and whatever it has started itself ends with it. Nothing waits for a clock."""
    started = []

    def start(*command, **options):
        path = os.pathsep.join([str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": path},
            **options,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        end_group(process)


# Of pages in a browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window; where there is none, the tests that want it are skipped."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("no Chromium here (on Debian: apt install chromium)")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, timeout=60_000)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """Open HTML from disk; the test fails if a script complains or a request leaves the page."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page, trouble = context.new_page(), []
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    inside = ("file:", "data:", "about:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(inside) else trouble.append(r.url))

    def open_html(html, name="page.html"):
        path = tmp_path / name
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())
        return page

    yield open_html
    context.close()
    assert trouble == []


# Of the command


@pytest.fixture
def shipped(trained, monkeypatch):
    """Every command gets the model that the tests share."""
    from maskrcnn_explained.weights import load

    monkeypatch.setattr(load, "load", lambda *_, **__: trained)
    return trained


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to run commands in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def own_data(here):
    """A folder in COCO's format, with the classes of scenes or with one."""
    from maskrcnn_explained.data.formats.coco_writer import save_coco
    from maskrcnn_explained.data.scenes.dataset import Scenes
    from maskrcnn_explained.presets import SCENES_CLASSES

    scenes = Scenes("train", 3, sizes=64)
    save_coco(scenes, here / "data", SCENES_CLASSES)
    one = [dataclasses.replace(s, class_ids=np.minimum(s.class_ids, 1)) for s in scenes]
    save_coco(one, here / "one", ("background", "thing"))
    return here
