"""Names that packages and stages offer, with wrong arguments, as in `test_any_input`."""

import numpy as np
import pytest
from good_arguments import IMAGE, NAMES, SAMPLES, listed, things_in
from helpers import random_objects
from wrong_arguments import try_all

import maskrcnn_explained as mrx
from maskrcnn_explained import anchors, boxes, losses, masks, roi_align
from maskrcnn_explained.data import augmentation, batches, image_files, images, molding
from maskrcnn_explained.data.examples import everyday
from maskrcnn_explained.data.formats import rle
from maskrcnn_explained.evaluation import error_types, exam, precision_recall

BOXES = random_objects(0, 4)
WHOLE = BOXES.astype(int)
MASKS = np.concatenate([sample.masks for sample in SAMPLES])
OVERLAP = np.random.default_rng(0).random((4, 3))
SCORES = np.linspace(1, 0, 4)
CORRECT = np.array([True, False, True, False])
SMALL = np.ones((4, 28, 28), np.float32)
STD = (1.0, 1.0, 1.0, 1.0)


@pytest.fixture(scope="module")
def things(tiny, tmp_path_factory):
    return things_in(tmp_path_factory.mktemp("any_input"), tiny)


ROWS = {
    "evaluation.average_precision": lambda t: (
        mrx.evaluation.average_precision,
        dict(samples=t.truth, found=t.results, class_names=NAMES, limit=5),
    ),
    "evaluation.coins_exam": lambda t: (exam.coins_exam, dict(model=t.model, scale=0.5)),
    "evaluation.class_average_precision": lambda t: (
        mrx.evaluation.class_average_precision,
        dict(samples=t.truth, found=t.results, class_names=NAMES, limit=100),
    ),
    "evaluation.found_records": lambda t: (
        mrx.evaluation.found_records,
        dict(detections=t.found),
    ),
    "evaluation.metrics_table": lambda t: (
        mrx.evaluation.metrics_table,
        dict(result=mrx.evaluation.average_precision(t.truth, t.results, NAMES)),
    ),
    "evaluation.truth_records": lambda t: (
        mrx.evaluation.truth_records,
        dict(sample=SAMPLES[0]),
    ),
    "training.reestimate_statistics": lambda t: (
        mrx.training.reestimate_statistics,
        dict(model=t.student, dataset=SAMPLES, batch_size=2),
    ),
    "weights.find_weights": lambda t: (mrx.weights.find_weights, dict(weights="scenes")),
    "weights.load_weights": lambda t: (
        mrx.weights.load_weights,
        dict(model=t.student, path=t.folder / "w.h5"),
    ),
    "weights.named_weights": lambda t: (mrx.weights.named_weights, dict(model=t.model)),
    "weights.read_weights": lambda t: (
        mrx.weights.read_weights,
        dict(path=t.folder / "w.h5"),
    ),
    "data.scenes.make_scene": lambda t: (mrx.data.scenes.make_scene, dict(seed=3, size=64)),
    "data.examples.everyday.everyday_objects": lambda t: (
        everyday.everyday_objects,
        dict(name="coffee"),
    ),
    "data.examples.everyday.everyday_sample": lambda t: (
        everyday.everyday_sample,
        dict(name="coffee"),
    ),
    "data.images.as_rgb": lambda t: (images.as_rgb, dict(image=IMAGE, name="x")),
    "data.image_files.read_image": lambda t: (
        image_files.read_image,
        dict(path=t.png, size=(64, 64)),
    ),
    "data.image_files.read_header": lambda t: (image_files.read_header, dict(path=t.png)),
    "data.molding.mold": lambda t: (molding.mold, dict(images=[IMAGE], config=t.model.config)),
    "data.molding.resize_image": lambda t: (
        molding.resize_image,
        dict(image=IMAGE, size=(32, 32)),
    ),
    "data.batches.make_batch": lambda t: (
        batches.make_batch,
        dict(samples=SAMPLES, config=t.model.config, packed=False),
    ),
    "data.augmentation.flip": lambda t: (augmentation.flip, dict(sample=SAMPLES[0])),
    "data.augmentation.turn": lambda t: (
        augmentation.turn,
        dict(sample=SAMPLES[0], quarters=1),
    ),
    "data.augmentation.rescale": lambda t: (
        augmentation.rescale,
        dict(sample=SAMPLES[0], factor=0.5, limit=99),
    ),
    "data.augmentation.crop": lambda t: (
        augmentation.crop,
        dict(sample=SAMPLES[0], top=1, left=2, height=30, width=30),
    ),
    "data.augmentation.recolour": lambda t: (
        augmentation.recolour,
        dict(sample=SAMPLES[0], brightness=1.1, contrast=1.0, hue=0.1),
    ),
    "data.augmentation.Augmentation()": lambda t: (
        mrx.Augmentation(flip=1.0),
        dict(sample=SAMPLES[0], rng=np.random.default_rng(0)),
    ),
}
# name -> (function, good arguments): what needs no model and no file
STAGES = {
    "anchors.anchor_shapes": (anchors.anchor_shapes, dict(scale=32.0, ratios=(0.5, 1, 2))),
    "anchors.level_anchors": (
        anchors.level_anchors,
        dict(height=4, width=4, stride=8, scale=32.0, ratios=(0.5, 1, 2)),
    ),
    "boxes.area": (boxes.area, dict(boxes=BOXES)),
    "boxes.clip_boxes": (boxes.clip_boxes, dict(boxes=BOXES, window=BOXES[0])),
    "boxes.decode_deltas": (
        boxes.decode_deltas,
        dict(boxes=BOXES, deltas=np.zeros((4, 4)), std=STD, max_log_size=4.0),
    ),
    "boxes.encode_deltas": (boxes.encode_deltas, dict(boxes=BOXES, targets=BOXES, std=STD)),
    "boxes.iou": (boxes.iou, dict(boxes1=BOXES, boxes2=BOXES)),
    "boxes.nms": (boxes.nms, dict(boxes=BOXES, scores=SCORES, iou_threshold=0.5, limit=3)),
    "boxes.nms_by_hand": (
        boxes.nms_by_hand,
        dict(boxes=BOXES, scores=SCORES, iou_threshold=0.5, limit=3),
    ),
    "masks.boxes_from_masks": (masks.boxes_from_masks, dict(masks=MASKS)),
    "masks.from_mini_masks": (
        masks.from_mini_masks,
        dict(minis=SMALL > 0, boxes=WHOLE, image_size=(64, 64)),
    ),
    "masks.mask_iou": (masks.mask_iou, dict(masks1=MASKS, masks2=MASKS)),
    "masks.paste_masks": (
        masks.paste_masks,
        dict(mask_probs=SMALL, boxes=BOXES, image_size=(64, 64), threshold=0.5, rim="zero"),
    ),
    "masks.to_mini_masks": (masks.to_mini_masks, dict(masks=MASKS, boxes=WHOLE, size=8)),
    "rle.encode": (rle.encode, dict(mask=MASKS[0])),
    "precision_recall.match": (
        precision_recall.match,
        dict(overlap=OVERLAP, scores=SCORES, min_iou=0.5),
    ),
    "precision_recall.precision_recall": (
        precision_recall.precision_recall,
        dict(scores=SCORES, correct=CORRECT, objects=3),
    ),
    "precision_recall.envelope": (precision_recall.envelope, dict(precision=SCORES)),
    "precision_recall.area_under_curve": (
        precision_recall.area_under_curve,
        dict(precision=SCORES, recall=SCORES[::-1]),
    ),
    "error_types.error_types": (
        error_types.error_types,
        dict(overlap=OVERLAP, scores=SCORES, found_ids=np.ones(4), true_ids=np.ones(3))
        | dict(min_iou=0.5, background_iou=0.1),
    ),
    "losses.rpn_class_loss": (
        losses.rpn_class_loss,
        dict(match=np.ones((2, 4), np.int32), logits=np.zeros((2, 4, 2), np.float32)),
    ),
} | {
    f"roi_align.{name}": (
        operator,
        dict(feature_map=np.ones((1, 16, 16, 3)), boxes=BOXES, box_indices=np.zeros(4, int))
        | dict(size=7, stride=4),
    )
    for name, operator in roi_align.OPERATORS.items()
}
# What stands inside tensors is not looked at: TensorFlow tells of a box that is NaN, and of an
# image that is not there.
VALUES = [("boxes", kind) for kind in ("nan", "infinite", "huge")]
VALUES += [("box_indices", kind) for kind in ("nan", "infinite", "negative", "huge")]
VALUES += [("feature_map", kind) for kind in ("no_rows", "shorter")]
INSIDE = {f"roi_align.{name}": VALUES for name in roi_align.OPERATORS}


@pytest.mark.parametrize("name", ROWS)
def test_wrong_arguments(name, things, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert try_all(*ROWS[name](things))["refused"]


@pytest.mark.parametrize("name", STAGES)
def test_wrong_arguments_of_stages(name):
    assert try_all(*STAGES[name], skipped=INSIDE.get(name, ()))["refused"]


@pytest.mark.parametrize("package", ["data", "data.scenes", "evaluation", "training", "weights"])
def test_every_name_has_a_row(package):
    known = {"training.Recipe", "data.scenes.Scenes"}  # rows of `mrx.`
    known |= {"weights.save_weights", "weights.load_reference_weights", "evaluation.evaluate"}
    known |= {"evaluation.evaluate_classes", "evaluation.everyday_exam"}
    known |= {"weights.load_torchvision_weights"}
    known |= {"weights.shipped_folder"}  # it has no arguments
    assert listed(package) - set(ROWS) - known == set()
