"""The answers to the questions for the class of notebook 03, run."""

import json

import numpy as np
import pytest
from helpers import ROOT
from question_answers import answer_says

import maskrcnn_explained as mrx
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.evaluation.exam import exam

BOX = np.float32([40, 60, 72, 92])
STDS = {"one": (1, 1, 1, 1), "ours": (0.1, 0.1, 0.2, 0.2)}


def shown(box):
    """A box as an answer prints it."""
    numbers = [f"{number:.1f}".removesuffix(".0") for number in np.asarray(box)]
    return f"({', '.join(numbers)})"


@pytest.fixture(scope="module")
def seen(scenes_model):
    scenes = mrx.Scenes("test", 40)
    return [(s, scenes_model.tensors(s.image)) for s in scenes if len(s)]


def costs(name):
    table = json.loads((ROOT / "assets" / "dialect_costs.json").read_text(encoding="utf-8"))
    [row] = [row for row in table["rows"] if row["name"] == name]
    return f"{100 * row['found'][0]:.0f}", f"{100 * table['unchanged'][0]['found'][0]:.0f}", row


def test_question_03_1(scenes_model):
    anchors = mrx.anchors.generate_anchors((320, 384), scenes_model.config).numpy()
    number = 23_040 + 5_760 + (3 * 24 + 5) * 3 + 2
    answer_says("03.1", f"{number:,}", shown(anchors[number]), "(56, 88)")
    assert mrx.anchors.anchor_levels((320, 384), scenes_model.config)[number] == 2


def test_question_03_2():
    deltas = np.float32([0.25, -0.5, np.log(1.5), 0])
    for std in STDS.values():
        answer_says("03.2", shown(mrx.boxes.decode_deltas(BOX, deltas, std)))
    back = mrx.boxes.encode_deltas(BOX, np.float32([48, 60, 80, 124])).numpy()
    np.testing.assert_allclose(back, [0.25, 0.5, 0, np.log(2)], atol=1e-6)
    answer_says("03.2", "dy = 8 / 32 = 0.25, dx = 16 / 32 = 0.5, dh = 0, dw = log 2 = 0.693")


def test_question_03_3():
    logits = np.array([[2, -1], [0, 0], [-1, 3]])
    for more in (0, 10):
        powers = np.exp(logits + more)
        objectness = [f"{value:.3f}" for value in powers[:, 1] / powers.sum(1)]
        answer_says("03.3", f"{objectness[0]}, {objectness[1]} and {objectness[2]}")


@pytest.mark.minutes
def test_question_03_4(seen, scenes_model):
    limits, config = (0.3, 0.5, 0.7, 0.9), scenes_model.config
    fits = {limit: [best_fits(pair, config, limit) for pair in seen] for limit in limits}
    assert len(seen[10][0]) == 15
    for over in (lambda rows: rows[10], np.concatenate):
        for iou in (0.5, 0.8):
            recall = [f"{(over(fits[limit]) >= iou).mean():.2f}" for limit in limits]
            said = ", ".join(recall)
            last = f"{', '.join(recall[:3])} and {recall[3]}"
            answer_says("03.4", said if over is np.concatenate else last)


def best_fits(pair, config, limit):
    """The best IoU of a proposal with each object: [G]."""
    sample, x = pair
    outputs, size = (x["rpn_probs"][None], x["rpn_deltas"][None]), x["molded_image"].shape[:2]
    boxes, scores, _ = mrx.rpn.propose(*outputs, size, config.changed(proposal_nms_iou=limit), 300)
    real = boxes[0].numpy()[scores[0] >= 0]
    return mrx.boxes.iou(x["window"].to_molded(sample.boxes), real).numpy().max(1)


@pytest.mark.slow
def test_question_03_5(scenes_model, coins):
    t = scenes_model.tensors(coins)
    truth = t["window"].to_molded(coins_sample().boxes)
    best = np.argsort(-t["rpn_probs"][:, 1], kind="stable")[:30]
    fits, sides = {}, {}
    for name, std in STDS.items():
        limit = scenes_model.config.max_log_size
        boxes = mrx.boxes.decode_deltas(t["anchors"], t["rpn_deltas"], std, limit).numpy()[best]
        fits[name] = mrx.boxes.iou(boxes, truth).numpy().max(1)
        sides[name] = np.sqrt(mrx.boxes.area(boxes).numpy())
    factor = sides["one"] / sides["ours"]
    assert ((factor > 1.95) & (factor < 4)).sum() >= 19 and (factor < 0.34).sum() == 3
    answer_says("03.5", "most of them two to four times too large", "a few three times too small")
    assert tuple(mrx.presets.PAPER["rpn_delta_std"]) == STDS["one"]
    assert fits["one"].max() < 0.245 and fits["ours"].min() > 0.86
    answer_says("03.5", "above 0.24", "more than 0.86")
    found, unchanged, row = costs("RPN's std 1")
    answer_says("03.5", f"finds {found} of 100 objects instead of {unchanged}")
    answer_says("03.5", f"{row['coins_found']} of the 24 coins")


@pytest.mark.slow
def test_question_03_6(scenes_model, coins):
    scene = mrx.Scenes("test", 40)[3]
    doubled = mrx.load("scenes", anchor_scales=(32, 64, 128, 256, 512))
    coins_found = exam(doubled.detect(coins, min_score=0.7), coins_sample(), 0.85)["found"]
    found, before = (
        exam(model.detect(scene.image, min_score=0.7), scene, 0.5)["found"]
        for model in (doubled, scenes_model)
    )
    answer_says("03.6", f"{coins_found} of the 24 coins")
    answer_says("03.6", f"{found} of {len(scene)} objects (IoU 0.5) instead of {before}")
    turned = mrx.load("scenes", anchor_scales=(256, 128, 64, 32, 16))
    assert exam(turned.detect(coins, min_score=0.7), coins_sample(), 0.85)["found"] == 24
    found, unchanged, row = costs("anchor scales reversed")
    answer_says("03.6", f"{found} are found instead of {unchanged}")
    assert row["coins_found"] == 24
