"""A model for tests that train."""

import pytest

from maskrcnn_explained.model import build


@pytest.fixture
def model(tiny_config):
    """A model that this test may train."""
    return build(tiny_config, seed=3)
