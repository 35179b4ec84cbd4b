"""The picture of annotation forms writes the numbers that the forms hold."""

import numpy as np
import pytest

from maskrcnn_explained import viz
from maskrcnn_explained.data.formats.coco import decode
from maskrcnn_explained.viz import style

POLYGON = [[1, 1], [4, 1], [4, 3], [1, 3]]
MASKS = np.zeros((2, 5, 6), bool)
MASKS[0, 1:3, 1:4] = True
MASKS[1, 4, 5] = True
COUNTS = [6, 2, 3, 2, 3, 2, 12]


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_each_form_shows_its_numbers():
    for said in ([np.ravel(POLYGON).tolist()], {"size": [5, 6], "counts": COUNTS}):
        np.testing.assert_array_equal(decode(said, (5, 6)), MASKS[0])  # the example is right
    polygon, rle, labels = viz.show_annotation_forms(MASKS, POLYGON, COUNTS)
    assert texts(polygon) == ["1", "2", "3", "4"]
    assert texts(rle) == [str(count) for count in COUNTS]
    numbers = np.array(texts(labels), int).reshape(5, 6)
    np.testing.assert_array_equal(numbers, MASKS[0] + 2 * MASKS[1])
    assert "5 x 6 pixels" in style.figure_of(polygon).get_label()


def test_a_count_lies_on_its_run():
    rle = viz.show_annotation_forms(MASKS, POLYGON, COUNTS)[1]
    places = [np.floor(text.get_position()) for text in rle.texts if text.get_text()]
    for number, (x, y) in enumerate(places):
        assert MASKS[0, int(y), int(x)] == bool(number % 2)


def test_counts_of_another_picture():
    with pytest.raises(ValueError, match="add up to 30 pixels; got 29"):
        viz.show_annotation_forms(MASKS, POLYGON, [*COUNTS[:-1], 11])
