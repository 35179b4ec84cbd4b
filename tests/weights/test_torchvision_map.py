"""The way from torchvision's names and layouts to ours."""

import numpy as np
import pytest
from torchvision_run import made_up_state_dict

from maskrcnn_explained.weights.torchvision_map import PIXEL_STD, mapped_arrays, our_layer


@pytest.fixture(scope="module")
def tensors():
    return made_up_state_dict()


@pytest.fixture(scope="module")
def arrays(tensors):
    return mapped_arrays(tensors)[0]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("backbone.body.layer1.0.conv2", "res2a_branch2b"),
        ("backbone.body.layer3.5.bn3", "bn4f_branch2c"),
        ("backbone.body.layer3.22.conv1", "res4w_branch2a"),
        ("backbone.body.layer4.0.downsample.0", "res5a_branch1"),
        ("backbone.body.layer4.0.downsample.1", "bn5a_branch1"),
        ("backbone.fpn.inner_blocks.0.0", "fpn_c2p2"),
        ("backbone.fpn.inner_blocks.0", "fpn_c2p2"),
        ("backbone.fpn.layer_blocks.3.0", "fpn_p5"),
        ("rpn.head.conv.0.0", "rpn_conv_shared"),
        ("rpn.head.conv", "rpn_conv_shared"),
        ("roi_heads.mask_head.3.0", "mrcnn_mask_conv4"),
        ("roi_heads.mask_head.mask_fcn4", "mrcnn_mask_conv4"),
        ("backbone.body.layer1.0.conv4", None),
        ("backbone.body.layer1.26.conv1", None),
        ("backbone.fpn.inner_blocks.0.1", None),
        ("rpn.head.conv.1.0", None),
        ("module.backbone.body.conv1", None),
        ("", None),
    ],
)
def test_names(theirs, ours):
    assert our_layer(theirs) == ours


def test_a_kernel_by_hand():
    """Two channels in, one out: the axes move, the numbers stay."""
    kernel = np.arange(18.0).reshape(1, 2, 3, 3)  # [out, in, kh, kw]
    mapped, _ = mapped_arrays({"backbone.fpn.layer_blocks.0.weight": kernel})
    assert mapped["fpn_p2/kernel"].shape == (3, 3, 2, 1)
    assert mapped["fpn_p2/kernel"][0, 1, 1, 0] == kernel[0, 1, 0, 1] == 10


def test_every_array_arrives(tensors, arrays):
    counters = mapped_arrays(tensors)[1]
    assert all(name.endswith("num_batches_tracked") for name in counters)
    no_bias = [name for name in arrays if name.endswith("/bias") and not arrays[name].any()]
    assert len(arrays) == len(tensors) - len(counters) + len(no_bias)
    assert len(no_bias) == 53 and all(name.startswith(("conv1", "res")) for name in no_bias)
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}


def test_the_older_names_mean_the_same(tensors, arrays):
    renamed = {}
    for name, tensor in tensors.items():
        for newer, older in (
            ("_blocks.{}.0.", "_blocks.{}."),
            ("rpn.head.conv.0.0.", "rpn.head.conv."),
            ("mask_head.{}.0.", "mask_head.mask_fcn{}."),
        ):
            for i in range(4):
                name = name.replace(newer.format(i), older.format(i + ("fcn" in older)))
        renamed[name] = tensor
    assert sum(name not in tensors for name in renamed) == 26
    again, _ = mapped_arrays(renamed)
    assert all(np.array_equal(arrays[name], again[name]) for name in arrays)


def test_the_first_convolution_divides_the_pixels(tensors, arrays):
    theirs = tensors["backbone.body.conv1.weight"].transpose(2, 3, 1, 0)
    ours = arrays["conv1/kernel"] * PIXEL_STD[:, None]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    np.testing.assert_allclose(PIXEL_STD, [58.395, 57.12, 57.375])


def test_one_logit_is_as_good_as_two(tensors, arrays):
    """The sigmoid of the one is the softmax of the two."""
    x = np.random.default_rng(0).normal(size=256)
    theirs = tensors["rpn.head.cls_logits.weight"][..., 0, 0] @ x
    theirs = theirs + tensors["rpn.head.cls_logits.bias"]  # [3]
    ours = x @ arrays["rpn_class_raw/kernel"][0, 0] + arrays["rpn_class_raw/bias"]
    background, objects = ours.reshape(3, 2).T
    np.testing.assert_array_equal(background, 0)
    np.testing.assert_allclose(objects, theirs, rtol=1e-5)


def test_a_dense_layer_as_a_convolution(tensors, arrays):
    """Features [C, 7, 7], flattened as torch does it, or as a map of 7 x 7."""
    features = np.random.default_rng(0).normal(size=(256, 7, 7))
    theirs = tensors["roi_heads.box_head.fc6.weight"] @ features.ravel()
    kernel = arrays["mrcnn_class_conv1/kernel"]
    ours = np.einsum("chw,hwco->o", features, kernel)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)
    assert arrays["mrcnn_class_conv2/kernel"].shape == (1, 1, 1024, 1024)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("rpn.head.bbox_pred", "rpn_bbox_pred"),
        ("roi_heads.box_predictor.bbox_pred", "mrcnn_bbox_fc"),
    ],
)
def test_deltas_change_their_order(tensors, arrays, theirs, ours):
    bias = tensors[f"{theirs}.bias"].reshape(-1, 4)
    x, y, w, h = bias.T
    np.testing.assert_array_equal(arrays[f"{ours}/bias"], np.stack([y, x, h, w], 1).ravel())
    kernel = tensors[f"{theirs}.weight"]
    second = np.atleast_1d(np.squeeze(kernel[1]))  # dy of the first anchor or class
    np.testing.assert_array_equal(np.squeeze(arrays[f"{ours}/kernel"])[:, 0], second)


def test_the_transposed_convolution(tensors, arrays):
    """[in, out, kh, kw] -> [kh, kw, out, in], as Keras has it."""
    kernel = tensors["roi_heads.mask_predictor.conv5_mask.weight"]
    assert arrays["mrcnn_mask_deconv/kernel"][1, 0, 5, 9] == kernel[9, 5, 1, 0]


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("backbone.body.conv2.weight", (1, 1, 1, 1), r"1 of its 1 arrays .*: backbone.body.conv2"),
        ("backbone.body.conv1.bias", (64,), "backbone.body.conv1.bias"),
        ("backbone.body.conv1.weight", (64, 3), r"the shape \[64, 3\], not 4 axes"),
        ("backbone.body.conv1.weight", (64, 0, 7, 7), r"the shape \[64, 0, 7, 7\]"),
        ("rpn.head.bbox_pred.bias", (3, 4), "not 1 axes"),
        ("roi_heads.box_head.fc6.weight", (8, 255), "has 255 inputs"),
        ("rpn.head.bbox_pred.bias", (9,), "9 deltas .* no multiple of 4"),
    ],
)
def test_what_does_not_belong_is_named(name, shape, message):
    with pytest.raises(ValueError, match=message):
        mapped_arrays({name: np.zeros(shape, np.float32)})
