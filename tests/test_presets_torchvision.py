"""A small model in torchvision's dialect through the whole package: from `detect` to `train`.

The image is 150 x 205 and becomes 73 x 100, padded to 96 x 128: P6 has 2 x 2 cells, of which the
lower ones hang over the edge.
"""

import numpy as np
import pytest
import tensorflow as tf
from helpers import TINY, calm, random_image

import maskrcnn_explained as mrx
from maskrcnn_explained.anchors import generate_anchors, level_sizes
from maskrcnn_explained.data.batches import batch_signature, make_batch
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.export.saved_model import serve_detections
from maskrcnn_explained.presets import TORCHVISION, get_config
from maskrcnn_explained.tracing.candidates import rpn_candidates
from maskrcnn_explained.weights.folding import fold_batch_norm
from maskrcnn_explained.weights.layer_table import layer_rows

SIZES = dict(image_min_side=90, image_max_side=100, batch_norm_epsilon=1e-5)


@pytest.fixture(scope="module")
def model():
    config = get_config("scenes", **{**TINY, **TORCHVISION, **SIZES})
    return calm(mrx.build(config))


@pytest.fixture(scope="module")
def image():
    return random_image(150, 205, seed=1)


@pytest.fixture(scope="module")
def trace(model, image):
    return mrx.trace(model, image, min_score=0.0)


def test_what_comes_in(trace):
    assert trace["molded_image"].shape == (96, 128, 3)
    window = trace["window"]
    assert (window.top, window.left, window.height, window.width) == (0, 0, 73, 100)
    assert trace["P6"].shape[:2] == (2, 2) and trace["P5"].shape[:2] == (3, 4)
    assert len(trace["anchors"]) == sum(level_sizes((96, 128), trace.config))


def test_anchors_of_odd_maps_by_hand(model):
    """P6 of 96 x 128: two rows, which torchvision sets 48 pixels apart, and two columns, 64."""
    anchors = generate_anchors((96, 128), model.config).numpy()[-12:].reshape(2, 2, 3, 4)
    centres = (anchors[..., :2] + anchors[..., 2:]) / 2
    assert centres[:, 0, 0, 0].tolist() == [0, 48] and centres[0, :, 0, 1].tolist() == [0, 64]
    assert (anchors == np.round(anchors)).all()
    level = model.config.changed(anchor_stride_rule="level")
    anchors = generate_anchors((96, 128), level).numpy()[-12:].reshape(2, 2, 3, 4)
    assert ((anchors[..., 0] + anchors[..., 2]) / 2)[:, 0, 0].tolist() == [0, 64]


def test_no_proposal_lies_on_the_padding_or_is_thin(trace):
    real = trace["proposal_anchors"] >= 0
    boxes = trace["proposals"][real]
    assert (boxes[:, 2:] <= [73, 100]).all()
    assert (boxes[:, 2:] - boxes[:, :2]).min() >= trace.config.proposal_min_side
    wide = trace.config.changed(proposal_min_side=30.0)
    kept = mrx.rpn.propose(
        trace["rpn_probs"][None], trace["rpn_deltas"][None], trace.image_size, wide, 20
    )[0]
    sides = (kept[0, :, 2:] - kept[0, :, :2]).numpy()
    assert ((sides >= 30) | (sides == 0)).all() and (sides >= 30).all(1).any()


def test_candidates_are_those_of_the_graph(trace):
    won = trace.rpn_candidates.won
    assert sorted(won[won >= 0]) == list(range((trace["proposal_anchors"] >= 0).sum()))
    for index, candidate in enumerate(np.argsort(np.where(won < 0, 99, won))[: (won >= 0).sum()]):
        box = trace.rpn_candidates.boxes[candidate]
        np.testing.assert_allclose(box, trace["proposals"][index], atol=1e-4)
    found = trace.detection_candidates
    assert (found.won >= 0).sum() == len(trace.rows)
    wide = trace.config.changed(proposal_min_side=30.0)
    names = ("anchors", "rpn_probs", "rpn_deltas", "proposal_anchors")
    arrays = (trace[name] for name in names)
    boxes = rpn_candidates(*arrays, trace.image_size, wide, trace["window"].box).boxes
    assert (boxes[:, 2:] - boxes[:, :2]).min() >= 30


def test_every_tensor_a_biography_and_a_diagnosis(trace):
    for name in trace.names:
        assert trace[name] is not None
    story = trace.follow(0)
    assert story.belongs_to(trace) and "detection 0" in str(story)
    claims = trace.at(149, 204)
    assert len(claims.anchors) == 15 and claims.anchors.max() < len(trace["anchors"])
    assert str(trace.why_not([10, 10, 90, 90]))


def test_report(trace):
    page = mrx.pages.report.report(trace, "a title")
    assert "<html" in page and "a title" in page


def test_folded_finds_the_same(model, image):
    """Heads without batch norm have nothing to fold."""
    found, folded = (m.detect(image, 0.0) for m in (model, fold_batch_norm(model)))
    np.testing.assert_allclose(folded.scores, found.scores, atol=1e-4)


def test_saved_and_loaded(model, image, tmp_path):
    mrx.save_weights(model, tmp_path / "small.h5")
    again = mrx.load(tmp_path / "small.h5")
    assert again.config == model.config
    np.testing.assert_array_equal(again.detect(image, 0.0).boxes, model.detect(image, 0.0).boxes)


@pytest.mark.parametrize("size", [(150, 205), (60, 70), (70, 180)])
def test_exported_graph_gives_what_detect_gives(model, size):
    image = random_image(*size, seed=2)
    served = serve_detections(model, tf.constant(image[None]), 0.0)
    found = model.detect(image, 0.0)
    number = int(served["counts"][0])
    assert number == len(found) > 0
    np.testing.assert_allclose(served["boxes"][0, :number], found.boxes, atol=0.02)
    assert (served["masks"][0, :number].numpy() != found.masks).mean() < 1e-3


def test_layer_rows_count_the_odd_cells(model):
    rows = layer_rows(model, (96, 128))
    (row,) = [row for row in rows if row.name == "rpn_conv_shared"]
    cells = 24 * 32 + 12 * 16 + 6 * 8 + 3 * 4 + 2 * 2
    assert row.output[0] == cells
    assert not any("mrcnn_class_bn" in row.name for row in rows)
    with pytest.raises(ValueError, match="multiples of 32"):
        layer_rows(model, (100, 128))


@pytest.mark.slow
def test_a_batch_tells_the_windows_and_a_step_learns(model):
    dataset = Scenes(length=4)
    batch = make_batch([dataset[0], dataset[1]], model.config)
    assert batch["windows"].shape == (2, 4) and "windows" in batch_signature(model.config)
    assert "windows" not in make_batch([dataset[0]], get_config("scenes"))
    tensors = {name: tf.constant(value) for name, value in batch.items()}
    parts = model.compute_losses(tensors, training=True)
    assert len(parts) == 5 and all(np.isfinite(float(part)) for part in parts)
    with pytest.warns(UserWarning, match="5 objects beyond the 10 detections"):
        history = mrx.train(model, dataset, None, mrx.Recipe(steps=2, batch_size=2), verbose=0)
    assert np.isfinite(history.history["loss"]).all()
