"""The CSP backbone with the published numbers, against the network that they come from.

`reference_numbers/README.md` says how TensorFlow.js ran NanoDet-g on the image made here.
"""

import keras
import numpy as np
import pytest
from helpers import REFERENCE_NUMBERS

from maskrcnn_explained.model import build
from maskrcnn_explained.weights.pretrained import FEATURE_SCALE, load_backbone

LEVELS = ("C2", "C3", "C4", "C5")


@pytest.fixture(scope="module")
def stored():
    return np.load(REFERENCE_NUMBERS / "nanodet_backbone.npz")


@pytest.fixture(scope="module")
def maps():
    """C2..C5 of the made-up image, at the published scale."""
    model = build("photos")
    load_backbone(model)
    y, x, channel = np.ogrid[:64, :96, :3]
    image = (3 * y * y + 5 * x * x + 7 * x * y + 50 * channel) % 256
    molded = np.float32(image - np.array(model.config.mean_pixel))[None]
    trunk = keras.Model(model.input[0], [model.output[name] for name in LEVELS])
    found = [one.numpy() / FEATURE_SCALE for one in trunk(molded)]
    return dict(zip(LEVELS, found, strict=True))


@pytest.mark.parametrize("name", LEVELS)
@pytest.mark.parametrize(
    ("kind", "tolerance"),
    [
        ("folded", 1e-5),  # the same float16 numbers
        ("original", 2e-3),  # the first kernel was rounded when the std was folded into it
    ],
)
def test_the_maps_are_those_of_the_network_itself(maps, stored, name, kind, tolerance):
    found, values = maps[name], stored[f"{name}_{kind}"]
    assert found.shape == tuple(stored[f"{name}_shape"])
    sampled = found.ravel()[:: int(stored[f"{name}_step"])]
    assert sampled.size == values.size > 250
    mean, std = stored[f"{name}_{kind}_statistics"]
    np.testing.assert_allclose(sampled, values, rtol=tolerance, atol=tolerance * std)
    found = found.astype(np.float64)
    np.testing.assert_allclose([found.mean(), found.std()], [mean, std], rtol=tolerance)


def test_the_sample_meets_every_part_of_the_channels(stored):
    """Steps are odd and channels a power of 2, so that a sample walks through all of them."""
    for name in LEVELS:
        channels, step = int(stored[f"{name}_shape"][-1]), int(stored[f"{name}_step"])
        met = np.arange(0, stored[f"{name}_folded"].size * step, step) % channels
        assert len(np.unique(met)) > channels / 2
