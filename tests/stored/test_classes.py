"""Class names of a file and of a model: rows move with their names."""

import numpy as np
import pytest

from maskrcnn_explained.stored.classes import check_classes, match_classes, say_classes

THEIRS = ("background", "disk", "star")


def heads(names, offset=0):
    """The arrays of the three heads; each row holds its class's number + offset."""
    ids = np.arange(len(names), dtype=np.float32) + offset
    return {
        "mrcnn_class_logits/kernel": np.tile(ids, (5, 1)),
        "mrcnn_class_logits/bias": ids,
        "mrcnn_bbox_fc/kernel": np.tile(np.repeat(ids, 4), (5, 1)),
        "mrcnn_bbox_fc/bias": np.repeat(ids, 4),
        "mrcnn_mask/kernel": np.tile(ids, (1, 1, 7, 1)),
        "mrcnn_mask/bias": ids,
    }


@pytest.mark.parametrize(
    ("ours", "rows"),
    [
        (("background", "star", "disk"), [0, 2, 1]),
        (("background", "star"), [0, 2]),
        (("background", "coin", "disk", "star"), [0, 101, 1, 2]),
        (("background", "coin"), [0, 101]),
    ],
)
def test_rows_move_with_their_names(ours, rows):
    arrays = heads(THEIRS) | {"conv1/bias": np.ones(3)}
    fresh = heads(ours, 100)
    matched = match_classes(arrays, fresh, THEIRS, ours)
    for name, array in fresh.items():
        width = 4 if "bbox" in name else 1
        wanted = np.broadcast_to(np.repeat(np.float32(rows), width), array.shape)
        np.testing.assert_array_equal(matched[name], wanted, err_msg=name)
    assert matched["conv1/bias"] is arrays["conv1/bias"]


def test_names_that_differ_are_listed():
    for ours in (("background", "star", "disk"), ("background", "disk")):
        with pytest.raises(ValueError, match=r"w.h5 .*\(background, disk, star\).*load\(path, cl"):
            check_classes("a/w.h5", THEIRS, ours)
    assert check_classes("a/w.h5", list(THEIRS), THEIRS) is None
    assert check_classes("a/w.h5", None, THEIRS) is None


def test_what_is_fresh_and_what_is_left_out_is_said():
    with pytest.warns(UserWarning, match=r"fresh weights.* for coin; left out star"):
        say_classes("w.h5", THEIRS, ("background", "disk", "coin"))
    say_classes("w.h5", THEIRS, ("background", "star", "disk"))  # another order: nothing to say
