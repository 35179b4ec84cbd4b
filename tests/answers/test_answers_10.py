"""The answers to the questions for the class of notebook 10, run."""

import shutil

import h5py
import numpy as np
import pytest
from question_answers import answer_says
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.evaluation.exam import exam
from maskrcnn_explained.weights.file import named_weights, read_weights
from maskrcnn_explained.weights.layer_table import layer_rows, stage_totals
from maskrcnn_explained.weights.published import find_weights
from maskrcnn_explained.weights.reference import HEADS
from maskrcnn_explained.weights.statistics import weight_rows


@pytest.mark.slow
def test_question_10_1():
    big = mrx.build("coco-resnet101")
    rows = layer_rows(big, (1024, 1024))
    first = next(row for row in rows if row.name == "mrcnn_class_conv1")
    totals = stage_totals(rows)
    work = sum(work for *_, work in totals.values())
    assert first.parameters == 7 * 7 * 256 * 1024 + 1024
    assert first.parameters == max(row.parameters for row in rows)  # the summary's first line
    assert first.multiply_adds // 1000 == 7 * 7 * 256 * 1024  # per proposal
    whole = f"{first.parameters / big.count_params():.0%}".replace("%", " %")
    of_work = f"{first.multiply_adds / work:.0%}".replace("%", " %")
    giga = f"{first.multiply_adds / 1e9:.1f} G of {work / 1e9:.0f} G, {of_work}"
    answer_says("10.1", f"{first.parameters:,}, {whole} of the 64 million", giga)
    outside = big.count_params() - totals["backbone"][1]
    assert first.parameters / outside == pytest.approx(3 / 5, abs=0.01)
    answer_says("10.1", "three fifths of all weights outside the backbone", "12.8 million")


def test_question_10_2(tmp_path, scenes_model):
    path = tmp_path / "copy.h5"
    shutil.copy(find_weights("scenes"), path)
    with h5py.File(path, "r+") as file:
        file.move("conv1/conv1", "conv1/other")
    fresh = mrx.build("scenes")
    before = fresh.get_weights()
    with pytest.raises(ValueError, match="it lacks 2 of 240 arrays") as told:
        mrx.load_reference_weights(fresh, path)
    assert all(np.array_equal(a, b) for a, b in zip(before, fresh.get_weights(), strict=True))
    quoted = (
        "it lacks 2 of 240 arrays (conv1/kernel, conv1/bias); the model has no place for 2 of its "
        "arrays (other/bias, other/kernel)"
    )
    assert quoted in str(told.value)
    answer_says("10.2", quoted, "no array has moved")


@pytest.mark.minutes
def test_question_10_3(scenes_model, coins):
    model = mrx.build("scenes", class_names=("background", "nucleus"))
    mrx.load_reference_weights(model, find_weights("scenes"), exclude=HEADS)
    np.testing.assert_array_equal(
        model.tensors(coins)["proposals"], scenes_model.tensors(coins)["proposals"]
    )
    found = model.detect(coins)
    assert exam(found, coins_sample())["found"] == 0
    scores = f"scores from {found.scores.min():.2f} to {found.scores.max():.2f}"
    answer_says("10.3", f"None. There are {len(found)} detections, with {scores}", "same boxes")
    answer_says("10.3", 'mrx.Recipe(steps=500, stage="heads")', f"{mrx.Recipe().steps:,}")
    assert mrx.Recipe(steps=500, stage="heads").steps == 500


def test_question_10_4(scenes_model):
    arrays = read_weights(find_weights("scenes"))
    arrays = {name: arrays[name] for name in named_weights(scenes_model)}
    changed = arrays["conv1/kernel"].copy()
    changed[..., 5] = 0
    rows = {row.name: row.flags for row in weight_rows(arrays | {"conv1/kernel": changed})}
    assert rows["conv1/kernel"] == ("dead channels",)
    flags = [flag for row in weight_rows(arrays) for flag in row.flags]
    assert set(flags) == {"no effect"}
    answer_says("10.4", '"dead channels" for `conv1/kernel`', f"has {len(flags)} flags")


@pytest.mark.minutes
def test_question_10_5():
    small = dict(image_min_side=256, image_max_side=256)
    model = mrx.build("coco-torchvision", **small)
    other = mrx.build("coco-torchvision", bottleneck_stride="1x1", **small)
    other.set_weights(model.get_weights())
    assert model.count_params() // 1_000_000 == 44
    one, two = (m.tensors(data.astronaut()) for m in (model, other))
    differ = [name for name in one if not np.array_equal(one[name], two[name])]
    assert differ[0] == "C3" and "C2" not in differ
    answer_says("10.5", "`C3` (copy", "C2 has no stride, so it is the same")
