"""The table of layers: parameters as in Keras, multiply-adds as computed by hand."""

import dataclasses
import json
import math

import keras
import pytest
from helpers import REFERENCE_NUMBERS, TINY, convolutions
from keras import layers

from maskrcnn_explained.model import build
from maskrcnn_explained.weights.layer_table import STAGES, layer_rows, multiply_adds, stage_totals


def test_multiply_adds_by_hand():
    image = keras.Input((8, 8, 3))
    conv = layers.Conv2D(5, 3, padding="same", strides=2)
    assert conv(image).shape == (None, 4, 4, 5)
    assert multiply_adds(conv, (4, 4, 5)) == 16 * (3 * 3 * 3) * 5  # each of 16 places, 5 sums of 27
    deconv = layers.Conv2DTranspose(7, 2, strides=2)
    assert deconv(image).shape == (None, 16, 16, 7)
    assert multiply_adds(deconv, (16, 16, 7)) == 64 * 3 * (2 * 2 * 7)  # each cell makes a block
    dense = layers.Dense(10)
    dense(keras.Input((6,)))
    assert multiply_adds(dense, (10,)) == 60
    norm = layers.BatchNormalization()
    norm(image)
    assert multiply_adds(norm, (8, 8, 3)) == 0


def test_every_weight_is_counted_once(tiny):
    rows = layer_rows(tiny, (128, 192))
    assert sum(row.parameters for row in rows) == tiny.count_params()
    assert len({row.name for row in rows}) == len(rows)
    assert {row.stage for row in rows} == set(STAGES)
    totals = stage_totals(rows)
    assert sum(parameters for _, parameters, _ in totals.values()) == tiny.count_params()


def test_sizes_and_runs(tiny):
    rows = {row.name: row for row in layer_rows(tiny, (128, 192))}
    config = tiny.config
    assert rows["conv1"].output == (64, 96, config.backbone_stem) and rows["conv1"].runs == 1
    assert rows["res2a_branch2b"].output[:2] == (32, 48)
    assert rows["fpn_p5"].output == (4, 6, config.fpn_depth)
    cells = 32 * 48 + 16 * 24 + 8 * 12 + 4 * 6 + 2 * 3
    assert rows["rpn_class_raw"].multiply_adds == cells * config.rpn_depth * 6
    head = config.fpn_depth * 7 * 7 * config.box_head_depth
    assert rows["mrcnn_class_conv1"].multiply_adds == config.proposals * head
    assert rows["mrcnn_mask_conv1"].runs == config.detections
    assert rows["mrcnn_mask"].output == (28, 28, config.num_classes)


def test_layers_inside_a_model_are_counted():
    """The same backbone, once in the model itself and once in a model inside it."""

    def inside(image, config):
        inner = keras.Input((None, None, 3))
        return keras.Model(inner, convolutions(inner, config), name="inside")(image)

    flat = build("scenes", **{**TINY, "backbone": convolutions})
    nested = build("scenes", **{**TINY, "backbone": inside})
    found, expected = (layer_rows(model, (128, 192)) for model in (nested, flat))
    assert [row.name for row in found if row.stage == "backbone"][0] == "inside/conv2d"
    for row, other in zip(found, expected, strict=True):
        name = row.name.removeprefix("inside/")
        assert dataclasses.replace(row, name=name) == dataclasses.replace(other, name=name)
    assert sum(row.parameters for row in found) == nested.count_params()
    assert {type(layer.call).__name__ for layer in nested.all_layers} == {"method"}


def test_size_must_fit_the_pyramid(tiny):
    with pytest.raises(ValueError, match=r"multiples of 64; got \(100, 128\)"):
        layer_rows(tiny, (100, 128))


@pytest.mark.slow
def test_parameters_of_resnet50_are_the_reference_s():
    theirs = json.loads(
        (REFERENCE_NUMBERS / "reference_layers_resnet50.json").read_text(encoding="utf-8")
    )
    number = sum(math.prod(shape) for weights in theirs.values() for shape in weights.values())
    rows = layer_rows(build("coco-resnet50"), (1024, 1024))
    assert sum(row.parameters for row in rows) == number
