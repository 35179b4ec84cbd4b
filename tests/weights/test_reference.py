"""The reference's files: every array arrives, or nothing changes and the error says why."""

import h5py
import numpy as np
import pytest
from helpers import other_weights, same_arrays, weight_values
from reference_run import write_as_the_reference

from maskrcnn_explained.model import build
from maskrcnn_explained.weights.reference import HEADS, load_reference_weights


@pytest.fixture
def file(tmp_path, arrays):
    return write_as_the_reference(tmp_path / "w.h5", arrays)


def refused(model, path, message, **options):
    """Loading raises a ValueError that matches, and the model is as before."""
    before = weight_values(model)
    with pytest.raises(ValueError, match=message):
        load_reference_weights(model, path, **options)
    assert same_arrays(weight_values(model), before)


def test_every_array_arrives(model, arrays, file):
    report = load_reference_weights(model, file)
    assert same_arrays(weight_values(model), arrays) and sorted(report.loaded) == sorted(arrays)
    assert not (report.excluded or report.skipped or report.left_over)
    assert str(report) == f"{len(arrays)} arrays loaded and compared with the file"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), [("coco-resnet50", 384), ("coco-resnet101", 690)])
def test_every_array_of_a_full_size_model_arrives(name, number, tmp_path):
    """Forks of the reference load these files and change nothing: 0 of 384 arrays."""
    model = build(name)
    arrays, before = other_weights(model), weight_values(model)
    assert len(arrays) == number and not any(np.array_equal(arrays[k], before[k]) for k in arrays)
    report = load_reference_weights(model, write_as_the_reference(tmp_path / "w.h5", arrays))
    assert len(report.loaded) == number and same_arrays(weight_values(model), arrays)


def test_excluded_layers_keep_their_weights(tiny_config, model, file, arrays):
    two = build(tiny_config, class_names=("background", "nucleus"))
    before = weight_values(two)
    report = load_reference_weights(two, file, exclude=HEADS)
    assert sorted(report.excluded) == sorted(n for n in arrays if n.split("/")[0] in HEADS)
    for name, array in weight_values(two).items():
        assert np.array_equal(array, before[name] if name in report.excluded else arrays[name])
    assert "6 excluded: mrcnn_bbox_fc/kernel, " in str(report)


@pytest.mark.parametrize("exclude", [["conv9"], "conv1"])
def test_an_unknown_name_to_exclude(model, file, exclude):
    refused(model, file, "layers that the model does not have: conv9|takes a list", exclude=exclude)


def test_other_classes(tiny_config, file):
    two = build(tiny_config, class_names=("background", "nucleus"))
    refused(two, file, r"knows 5 classes .* and the model 2: build .* or pass exclude=HEADS")


def test_other_shapes_are_refused_or_skipped(model, file, arrays):
    with h5py.File(file, "r+") as h5:
        del h5["fpn_p3/fpn_p3/kernel:0"]
        h5["fpn_p3/fpn_p3/kernel:0"] = np.zeros((3, 3, 8, 9), np.float32)
    refused(model, file, r"fpn_p3/kernel is \[3, 3, 8, 9\], the model has \[3, 3, 8, 8\]")
    before = weight_values(model)
    report = load_reference_weights(model, file, skip_mismatch=True)
    assert report.skipped == ["fpn_p3/kernel", "fpn_p3/bias"], "the layer as a whole"
    for name, array in weight_values(model).items():
        assert np.array_equal(array, before[name] if name in report.skipped else arrays[name])


def test_another_depth(tiny_config, model, file, tmp_path):
    deep = build(tiny_config, backbone_blocks=(1, 1, 2, 1))
    refused(deep, file, r"lacks 18 of \d+ arrays \(res4b_branch2a/kernel, .*another depth")
    path = write_as_the_reference(tmp_path / "deep.h5", other_weights(deep))
    refused(model, path, r"no place for 18 of its arrays \(bn4b_branch2a/", skip_mismatch=True)


def test_anchors_among_the_weights_are_left_over(model, file, arrays):
    with h5py.File(file, "r+") as h5:
        h5["anchors/anchors/Variable:0"] = np.zeros((2, 4), np.float32)
    report = load_reference_weights(model, file)
    assert report.left_over == ["anchors/Variable"] and same_arrays(weight_values(model), arrays)


def test_not_a_number(model, file):
    with h5py.File(file, "r+") as h5:
        h5["fpn_p4/fpn_p4/bias:0"][3] = np.nan
    refused(model, file, r"fpn_p4/bias \[8\] holds NaN")


def test_cut_short_and_not_hdf5(model, file, tmp_path):
    (tmp_path / "cut.h5").write_bytes(file.read_bytes()[:5000])
    refused(model, tmp_path / "cut.h5", "not a weights file, or it is damaged")
    with pytest.raises(FileNotFoundError, match="no weights file at"):
        load_reference_weights(model, tmp_path / "absent.h5")
