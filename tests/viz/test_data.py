"""The pictures of a data set say its numbers."""

import numpy as np
import pytest

from maskrcnn_explained import viz
from maskrcnn_explained.data.augmentation import Augmentation
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.data.statistics import dataset_statistics
from maskrcnn_explained.presets import SCENES_CLASSES


def test_statistics_of_scenes():
    facts = dataset_statistics(Scenes("train", 12, sizes=96), SCENES_CLASSES)
    axes = viz.show_statistics(facts)
    assert sum(patch.get_height() for patch in axes[1].patches) == 12
    assert sum(patch.get_height() for patch in axes[2].patches) == len(facts.areas)
    assert [label.get_text() for label in axes[5].get_yticklabels()] == list(SCENES_CLASSES[1:])


@pytest.mark.parametrize("most", [3, 19, 20, 52, 101])
def test_the_fullest_image_has_its_bar(most):
    image, masks = np.zeros((20, 110, 3), np.uint8), np.zeros((most, 20, 110), bool)
    masks[np.arange(most), 5, np.arange(most)] = True
    samples = [Sample(image, masks[:n], np.ones(n, np.int32)) for n in (1, most)]
    ax = viz.show_statistics(dataset_statistics(samples, ("background", "cell")))[1]
    assert sum(patch.get_height() for patch in ax.patches) == 2


def test_statistics_without_objects():
    image = np.zeros((20, 30, 3), np.uint8)
    empty = Sample(image, np.zeros((0, 20, 30), bool), np.zeros(0, np.int32))
    assert len(viz.show_statistics(dataset_statistics([empty], ("background", "cat")))) == 6


def test_augmentations_begin_with_the_sample_itself():
    scene = Scenes("train", 5, sizes=64)[1]
    axes = viz.show_augmentations(scene, Augmentation(flip=1.0), SCENES_CLASSES, number=3)
    assert axes.shape == (2, 2) and axes[0, 0].get_title() == "as it is"
    first, second = (ax.images[0].get_array() for ax in axes[0])
    np.testing.assert_array_equal(first[:, ::-1], second)
