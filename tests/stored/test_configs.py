"""A Config as text: what is written comes back, what is unknown is told with the file's name."""

import keras
import pytest
from helpers import convolutions

from maskrcnn_explained.model import build
from maskrcnn_explained.presets import PRESETS, get_config
from maskrcnn_explained.stored.configs import config_from_text, config_text, least_bytes


@keras.saving.register_keras_serializable("stored")
def four_convolutions(image, config):
    return convolutions(image, config)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_comes_back(name):
    assert config_from_text(config_text(get_config(name)), "a.h5") == get_config(name)


def test_a_backbone_stands_by_its_registered_name():
    config = get_config("scenes", backbone=four_convolutions)
    text = config_text(config)
    assert '"stored>four_convolutions"' in text and config_from_text(text, "a.h5") == config
    assert config_text(get_config("scenes", backbone=convolutions)) is None
    with pytest.raises(ValueError, match=r"a.h5 holds .* not registered with Keras here"):
        config_from_text(text.replace("stored>four", "stored>five"), "a.h5")


@pytest.mark.parametrize("text", ["[1", "[1]", "3", '{"colour": 1}', '{"fpn_depth": -1}'])
def test_a_text_that_is_no_config(text):
    with pytest.raises(ValueError, match=r"a.h5 holds a Config that this version cannot read"):
        config_from_text(text, "a.h5")


@pytest.mark.parametrize("name", PRESETS)
def test_a_model_has_at_least_so_many_bytes(name):
    """Measured: the weights of a whole model are more, but not twice as many."""
    model = build(name)
    measured = sum(4 * variable.numpy().size for variable in model.weights)
    assert measured / 2 < least_bytes(model.config) < measured
