"""What is at a point: `claimsAt` in JavaScript gives what `claims_at` gives in Python."""

import dataclasses
import shutil

import numpy as np
import pytest
from js_core import core_in_node, tensor
from skimage import data

from maskrcnn_explained.pages.explorer.document import explorer_settings
from maskrcnn_explained.tracing import trace as tracing

IMAGES = {  # padding above and below; padding at the left and the right
    "coins": data.coins(),
    "a tall part": np.ascontiguousarray(data.astronaut()[:400, 120:350]),
}


@pytest.fixture(scope="module", params=IMAGES)
def trace(trained, request):
    return tracing.trace(trained, IMAGES[request.param])


def pasted(box, mask):
    """The mask [H, W] bool of a detection as the page keeps it: the pixels of its box alone."""
    top, left = np.maximum(np.floor(box[:2]), 0).astype(int)
    bottom, right = np.minimum(np.ceil(box[2:]), mask.shape).astype(int)
    inside = mask[top:bottom, left:right]
    assert inside.sum() == mask.sum()
    return dict(box=[int(v) for v in (top, left, bottom, right)], mask=inside.astype(np.uint8))


def result_of(trace):
    """What `claimsAt` reads of a result, with the numbers of the trace."""
    window = trace["window"]
    found = trace.detections
    real = trace["proposal_anchors"] >= 0
    return dict(
        image_size=list(trace.image.shape[:2]),
        molded_size=list(trace.image_size),
        settings=explorer_settings(trace.config),
        window=dataclasses.asdict(window) | dict(box=window.box),
        detections=dict(boxes=found.boxes),
        pasted=[pasted(box, mask) for box, mask in zip(found.boxes, found.masks, strict=True)],
        proposals=tensor(trace["proposals"][real]),
    )


def points(trace):
    """Points (y, x) of the image: a grid with its edges, corners of boxes, and at random."""
    sides = trace.image.shape[:2]
    ends = [[0, 0.5, side / 3, side / 2, side - 1, side - 0.01, side - 1e-9] for side in sides]
    grid = np.stack(np.meshgrid(*ends, indexing="ij"), -1).reshape(-1, 2)
    corners = trace.detections.boxes.astype(float).reshape(-1, 2)
    corners = corners[(corners < sides).all(1)]
    random = np.random.default_rng(0).uniform(0, sides, (300, 2))
    return np.concatenate([grid, corners, random])


def test_the_same_claims_at_every_point(core, trace):
    assert len(trace.detections) and min(trace["window"].top, trace["window"].left) == 0
    assert max(trace["window"].top, trace["window"].left) > 0
    asked = points(trace)
    number = dict(proposals=0, detections=0, boxes_only=0)
    answers = core("claimsAt", result_of(trace), each=asked.tolist())
    for (y, x), answer in zip(asked, answers, strict=True):
        wanted = trace.at(y, x)
        assert answer["molded"] == list(wanted.molded)
        for name in ("anchors", *number):
            assert answer[name] == getattr(wanted, name).tolist(), (name, y, x)
        for name in number:
            number[name] += len(answer[name])
    assert min(number.values()) > 10, number


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
@pytest.mark.parametrize("place", ["y < 0", "x < 0", "y at the end", "x at the end"])
def test_outside_the_image_both_refuse(trace, place, capfd):
    height, width = trace.image.shape[:2]
    ends = {"y < 0": (-0.1, 5), "x < 0": (5, -0.1), "y at the end": (height, 5)}
    point = ends.get(place, (5, width))
    with pytest.raises(ValueError, match="lies outside the image"):
        trace.at(*point)
    with core_in_node() as call, pytest.raises(AssertionError, match=r"core\.claimsAt failed"):
        call("claimsAt", result_of(trace), *point)
    assert "RangeError" in capfd.readouterr().err
