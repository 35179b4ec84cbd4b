"""Files of torchvision: every array arrives or is named, and what does not fit changes nothing."""

import numpy as np
import pytest
from helpers import same_arrays, weight_values
from torch_files import REAL, saved
from torchvision_run import TINY_TORCHVISION, tiny_state_dict

from maskrcnn_explained.model import build
from maskrcnn_explained.stored.contents import StoredTensors
from maskrcnn_explained.weights.file import load_weights, save_weights
from maskrcnn_explained.weights.folding import fold_batch_norm
from maskrcnn_explained.weights.reference import HEADS
from maskrcnn_explained.weights.torchvision import as_ours, load_torchvision_weights
from maskrcnn_explained.weights.torchvision_map import mapped_arrays


@pytest.fixture(scope="module")
def tensors():
    return tiny_state_dict()


@pytest.fixture(scope="module")
def wanted(tensors):
    return mapped_arrays(tensors)[0]


@pytest.fixture
def model():
    return build("coco-torchvision", **TINY_TORCHVISION, batch_norm_epsilon=1e-5)


def written(tmp_path, tensors, **options):
    path = tmp_path / "model.pth"
    path.write_bytes(saved(tensors, **options))
    return path


@pytest.mark.parametrize("newer", [True, False])
def test_every_array_is_loaded(model, tmp_path, tensors, wanted, newer):
    report = load_torchvision_weights(model, written(tmp_path, tensors, newer=newer))
    assert same_arrays(weight_values(model), wanted) and model.trained
    assert len(report.loaded) == len(wanted) and report.excluded == report.skipped == []
    assert report.left_over == [key for key in tensors if key.endswith("num_batches_tracked")]
    assert "arrays loaded and compared with the file; 17 left over" in str(report)


def test_a_checkpoint(model, tmp_path, tensors, wanted):
    load_torchvision_weights(model, written(tmp_path, tensors, around="model"))
    assert same_arrays(weight_values(model), wanted)


def test_other_classes_without_their_heads(tmp_path, tensors, wanted):
    two = dict(class_names=("background", "cat"), batch_norm_epsilon=1e-5)
    model = build("coco-torchvision", **TINY_TORCHVISION, **two)
    before = weight_values(model)
    path = written(tmp_path, tensors)
    with pytest.raises(ValueError, match="knows 91 classes .* the model 2: .* or pass exclude=HEA"):
        load_torchvision_weights(model, path)
    assert same_arrays(weight_values(model), before)
    report = load_torchvision_weights(model, path, exclude=HEADS)
    assert len(report.excluded) == 6
    for name, array in weight_values(model).items():
        kept = name.split("/")[0] in HEADS
        np.testing.assert_array_equal(array, before[name] if kept else wanted[name])
    assert len(load_torchvision_weights(model, path, skip_mismatch=True).skipped) == 6


def test_folded_afterwards(tmp_path, tensors):
    """Batch norm of epsilon 0, as the published weights have it, and no batch norm in the heads."""
    model = build("coco-torchvision", **TINY_TORCHVISION)
    load_torchvision_weights(model, written(tmp_path, without(tensors, "num_batches_tracked")))
    folded = weight_values(fold_batch_norm(model))
    values = weight_values(model)
    scale = values["bn2a_branch2b/gamma"] / np.sqrt(values["bn2a_branch2b/moving_variance"])
    wanted = values["res2a_branch2b/kernel"] * scale
    np.testing.assert_allclose(folded["res2a_branch2b/kernel"], wanted, rtol=1e-5)
    name = "mrcnn_class_conv1/kernel"
    np.testing.assert_array_equal(folded[name], values[name])


# What does not fit


def without(tensors, *parts):
    return {key: array for key, array in tensors.items() if not any(part in key for part in parts)}


def with_nan(tensors):
    key = "roi_heads.box_head.fc7.weight"
    return tensors | {key: np.full_like(tensors[key], np.nan)}


def within(start):
    return lambda tensors: {start + key: array for key, array in tensors.items()}


BAD = {
    "v2": (
        lambda t: t | {"backbone.fpn.inner_blocks.0.1.weight": np.ones(8, np.float32)},
        "of maskrcnn_resnet50_fpn_v2, which has batch norm in its pyramid and heads",
    ),
    "v2, its RPN": (
        lambda t: t | {"rpn.head.conv.1.0.weight": np.ones((8, 8, 3, 3), np.float32)},
        "of maskrcnn_resnet50_fpn_v2",
    ),
    "no masks": (lambda t: without(t, "mask"), "of a Faster R-CNN, which has no mask head"),
    "no masks, v2": (
        lambda t: (
            without(t, "mask") | {"rpn.head.conv.1.0.weight": np.ones((8, 8, 3, 3), np.float32)}
        ),
        r"of a Faster R-CNN \(v2\), which has no mask head\.$",
    ),
    "keypoints": (
        lambda t: {key.replace("mask_", "keypoint_"): array for key, array in t.items()},
        "of a Keypoint R-CNN, which has no mask head",
    ),
    "a classifier": (
        lambda t: {key.removeprefix("backbone.body."): a for key, a in t.items() if "body" in key},
        "of a ResNet alone",
    ),
    "several GPUs": (within("module."), "'module.', as the wrapper .*; save `model.module.state"),
    "Lightning": (within("model."), "'model.', as a module of Lightning .*; save `model.model.st"),
    "compiled": (within("_orig_mod."), "'_orig_mod.', as `torch.compile.*; save `model._orig_mod"),
    "both": (within("module._orig_mod."), "save `model.module._orig_mod.state_dict"),
    "one more": (
        lambda t: t | {"roi_heads.keypoint_head.0.weight": np.ones(1, np.float32)},
        r"1 of its 145 arrays belong to no .*: roi_heads.keypoint_head.0.weight",
    ),
    "one less": (lambda t: without(t, "fc7.bias"), r"lacks 1 of 144 arrays \(mrcnn_class_conv2/b"),
    "a deeper one": (
        lambda t: (
            t
            | {
                key.replace("layer2.0", "layer2.1"): array
                for key, array in t.items()
                if "layer2.0.conv" in key
            }
        ),
        r"no place for 6 of its arrays \(res3b_branch2a/kernel.*another depth",
    ),
    "NaN": (with_nan, r"damaged: mrcnn_class_conv2/kernel \[1, 1, 32, 32\] holds NaN"),
    "turned": (
        lambda t: t | {"rpn.head.conv.0.0.weight": np.ones((8, 4, 3, 3), np.float32)},
        r"rpn_conv_shared/kernel is \[3, 3, 4, 8\], the model has \[3, 3, 8, 8\]",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_does_not_fit_is_told(model, tmp_path, tensors, kind):
    change, message = BAD[kind]
    before = weight_values(model)
    with pytest.raises(ValueError, match=f"model.pth .*{message}"):
        load_torchvision_weights(model, written(tmp_path, change(tensors)))
    assert same_arrays(weight_values(model), before) and not model.trained


def test_files_and_models_of_another_kind(model, tiny, tmp_path, tensors):
    path = written(tmp_path, tensors)
    save_weights(tiny, tmp_path / "ours.h5")
    with pytest.raises(ValueError, match=r"ours.h5 is not a file of PyTorch"):
        load_torchvision_weights(model, tmp_path / "ours.h5")
    with pytest.raises(FileNotFoundError, match=r"none.pth"):
        load_torchvision_weights(model, tmp_path / "none.pth")
    with pytest.raises(ValueError, match="asks to run torch.nn.modules.container.Sequential"):
        load_torchvision_weights(model, REAL / "whole_model.pth")
    with pytest.raises(ValueError, match="belong to no maskrcnn_resnet50_fpn: 0.weight"):
        load_torchvision_weights(model, REAL / "checkpoint_zip.pth")
    with pytest.raises(ValueError, match=r"batch norm in its heads.*preset 'coco-torchvision'\.$"):
        load_torchvision_weights(tiny, path)
    folded = build("coco-torchvision", **TINY_TORCHVISION, batch_norm="folded")
    with pytest.raises(ValueError, match="no batch norm to load.*fold_batch_norm"):
        load_torchvision_weights(folded, path)
    for load in (load_weights, lambda model, path: model.load_weights(path)):
        with pytest.raises(ValueError, match=r"model.pth is a file of PyTorch. .*load_torchvision"):
            load(model, path)


def test_as_ours(tmp_path, tensors, wanted):
    path = tmp_path / "there_is_none.pth"
    stored = StoredTensors(path=path, config_text=None, size=9, tensors=tensors)
    ours, counters = as_ours(stored)
    assert same_arrays(ours.arrays, wanted) and ours.path == path and len(counters) == 17
