"""Every choice that makes one Mask R-CNN differ from another, in one frozen dataclass.

A `Config` says how a model is built, trained and run. Published implementations differ in small
ways that change numbers; those choices are fields here, and `presets.py` groups them as dialects.

This module needs nothing but Python, so looking at a configuration never loads TensorFlow.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from maskrcnn_explained.fields import check_fields, choice, fraction, not_negative, positive

STRIDES = (4, 8, 16, 32, 64)  # of P2..P6; C2..C5 share the first four
LEVELS = ("P2", "P3", "P4", "P5", "P6")
BACKBONES = ("resnet", "csp")  # by name: see backbone.py and csp_backbone.py
MOST_BLOCKS = 26  # per stage: a block, or a pair of "csp", is named by a letter
# Molded sides are multiples of 64, so that every level divides evenly; or of 32, and then P6, which
# is every second cell of P5, may end with a cell that is half outside.
SIDE_MULTIPLES = {"square": 64, "pad64": 64, "pad32": 32}


def ceil_div(number: Any, divisor: Any) -> Any:
    """number / divisor, rounded up; whole numbers, or arrays or tensors of them."""
    return (number + divisor - 1) // divisor


@dataclasses.dataclass(frozen=True)
class Config:
    """How one Mask R-CNN is built, trained and run. Frozen: use `changed` to get a variant.

    The values are those of the paper and of its FPN variant unless a preset says otherwise. These
    defaults are the reference's: `image_max_side` (Detectron: 1333), `resize_mode`,
    `scale_rule`, `head_batch_norm`, `batch_norm_epsilon`, `rpn_depth` (the FPN paper: 256),
    `rois_per_image` (the paper: 512) and `roi_positive_ratio` (the paper: 1/4). Two values of
    Detectron stand only in `presets.PAPER`: `max_log_size` and `rpn_smooth_l1_beta`.
    Lengths are in pixels of the molded image. Raises `ValueError` on an impossible value.
    """

    name: str = "custom"
    class_names: tuple[str, ...] = ("background", "object")  # class 0 is always background

    # The molded image
    image_min_side: int | None = positive(800)  # enlarge until the shorter side is this; or None
    image_max_side: int = positive(1024)  # then shrink until the longer side is at most this
    scale_rule: str = choice("enlarge", "fit")  # "fit" also shrinks to image_min_side
    resize_rule: str = choice("smooth", "reference", "torchvision")  # data.resizing.resize_image
    resize_mode: str = choice("square", "pad64", "pad32")  # pad to a square, or to multiples
    image_place: str = choice("centre", "corner")  # in the middle of the padding, or above left
    padding: str = choice("mean", "black")  # what surrounds the image: mean_pixel, or black
    mean_pixel: tuple[float, float, float] = not_negative((123.7, 116.8, 103.9), 3)  # RGB

    # Backbone and FPN
    # "resnet" or "csp"; or a callable (image tensor, Config) -> C2, C3, C4, C5; or a keras.Model.
    backbone: str | Callable = "resnet"
    # Of stages 2 to 5 (here ResNet-50's): blocks, and widths of bottlenecks; of "csp": pairs, and
    # widths that are even.
    backbone_blocks: tuple[int, int, int, int] = positive((3, 4, 6, 3), 4)
    backbone_widths: tuple[int, int, int, int] = positive((64, 128, 256, 512), 4)
    backbone_stem: int = positive(64)  # filters of the first convolution
    # Of the ResNet: which convolution of a block has the stride.
    bottleneck_stride: str = choice("1x1", "3x3")
    # Around a 3x3 window of stride 2: one row and column after the map; or before and after.
    strided_padding: str = choice("after", "around")
    # Batch norm's statistics: trained or frozen (gamma and beta always learn); or no such layer,
    # because its numbers are in the convolutions (weights/folding.py).
    batch_norm: str = choice("frozen", "trained", "folded")
    batch_norm_epsilon: float = not_negative(1e-3)  # added to the variance
    head_batch_norm: bool = True  # also in the mrcnn heads
    fpn_depth: int = positive(256)
    # Of convolutions, also in the heads: see layers.in_precision.
    precision: str = choice("float32", "mixed_bfloat16", "mixed_float16")

    # Anchors and RPN
    anchor_scales: tuple[float, ...] = positive((32, 64, 128, 256, 512))  # one per level, P2..P6
    anchor_ratios: tuple[float, ...] = positive((0.5, 1.0, 2.0))  # width / height
    anchor_centres: str = choice("half", "corner")  # (index + 1/2) * stride, or index * stride
    rounded_anchors: bool = False  # corners at whole pixels around the centre
    # Pixels between centres: 4..64 by level; or the molded side divided by the cells of the map,
    # which differs on P6 where the side is an odd multiple of 32.
    anchor_stride_rule: str = choice("level", "side")
    rpn_depth: int = positive(512)  # filters of rpn_conv_shared
    rpn_delta_std: tuple[float, float, float, float] = positive((1.0, 1.0, 1.0, 1.0), 4)
    proposal_rule: str = choice("per_level", "joint")  # NMS on each level alone, or on all
    proposals_pre_nms: int = positive(1000)  # best anchors that enter NMS (per level, or in all)
    proposals_pre_nms_train: int | None = positive(None)  # the same in training; None: as many
    proposal_window: str = choice("molded", "image")  # to which boxes are clipped
    proposal_min_side: float = not_negative(0.0)  # smaller ones are dropped, pixels
    proposal_nms_iou: float = fraction(0.7)
    proposals: int = positive(1000)  # kept per image at inference
    proposals_train: int = positive(2000)  # kept per image in training

    # Boxes
    inclusive_corners: bool = False  # the reference's own: y2, x2 name the last pixel
    max_log_size: float | None = positive(None)  # limit of dh, dw before exp; None: no limit
    delta_std: tuple[float, float, float, float] = positive((0.1, 0.1, 0.2, 0.2), 4)  # box head

    # RoIs and mrcnn heads
    roi_pooling: str = choice("roi_align", "crop_and_resize", "roi_pool", "roi_align_unaligned")
    roi_level_rule: str = choice("paper", "reference")
    roi_canonical_size: float = positive(224.0)  # a RoI of this size is pooled from P4
    box_pool_size: int = positive(7)
    mask_pool_size: int = positive(14)
    box_head_depth: int = positive(1024)
    mask_head_depth: int = positive(256)

    # Detection
    detection_rule: str = choice("every_class", "best_class")
    detection_min_score: float = fraction(0.05)
    detection_nms_iou: float = fraction(0.5)
    detection_min_side: float = not_negative(0.0)  # smaller ones are dropped, pixels
    detections: int = positive(100)  # kept per image
    mask_rim: str = choice("repeat", "zero", "padded")  # around a small mask: see pasting.py
    integer_results: bool = False  # round final boxes to whole pixels, as the reference does

    # Training targets
    rpn_positive_iou: float = fraction(0.7)
    rpn_negative_iou: float = fraction(0.3)
    rpn_anchors_per_image: int = positive(256)  # sampled for the RPN's losses, half positive
    add_gt_to_proposals: bool = True
    rois_per_image: int = positive(200)
    roi_positive_iou: float = fraction(0.5)
    roi_positive_ratio: float = fraction(0.33)
    mini_mask_size: int | None = positive(None)  # None: masks as large as the image
    mask_rois_per_image: int = positive(66)  # the first positives; only they train the mask head
    mask_target_rule: str = choice("rounded", "soft")  # of 0 and 1; or the mean of each bin

    # Losses
    rpn_smooth_l1_beta: float = positive(1.0)
    smooth_l1_beta: float = positive(1.0)
    box_loss_mean: str = choice("positives", "sampled")  # over what box losses are averaged
    loss_weights: tuple[float, float, float, float, float] = not_negative((1.0,) * 5, 5)

    def __post_init__(self) -> None:
        check_fields(self)
        self._check_classes()
        self._check_graph()
        self._check_pairs()

    def _check_classes(self):
        names = self.class_names
        if len(names) < 2 or names[0] != "background":
            raise ValueError(
                "Config.class_names must start with 'background' and name at least one class "
                f"more; got {names!r}."
            )
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not all(name.strip() for name in names):
            found = f"{', '.join(map(repr, twice))} twice" if twice else "an empty name"
            raise ValueError(f"Config.class_names needs different names; it has {found}.")

    def _check_graph(self):
        if not (self.backbone in BACKBONES or callable(self.backbone)):
            raise ValueError(
                f"Config.backbone is {self.backbone!r}; use 'resnet' or 'csp' (their depth is "
                "backbone_blocks), or a callable or a keras.Model that returns C2, C3, C4, C5."
            )
        if max(self.backbone_blocks) > MOST_BLOCKS:
            raise ValueError(
                f"Config.backbone_blocks is {self.backbone_blocks}; a stage has at most "
                f"{MOST_BLOCKS} blocks, which are named by letters."
            )
        if self.backbone == "csp" and any(width % 2 for width in self.backbone_widths):
            raise ValueError(
                f"Config.backbone_widths is {self.backbone_widths}; with backbone 'csp' they must "
                "be even, for each convolution of a pair has half of the channels."
            )
        if len(self.anchor_scales) != len(STRIDES):
            raise ValueError(
                f"Config.anchor_scales needs one scale for each of {LEVELS}; "
                f"got {len(self.anchor_scales)}."
            )
        multiple = SIDE_MULTIPLES[self.resize_mode]
        if self.resize_mode != "pad32" and self.image_max_side % multiple:
            raise ValueError(
                f"Config.image_max_side is {self.image_max_side}; it must be a multiple of "
                f"{multiple}, so that P6 has a whole number of cells."
            )

    def _check_pairs(self):
        """Raise `ValueError` for values that contradict each other."""
        if len(set(self.anchor_ratios)) < len(self.anchor_ratios):
            raise ValueError(f"Config.anchor_ratios has a ratio twice: {self.anchor_ratios}.")
        if self.rpn_negative_iou > self.rpn_positive_iou:
            raise ValueError(
                f"Config.rpn_negative_iou is {self.rpn_negative_iou}, above rpn_positive_iou "
                f"({self.rpn_positive_iou}): an anchor would be both positive and negative."
            )
        if not any(self.loss_weights):
            raise ValueError("Config.loss_weights are all 0: nothing would be learned.")

    @property
    def num_classes(self) -> int:
        """K, background included."""
        return len(self.class_names)

    def changed(self, **changes: Any) -> Config:
        """A copy with some fields changed. Raises `ValueError` for an unknown field."""
        unknown = set(changes) - {field.name for field in dataclasses.fields(self)}
        if unknown:
            raise ValueError(f"Config has no field {', '.join(sorted(unknown))}.")
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain Python values, ready for JSON (a callable backbone stays a callable)."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Config:
        """The inverse of `to_dict`; lists, as JSON gives them, become tuples.

        Raises `ValueError` for what is no table, an unknown field, or a value out of range.
        """
        if not isinstance(values, dict):
            raise ValueError(f"A Config is a table of fields; got {type(values).__name__}.")
        plain: dict[str, Any] = {}
        for name, value in values.items():
            plain[name] = tuple(value) if isinstance(value, list) else value
        return cls().changed(**plain)


def choices(name: str) -> tuple[str, ...]:
    """The words that a field of Config accepts, its default first."""
    [field] = [field for field in dataclasses.fields(Config) if field.name == name]
    return field.metadata["choices"]
