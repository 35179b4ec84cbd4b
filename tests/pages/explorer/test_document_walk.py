"""The explorer in Chromium, from pixels to masks: what it finds is what the model finds in Python.

Its networks have weights of 16 bits, so scores differ in the fourth digit, and proposals of nearly
equal scores may change places.
"""

import numpy as np
import pytest
from explorer_pages import read, walk
from skimage import data

from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.pages.explorer.example_photos import example_photos
from maskrcnn_explained.tracing import trace as tracing
from maskrcnn_explained.weights.load import load

pytestmark = pytest.mark.minutes
TRUNK = ("C2", "C3", "C4", "C5", "P2", "P3", "P4", "P5", "P6", "rpn_probs", "rpn_deltas")


def scenes_images():
    scenes = Scenes("test")
    photos = {"coins": data.coins(), "astronaut": data.astronaut(), "chelsea": data.chelsea()}
    return photos | {f"scene {index}": scenes[index].image for index in (0, 24, 42)}


def full_masks(result, size):
    """The pasted masks as [D, H, W] bool."""
    masks = np.zeros((len(result["pasted"]), *size), bool)
    for mask, pasted in zip(masks, result["pasted"], strict=True):
        top, left, bottom, right = pasted["box"]
        mask[top:bottom, left:right] = pasted["mask"].reshape(bottom - top, right - left)
    return masks


def same_proposals(result, trace, most):
    """All but a part `most` of the proposals began as the same anchors."""
    ours = set(result["proposal_anchors"])
    wanted = set(trace["proposal_anchors"][trace["proposal_anchors"] >= 0])
    assert len(ours ^ wanted) <= most * len(wanted), len(ours ^ wanted)


def same_detections(result, trace, box_error=0.05):
    """As many, of the same classes; each with its box, score and mask. Neighbours in the list whose
    scores are nearly equal may have changed places."""
    found, wanted = result["detections"], trace.detections
    boxes = found["boxes"].reshape(-1, 4)
    assert len(boxes) == len(wanted)
    far = np.abs(boxes[:, None] - wanted.boxes[None]).max(-1)
    far = far + 1e6 * (found["class_ids"][:, None] != wanted.class_ids[None])
    pairs = far.argmin(1)
    assert sorted(pairs) == list(range(len(wanted)))
    assert far.min(1).max() <= box_error
    scores = found["scores"]
    np.testing.assert_allclose(scores, wanted.scores, atol=3e-3)
    np.testing.assert_allclose(scores, wanted.scores[pairs], atol=3e-3)
    masks = full_masks(result, trace.image.shape[:2])
    assert (masks != wanted.masks[pairs]).sum() <= 2e-3 * wanted.masks.sum()


@pytest.fixture(scope="module")
def page(trained, open_explorer):
    return open_explorer(trained)


@pytest.mark.parametrize("name, image", scenes_images().items())
def test_the_same_detections_as_in_python(page, trained, name, image):
    result = walk(page, as_rgb(image))
    trace = tracing.trace(trained, image, keep=tracing.RECOMPUTED)
    np.testing.assert_array_equal(result["molded_image"], trace["molded_image"])
    np.testing.assert_array_equal(result["anchors"], trace["anchors"])
    for tensor in TRUNK:
        np.testing.assert_allclose(result[tensor], trace[tensor], atol=0.15, err_msg=tensor)
    same_proposals(result, trace, 0.01)
    same_detections(result, trace)


def test_a_turned_knob_runs_only_what_follows_it(page, trained):
    walk(page, as_rgb(data.coins()))
    answer = page.evaluate("explorer.change({detection_min_score: 0.9995})")
    assert answer["again"] == ["detections", "mask_features", "mask_head", "paste"]
    trace = tracing.trace(trained, data.coins(), min_score=0.9995)
    result = read(page, "explorer.result")
    assert 0 < len(result["detections"]["scores"]) < 24
    assert abs(len(result["detections"]["scores"]) - len(trace.detections)) <= 2
    answer = page.evaluate("explorer.change({roi_pooling: 'roi_pool'})")
    assert answer["again"][0] == "box_features"
    assert page.evaluate("explorer.result.box_features.shape[0]") > 100
    # Nothing left: the heads have nothing to run on, and nothing fails.
    page.evaluate("explorer.change({detection_min_score: 1})")
    assert page.evaluate("explorer.result.masks.shape") == [0, 28, 28]
    assert page.evaluate("explorer.result.pasted.length") == 0


def test_a_sum_of_the_pyramid_is_lateral_and_coarser(page):
    """What the page shows of one cell: P4' = 1x1 of C4 + upsampled P5'."""
    result = walk(page, as_rgb(data.coins()))
    lateral, top, total = (result[name] for name in ("fpn_c4p4", "fpn_c5p5", "fpn_p4add"))
    np.testing.assert_allclose(total, lateral + top.repeat(2, 0).repeat(2, 1), atol=1e-4)


def test_with_weights_of_32_bits_proposals_are_equal_but_for_ties(trained, open_explorer):
    page = open_explorer(trained, "float32")
    result = walk(page, as_rgb(data.coins()))
    trace = tracing.trace(trained, data.coins())
    number = len(result["proposal_anchors"])
    wanted = trace["proposal_anchors"][:number]
    assert (trace["proposal_anchors"][number:] == -1).all()
    other = result["proposal_anchors"] != wanted
    assert set(result["proposal_anchors"]) == set(wanted)
    scores = trace["proposal_scores"][:number]
    np.testing.assert_allclose(result["proposal_scores"][other], scores[other], atol=1e-6)
    same_detections(result, trace, 2e-3)
    page.close()


@pytest.mark.parametrize("name", ["nuclei", "photos"])
def test_the_other_models(name, open_explorer):
    """Many small objects; another backbone: all photographs of its page, and one of people."""
    model = load(name)
    page = open_explorer(model)
    for image in (*(photo.image for photo in example_photos(name)), data.astronaut()):
        result = walk(page, image)
        trace = tracing.trace(model, image)
        np.testing.assert_array_equal(result["molded_image"], trace["molded_image"])
        same_proposals(result, trace, 0.02)
        same_detections(result, trace)
    page.close()
