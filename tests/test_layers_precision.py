"""Mixed precision: 16 bits in the convolutions, 32 everywhere else, and training still learns."""

import keras
import numpy as np
import pytest
from helpers import TINY, calm
from skimage import data

from maskrcnn_explained.config import Config, choices
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.layers import in_precision
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.train import train

# The tiny model keeps ten detections, and is told of images with more objects.
pytestmark = pytest.mark.filterwarnings("ignore:.*detections that:UserWarning")

MIXED = ("mixed_bfloat16", "mixed_float16")


def mixed(precision):
    return calm(build("scenes", **TINY, precision=precision))


@pytest.mark.parametrize("precision", MIXED)
def test_what_computes_in_how_many_bits(precision):
    model = mixed(precision)
    half = precision.removeprefix("mixed_")
    for name in (
        "res2a_branch2a",
        "fpn_p2",
        "rpn_conv_shared",
        "mrcnn_class_conv1",
        "mrcnn_mask_deconv",
    ):
        assert model.find_layer(name).compute_dtype == half, name
    for name in (
        "rpn_class_raw",
        "rpn_bbox_pred",
        "ROI",
        "mrcnn_class_logits",
        "mrcnn_bbox_fc",
        "mrcnn_detection",
        "mrcnn_mask",
    ):
        assert model.find_layer(name).compute_dtype == "float32", name
    assert {v.dtype for v in model.weights if "seed" not in v.path} == {"float32"}
    assert keras.config.dtype_policy().name == "float32", "the user's own setting is as before"


@pytest.mark.slow
@pytest.mark.parametrize("precision", MIXED)
def test_answers_are_close_to_those_of_full_precision(tiny, precision):
    model = mixed(precision)
    model.set_weights(tiny.get_weights())
    image = data.coins()[:90, :120]
    ours, theirs = model.tensors(image, 0.0), tiny.tensors(image, 0.0)
    for name in ("C2", "P3", "rpn_probs", "class_probs", "proposals"):
        assert ours[name].dtype == np.float32 and ours[name].shape == theirs[name].shape
    np.testing.assert_allclose(ours["C2"], theirs["C2"], atol=0.03 * theirs["C2"].max())
    np.testing.assert_allclose(ours["rpn_probs"], theirs["rpn_probs"], atol=0.02)
    assert len(model.detect(image, 0.0)) > 0


@pytest.mark.minutes
@pytest.mark.parametrize("precision", MIXED)
@pytest.mark.parametrize("batch_norm", ["trained", "frozen"])
def test_learns(precision, batch_norm):
    model = calm(build("scenes", **TINY | dict(batch_norm=batch_norm), precision=precision))
    recipe = Recipe(steps=8, steps_per_epoch=8, batch_size=2, warmup_steps=1, learning_rate=3e-3)
    before = model.get_weights()
    history = train(model, Scenes("train", 4, sizes=64), None, recipe, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    after = model.get_weights()
    assert sum(float(np.abs(a - b).sum()) for a, b in zip(after, before, strict=True)) > 0
    scales = isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert scales == (precision == "mixed_float16")


def test_goes_with_the_model_into_its_file(tmp_path):
    model = mixed("mixed_bfloat16")
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.config == model.config
    assert loaded.get_layer("fpn_p2").compute_dtype == "bfloat16"


def test_names():
    assert choices("precision") == ("float32", *MIXED)
    with pytest.raises(ValueError, match="Config.precision is 'half'"):
        Config(precision="half")


def test_context_restores_after_an_error():
    with pytest.raises(RuntimeError), in_precision(get_config("scenes", precision=MIXED[0])):
        raise RuntimeError
    assert keras.config.dtype_policy().name == "float32"
