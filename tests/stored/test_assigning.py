"""All arrays of a weights file reach the model, or none."""

import numpy as np
import pytest
from helpers import other_weights, same_arrays, weight_values

from maskrcnn_explained.model import build
from maskrcnn_explained.stored.assigning import assign_weights
from maskrcnn_explained.stored.configs import config_text
from maskrcnn_explained.stored.contents import StoredWeights


@pytest.fixture(scope="module")
def model(tiny_config):
    return build(tiny_config)


def stored(tmp_path, arrays, config=None):
    text = None if config is None else config_text(config)
    return StoredWeights(path=tmp_path / "w.h5", config_text=text, size=10**6, arrays=arrays)


def test_all_arrays_arrive(model, tiny_config, tmp_path):
    arrays = other_weights(model)
    assign_weights(model, stored(tmp_path, arrays, tiny_config))
    assert same_arrays(weight_values(model), arrays)


def test_other_classes_are_refused_even_if_shapes_fit(model, tiny_config, tmp_path):
    before = weight_values(model)
    names = ("background", *reversed(tiny_config.class_names[1:]))
    other = stored(tmp_path, other_weights(model, 4), tiny_config.changed(class_names=names))
    with pytest.raises(ValueError, match=r"w.h5 has weights for the classes \(background, "):
        assign_weights(model, other)
    assert same_arrays(weight_values(model), before)


def test_swapped_arrays_are_refused(model, tmp_path):
    arrays = other_weights(model)
    arrays["conv1/bias"], arrays["fpn_p3/kernel"] = arrays["fpn_p3/kernel"], arrays["conv1/bias"]
    with pytest.raises(ValueError, match="made for another Config: conv1/bias is"):
        assign_weights(model, stored(tmp_path, arrays))


def test_nan_is_said(model, tmp_path):
    arrays = other_weights(model)
    arrays["fpn_p3/bias"][0] = np.nan
    with pytest.warns(UserWarning, match=r"w.h5 has weights that are NaN or infinite: fpn_p3/bias"):
        assign_weights(model, stored(tmp_path, arrays))
