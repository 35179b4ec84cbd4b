"""Fresh weights follow from the seed alone, and the user's own random numbers go on."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import TINY, same_arrays, weight_values

from maskrcnn_explained.model import build, seeded
from maskrcnn_explained.weights.load import load

# The first number of these arrays, from the versions that trained the shipped weights.
ARRAYS = (
    "conv1/kernel",
    "res5a_branch1/kernel",
    "fpn_p2/kernel",
    "rpn_conv_shared/kernel",
    "mrcnn_bbox_fc/kernel",
    "mrcnn_mask/kernel",
)
FIRST = {
    ("tiny", 0): (0.00330962, 0.17909807, -0.02699505, -0.00838436, 0.13656962, -0.14409620),
    ("tiny", 7): (-0.03852713, 0.17078274, -0.03841928, -0.00369399, 0.28228098, 0.09464520),
    ("scenes", 0): (0.00185541, -0.05682092, -0.01530728, 0.01124890, -0.03642508, -0.07239684),
    ("nuclei", 0): (0.00185541, -0.05682092, -0.01530728, 0.01124890, -0.03724373, -0.07402393),
    ("coco-resnet50", 0): (
        0.00134103,
        0.02083671,
        -0.01388243,
        -0.00254559,
        -0.00761728,
        -0.00189753,
    ),
    ("coco-resnet101", 0): (
        0.00134103,
        0.01225967,
        0.03347525,
        -0.00642939,
        0.00237757,
        0.12552455,
    ),
}


@pytest.mark.parametrize(
    ("preset", "seed"),
    [pytest.param(*k, marks=() if k[0] == "tiny" else pytest.mark.slow) for k in FIRST],
)
def test_fresh_weights_of_a_seed_never_change(preset, seed):
    """The recipes of the shipped weights began from them."""
    model = build("scenes", seed, **TINY) if preset == "tiny" else build(preset, seed)
    weights = weight_values(model)
    found = [weights[name].ravel()[0] for name in ARRAYS]
    np.testing.assert_allclose(found, FIRST[preset, seed], rtol=1e-5, atol=1e-8)


def draws():
    """A number from every generator that a user may have seeded."""
    return (
        random.random(),
        np.random.rand(),
        float(tf.random.uniform([])),
        float(tf.random.get_global_generator().uniform([])),
        float(keras.random.uniform([])),
    )


@pytest.mark.parametrize("what", ["build", "load"])
def test_the_user_s_generators_go_on(tiny_config, tmp_path, what):
    from maskrcnn_explained.weights.file import save_weights

    save_weights(build(tiny_config), tmp_path / "w.h5")
    make = {"build": lambda: build(tiny_config, seed=5), "load": lambda: load(tmp_path / "w.h5")}
    numbers = []
    for act in (lambda: None, make[what]):
        keras.utils.set_random_seed(11)
        tf.random.set_global_generator(tf.random.Generator.from_seed(12))
        before = draws()
        act()
        numbers.append((before, draws()))
    assert numbers[0] == numbers[1]


def test_a_failure_gives_the_generators_back():
    state = random.getstate()
    with pytest.raises(KeyError), seeded(3):
        raise KeyError
    assert random.getstate() == state


def test_whatever_was_drawn_before_does_not_matter(tiny_config):
    first = weight_values(build(tiny_config, seed=2))
    random.random(), np.random.rand(), keras.utils.set_random_seed(99)
    assert same_arrays(weight_values(build(tiny_config, seed=np.int64(2))), first)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "1", True, None])
def test_what_is_no_seed(tiny_config, seed):
    with pytest.raises(ValueError, match="seed must be a whole number from 0 to"):
        build(tiny_config, seed=seed)
