"""The explorer's page holds everything, requests nothing, and knows which models it can walk."""

import base64
import gzip
import json
import re

import pytest
from plain_explorer import PLAIN_PAGE

from maskrcnn_explained.backbone import receptive_fields
from maskrcnn_explained.pages.explorer.document import (
    EXPLORER_POLICY,
    Runtime,
    explorer,
    explorer_settings,
    packed,
)
from maskrcnn_explained.pages.explorer.example_photos import example_photos
from maskrcnn_explained.presets import get_config

NETWORKS = dict(trunk=b"a trunk", box_head=b"a head", mask_head=b"another head")


@pytest.fixture(scope="module")
def page():
    photos = example_photos("scenes")[1:2]
    others = [dict(title="</script><b>nuclei", href="explorer_nuclei.html", here=False)]
    runtime = Runtime(b"export const InferenceSession = 1;", b"\0asm")
    config = get_config("scenes")
    return explorer(config, NETWORKS, runtime, photos, PLAIN_PAGE, others=others)


def test_every_file_is_inside(page):
    found = dict(
        re.findall(r'<script type="text/plain" id="(\w+)">(.*?)</script>', page, re.DOTALL)
    )
    assert set(found) == {*NETWORKS, "runtime", "wasm", "worker"}
    for name, content in NETWORKS.items():
        assert gzip.decompress(base64.b64decode(found[name])) == content
    assert gzip.decompress(base64.b64decode(found["wasm"])) == b"\0asm"
    assert "onmessage" in found["worker"] and "function walk(" in found["worker"]


def test_data_cannot_end_the_script(page):
    assert "</script><b>" not in page
    data = json.loads(re.search(r"const DATA=(\{.*?\});\n", page)[1])
    assert data["others"][0]["title"] == "</script><b>nuclei"
    assert data["model"] == "scenes" and data["photos"][0]["name"] == "scene6"


def test_nothing_may_be_requested(page):
    assert EXPLORER_POLICY in page and EXPLORER_POLICY.startswith("default-src 'none'")
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert "connect-src" not in page and "'unsafe-eval'" not in page


@pytest.mark.parametrize("preset", ["scenes", "nuclei", "photos"])
def test_settings_are_the_config_and_its_receptive_fields(preset):
    config = get_config(preset)
    settings = json.loads(json.dumps(explorer_settings(config)))
    assert settings["detection_nms_iou"] == config.detection_nms_iou
    assert settings["receptive_fields"]["C5"] == list(receptive_fields(config)["C5"])


@pytest.mark.parametrize("preset", ["coco-resnet50", "coco-torchvision"])
def test_other_dialects_are_refused(preset):
    with pytest.raises(ValueError, match=f"{preset!r} differs: .*roi_|resize_rule="):
        explorer_settings(get_config(preset))


def test_packing_gives_the_same_text_each_time():
    assert packed(b"abc") == packed(b"abc")
    assert gzip.decompress(base64.b64decode(packed(b"abc"))) == b"abc"
