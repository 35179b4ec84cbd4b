"""A Config as text, as files of models and of weights hold it."""

from __future__ import annotations

import json
import os
from typing import Any

from maskrcnn_explained.config import BACKBONES, Config


def config_values(config: Config) -> dict[str, Any]:
    """A Config as plain values; a backbone of the user's own as `own_backbone.backbone_values`.

    Raises `ValueError` if that backbone is a function that is not registered with Keras.
    """
    from maskrcnn_explained.own_backbone import backbone_values

    values = config.to_dict()
    if callable(config.backbone):
        values["backbone"] = backbone_values(config.backbone)
    return values


def config_from(values: dict[str, Any], custom_objects: Any = None) -> Config:
    """The inverse of `config_values`.

    Raises `ValueError` or `TypeError` for values that this version does not know.
    """
    if not isinstance(values, dict):
        raise ValueError(f"a Config is a table of fields, not {type(values).__name__}")
    backbone = values.get("backbone", "resnet")
    if isinstance(backbone, (str, dict)) and backbone not in BACKBONES:
        from maskrcnn_explained.own_backbone import backbone_from

        values = values | {"backbone": backbone_from(backbone, custom_objects)}
    return Config.from_dict(values)


def config_text(config: Config) -> str | None:
    """A Config as JSON, for files of weights.

    None if its backbone is a `keras.Model` or a function that is not registered: a file of weights
    holds no layers and no code.
    """
    try:
        values = config_values(config)
        return json.dumps(values) if isinstance(values["backbone"], str) else None
    except ValueError:
        return None


def config_from_text(text: str, path: str | os.PathLike) -> Config:
    """The Config of a file. Raises `ValueError`, naming the file, if it cannot be read."""
    try:
        return config_from(json.loads(text))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} holds a Config that this version cannot read: {error}") from error


def least_bytes(config: Config) -> int:
    """Bytes that the weights of a model have at least: those of its widest layers, as float32.

    A file whose Config asks for far more than the file holds is not honest, or damaged.
    """
    box, mask, fpn = config.box_head_depth, config.mask_head_depth, config.fpn_depth
    numbers = 9 * fpn * (fpn + config.rpn_depth + mask)
    numbers += config.box_pool_size**2 * fpn * box + box * (box + 5 * config.num_classes)
    numbers += mask * (9 * mask + config.num_classes)
    stages = list(zip(config.backbone_blocks, config.backbone_widths, strict=True))
    if config.backbone == "resnet":
        numbers += sum(13 * blocks * width**2 for blocks, width in stages)
        numbers += 7 * 7 * 3 * config.backbone_stem
    elif config.backbone == "csp":  # csp_backbone.csp_stage, without what comes from the map before
        numbers += sum(9 * (4 + 3 * pairs) * width**2 // 4 for pairs, width in stages)
        numbers += 3 * 3 * 3 * config.backbone_stem
    return 4 * numbers
