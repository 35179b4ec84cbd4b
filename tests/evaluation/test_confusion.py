"""The confusion matrix: each kind of cell on paper, and sums that must hold."""

import numpy as np
import pytest

from maskrcnn_explained.evaluation.confusion import confusion_cells, confusion_matrix


def test_each_kind_of_cell():
    overlap = [[0.9, 0, 0], [0, 0.8, 0], [0, 0, 0.2], [0.7, 0, 0]]
    image = overlap, [0.9, 0.8, 0.7, 0.6], [1, 2, 1, 1], [1, 1, 2]
    cells = confusion_cells([image])
    assert cells == {
        (1, 1): [(0, 0, 0)],  # right
        (1, 2): [(0, 1, 1)],  # taken for class 2
        (0, 1): [(0, 2, -1), (0, 3, -1)],  # in a bad place; the second on its object
        (2, 0): [(0, -1, 2)],  # missed
    }
    assert confusion_matrix(cells, 3).tolist() == [[0, 2, 0], [0, 1, 1], [1, 0, 0]]


def test_a_wrong_name_with_the_better_score_takes_the_object():
    image = [[0.9], [0.9]], [0.6, 0.7], [1, 2], [1]
    assert confusion_cells([image]) == {(1, 2): [(0, 1, 0)], (0, 1): [(0, 0, -1)]}


def test_the_best_scores_of_all_images_come_first_and_low_ones_are_left_out():
    images = [([[0.9]], [score], [1], [1]) for score in (0.6, 0.8, 0.3)]
    cells = confusion_cells(images)
    assert cells == {(1, 1): [(1, 0, 0), (0, 0, 0)], (1, 0): [(2, -1, 0)]}


def test_rows_add_up_to_the_objects_and_columns_to_the_detections():
    rng = np.random.default_rng(0)
    images = []
    for _ in range(10):
        ids, true = rng.integers(1, 5, 6), rng.integers(1, 5, 4)
        images.append((rng.random((6, 4)), rng.random(6), ids, true))
    counts = confusion_matrix(confusion_cells(images), 5)
    objects = np.bincount(np.concatenate([image[3] for image in images]), minlength=5)
    assert counts[1:].sum(1).tolist() == objects[1:].tolist()
    kept = np.concatenate([np.array(image[2])[image[1] >= 0.5] for image in images])
    assert counts[:, 1:].sum(0).tolist() == np.bincount(kept, minlength=5)[1:].tolist()


def test_wrong_arguments():
    cells = confusion_cells([([[0.9]], [0.9], [3], [1])])
    with pytest.raises(ValueError, match="classes must be over 3"):
        confusion_matrix(cells, 3)
    with pytest.raises(ValueError, match="min_score"):
        confusion_cells([], min_score=2)
