"""A trace: every tensor by name, and the detections that `detect` gives."""

import numpy as np
import pytest
from skimage import data, io

import maskrcnn_explained as mrx
from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.tracing.trace import RECOMPUTED


@pytest.fixture(scope="module")
def coins(trained):
    return mrx.trace(trained, data.coins(), min_score=0.5, keep=("P2",))


def same(one, other):
    for field in ("boxes", "class_ids", "scores", "masks", "mask_probs"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))


def test_detections_are_those_of_detect(trained, coins, tiny, tiny_reference):
    same(coins.detections, trained.detect(data.coins(), min_score=0.5))
    image = data.astronaut()[:90, :150]
    for model in (tiny, tiny_reference):
        same(mrx.trace(model, image).detections, model.detect(image))


@pytest.mark.minutes
def test_every_named_tensor_is_that_of_tensors(trained, coins):
    tensors = trained.tensors(data.coins(), min_score=0.5)
    assert set(tensors) == set(coins.names)
    assert set(RECOMPUTED) < set(coins.names)
    for name in set(coins.names) - {"window"}:
        np.testing.assert_allclose(coins[name], tensors[name], atol=1e-4, err_msg=name)
    assert coins["window"] == tensors["window"]


@pytest.mark.slow
def test_layers_by_name_and_level(coins):
    np.testing.assert_allclose(coins["fpn_p2"], coins["P2"], atol=1e-4)
    logits = [coins[f"rpn_class_raw/{level}"] for level in LEVELS]
    sizes = [coins[level].shape[:2] for level in LEVELS]
    assert [x.shape[:2] for x in logits] == sizes
    joined = np.concatenate([x.reshape(-1, 2) for x in logits])
    np.testing.assert_allclose(joined, coins["rpn_logits"], atol=1e-4)
    for name in coins.layer_names[::9]:
        assert name in coins and coins[name] is not None


@pytest.mark.slow
def test_only_what_is_asked_for_is_kept(coins):
    assert "P2" in coins._kept and "P3" not in coins._kept and coins["P3"].ndim == 3
    table = coins.table()
    assert "rpn_probs" in table and "when asked for" in table
    assert len(table.splitlines()) == len(coins.names)


def test_unknown_names(trained, coins):
    with pytest.raises(KeyError, match="No tensor is called 'P7'.*P2, P3.*rpn_conv_shared/P3"):
        coins["P7"]
    with pytest.raises(KeyError, match="rpn_conv_shared/P3"):
        coins["rpn_conv_shared"]
    with pytest.raises(ValueError, match="keep names.*C9.*there are: C2"):
        mrx.trace(trained, data.coins(), keep=("C9",))
    with pytest.raises(ValueError, match=r"keep names \['C9'\]; there are: C2") as error:
        mrx.trace(trained, data.coins(), keep="C9")
    assert str(error.value).count("C9") == 1
    with pytest.raises(ValueError, match=r"0\.\.1"):
        mrx.trace(trained, data.coins(), min_score=2)


def test_one_name_to_keep_needs_no_tuple(tiny):
    traced = mrx.trace(tiny, data.coins()[:64, :64], keep="C2")
    assert "C2" in traced._kept and "C3" not in traced._kept


def test_a_path_is_an_image_and_a_list_is_none(tiny, tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    path = tmp_path / "photo.png"
    io.imsave(path, image, check_contrast=False)
    traced = mrx.trace(tiny, path)
    np.testing.assert_array_equal(traced.image, image)
    np.testing.assert_array_equal(traced.detections.boxes, tiny.detect(image).boxes)
    with pytest.raises(ValueError, match="one image"):
        mrx.trace(tiny, [image, image])
    with pytest.raises(FileNotFoundError):
        mrx.trace(tiny, tmp_path / "none.png")
