"""A model for tests that load into it, and arrays that fit."""

import pytest
from helpers import other_weights

from maskrcnn_explained.model import build


@pytest.fixture
def model(tiny_config):
    """A model that this test may change."""
    return build(tiny_config)


@pytest.fixture
def arrays(model):
    """Arrays of the model's names and shapes, with other numbers."""
    return other_weights(model)
