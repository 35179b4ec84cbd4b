"""Every choice that makes one Mask R-CNN differ from another, in one frozen dataclass.

A `Config` says how a model is built, trained and run. Two groups of choices are named *dialects*,
because published implementations differ in small ways that change numbers:

* `REFERENCE`: as matterport/Mask_RCNN does it (needed by its COCO weights);
* `PAPER`: as the paper's authors trained it (Detectron); what we train ourselves, but for the units
  of the RPN's deltas.

This module needs nothing but Python, so that looking at a configuration never loads TensorFlow.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

STRIDES = (4, 8, 16, 32, 64)  # of P2..P6; C2..C5 share the first four
LEVELS = ("P2", "P3", "P4", "P5", "P6")
SIDE_MULTIPLE = 64  # molded sides are multiples of this, so that every level divides evenly

PAPER = dict(
    resize_rule="smooth",
    padding="mean",
    roi_pooling="roi_align",
    roi_level_rule="paper",
    anchor_centres="half",
    inclusive_corners=False,
    proposal_rule="per_level",
    rpn_delta_std=(1.0, 1.0, 1.0, 1.0),
    max_log_size=4.135166556742356,  # log(1000 / 16): a box grows at most 62.5-fold in one step
    rpn_smooth_l1_beta=1 / 9,
    detection_rule="every_class",
    detection_min_score=0.05,
    detection_nms_iou=0.5,
    mask_rim="repeat",
    mini_mask_size=None,
    add_gt_to_proposals=True,
    integer_results=False,
)
REFERENCE = dict(
    resize_rule="reference",
    padding="black",
    roi_pooling="crop_and_resize",
    roi_level_rule="reference",
    anchor_centres="corner",
    inclusive_corners=True,
    proposal_rule="joint",
    rpn_delta_std=(0.1, 0.1, 0.2, 0.2),
    max_log_size=None,
    rpn_smooth_l1_beta=1.0,
    detection_rule="best_class",
    detection_min_score=0.7,
    detection_nms_iou=0.3,
    mask_rim="zero",
    mini_mask_size=56,
    add_gt_to_proposals=False,
    integer_results=True,
)

_CHOICES = dict(
    resize_mode=("square", "pad64"),
    resize_rule=("smooth", "reference"),
    padding=("mean", "black"),
    batch_norm=("trained", "frozen", "folded"),
    roi_pooling=("roi_align", "crop_and_resize", "roi_pool"),
    roi_level_rule=("paper", "reference"),
    anchor_centres=("half", "corner"),
    proposal_rule=("per_level", "joint"),
    detection_rule=("every_class", "best_class"),
    mask_rim=("repeat", "zero"),
    precision=("float32", "mixed_bfloat16", "mixed_float16"),
)


@dataclasses.dataclass(frozen=True)
class Config:
    """How one Mask R-CNN is built, trained and run. Frozen: use `changed` to get a variant.

    The values are those of the paper and of its FPN variant unless a preset says otherwise.
    Lengths are in pixels of the molded image. Raises `ValueError` on an impossible value.
    """

    name: str = "custom"
    class_names: tuple[str, ...] = ("background", "object")  # class 0 is always background

    # The molded image
    image_min_side: int | None = 800  # scale up until the shorter side is this; None: never up
    image_max_side: int = 1024  # then down until the longer side is at most this
    resize_mode: str = "square"  # pad to a square of image_max_side, or to multiples of 64
    resize_rule: str = "smooth"  # how pixels are made: see data.molding.resize_image
    padding: str = "mean"  # what surrounds the image: its mean_pixel, or "black"
    mean_pixel: tuple[float, float, float] = (123.7, 116.8, 103.9)  # RGB, subtracted

    # Backbone and FPN
    backbone: str | Callable = "resnet"  # or a callable (image tensor, Config) -> C2, C3, C4, C5
    backbone_blocks: tuple[int, int, int, int] = (3, 4, 6, 3)  # ResNet-50; (3, 4, 23, 3) is 101
    backbone_widths: tuple[int, int, int, int] = (64, 128, 256, 512)  # bottleneck widths
    backbone_stem: int = 64  # filters of conv1
    batch_norm: str = "frozen"  # statistics: "trained" or "frozen" (gamma and beta always learn);
    # or "folded": no such layer, for its numbers are in the convolutions (folding.py)
    fpn_depth: int = 256
    precision: str = "float32"  # of convolutions, also in the heads: see precision.py

    # Anchors and RPN
    anchor_scales: tuple[float, ...] = (32, 64, 128, 256, 512)  # one a level, P2..P6
    anchor_ratios: tuple[float, ...] = (0.5, 1.0, 2.0)  # width / height
    anchor_centres: str = "half"  # at (index + 1/2) * stride, or "corner": at index * stride
    rpn_depth: int = 512  # filters of rpn_conv_shared
    rpn_delta_std: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    proposal_rule: str = "per_level"  # NMS on each level alone, or "joint" on all together
    proposals_pre_nms: int = 1000  # best-scored anchors that enter NMS (a level, or in all)
    proposal_nms_iou: float = 0.7
    proposals: int = 1000  # kept an image at inference
    proposals_train: int = 2000  # kept an image in training

    # Boxes
    inclusive_corners: bool = False  # the reference's own: y2, x2 name the last pixel
    max_log_size: float | None = None  # clamp of dh, dw before exp
    delta_std: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)  # of the box head

    # RoIs and mrcnn heads
    roi_pooling: str = "roi_align"
    roi_level_rule: str = "paper"
    roi_canonical_size: float = 224.0  # a RoI of this size is pooled from P4
    box_pool_size: int = 7
    mask_pool_size: int = 14
    box_head_depth: int = 1024
    mask_head_depth: int = 256

    # Detection
    detection_rule: str = "every_class"
    detection_min_score: float = 0.05
    detection_nms_iou: float = 0.5
    detections: int = 100  # kept an image
    mask_rim: str = "repeat"  # what lies around a small mask: its own rim again, or "zero"
    integer_results: bool = False  # round final boxes to whole pixels, as the reference does

    # Training targets
    rpn_positive_iou: float = 0.7
    rpn_negative_iou: float = 0.3
    rpn_anchors_per_image: int = 256  # sampled for the RPN's losses, at most half positive
    add_gt_to_proposals: bool = True
    rois_per_image: int = 200
    roi_positive_iou: float = 0.5
    roi_positive_ratio: float = 0.33
    mini_mask_size: int | None = None  # of data.mini_masks; None: masks as large as the image
    mask_rois_per_image: int = 66  # the first positives; only these train the mask head

    # Losses
    rpn_smooth_l1_beta: float = 1.0
    smooth_l1_beta: float = 1.0
    loss_weights: tuple[float, float, float, float, float] = (1.0, 1.0, 1.0, 1.0, 1.0)

    def __post_init__(self):
        for field, allowed in _CHOICES.items():
            if getattr(self, field) not in allowed:
                raise ValueError(
                    f"Config.{field} is {getattr(self, field)!r}; choose one of {allowed}."
                )
        if len(self.class_names) < 2 or self.class_names[0] != "background":
            raise ValueError(
                "Config.class_names must start with 'background' and name at least one class "
                f"more; got {self.class_names!r}."
            )
        if not (self.backbone == "resnet" or callable(self.backbone)):
            raise ValueError(
                f"Config.backbone is {self.backbone!r}; use 'resnet' (its depth is "
                "backbone_blocks) or a callable that returns C2, C3, C4, C5."
            )
        for field in dataclasses.fields(self):
            _check_numbers(field.name, getattr(self, field.name))
        if len(self.anchor_scales) != len(STRIDES):
            raise ValueError(
                f"Config.anchor_scales needs one scale for each of {LEVELS}; "
                f"got {len(self.anchor_scales)}."
            )
        if self.image_max_side % SIDE_MULTIPLE:
            raise ValueError(
                f"Config.image_max_side is {self.image_max_side}; it must be a multiple of "
                f"{SIDE_MULTIPLE}, so that P6 has a whole number of cells."
            )

    @property
    def num_classes(self) -> int:
        """K, background included."""
        return len(self.class_names)

    def changed(self, **changes) -> Config:
        """A copy with some fields changed. Raises `ValueError` for an unknown field."""
        unknown = set(changes) - {field.name for field in dataclasses.fields(self)}
        if unknown:
            raise ValueError(f"Config has no field {', '.join(sorted(unknown))}.")
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict:
        """Plain Python values, ready for JSON (a callable backbone stays a callable)."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> Config:
        """The inverse of `to_dict`; lists, as JSON brings them, become tuples."""
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


_LENGTHS = dict(backbone_blocks=4, backbone_widths=4, rpn_delta_std=4, delta_std=4, loss_weights=5)
_MAY_BE_ZERO = ("mean_pixel", "loss_weights")


def _check_numbers(name: str, value) -> None:
    """Raise `ValueError` if a field is too short, or holds a number outside its range."""
    values = value if isinstance(value, tuple) else (value,)
    if len(values) != _LENGTHS.get(name, len(values)) or not values:
        raise ValueError(f"Config.{name} needs {_LENGTHS.get(name, 'some')} numbers; got {value}.")
    fraction = name.endswith(("_iou", "_score", "_positive_ratio"))
    for number in values:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            continue
        if fraction and not 0 <= number <= 1:
            raise ValueError(f"Config.{name} must lie in 0..1; got {value}.")
        if not fraction and not (number > 0 or (number == 0 and name in _MAY_BE_ZERO)):
            raise ValueError(f"Config.{name} must be positive; got {value}.")
