"""Fields: values become plain Python, and what a field cannot hold is refused by name."""

import dataclasses
import json

import numpy as np
import pytest

from maskrcnn_explained.config import Config
from maskrcnn_explained.fields import check_fields, counted, plain_value
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.training.recipe import Recipe


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array(7), 7),
        (np.array([1, 2]), (1, 2)),
        ([1, [2.0, np.float64(3)]], (1, (2.0, 3.0))),
        (np.str_("a"), "a"),
        (None, None),
    ],
)
def test_numpy_becomes_plain_python(value, expected):
    found = plain_value(value)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("anchor_scales", np.array([8, 16, 32, 64, 128]), (8, 16, 32, 64, 128)),
        ("anchor_scales", [np.float32(8), 16, 32, 64, 128], (8.0, 16, 32, 64, 128)),
        ("anchor_ratios", [0.5, 1], (0.5, 1)),
        ("detections", np.int32(20), 20),
        ("detections", 20.0, 20),
        ("detection_min_score", np.float64(0.25), 0.25),
        ("class_names", ["background", "cat"], ("background", "cat")),
        ("class_names", np.array(["background", "cat"]), ("background", "cat")),
        ("integer_results", np.bool_(True), True),
    ],
)
def test_a_config_holds_plain_values_and_can_be_saved(name, value, expected):
    config = get_config("scenes", **{name: value})
    found = getattr(config, name)
    assert found == expected and type(found) is type(expected)
    assert Config.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    hash(config)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"detections": "20"}, "Config.detections is '20'; it must be a whole number"),
        ({"detections": 20.5}, "Config.detections is 20.5; it must be a whole number"),
        ({"detections": True}, "Config.detections is True"),
        ({"detections": (20,)}, "Config.detections is"),
        ({"detection_min_score": None}, "Config.detection_min_score is None; .* a number"),
        ({"image_max_side": None}, "Config.image_max_side is None"),
        ({"roi_canonical_size": float("inf")}, "must be finite"),
        ({"anchor_scales": (8, 16, 32, 64, "x")}, "it must be numbers"),
        ({"anchor_scales": 32}, "Config.anchor_scales is 32; it must be numbers"),
        ({"anchor_scales": np.ones((5, 1))}, "Config.anchor_scales"),
        ({"class_names": "background"}, "it must be a tuple of names"),
        ({"class_names": ("background", 1)}, "it must be a tuple of names"),
        ({"class_names": ("background", "cat", "cat")}, "it has 'cat' twice"),
        ({"class_names": ("background", "cat", "background")}, "'background' twice"),
        ({"class_names": ("background", " ")}, "an empty name"),
        ({"integer_results": 1}, "it must be True or False"),
        ({"name": 3}, "Config.name is 3; it must be text"),
        ({"roi_pooling": ["roi_align"]}, "choose one of"),
        ({"backbone_blocks": (3, 4, 36, 3)}, "at most 26 blocks"),
        ({"anchor_ratios": (1.0, 1)}, "a ratio twice"),
        ({"rpn_negative_iou": 0.8}, "both positive and negative"),
        ({"loss_weights": [0] * 5}, "nothing would be learned"),
    ],
)
def test_what_a_config_refuses(change, message):
    with pytest.raises(ValueError, match=message):
        get_config("scenes").changed(**change)


def test_the_rule_of_a_counted_field():
    @dataclasses.dataclass(frozen=True)
    class Steps:
        number: "int | None" = counted(None)

        def __post_init__(self):
            check_fields(self)

    assert Steps().number is None and Steps(np.int8(1)).number == 1
    with pytest.raises(ValueError, match="Steps.number must be at least 1; got 0"):
        Steps(0)


def test_a_recipe_holds_plain_values():
    recipe = Recipe(steps=np.int64(40), learning_rate=np.float32(0.5), seed=3.0)
    json.dumps({"steps": recipe.steps, "rate": recipe.learning_rate, "seed": recipe.seed})
    assert (type(recipe.steps), type(recipe.learning_rate), type(recipe.seed)) == (int, float, int)
