"""Verdicts on images: what is right has no words, what is wrong or missed has."""

import numpy as np

from maskrcnn_explained import viz
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections


def case(*places):
    """One hit, then a wrong star per place; the last object is missed."""
    masks = np.zeros((len(places), 64, 96), bool)
    for mask, (y, x) in zip(masks, places, strict=True):
        mask[y : y + 16, x : x + 16] = True
    ids = np.array([1, *[2] * (len(places) - 1)], np.int32)
    truth = Sample(np.full((64, 96, 3), 99, np.uint8), masks, np.ones(len(places), np.int32))
    found = Detections(
        boxes=truth.boxes,
        class_ids=ids,
        class_names=["disk", *["star"] * (len(places) - 1)],
        scores=np.linspace(0.9, 0.8, len(places)),
        masks=masks,
        mask_probs=masks,
    )
    kinds = ["hit", *["class"] * (len(places) - 1)]
    return truth.image, found, truth, kinds, np.arange(len(places)) == len(places) - 1


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_verdicts_name_the_reason_of_a_mistake_only():
    facts = case((0, 0), (40, 40))
    assert words(viz.show_verdicts(*facts)) == ["star: class", "missed"]
    assert words(viz.show_verdicts(*facts, reasons=False)) == ["star"]
    assert words(viz.show_verdicts(*facts, numbers=True))[-2:] == ["1", "2"]
    assert words(viz.show_verdicts(*facts, class_names=("nothing", "disk")))[-1] == "disk"
    axes = viz.show_verdict_sheet([("one", *facts), ("two", *facts)])
    assert [ax.get_title() for ax in axes[0]] == ["one", "two", ""]
    assert viz.style.figure_of(axes).get_label().count("1 wrong, orange") == 2


def test_a_label_near_another_one_is_below_its_box():
    ax = viz.show_verdicts(*case((0, 0), (40, 4), (41, 9), (20, 70)), reasons=False)
    near, far = ax.texts[1].get_position()[1], ax.texts[2].get_position()[1]
    assert ax.texts[0].get_position()[1] == 40
    assert near == 41 + 16 and far == 20
