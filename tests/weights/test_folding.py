"""Folding: the same results without batch norm."""

import numpy as np
import pytest
from helpers import convolutions

from maskrcnn_explained.model import build
from maskrcnn_explained.weights.file import named_weights
from maskrcnn_explained.weights.folding import fold, fold_batch_norm, norm_of


def stir(model, seed=0):
    """Give batch norm random numbers; fresh batch norm changes nothing."""
    rng = np.random.default_rng(seed)
    for name, variable in named_weights(model).items():
        if name.endswith(("gamma", "moving_variance")):
            variable.assign(rng.uniform(0.5, 1.5, variable.shape))
        elif name.endswith(("beta", "bias", "moving_mean")):
            variable.assign(rng.normal(0, 0.1, variable.shape))
    return model


def test_fold_by_hand():
    """2 * (x * 3 + 1 - 5) / sqrt(4) + 7 is 3 x + 3."""
    kernel, bias = fold(np.full((1, 1, 1, 1), 3.0), np.array([1.0]), 2.0, 7.0, 5.0, 4.0, 0.0)
    assert kernel.item() == 3.0 and bias.item() == 3.0


@pytest.mark.parametrize(
    ("layer", "norm"),
    [
        ("conv1", "bn_conv1"),
        ("res2a_branch2b", "bn2a_branch2b"),
        ("fpn_p2", ""),
        ("mrcnn_mask_conv3", "mrcnn_mask_bn3"),
        ("mrcnn_class_conv1", "mrcnn_class_bn1"),
        ("rpn_conv_shared", ""),
        ("mrcnn_class_logits", ""),
        ("mrcnn_bbox_fc", ""),
        ("mrcnn_mask", ""),
        ("mrcnn_mask_deconv", ""),
    ],
)
def test_names(layer, norm):
    assert norm_of(layer) == norm


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["trained", "frozen"])
def test_the_folded_model_says_the_same(tiny_config, kind):
    model = stir(build(tiny_config, batch_norm=kind))
    image = np.random.default_rng(0).integers(0, 256, (70, 120, 3), np.uint8)
    before = {name: variable.numpy() for name, variable in named_weights(model).items()}
    folded = fold_batch_norm(model)
    assert folded.config == model.config.changed(batch_norm="folded")
    assert not [name for name in named_weights(folded) if "bn" in name]
    ours, theirs = folded.tensors(image, 0.0), model.tensors(image, 0.0)
    for name in ("C2", "C5", "P2", "P6", "rpn_logits", "rpn_deltas"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=0, atol=1e-4 * theirs[name].std())
    for name, variable in named_weights(model).items():
        np.testing.assert_array_equal(
            variable, before[name], err_msg="the model itself is as it was"
        )


def test_the_shipped_model_finds_the_same_coins(trained):
    from skimage import data

    ours, theirs = (m.detect(data.coins(), 0.7) for m in (fold_batch_norm(trained), trained))
    np.testing.assert_array_equal(ours.class_ids, theirs.class_ids)
    np.testing.assert_allclose(ours.scores, theirs.scores, atol=1e-3)
    np.testing.assert_allclose(ours.boxes, theirs.boxes, atol=0.05)
    assert (ours.masks != theirs.masks).mean() < 1e-4


def test_the_csp_backbone_has_none_and_its_heads_are_folded(tiny_config):
    model = stir(build(tiny_config, backbone="csp"))
    folded = fold_batch_norm(model)
    kinds = [{n for n in named_weights(one) if "_bn" in n} for one in (model, folded)]
    assert len(kinds[0]) == 4 * 6 and not kinds[1]
    image = np.random.default_rng(0).integers(0, 256, (70, 120, 3), np.uint8)
    ours, theirs = folded.tensors(image, 0.0), model.tensors(image, 0.0)
    for name in ("C2", "C5", "rpn_deltas", "proposals"):
        np.testing.assert_array_equal(ours[name], theirs[name])
    np.testing.assert_allclose(ours["class_logits"], theirs["class_logits"], rtol=1e-3, atol=1e-3)


def test_only_our_own_backbones(tiny_config):
    with pytest.raises(ValueError, match=r"only \(resnet, csp\); this model's is <function"):
        fold_batch_norm(build(tiny_config, backbone=convolutions))
