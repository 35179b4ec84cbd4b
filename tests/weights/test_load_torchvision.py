"""`load` with files of PyTorch: what they are, their preset, their classes."""

import hashlib
import warnings

import numpy as np
import pytest
from helpers import random_image, same_arrays, weight_values
from torch_files import REAL, saved
from torchvision_run import TINY_TORCHVISION, tiny_state_dict

from maskrcnn_explained.presets import COCO_91_CLASSES, get_config
from maskrcnn_explained.weights import published
from maskrcnn_explained.weights.load import config_of, load
from maskrcnn_explained.weights.reference import HEADS
from maskrcnn_explained.weights.torchvision_map import mapped_arrays

TWO = ("background", "balloon")


@pytest.fixture
def written(tmp_path):
    """A file of each number of classes, under a name that tells nothing."""

    def write(classes, newer=True):
        path = tmp_path / "weights.bin"
        path.write_bytes(saved(tiny_state_dict(classes), newer))
        return path

    return write


@pytest.mark.parametrize("newer", [True, False])
def test_a_file_takes_the_preset_of_torchvision(written, newer):
    path = written(91, newer)
    model = load(path, **TINY_TORCHVISION)
    assert model.config.name == "coco-torchvision" and model.trained
    assert model.config.batch_norm_epsilon == 1e-5 and model.config.class_names == COCO_91_CLASSES
    assert same_arrays(weight_values(model), mapped_arrays(tiny_state_dict(91))[0])
    assert config_of(path).name == "coco-torchvision"
    assert config_of(path).batch_norm_epsilon == 1e-5


def test_a_file_of_two_classes(written):
    path = written(2)
    with pytest.raises(ValueError, match=r"knows 2 classes .* as many class_names.*or pass exclud"):
        load(path, **TINY_TORCHVISION)
    with pytest.raises(ValueError, match=r"the preset 'coco-torchvision' was taken; .*class_names"):
        load(path, **TINY_TORCHVISION)
    wanted = mapped_arrays(tiny_state_dict(2))[0]
    two = load(path, class_names=TWO, **TINY_TORCHVISION)
    assert two.config.class_names == TWO and same_arrays(weight_values(two), wanted)
    coco = load(path, exclude=HEADS, **TINY_TORCHVISION)
    assert coco.config.num_classes == 91
    np.testing.assert_array_equal(weight_values(coco)["fpn_p2/kernel"], wanted["fpn_p2/kernel"])


def test_classes_are_matched_by_name(written):
    path = written(91)
    with pytest.warns(UserWarning, match=r"fresh weights, to be trained, for balloon; left out"):
        three = load(path, class_names=("background", "balloon", "dog"), **TINY_TORCHVISION)
    ours, theirs = weight_values(three), mapped_arrays(tiny_state_dict(91))[0]
    dog = COCO_91_CLASSES.index("dog")
    assert dog == 18
    for name in ("mrcnn_class_logits/kernel", "mrcnn_mask/bias"):
        np.testing.assert_array_equal(ours[name][..., 2], theirs[name][..., dog])
    name = "mrcnn_bbox_fc/bias"
    np.testing.assert_array_equal(ours[name][8:12], theirs[name][4 * dog : 4 * dog + 4])


def test_another_depth(written):
    with pytest.raises(
        ValueError, match=r"lacks .* another depth .* preset 'coco-torchvision' was"
    ):
        load(written(91), **(TINY_TORCHVISION | {"backbone_blocks": (1, 1, 2, 1)}))


# The epsilon of batch norm, which the counters of training steps tell

COUNTER = ".num_batches_tracked"
CHANNEL = "backbone.body.layer1.0.bn2.running_var"


def changed_file(tmp_path, counters=True, **tensors):
    """A file with or without counters, and with other tensors. A name has _ for its dots."""
    state = {k: a for k, a in tiny_state_dict().items() if counters or not k.endswith(COUNTER)}
    names = {name.replace(".", "_"): name for name in state}
    path = tmp_path / "mine.pth"
    path.write_bytes(saved(state | {names[name]: array for name, array in tensors.items()}))
    return path


def dead_channel():
    array = tiny_state_dict()[CHANNEL].copy()
    array[1] = 0
    return {CHANNEL.replace(".", "_"): array}


def test_a_dead_channel_of_a_counted_file_is_finite(tmp_path):
    """A variance of 0: with the epsilon of the published weights the whole pyramid was NaN."""
    path = changed_file(tmp_path, **dead_channel())
    model = load(path, **TINY_TORCHVISION, image_min_side=64, image_max_side=64)
    tensors = model.tensors(random_image(64, 64))
    assert all(np.isfinite(tensors[name]).all() for name in ("C2", "C5", "P2", "P5"))
    with pytest.raises(
        ValueError, match=r"variance 0 in channel 1 of bn2a_branch2b, .*epsilon is 0"
    ):
        load(path, **TINY_TORCHVISION, batch_norm_epsilon=0.0)
    assert load(path, **TINY_TORCHVISION, exclude=["bn2a_branch2b"], batch_norm_epsilon=0.0)


def test_without_counters_the_epsilon_is_that_of_the_preset(tmp_path):
    path = changed_file(tmp_path, counters=False)
    assert load(path, **TINY_TORCHVISION).config.batch_norm_epsilon == 0.0
    assert config_of(path).batch_norm_epsilon == 0.0
    path = changed_file(tmp_path, counters=False, **dead_channel())
    with pytest.raises(ValueError, match=r"mine.pth .* bn2a_branch2b, .*batch_norm_epsilon=1e-5"):
        load(path, **TINY_TORCHVISION)
    assert load(path, **TINY_TORCHVISION, batch_norm_epsilon=1e-5).trained


def test_what_the_caller_says_of_the_epsilon_counts(tmp_path):
    path = changed_file(tmp_path)
    named = load(path, "coco-torchvision", **TINY_TORCHVISION)
    assert named.config.batch_norm_epsilon == 1e-5
    config = get_config("coco-torchvision", **TINY_TORCHVISION)
    with pytest.warns(UserWarning, match=r"mine.pth has counters .* batch_norm_epsilon=1e-5"):
        assert load(path, config).config.batch_norm_epsilon == 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(path, config, batch_norm_epsilon=0.0).config.batch_norm_epsilon == 0.0
        assert load(path, config.changed(batch_norm_epsilon=1e-5)).trained


def test_the_published_file_by_its_path(tmp_path, monkeypatch):
    """It is known by its SHA-256, also under another name, and has the epsilon of its preset."""
    path = changed_file(tmp_path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(published, "TORCHVISION_SHA256", sha256)
    assert load(path, **TINY_TORCHVISION).config.batch_norm_epsilon == 0.0
    assert config_of(path).batch_norm_epsilon == 0.0


# Another dialect


def test_another_dialect_is_told(written):
    path = written(91)
    for changes in ({}, {"head_batch_norm": True}):
        with pytest.raises(ValueError, match=r"weights.bin .* has batch norm in its heads"):
            load(path, "coco-resnet50", class_names=COCO_91_CLASSES, **TINY_TORCHVISION, **changes)
    with pytest.raises(ValueError, match=r"no batch norm to load"):
        load(path, **TINY_TORCHVISION, batch_norm="folded")
    other = dict(class_names=COCO_91_CLASSES, head_batch_norm=False, roi_pooling="roi_align")
    with pytest.warns(UserWarning, match=r"of another dialect: its .*rpn_delta_std") as told:
        model = load(path, "coco-resnet50", **TINY_TORCHVISION, **other)
    assert "roi_pooling" not in str(told[0].message), "the caller has chosen it"
    assert model.config.batch_norm_epsilon == 1e-5


def test_a_field_by_name_is_the_callers_choice(written):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load(written(91), **TINY_TORCHVISION, anchor_centres="half", mask_rim="repeat")


def test_the_hint_of_the_preset_is_only_for_shapes(tmp_path):
    bad = {"roi_heads_box_head_fc7_bias": np.full(32, np.nan, np.float32)}
    for arguments in ({}, {"exclude": ["no_such_layer"]}):
        with pytest.raises(ValueError, match="holds NaN|does not have") as error:
            load(changed_file(tmp_path, **bad), **TINY_TORCHVISION, **arguments)
        assert "preset" not in str(error.value)
    with pytest.raises(ValueError, match=r"class_names= \(on the command line --class-names\)"):
        load(changed_file(tmp_path), **TINY_TORCHVISION | {"fpn_depth": 16})


def test_a_whole_model_is_refused_before_any_work():
    with pytest.raises(
        ValueError, match=r"whole_model.pth is a file of PyTorch, but it asks to ru"
    ):
        load(REAL / "whole_model.pth")
