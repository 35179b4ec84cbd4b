"""What the tests of the widgets share."""

import pytest
from skimage import data

from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.evaluation.precision_recall import match
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.tracing import trace as tracing


@pytest.fixture(scope="session")
def traced(trained):
    return tracing.trace(trained, data.coins())


@pytest.fixture(scope="session")
def scene():
    """A scene of all classes, whose objects overlap."""
    return Scenes("test", 60)[49]


@pytest.fixture(scope="session")
def scored(trained, scene):
    """A scene, what is found in it, and which of that is right."""
    found = trained.detect(scene.image)
    same = found.class_ids[:, None] == scene.class_ids[None]
    return scene, found, match(mask_iou(found.masks, scene.masks) * same, found.scores) >= 0
