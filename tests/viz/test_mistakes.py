"""Galleries of mistakes: which object a mistake is about, and what stands below its pictures."""

import numpy as np
import pytest

from maskrcnn_explained import viz
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.viz.mistakes import Mistake, missed_of, mistake_of, visible_share

NAMES = ("background", "disk", "star")


def square(y, x, side=20):
    mask = np.zeros((80, 80), bool)
    mask[y : y + side, x : x + side] = True
    return mask


@pytest.fixture
def sample():
    masks = np.stack([square(4, 4), square(40, 40)])
    tags = {"occlusion": np.array([0.25, 0.0])}
    ids = np.array([1, 2], np.int32)
    return Sample(np.full((80, 80, 3), 99, np.uint8), masks, ids, tags=tags)


def detections(*rows):
    masks = np.stack([mask for mask, _, _ in rows])
    boxes = viz.mistakes.boxes_from_masks(masks)
    ids = np.array([k for _, k, _ in rows])
    scores = np.array([score for _, _, score in rows])
    return Detections(
        boxes=boxes,
        class_ids=ids,
        class_names=[NAMES[k] for k in ids],
        scores=scores,
        masks=masks,
        mask_probs=masks,
    )


def test_a_mistake_is_about_its_object(sample):
    found = detections((square(4, 4), 1, 0.9), (square(4, 6), 1, 0.8), (square(40, 42), 1, 0.7))
    twice = mistake_of(found, sample, 1, "duplicate", NAMES)
    assert [name for _, name in twice.truth] == ["disk"]
    assert [name for _, name in twice.hits] == ["disk 0.90"]
    assert twice.facts == "IoU 0.818\n75% visible"
    other = mistake_of(found, sample, 2, "class", NAMES)
    assert [name for _, name in other.truth] == ["star"] and other.hits == []
    nothing = mistake_of(found, sample, 2, "background", NAMES)
    assert nothing.truth == () and nothing.facts == "no object\nhere"


def test_what_is_near_a_missed_object(sample):
    found = detections((square(40, 48), 1, 0.9))
    near = missed_of(found, sample, 1, "moved", NAMES)
    assert [name for _, name in near.found] == ["disk 0.90"]
    assert near.facts == "IoU 0.428\n100% visible"
    beside = missed_of(detections((square(40, 40), 2, 0.9)), sample, 1, "", NAMES)
    assert [name for _, name in beside.hits] == ["star 0.90"] and beside.found == []
    far = missed_of(found, sample, 0, "moved", NAMES)
    assert far.found == [] and far.facts.startswith("IoU 0.000")


def test_without_the_tag_the_size_is_told(sample):
    plain = Sample(sample.image, sample.masks, sample.class_ids)
    assert visible_share(plain, 0) == "400 pixels"


def test_the_same_part_twice(sample):
    mistake = Mistake(
        sample.image,
        title="class",
        truth=[(square(4, 4), "disk")],
        found=[(square(4, 6), "star 0.50")],
        facts="IoU",
    )
    axes = viz.show_mistakes([mistake] * 7)
    assert axes.shape == (2, 5)
    above, below = axes[:, 0]
    assert above.get_xlim() == below.get_xlim() and above.get_xlim()[1] < 80
    assert above.get_title() == "class" and below.get_xlabel() == "IoU"
    assert [ax.texts[0].get_text() for ax in (above, below)] == ["disk", "star 0.50"]
