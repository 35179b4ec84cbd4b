"""Config: dialects, copies, and an error for every impossible value."""

import dataclasses
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained.config import Config
from maskrcnn_explained.presets import PAPER, REFERENCE, get_config


def test_a_config_by_hand():
    config = Config(class_names=("background", "cat", "dog"), fpn_depth=32)
    assert config.num_classes == 3
    assert config.changed(fpn_depth=64).fpn_depth == 64
    assert config.fpn_depth == 32, "changed makes a copy"
    assert config.roi_canonical_size == 224 and config.delta_std == (0.1, 0.1, 0.2, 0.2)


def test_dialects_make_the_same_choices_and_most_differ():
    assert PAPER.keys() == REFERENCE.keys()
    fields = {field.name for field in dataclasses.fields(Config)}
    assert PAPER.keys() <= fields
    assert all(PAPER[name] != REFERENCE[name] for name in PAPER)


def test_sides_that_are_no_multiple_are_padded_to_one():
    assert Config(resize_mode="pad32", image_max_side=1333).image_max_side == 1333
    with pytest.raises(ValueError, match="1333; it must be a multiple of 64"):
        Config(resize_mode="pad64", image_max_side=1333)


def test_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        get_config("scenes").fpn_depth = 1


@given(st.integers(1, 64), st.floats(0, 1), st.tuples(*[st.floats(0.01, 2)] * 4))
def test_round_trip_of_any_values(depth, iou, std):
    config = get_config("scenes", fpn_depth=depth, proposal_nms_iou=iou, delta_std=std)
    assert Config.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_callable_backbone_stays_a_callable():
    def backbone(image, config):
        return []

    config = get_config("scenes", backbone=backbone)
    assert config.to_dict()["backbone"] is backbone


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"roi_pooling": "max"}, "Config.roi_pooling is 'max'; choose one of .*'roi_align'"),
        ({"resize_mode": "none"}, "Config.resize_mode is 'none'"),
        ({"padding": "white"}, "Config.padding"),
        ({"resize_rule": "cubic"}, "Config.resize_rule"),
        ({"scale_rule": "x"}, "Config.scale_rule"),
        ({"image_place": "x"}, "Config.image_place"),
        ({"bottleneck_stride": "5x5"}, "Config.bottleneck_stride"),
        ({"strided_padding": "x"}, "Config.strided_padding"),
        ({"batch_norm_epsilon": -1e-3}, "Config.batch_norm_epsilon must be positive or zero"),
        ({"head_batch_norm": "no"}, "Config.head_batch_norm is 'no'; it must be True or False"),
        ({"anchor_stride_rule": "x"}, "Config.anchor_stride_rule"),
        ({"proposal_window": "x"}, "Config.proposal_window"),
        ({"proposals_pre_nms_train": 0}, "Config.proposals_pre_nms_train must be positive"),
        ({"detection_min_side": -1}, "Config.detection_min_side must be positive or zero"),
        ({"mask_rim": "x"}, "Config.mask_rim"),
        ({"mask_target_rule": "x"}, "Config.mask_target_rule"),
        ({"box_loss_mean": "x"}, "Config.box_loss_mean"),
        ({"batch_norm": "off"}, "Config.batch_norm"),
        ({"roi_level_rule": "x"}, "Config.roi_level_rule"),
        ({"anchor_centres": "x"}, "Config.anchor_centres"),
        ({"proposal_rule": "x"}, "Config.proposal_rule"),
        ({"detection_rule": "x"}, "Config.detection_rule"),
        ({"class_names": ("cat", "dog")}, "must start with 'background'"),
        ({"class_names": ("background",)}, "name at least one class"),
        ({"backbone": "vgg"}, "Config.backbone is 'vgg'; use 'resnet'"),
        ({"backbone": None}, "Config.backbone is None"),
        ({"backbone": "csp", "backbone_widths": (4, 4, 4, 5)}, "backbone 'csp' they must be even"),
        ({"backbone": "csp", "backbone_blocks": (1, 1, 1, 27)}, "a stage has at most 26 blocks"),
        ({"anchor_scales": (8, 16)}, "one scale for each of .*got 2"),
        ({"image_max_side": 500}, "500; it must be a multiple of 64"),
        ({"delta_std": (0.1, 0.2)}, "Config.delta_std needs 4 numbers"),
        ({"loss_weights": (1.0,)}, "Config.loss_weights needs 5 numbers"),
        ({"backbone_blocks": (2, 2, 2)}, "Config.backbone_blocks needs 4 numbers"),
        ({"anchor_ratios": ()}, "Config.anchor_ratios needs some numbers"),
        ({"anchor_ratios": (1.0, -2.0)}, "Config.anchor_ratios must be positive"),
        ({"detections": 0}, "Config.detections must be positive; got 0"),
        ({"rpn_delta_std": (1.0, 1.0, 0.0, 1.0)}, "Config.rpn_delta_std must be positive"),
        ({"loss_weights": (1.0, 1.0, 1.0, 1.0, -1.0)}, "Config.loss_weights must be positive"),
        ({"detection_min_score": 1.5}, "Config.detection_min_score must lie in 0..1; got 1.5"),
        ({"proposal_nms_iou": float("nan")}, "Config.proposal_nms_iou must lie in 0..1"),
        ({"fpn_dept": 64}, "Config has no field fpn_dept"),
    ],
)
def test_impossible_values(changes, message):
    with pytest.raises(ValueError, match=message):
        get_config("scenes", **changes)


def test_zero_is_allowed_where_it_means_something():
    config = get_config(
        "scenes",
        detection_min_score=0.0,
        roi_positive_ratio=0.0,
        mean_pixel=(0.0, 0.0, 0.0),
        loss_weights=(1.0, 1.0, 1.0, 1.0, 0.0),
        image_min_side=None,
        max_log_size=None,
    )
    assert config.detection_min_score == 0


def test_looking_at_a_config_does_not_load_tensorflow():
    code = (
        "import sys, maskrcnn_explained as m; m.get_config('scenes'); m.Config(); dir(m); "
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
