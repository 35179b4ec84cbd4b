"""Cases from the photograph: tensors of the shipped model on the coins, loaded once."""

import numpy as np

from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.presets import get_config


def test_the_model_is_loaded_once_and_runs_once():
    assert photo.coin_model() is photo.coin_model()
    assert photo.coin_tensors() is photo.coin_tensors()


def test_the_photo_is_not_square():
    assert photo.coin_size() == (320, 384)


def test_scores_and_the_best_anchors():
    scores = photo.coin_scores()
    best = photo.best_coin_anchors(50)
    assert scores.shape == (30_690,) and scores[best[0]] == scores.max()
    assert (np.diff(scores[best]) <= 0).all() and len(set(best.tolist())) == 50


def test_rows_of_a_level():
    anchors = generate_anchors((320, 384), get_config("scenes"))
    p5 = photo.of_level(5, anchors)
    assert p5.shape == (10 * 12 * 3, 4)
    np.testing.assert_allclose((p5[1, 2:] - p5[1, :2]), [128, 128])
