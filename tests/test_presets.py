"""The presets: what each is, and that its Config survives a file."""

import json

import pytest

from maskrcnn_explained.config import Config
from maskrcnn_explained.presets import (
    COCO_91_CLASSES,
    COCO_CLASSES,
    PAPER,
    PRESETS,
    REFERENCE,
    TORCHVISION,
    get_config,
)


def test_presets_are_what_the_design_says():
    scenes, r50, r101 = (PRESETS[n] for n in ("scenes", "coco-resnet50", "coco-resnet101"))
    assert scenes.num_classes == 5 and scenes.roi_canonical_size < 224, "small images, small RoIs"
    assert scenes.anchor_scales == (16, 32, 64, 128, 256)
    assert r50.num_classes == r101.num_classes == 81 == len(set(COCO_CLASSES))
    assert r50.backbone_blocks == (3, 4, 6, 3) and r101.backbone_blocks == (3, 4, 23, 3)
    assert (r50.image_min_side, r50.image_max_side) == (800, 1024)
    for preset in (r50, r101):
        assert all(getattr(preset, name) == value for name, value in REFERENCE.items())
    own = {"rpn_delta_std", "rpn_smooth_l1_beta"}  # these two as the reference has them
    for name in PAPER:
        assert getattr(scenes, name) == (REFERENCE if name in own else PAPER)[name], name


def test_torchvision_s_preset():
    preset = PRESETS["coco-torchvision"]
    assert all(getattr(preset, name) == value for name, value in TORCHVISION.items())
    assert (preset.image_min_side, preset.image_max_side) == (800, 1333)
    # COCO's own numbers: 90 names, of which ten were never annotated.
    assert len(set(COCO_91_CLASSES)) == 91 == preset.num_classes
    assert [name for name in COCO_91_CLASSES if name in COCO_CLASSES] == list(COCO_CLASSES)
    assert {COCO_91_CLASSES[i] for i in (1, 13, 17, 90)} == {
        "person", "stop sign", "cat", "toothbrush"
    }  # fmt: skip
    assert {"street sign", "mirror"} < set(COCO_91_CLASSES) - set(COCO_CLASSES)


@pytest.mark.parametrize("name", PRESETS)
def test_json_round_trip(name):
    config = PRESETS[name]
    assert Config.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_unknown_preset():
    with pytest.raises(ValueError, match="No preset is called 'coco'; there are: scenes, coco-res"):
        get_config("coco")
