"""What a trace holds, packed for the report, and found again in JavaScript: in every dialect."""

import base64
import dataclasses
import gzip
import json

import numpy as np
import pytest
from js_core import tensor
from same_stories import same_answers, same_candidates, same_facts
from skimage import data

from maskrcnn_explained.boxes import exclusive
from maskrcnn_explained.pages.report.document import report_settings
from maskrcnn_explained.pages.report.embedded import (
    CHANNELS,
    MAPS,
    arrays_of,
    embedded,
    packed_arrays,
    pooled_grids,
    recipe_arrays,
)
from maskrcnn_explained.presets import TORCHVISION
from maskrcnn_explained.tracing import trace as tracing


@pytest.fixture(scope="module")
def coins(trained):
    return tracing.trace(trained, data.coins(), 0.7, keep=tracing.RECOMPUTED)


@pytest.fixture(scope="module")
def tiny_torchvision(tiny_config):
    from maskrcnn_explained.model import build

    return build(tiny_config, **TORCHVISION)


def result_in_javascript(core, traced):
    """The result of core/embedded.js; its tensors once more as core wants them."""
    window = dataclasses.asdict(traced["window"]) | dict(box=traced["window"].box)
    height, width = traced.image.shape[:2]
    arrays = {name: values.reshape(-1) for name, values in arrays_of(traced).items()}
    given = [arrays, report_settings(traced), dict(height=height, width=width)]
    result = core("embeddedResult", *given, list(traced.image_size), window)
    kept = ("detections", "rpn_candidates", "detection_candidates", "pasted", "settings", "window")
    return {
        name: tensor(value) if isinstance(value, np.ndarray) and name not in kept else value
        for name, value in result.items()
    }


MODELS = ("trained", "tiny", "tiny_reference", "tiny_torchvision")


@pytest.fixture(scope="module", params=MODELS)
def pair(request, core):
    """A trace, and its result in JavaScript."""
    model = request.getfixturevalue(request.param)
    image = data.coins() if request.param == "trained" else data.coins()[:100, :80]
    traced = tracing.trace(model, image, 0.3 if request.param == "trained" else 0.0)
    assert len(traced.detections)
    return traced, result_in_javascript(core, traced)


def test_who_dropped_whom(pair):
    traced, result = pair
    same_candidates(result["rpn_candidates"], traced.rpn_candidates)
    same_candidates(result["detection_candidates"], traced.detection_candidates)


def test_every_biography(core, pair):
    traced, result = pair
    number = len(traced.detections)
    stories = core("biography", result, each=[[index] for index in range(number)])
    for index, story in enumerate(stories):
        same_facts(story, traced.follow(index), left_out=("mask", "mask_probs"))


def test_every_mask(pair):
    traced, result = pair
    found = traced.detections
    for index, pasted in enumerate(result["pasted"]):
        y1, x1, y2, x2 = pasted["box"]
        whole = np.zeros(found.masks.shape[1:], bool)
        whole[y1:y2, x1:x2] = pasted["mask"].reshape(y2 - y1, x2 - x1)
        # Fresh weights give probabilities of about one half, where the last bit decides.
        most = 0 if traced.min_score else 0.002 * whole.size
        assert (whole != found.masks[index]).sum() <= most
        row = result["detections"]["rows"][index]
        np.testing.assert_array_equal(result["masks"]["data"][row], found.mask_probs[index])


def test_why_not_of_random_boxes(core, pair):
    traced, result = pair
    height, width = traced.image.shape[:2]
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, [height - 10, width - 10], (40, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(4, height / 3, (40, 2))], 1)
    boxes = [*traced.detections.boxes[:6], *boxes.astype(np.float32)]
    same_answers(traced, core("whyNot", result, each=[[box] for box in boxes]), boxes)


def test_pooled_grids_are_what_the_heads_got(coins):
    grids = pooled_grids(coins)
    rois = coins["detection_rois"][coins.rows]
    used = np.abs(coins["box_features"][rois]).mean(-1)
    np.testing.assert_allclose(grids[coins.config.roi_pooling], used, atol=2e-4)
    assert len({json.dumps(grid) for grid in grids.values()}) == len(grids) == 4


def test_the_recipe_gives_the_map(coins):
    arrays = recipe_arrays(coins)
    sums = np.pad(arrays["sum4"].astype(np.float32), ((1, 1), (1, 1), (0, 0)))
    total = np.einsum("rck,okrc->o", sums[3:6, 7:10], arrays["kernel4"]) + arrays["bias4"]
    np.testing.assert_allclose(total, coins["P4"][3, 7], atol=0.03)


def test_large_maps_come_without_the_recipe(coins, monkeypatch):
    monkeypatch.setattr("maskrcnn_explained.pages.report.embedded.SUMS_AT_MOST", 1000)
    assert recipe_arrays(coins) == {}
    assert embedded(coins)["recipe"] is None


def test_all_is_fit_for_json_and_reads_back(coins):
    facts = embedded(coins)
    json.dumps(facts, allow_nan=False)
    assert facts["exact"] and facts["size"] == [303, 384] and facts["molded_size"] == [320, 384]
    assert list(facts["maps"]) == list(MAPS)
    assert len(facts["maps"]["C4"]["pictures"]) == CHANNELS
    stored = packed_arrays(dict(boxes=exclusive(coins["proposals"], coins.config)))["boxes"]
    read = np.frombuffer(gzip.decompress(base64.b64decode(stored["data"])), np.float32)
    assert stored["type"] == "Float32Array"
    np.testing.assert_array_equal(read.reshape(-1, 4), coins["proposals"])
