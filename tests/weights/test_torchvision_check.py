"""Whether a model computes as torchvision's weights expect: its layers, its epsilon, its fields."""

import pathlib
import warnings

import numpy as np
import pytest
from torch_files import saved
from torchvision_run import TINY_TORCHVISION, tiny_state_dict

from maskrcnn_explained.model import build
from maskrcnn_explained.presets import COCO_91_CLASSES, PRESETS, TORCHVISION
from maskrcnn_explained.stored.contents import StoredTensors, StoredWeights
from maskrcnn_explained.weights import published
from maskrcnn_explained.weights.torchvision import load_torchvision_weights
from maskrcnn_explained.weights.torchvision_check import (
    NOT_COMPARED,
    check_model_for,
    other_family,
    other_fields,
    own_epsilon,
)

PATH = pathlib.Path("made_up.pth")


def weights_of(**arrays):
    arrays = {name.replace("__", "/"): np.float32(array) for name, array in arrays.items()}
    return StoredWeights(path=PATH, config_text=None, size=0, arrays=arrays)


@pytest.fixture(scope="module")
def model():
    """With the epsilon of the published weights."""
    return build("coco-torchvision", **TINY_TORCHVISION)


def test_a_model_of_the_dialect_is_not_warned_of(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_model_for(weights_of(bn_conv1__moving_variance=[1, 2]), model, None)
        fifth = build(model.config.changed(batch_norm_epsilon=1e-5))
        check_model_for(weights_of(bn_conv1__moving_variance=[0, 2]), fifth, 1e-5)


def test_counters_tell_the_epsilon(tmp_path):
    tensors = {"bn.running_var": np.ones(2), "bn.num_batches_tracked": np.array(0)}
    path = tmp_path / "w.pth"
    path.write_bytes(b"other than the published one")
    stored = StoredTensors(path=path, config_text=None, size=9, tensors=tensors)
    assert own_epsilon(stored) == 1e-5 and not published.is_torchvision_file(path)
    del tensors["bn.num_batches_tracked"]
    assert own_epsilon(stored) is None


def test_another_epsilon_is_told(model):
    stored = weights_of(bn_conv1__moving_variance=[1, 2])
    with pytest.warns(
        UserWarning, match=r"made_up.pth has counters .*with batch_norm_epsilon=1e-5"
    ):
        check_model_for(stored, model, 1e-5)


@pytest.mark.parametrize(
    ("array", "message"),
    [([1, 0], "variance 0 in channel 1"), ([-1, 1], "variance -1 in"), ([1e-45, 1], "channel 0")],
)
def test_a_variance_of_0(model, array, message):
    stored = weights_of(bn3b_branch2a__moving_variance=array)
    with pytest.raises(ValueError, match=f"{message}.* of bn3b_branch2a, .*divide by 0"):
        check_model_for(stored, model, None)
    check_model_for(stored, model, None, exclude=["bn3b_branch2a"])


def test_which_fields_are_compared():
    """Those that change what the weights compute, and none that only training or a user chooses."""
    assert set(NOT_COMPARED) <= set(TORCHVISION)
    assert other_fields(PRESETS["coco-torchvision"]) == []
    compared = set(TORCHVISION) - set(NOT_COMPARED)
    assert {"anchor_ratios", "mean_pixel", "rpn_delta_std", "roi_pooling"} <= compared
    both = {"anchor_centres"}  # the reference has it, too
    assert set(other_fields(PRESETS["coco-resnet50"])) == compared - both
    chosen = PRESETS["coco-torchvision"].changed(detection_min_score=0.7, mask_rim="repeat")
    assert other_fields(chosen) == []


def test_another_dialect_takes_the_arrays_and_is_told(tmp_path):
    """All of them have a place there, so nothing else would say that it finds less."""
    (tmp_path / "w.pth").write_bytes(saved(tiny_state_dict()))
    changes = TINY_TORCHVISION | dict(head_batch_norm=False, class_names=COCO_91_CLASSES)
    model = build("coco-resnet50", **changes)
    with pytest.warns(UserWarning) as told:
        report = load_torchvision_weights(model, tmp_path / "w.pth")
    [message] = [str(warning.message) for warning in told]
    for field in ("anchor_ratios", "bottleneck_stride", "rpn_delta_std", "resize_mode"):
        assert field in message
    assert "batch_norm_epsilon" not in message and "mask_rim" not in message
    assert len(report.loaded) == 144 and message.startswith("w.pth holds weights of torchvision")


def test_families():
    assert other_family(tiny_state_dict()) is None
    assert "ResNet alone" in str(other_family({"layer1.0.conv1.weight": np.ones(1)}))
    name = "net.detector.backbone.body.conv1.weight"
    assert "'net.detector.', as a model around it" in str(other_family({name: np.ones(1)}))
