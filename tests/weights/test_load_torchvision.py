"""`load` with files of PyTorch: what they are, their preset, their classes."""

import numpy as np
import pytest
from helpers import same_arrays, weight_values
from torch_files import REAL, saved
from torchvision_run import TINY_TORCHVISION, tiny_state_dict

from maskrcnn_explained.presets import COCO_91_CLASSES
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
    assert model.config.batch_norm_epsilon == 0.0 and model.config.class_names == COCO_91_CLASSES
    assert same_arrays(weight_values(model), mapped_arrays(tiny_state_dict(91))[0])
    assert config_of(path).name == "coco-torchvision"
    other = load(path, **TINY_TORCHVISION, batch_norm_epsilon=1e-5)
    assert other.config.batch_norm_epsilon == 1e-5


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


def test_a_whole_model_is_refused_before_any_work():
    with pytest.raises(
        ValueError, match=r"whole_model.pth is a file of PyTorch, but it asks to ru"
    ):
        load(REAL / "whole_model.pth")
