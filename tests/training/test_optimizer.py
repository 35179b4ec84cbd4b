"""The optimizer: what decays, other optimizers, and which layers learn."""

import keras
import numpy as np
import pytest
from helpers import TINY, convolutions

from maskrcnn_explained.model import build
from maskrcnn_explained.training.optimizer import make_optimizer, set_stage, thawed
from maskrcnn_explained.training.recipe import TRAINED_LAYERS, Recipe

# The optimizer


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


def test_another_optimizer_by_name_has_the_recipe_s_schedule():
    optimizer = make_optimizer(Recipe(steps=10, optimizer="sgd", learning_rate=0.5, clip_norm=2.0))
    assert isinstance(optimizer, keras.optimizers.SGD)
    assert isinstance(optimizer.get_config()["learning_rate"], dict), "a schedule"
    assert optimizer.global_clipnorm == 2.0 and optimizer.weight_decay == 0.02


def test_an_optimizer_from_a_function_of_the_rate():
    recipe = Recipe(
        schedule="constant",
        learning_rate=0.25,
        optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    )
    optimizer = make_optimizer(recipe)
    assert optimizer.momentum == 0.9 and float(optimizer.learning_rate) == 0.25


def test_a_finished_optimizer_is_copied():
    own = keras.optimizers.SGD(0.125, momentum=0.5)
    recipe = Recipe(optimizer=own)
    first, second = make_optimizer(recipe), make_optimizer(recipe)
    assert first is not own and first is not second
    assert first.momentum == 0.5 and float(first.learning_rate) == 0.125


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [(lambda rate: "sgd", "the function must return an optimizer"), ("adamm", "adamm")],
)
def test_what_is_no_optimizer_is_refused(optimizer, message):
    with pytest.raises(ValueError, match=message):
        make_optimizer(Recipe(optimizer=optimizer))


# Which layers learn


def learning(model):
    return {name.split("/")[0] for name in (v.path for v in model.trainable_variables)}


def test_stages_freeze_the_right_layers(model):
    names = {stage: set(set_stage(model, stage)) for stage in TRAINED_LAYERS}
    assert names["heads"] < names["5+"] < names["4+"] < names["3+"] < names["all"]
    assert {"rpn_class_raw", "fpn_c5p5", "mrcnn_mask"} <= names["heads"]
    assert not any(name.startswith(("res", "bn", "conv1")) for name in names["heads"])
    for one, other, stage in (("heads", "5+", "5"), ("5+", "4+", "4"), ("4+", "3+", "3")):
        added = names[other] - names[one]
        assert added and all(name.startswith((f"res{stage}", f"bn{stage}")) for name in added)
    assert {"conv1", "bn_conv1", "res2a_branch2a"} <= names["all"]
    set_stage(model, "heads")
    assert not model.get_layer("conv1").trainable and model.find_layer("rpn_class_raw").trainable
    trained = {variable.path for variable in model.trainable_variables}
    assert not any("res2a" in path for path in trained)


@pytest.mark.parametrize(
    ("stage", "numbers"), [("heads", ""), ("5+", "5"), ("4+", "45"), ("3+", "345")]
)
def test_stages_of_the_csp_backbone(tiny_config, stage, numbers):
    names = set_stage(build(tiny_config, backbone="csp"), stage)
    assert {name[3] for name in names if name.startswith("csp")} == set(numbers)


def test_without_a_stage_what_you_froze_stays_frozen(model):
    model.get_layer("conv1").trainable = False
    model.find_layer("rpn_conv_shared").trainable = False
    before = [variable.path for variable in model.trainable_variables]
    names = set_stage(model, None)
    assert [variable.path for variable in model.trainable_variables] == before
    assert "conv1" not in names and "rpn_conv_shared" not in names and "rpn_class_raw" in names


def test_a_pattern_or_a_list_of_them(model):
    assert set_stage(model, r"mrcnn_mask") == ["mrcnn_mask"]
    assert set(set_stage(model, ("mrcnn_mask", "rpn_(class|bbox).*"))) == {
        "mrcnn_mask",
        "rpn_class_raw",
        "rpn_bbox_pred",
    }
    assert "conv1" in set_stage(model, ["heads", "conv1"])


def test_a_pattern_that_fits_nothing_is_refused(model):
    before = [variable.path for variable in model.trainable_variables]
    with pytest.raises(ValueError, match="No layer of the model has a name that fits 'hedas'"):
        set_stage(model, ("heads", "hedas"))
    assert [variable.path for variable in model.trainable_variables] == before


def test_nothing_to_learn_is_refused(model):
    model.trainable = False
    for layer in model.named_layers.values():
        layer.trainable = False
    with pytest.raises(ValueError, match="No layer of the model learns: all are frozen"):
        set_stage(model, None)
    assert len(set_stage(model, "all")) > 50, "a stage thaws what it names"


def test_stages_reach_a_backbone_of_your_own():
    model = build("scenes", **{**TINY, "backbone": convolutions})
    own = {name for name in model.named_layers if name.startswith("conv2d")}
    assert len(own) == 5
    assert not own & set(set_stage(model, "heads"))
    assert own < set(set_stage(model, "all"))
    assert own & set(set_stage(model, ("heads", "conv2d.*"))) == own


def nested(image, config):
    """A backbone that is a model inside the model, with frozen batch norms in it."""
    inside = keras.Input((None, None, 3))
    x = keras.layers.BatchNormalization(name="norm")(inside)
    network = keras.Model(inside, convolutions(x, config), name="own")
    return network(image)


def test_stages_reach_a_model_inside_the_model():
    model = build("scenes", **{**TINY, "backbone": nested})
    own = {name for name in model.named_layers if name.startswith("own/")}
    assert "own/norm" in own
    model.get_layer("own").trainable = False
    assert not own & set(set_stage(model, None)), "frozen as a whole"
    weighted = {name for name in own if model.named_layers[name].weights}
    assert weighted <= set(set_stage(model, "all")), "and thawed as a whole"
    assert weighted & set(set_stage(model, ("heads", "norm"))) == {"own/norm"}


def test_the_optimizer_knows_frozen_layers_too(model):
    set_stage(model, "all")
    everything = [variable.path for variable in model.trainable_variables]
    set_stage(model, "heads")
    some = [variable.path for variable in model.trainable_variables]
    assert [variable.path for variable in thawed(model)] == everything
    assert [variable.path for variable in model.trainable_variables] == some != everything
