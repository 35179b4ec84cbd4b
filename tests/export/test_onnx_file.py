"""The ONNX file gives the model's tensors, or the results of `detect`, in another runtime."""

import sys

import numpy as np
import pytest
from helpers import TINY, random_image
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.export.onnx_file import export_onnx
from maskrcnn_explained.export.saved_model import serve_detections

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("tf2onnx")
# What follows the order of the proposals; two neighbours of nearly equal score may change places.
PER_PROPOSAL = ("proposal", "box_", "class_", "detection_rois")
SIZES = [(90, 120), (150, 70), (64, 64), (40, 200), (128, 128)]


def run_file(path, **given):
    session = onnxruntime.InferenceSession(str(path))
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, given), strict=True))


def given_of(image, model, min_score):
    molded, (window,) = mold([image], model.config)
    return dict(
        image=molded.astype(np.float32),
        window=np.array([window.box], np.float32),
        min_score=np.array([min_score], np.float32),
    )


def agrees(found, wanted):
    """Every tensor of the trunk, every detection; rows of proposals where their anchors agree."""
    assert set(found) == set(wanted)
    same = found["proposal_anchors"][0] == wanted["proposal_anchors"]
    assert same.mean() > 0.98
    for name, ours in wanted.items():
        theirs = found[name][0]
        assert theirs.shape == ours.shape and theirs.dtype == ours.dtype, name
        if name.startswith(PER_PROPOSAL):
            ours, theirs = (ours[:0], theirs[:0]) if name == "detection_rois" else (ours, theirs)
            ours, theirs = (ours[same], theirs[same]) if len(ours) == len(same) else (ours, theirs)
        np.testing.assert_allclose(theirs, ours, atol=2e-3, rtol=1e-3, err_msg=name)


@pytest.fixture(scope="module")
def onnx_of_scenes(tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "scenes.onnx"
    model = mrx.load("scenes")
    export_onnx(model, path)
    return model, path


@pytest.mark.slow
def test_every_tensor_of_the_shipped_model(onnx_of_scenes):
    model, path = onnx_of_scenes
    coins = mrx.data.images.as_rgb(data.coins())
    astronaut = data.astronaut()
    scene = mrx.Scenes("test")[3].image
    for image in (coins, astronaut, astronaut[:, 150:300], astronaut[100:220], scene):
        image = np.ascontiguousarray(image)
        found = run_file(path, **given_of(image, model, 0.05))
        wanted = model.tensors(image, min_score=0.05)
        agrees(found, {name: wanted[name] for name in found})


@pytest.mark.minutes
@pytest.mark.parametrize("preset", ["nuclei", "photos", "coco-resnet50", "coco-torchvision"])
def test_the_detections_of_every_preset(preset, tmp_path):
    """Pixels in, masks out, for images of any shape, in every dialect."""
    model = mrx.MaskRCNN(mrx.get_config(preset).changed(**TINY), seed=0)
    export_onnx(model, tmp_path / "model.onnx", "detections", min_score=0.0)
    for seed, size in enumerate(SIZES):
        image = random_image(*size, seed=seed)
        found = run_file(tmp_path / "model.onnx", images=image[None])
        wanted = serve_detections(model, image[None], 0.0)
        for name in ("counts", "class_ids"):
            np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)
        scores = np.isclose(found["scores"], wanted["scores"], atol=1e-3)
        # crop_and_resize jumps to zero at the rim of a map: the last bit decides there.
        assert scores.mean() >= (0.8 if preset == "coco-resnet50" else 1)
        np.testing.assert_allclose(found["boxes"][scores], wanted["boxes"][scores], atol=0.02)
        assert (found["masks"] != wanted["masks"].numpy()).mean() < 1e-2


def test_bad_arguments_fail_before_any_work(tiny, tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(ValueError, match="form is 'mask'; choose one of tensors, detections"):
        export_onnx(tiny, path, "mask")
    with pytest.raises(ValueError, match="weights is 'int8'; choose one of float32, float16"):
        export_onnx(tiny, path, weights="int8")
    with pytest.raises(ValueError, match="must end in .onnx"):
        export_onnx(tiny, tmp_path / "model.h5")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        export_onnx(tiny, tmp_path / "a" / "model.onnx")
    with pytest.raises(ValueError, match=r"min_score must lie in 0\.\.1; got 2"):
        export_onnx(tiny, path, "detections", min_score=2)
    with pytest.raises(ValueError, match="min_score is an input of the form"):
        export_onnx(tiny, path, min_score=0.5)
    assert list(tmp_path.iterdir()) == []


def test_without_the_converter_it_says_what_to_install(tiny, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(ImportError, match=r"maskrcnn-explained\[onnx\]"):
        export_onnx(tiny, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []
