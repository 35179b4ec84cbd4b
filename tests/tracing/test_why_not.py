"""Each reason why an object can be lost, on a case made for it."""

import numpy as np
import pytest
import tensorflow as tf
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained import detection
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.data.molding import Window
from maskrcnn_explained.detection import Detections, select_detections
from maskrcnn_explained.masks import paste_masks
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.rpn import propose
from maskrcnn_explained.tracing import candidates
from maskrcnn_explained.tracing.candidates import detection_candidates, rpn_candidates
from maskrcnn_explained.tracing.why_not import REASONS, Diagnosis, why_not

SIDE = 128
CONFIG = get_config(
    "scenes",
    class_names=("background", "disk", "star"),
    proposals_pre_nms=6,
    proposals=4,
    detections=2,
    detection_min_score=0.3,
    rpn_delta_std=(1.0, 1.0, 1.0, 1.0),
    delta_std=(1.0, 1.0, 1.0, 1.0),
)
ANCHORS = generate_anchors((SIDE, SIDE), CONFIG).numpy()
P3 = 32 * 32 * 3  # where the anchors of P3 begin, 16 x 16 cells of 8 pixels


def square(row, column):
    """The square anchor of 32 pixels of a cell of P3."""
    return P3 + (row * 16 + column) * 3 + 1


OWN, NEXT = square(8, 6), square(8, 7)  # neighbours: 8 pixels, a quarter of their side, apart
FAR = [square(2, 2), square(2, 12), square(13, 2), square(13, 12)]
OBJECT = ANCHORS[OWN]


class Made(dict):
    """A trace with made-up outputs of the heads; all later steps are the model's own."""

    def __init__(self, objectness=None, moves=None, classes=None, refine=None, **changes):
        """Of anchors by index: objectness, moves (dy, dx, dh, dw); and of the proposals that they
        become: classes (class id, probability), refine (dy, dx, dh, dw)."""
        self.config = CONFIG.changed(**changes)
        self.min_score, self.image_size = self.config.detection_min_score, (SIDE, SIDE)
        self.image = np.zeros((SIDE, SIDE, 3), np.uint8)
        probs = np.zeros((len(ANCHORS), 2), np.float32)
        deltas = np.zeros((len(ANCHORS), 4), np.float32)
        for index, value in (objectness or {}).items():
            probs[index, 1] = value
        for index, value in (moves or {}).items():
            deltas[index] = value
        probs[:, 0] = 1 - probs[:, 1]
        size = tuple(tf.constant(side) for side in self.image_size)
        found = propose(probs[None], deltas[None], size, self.config, self.config.proposals)
        boxes, scores, indices = (x.numpy()[0] for x in found)
        said = np.tile(np.float32([1, 0, 0]), (len(boxes), 1))
        refined = np.zeros((len(boxes), 3, 4), np.float32)
        for row, anchor in enumerate(indices):
            class_id, prob = (classes or {}).get(int(anchor), (0, 1.0))
            said[row] = (1 - prob, 0, 0)
            said[row, class_id] = prob
            refined[row, 1:] = (refine or {}).get(int(anchor), 0)
        window = Window(top=0, left=0, height=SIDE, width=SIDE, scale_y=1.0, scale_x=1.0)
        self.update(
            anchors=ANCHORS,
            rpn_probs=probs,
            rpn_deltas=deltas,
            proposals=boxes,
            window=window,
            proposal_scores=scores,
            proposal_anchors=indices,
            class_probs=said,
            box_deltas=refined,
        )
        self._detect(window)

    def _detect(self, window):
        names = ("proposals", "proposal_scores", "class_probs", "box_deltas")
        arrays = [tf.constant(self[name])[None] for name in names]
        limits = [window.box[None], np.float32([self.min_score])]
        rows = select_detections(*arrays, *limits, self.config)
        boxes, ids, scores, _ = (x.numpy()[0] for x in rows)
        real = ids > 0
        small = np.ones((real.sum(), 28, 28), np.float32)
        self.detections = Detections(
            boxes=boxes[real],
            class_ids=ids[real],
            class_names=[self.config.class_names[i] for i in ids[real]],
            scores=scores[real],
            masks=paste_masks(small, boxes[real], (SIDE, SIDE)),
            mask_probs=small,
        )
        four = (self[n] for n in ("anchors", "rpn_probs", "rpn_deltas", "proposal_anchors"))
        self.rpn_candidates = rpn_candidates(*four, self.image_size, self.config)
        self.detection_candidates = detection_candidates(self)


def near(*, at_least=0.2):
    """Anchors that overlap the object."""
    overlap = mrx.boxes.iou(ANCHORS, OBJECT[None]).numpy()[:, 0]
    return np.flatnonzero(overlap >= at_least)


SURE = {OWN: (1, 0.9)}
SEEN = {OWN: 0.9}
CASES = {
    "low_objectness": Made({**dict.fromkeys(FAR, 0.2), FAR[0] + 3: 0.2, FAR[1] + 3: 0.2}),
    "rpn_refined_away": Made(
        dict.fromkeys(near(), 0.9), dict.fromkeys(near(), (3, 0, 0, 0)), proposals_pre_nms=600
    ),
    "pre_nms_limit": Made(
        dict.fromkeys(near(at_least=0.45), 0.8) | dict.fromkeys(FAR, 0.9), proposals_pre_nms=4
    ),
    "rpn_suppressed": Made(
        {OWN: 0.8, NEXT: 0.9}, {OWN: (0, 0.316, 0, 0), NEXT: (0, 0.226, 0, 0)}, proposals_pre_nms=2
    ),
    "post_nms_limit": Made({OWN: 0.5} | dict.fromkeys(FAR, 0.9)),
    "misclassified": Made(SEEN, classes={OWN: (2, 0.9)}),
    "below_threshold": Made(SEEN, classes={OWN: (1, 0.2)}),
    "refined_away": Made(SEEN, classes=SURE, refine={OWN: (0, 1, 0, 0)}),
    "suppressed": Made(
        {OWN: 0.9, NEXT: 0.8},
        classes={OWN: (1, 0.7), NEXT: (1, 0.9)},
        refine={OWN: (0, 0.2, 0, 0), NEXT: (0, 0.2, 0, 0)},
    ),
    "detection_limit": Made(
        {OWN: 0.9, FAR[0]: 0.9}, classes={OWN: (1, 0.7), FAR[0]: (1, 0.9)}, detections=1
    ),
    "found": Made(SEEN, classes=SURE),
}


@pytest.mark.parametrize("reason", CASES)
def test_made_for_its_reason(reason):
    answer = why_not(CASES[reason], OBJECT, class_id=1)
    assert answer.reason == reason, answer
    assert str(answer).startswith(REASONS[reason])


def test_no_anchor():
    y, x = OBJECT[:2] + 1
    answer = why_not(CASES["found"], (y, x, y + 3, y + 3), class_id=1)
    assert answer.reason == "no_anchor" and answer.numbers["best_iou"] < 0.3


def test_a_poor_mask():
    mask = np.zeros((SIDE, SIDE), bool)
    y1, x1, y2, x2 = OBJECT.astype(int)
    mask[y1:y2, x1:x2] = True
    assert why_not(CASES["found"], OBJECT, 1, mask).reason == "found"
    mask[y1 + 8 :] = False
    answer = why_not(CASES["found"], OBJECT, 1, mask)
    assert answer.reason == "poor_mask" and answer.numbers["mask_iou"] == 0.25


def test_every_reason_was_made():
    assert {*CASES, "no_anchor", "poor_mask"} == set(REASONS)


def test_the_numbers_name_who_won():
    suppressed = why_not(CASES["suppressed"], OBJECT, 1)
    assert suppressed.numbers["by_detection"] == 0
    assert suppressed.numbers["its_score"] == pytest.approx(0.9)
    assert why_not(CASES["rpn_suppressed"], OBJECT, 1).numbers["by_anchor"] == NEXT
    assert why_not(CASES["misclassified"], OBJECT, 1).numbers["said"] == "star"
    assert why_not(CASES["misclassified"], OBJECT).reason == "found", "if any class will do"


def test_a_class_that_is_second_best():
    """Background 0.55, disk 0.45: found if every class counts, lost if only the best one does."""
    second = {OWN: (1, 0.45)}
    assert why_not(Made(SEEN, classes=second), OBJECT, 1).reason == "found"
    answer = why_not(Made(SEEN, classes=second, detection_rule="best_class"), OBJECT, 1)
    numbers = dict(said="background", its_score=0.55, score=0.45, threshold=0.3)
    assert answer.reason == "below_threshold"
    assert answer.numbers == pytest.approx(numbers, abs=1e-3)


def test_a_proposal_that_just_does_not_fit():
    """The moved anchor fits; of its proposal, half a side beside it, a third does."""
    made = Made(SEEN, classes=SURE)
    row = int(np.flatnonzero(made["proposal_anchors"] == OWN)[0])
    made["proposals"] = made["proposals"].copy()
    made["proposals"][row] += np.float32([0, 16, 0, 16])
    answer = why_not(made, OBJECT, 1)
    assert answer.reason == "post_nms_limit"
    assert answer.numbers["best_iou"] == pytest.approx(1 / 3, abs=0.01)


def test_more_pairs_than_enter_nms(monkeypatch):
    for module in (detection, candidates):
        monkeypatch.setattr(module, "MAX_CANDIDATES", 1)
    made = Made({OWN: 0.9, FAR[0]: 0.9}, classes={OWN: (1, 0.7), FAR[0]: (1, 0.9)})
    assert len(made.detections.scores) == 1
    answer = why_not(made, OBJECT, 1)
    assert (answer.reason, answer.numbers) == ("detection_limit", dict(candidates=1))


def test_every_coin_was_found(trained):
    truth = coins_sample()
    t = mrx.trace(trained, data.coins(), min_score=0.7)
    for box, mask in zip(truth.boxes, truth.masks, strict=True):
        answer = t.why_not(box, class_id=1, mask=mask)
        assert answer.reason == "found" and answer.numbers["mask_iou"] > 0.8
    assert t.why_not(truth.boxes[0], class_id=2).reason in ("misclassified", "below_threshold")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (dict(box=[5, 5, 5, 9]), "with an area"),
        (dict(box=[1, 2, 3]), "with an area"),
        (dict(box=OBJECT, class_id=3), r"1\.\.2"),
        (dict(box=OBJECT, mask=np.zeros((4, 4), bool)), r"mask is \[4, 4\]"),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(ValueError, match=message):
        why_not(CASES["found"], **given)


def test_the_rank_counts_what_nms_kept_on_all_levels():
    """Four better boxes far away, on two levels, fill the list; the object's box is the fifth."""
    made = Made({OWN: 0.5} | dict.fromkeys(FAR, 0.9), proposals=2)
    answer = why_not(made, OBJECT)
    kept = made.rpn_candidates.suppressor < 0
    better = int((made.rpn_candidates.scores[kept] > 0.5).sum())
    assert answer.reason == "post_nms_limit"
    assert answer.numbers == dict(objectness=0.5, rank=better, limit=2)
    assert better >= 2


def test_the_numbers_are_told_in_words():
    numbers = dict(said="background", its_score=0.9, score=0.1, iou_before=0.5)
    told = str(Diagnosis("below_threshold", numbers))
    assert told.endswith("(said background, with a score of 0.9, own score 0.1, IoU before 0.5)")
