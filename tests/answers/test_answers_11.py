"""The answers to the questions for the class of notebook 11, run."""

import dataclasses
import itertools
import math

import numpy as np
from question_answers import answer_says

from maskrcnn_explained.data.augmentation import flip
from maskrcnn_explained.data.formats.coco import decode
from maskrcnn_explained.data.resizing import resized_size
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.presets import get_config


def runs(mask):
    """The run lengths of a mask, down its columns, beginning with those outside."""
    groups = [(bool(value), len(list(run))) for value, run in itertools.groupby(mask.T.ravel())]
    return [0] * groups[0][0] + [length for _, length in groups]


def test_question_11_1():
    for mask in (np.ones((2, 2), bool), np.array([[False, True], [False, False]])):
        assert np.array_equal(decode({"size": [2, 2], "counts": runs(mask)}, (2, 2)), mask)
        answer_says("11.1", f"`{runs(mask)}`")


def test_question_11_2():
    config = get_config("scenes")
    assert resized_size(1024, 1024, config) == (512, 512)
    sizes = np.array([60, 100, 200, 400, 710]) / 2
    answer_says("11.2", f"{sizes[0]:.0f} to {sizes[-1]:.0f} pixels")

    def best(scales):
        ratio = sizes[:, None] / np.array(scales)
        return (np.minimum(ratio, 1 / ratio) ** 2).max(1)

    ours = best(config.anchor_scales)
    answer_says("11.2", " ".join(f"{value:.2f}" for value in ours), "four of five")
    assert (ours < 0.7).sum() == 4
    np.testing.assert_array_equal(best((*config.anchor_scales, 512)), ours)
    assert math.isqrt(256 * 512) == 362  # from here on 512 is nearer than 256
    shifted = best((24, 48, 96, 192, 384))
    answer_says("11.2", "24, 48, 96, 192, 384", " ".join(f"{value:.2f}" for value in shifted))


def test_question_11_3():
    on = np.zeros((1, 40, 60), bool)
    on[0, 5:15, 5:20] = True
    bright = Sample(np.repeat(on[0][..., None] * np.uint8(255), 3, -1), on, np.ones(1, np.int32))

    def forgetful(sample):
        return dataclasses.replace(sample, image=sample.image[:, ::-1].copy())

    # The way back, as in the notebook, passes; comparing masks with pixels does not.
    np.testing.assert_array_equal(forgetful(forgetful(bright)).masks, bright.masks)
    np.testing.assert_array_equal(forgetful(forgetful(bright)).image, bright.image)
    lies = [np.array_equal(s.image[..., 0] > 0, s.masks[0]) for s in map_both(bright, forgetful)]
    assert lies == [True, False]
    answer_says("11.3", "None.", "does *not* catch it", "no longer lies on the bright pixels")


def map_both(sample, wrong):
    """The sample flipped as it should be, and as it should not."""
    return flip(sample), wrong(sample)


def test_question_11_4():
    absent = math.comb(180, 40) / math.comb(200, 40)  # all 40 are of the other nine slides
    seen_from_the_slide = math.comb(160, 20) / math.comb(200, 20)
    assert math.isclose(absent, seen_from_the_slide)
    complete = math.comb(40, 20) / math.comb(200, 20)  # none is left to train on
    both = 10 * (1 - absent - complete)
    answer_says("11.4", f"{both:.1f} of 10", f"probability of {absent:.3f}")
    drawn = np.random.default_rng(0).permuted(np.tile(np.arange(200), (2000, 1)), axis=1)[:, :40]
    seen = [len(set((row // 20).tolist())) for row in drawn]
    np.testing.assert_allclose(np.mean(seen), both, atol=0.02)
