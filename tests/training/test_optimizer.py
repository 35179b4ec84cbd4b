"""The optimizer: its schedule, what decays, and which layers learn."""

import keras
import numpy as np
import pytest
from helpers import rate_at

from maskrcnn_explained.training.optimizer import make_optimizer, set_stage
from maskrcnn_explained.training.recipe import TRAINED_LAYERS, Recipe


def test_learning_rate_rises_then_falls_to_zero():
    recipe = Recipe(steps=100, warmup_steps=20, learning_rate=0.5)
    rates = [rate_at(recipe, step) for step in (0, 10, 20, 60, 100)]
    assert rates == pytest.approx([0, 0.25, 0.5, 0.25, 0], abs=1e-6)


def test_weight_decay_spares_biases_and_batch_norm():
    optimizer = make_optimizer(Recipe(learning_rate=1.0, warmup_steps=0, weight_decay=0.5))
    kernel, bias = (keras.Variable(np.ones(2, np.float32), name=n) for n in ("kernel", "bias"))
    optimizer.build([kernel, bias])
    optimizer.iterations.assign(0)
    zero = keras.ops.zeros(2)
    optimizer.apply([zero, zero], [kernel, bias])
    assert (keras.ops.convert_to_numpy(kernel) < 1).all()
    assert (keras.ops.convert_to_numpy(bias) == 1).all()


def test_accumulated_steps_make_one_update_with_their_mean():
    weight = keras.Variable(np.zeros(2, np.float32))
    recipe = Recipe(
        steps=4, steps_per_epoch=2, accumulate=2, warmup_steps=0, weight_decay=0.0, clip_norm=1e9
    )
    optimizer = make_optimizer(recipe)
    optimizer.build([weight])
    optimizer.apply([keras.ops.array([1.0, 0.0])], [weight])
    assert not weight.numpy().any(), "the first step only adds up"
    optimizer.apply([keras.ops.array([3.0, -2.0])], [weight])
    # Adam's first update is one learning rate, against the sign of the mean gradient (2, -1).
    assert np.sign(weight.numpy()).tolist() == [-1, 1]


def test_stages_freeze_the_right_layers(model):
    learning = {stage: set(set_stage(model, stage)) for stage in TRAINED_LAYERS}
    assert learning["heads"] < learning["4+"] < learning["all"]
    assert {"rpn_class_raw", "fpn_c5p5", "mrcnn_mask"} <= learning["heads"]
    assert not any(name.startswith(("res", "bn", "conv1")) for name in learning["heads"])
    added = learning["4+"] - learning["heads"]
    assert added and all(name.startswith(("res4", "res5", "bn4", "bn5")) for name in added)
    assert {"conv1", "bn_conv1", "res2a_branch2a"} <= learning["all"]
    set_stage(model, "heads")
    assert not model.get_layer("conv1").trainable and model.find_layer("rpn_class_raw").trainable
    trained = {variable.path for variable in model.trainable_variables}
    assert not any("res2a" in path for path in trained)
