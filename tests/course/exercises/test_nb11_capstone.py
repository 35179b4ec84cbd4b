"""The form of the capstone: each part that may be missing, and arguments of another kind."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises.nb11_capstone import (
    CAPSTONE_PARTS,
    CARD_PARTS,
    capstone_form,
    card_is_whole,
)
from maskrcnn_explained.data.sample import Sample

CARD = "Data. Training. Result: mask AP 0.62. Limits. " + "word " * 130


def picture(grey, objects=1):
    masks = np.zeros((objects, 4, 6), bool)
    masks[:, 1, 1] = True
    return Sample(np.full((4, 6, 3), grey, np.uint8), masks, np.ones(objects, np.int32))


PICTURES = [picture(grey) for grey in range(30)]
GOOD = dict(train=PICTURES[:15], test=PICTURES[15:20], mask_ap=0.6231, spread=(0.5, 0.7), card=CARD)


def test_a_whole_hand_in():
    assert capstone_form(**GOOD).tolist() == [1] * len(CAPSTONE_PARTS)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"train": PICTURES[:14]}, 0),
        ({"train": PICTURES[1:16]}, 1),
        ({"train": PICTURES[:16], "test": PICTURES[16:20]}, 2),
        ({"test": [picture(grey, 0) for grey in range(40, 45)]}, 2),
        ({"train": [picture(grey, 0) for grey in range(50, 70)]}, 2),
        ({"spread": (0.65, 0.7)}, 3),
        ({"spread": (0.7, 0.5)}, 3),
        ({"spread": (0.6231, 0.6231)}, 3),
        ({"spread": (float("nan"), 0.7)}, 3),
        ({"mask_ap": 62.31, "spread": (50, 70)}, 3),
        ({"card": "Data Training Result 0.62 Limits"}, 4),
        ({"card": CARD + "word " * 300}, 4),
        ({"card": CARD.replace("Limits", "Bounds")}, 5),
        ({"card": CARD.replace("0.62", "0.63")}, 5),
    ],
)
def test_the_first_part_that_is_missing(change, part):
    found = capstone_form(**(GOOD | change)).tolist()
    assert found == [1] * part + [0] + [-1] * (len(CAPSTONE_PARTS) - part - 1)


def test_a_card():
    assert all(word in CARD.lower() for word in CARD_PARTS)
    assert card_is_whole(CARD, 0.6231) and card_is_whole(CARD.replace("0.62", "0.6231"), 0.6231)
    assert not card_is_whole(CARD, 0.5) and not card_is_whole("", 0.62)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"train": 20}, "train must be a data set, or a list of Samples"),
        ({"test": None}, "test must be a data set"),
        ({"mask_ap": "0.62"}, "mask_ap must be a number"),
        ({"spread": 0.1}, r"spread must be numbers, \[2\]"),
        ({"card": None}, "card must be the text of the card"),
    ],
)
def test_arguments_of_another_kind(change, words):
    with pytest.raises(ValueError, match=words):
        capstone_form(**(GOOD | change))
