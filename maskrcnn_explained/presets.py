"""Presets: a named Config for each model of the course.

* "scenes": small, trained here in hours; every notebook runs it.
* "nuclei": the same network for many small objects of one class (notebook 11).
* "photos": everyday photographs, seven groups of COCO's classes, on the small backbone of
  `csp_backbone.py` (notebooks 00, 03, 06, 09, 11).
* "coco-resnet50", "coco-resnet101": full size, in the reference's dialect, for its COCO weights.
* "coco-torchvision": full size, in torchvision's dialect, for the COCO weights of its
  `maskrcnn_resnet50_fpn`.
"""

from __future__ import annotations

from typing import Any

from maskrcnn_explained.config import Config

PAPER: dict[str, Any] = dict(
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
REFERENCE: dict[str, Any] = dict(
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
# What torchvision does. Where no line stands, it does as PAPER.
TORCHVISION: dict[str, Any] = PAPER | dict(
    scale_rule="fit",
    resize_rule="torchvision",
    resize_mode="pad32",
    image_place="corner",
    mean_pixel=(123.675, 116.28, 103.53),
    bottleneck_stride="3x3",
    strided_padding="around",
    batch_norm_epsilon=0.0,  # of its published weights; fresh models of it have 1e-5
    head_batch_norm=False,
    anchor_ratios=(2.0, 1.0, 0.5),
    anchor_centres="corner",
    rounded_anchors=True,
    anchor_stride_rule="side",
    proposal_window="image",
    proposal_min_side=1e-3,
    roi_pooling="roi_align_unaligned",
    detection_min_side=1e-2,
    mask_rim="padded",
    mask_target_rule="soft",
    smooth_l1_beta=1 / 9,
    box_loss_mean="sampled",
)

SCENES_CLASSES = ("background", "disk", "rectangle", "triangle", "star")
_COCO_NAMES = (
    "background person bicycle car motorcycle airplane bus train truck boat traffic_light "
    "fire_hydrant stop_sign parking_meter bench bird cat dog horse sheep cow elephant bear zebra "
    "giraffe backpack umbrella handbag tie suitcase frisbee skis snowboard sports_ball kite "
    "baseball_bat baseball_glove skateboard surfboard tennis_racket bottle wine_glass cup fork "
    "knife spoon bowl banana apple sandwich orange broccoli carrot hot_dog pizza donut cake chair "
    "couch potted_plant bed dining_table toilet tv laptop mouse remote keyboard cell_phone "
    "microwave oven toaster sink refrigerator book clock vase scissors teddy_bear hair_drier "
    "toothbrush"
)
COCO_CLASSES = tuple(name.replace("_", " ") for name in _COCO_NAMES.split())
# The classes of "photos": groups of COCO's, for photographs with masks are few here.
PHOTO_GROUPS = {
    "person": ("person",),
    "animal": COCO_CLASSES[15:25],  # bird .. giraffe
    "vehicle": COCO_CLASSES[2:10],  # bicycle .. boat
    "vessel": ("bottle", "wine glass", "cup", "bowl", "vase"),
    "seat": ("bench", "chair", "couch"),
    "screen": ("tv", "laptop", "cell phone"),
    "food": COCO_CLASSES[47:57],  # banana .. cake
}
PHOTO_CLASSES = ("background", *PHOTO_GROUPS)
# COCO numbers its categories 1 to 90; these ten numbers have a name and not one annotation.
_NEVER_ANNOTATED = {
    12: "street sign",
    26: "hat",
    29: "shoe",
    30: "eye glasses",
    45: "plate",
    66: "mirror",
    68: "window",
    69: "desk",
    71: "door",
    83: "blender",
}


def _with_gaps() -> tuple[str, ...]:
    """The 91 names by COCO's own numbers, background first."""
    names = list(COCO_CLASSES)
    for number, name in sorted(_NEVER_ANNOTATED.items()):
        names.insert(number, name)
    return tuple(names)


COCO_91_CLASSES = _with_gaps()

_COCO = Config(
    name="coco-resnet50",
    class_names=COCO_CLASSES,
    proposals_pre_nms=6000,
    **REFERENCE,
)
_TORCHVISION = Config(
    name="coco-torchvision",
    class_names=COCO_91_CLASSES,
    image_min_side=800,
    image_max_side=1333,
    rpn_depth=256,
    proposals_pre_nms_train=2000,
    rois_per_image=512,
    roi_positive_ratio=0.25,
    mask_rois_per_image=128,
    **TORCHVISION,
)
_SCENES = Config(
    name="scenes",
    class_names=SCENES_CLASSES,
    image_min_side=300,  # scenes have 192 pixels; enlarged, small objects cover more cells
    image_max_side=512,
    resize_mode="pad64",
    backbone_blocks=(2, 2, 2, 2),
    backbone_widths=(24, 48, 80, 128),
    backbone_stem=32,
    batch_norm="trained",
    fpn_depth=64,
    anchor_scales=(16, 32, 64, 128, 256),
    rpn_depth=64,
    proposals_pre_nms=300,
    proposals_train=300,
    roi_canonical_size=112.0,
    box_head_depth=256,
    mask_head_depth=64,
    rois_per_image=64,
    roi_positive_ratio=0.33,
    mask_rois_per_image=16,
    loss_weights=(1.0, 0.5, 1.0, 1.0, 1.0),
    **PAPER,
).changed(
    # RPN deltas in units of their spread, as in the reference: the outputs are then about 1, not
    # 0.1, and the noise of a high learning rate is small in comparison (notebook 03).
    rpn_delta_std=REFERENCE["rpn_delta_std"],
    rpn_smooth_l1_beta=REFERENCE["rpn_smooth_l1_beta"],
)
PRESETS = {
    "scenes": _SCENES,
    "coco-resnet50": _COCO,
    "coco-resnet101": _COCO.changed(name="coco-resnet101", backbone_blocks=(3, 4, 23, 3)),
    "coco-torchvision": _TORCHVISION,
    "nuclei": _SCENES.changed(
        name="nuclei",
        class_names=("background", "nucleus"),
        image_min_side=512,  # the pictures have 256 pixels; half of the nuclei are below 13
        image_max_side=1024,
        anchor_scales=(12, 24, 48, 96, 192),
        proposals_pre_nms=1000,
        proposals=1000,
        detections=200,
        rois_per_image=96,
        mask_rois_per_image=32,
    ),
    "photos": _SCENES.changed(
        name="photos",
        class_names=PHOTO_CLASSES,
        image_min_side=384,
        image_max_side=512,
        scale_rule="fit",
        mean_pixel=(123.675, 116.28, 103.53),  # of the published backbone
        backbone="csp",
        backbone_blocks=(1, 2, 2, 3),
        backbone_widths=(32, 64, 128, 256),
        backbone_stem=32,
        fpn_depth=96,
        anchor_scales=(20, 40, 80, 160, 320),
        rpn_depth=96,
        proposals_pre_nms=500,
        proposals_train=400,
        proposals=400,
        roi_canonical_size=160.0,
        box_head_depth=384,
        mask_head_depth=96,
        roi_positive_ratio=0.25,
        detection_nms_iou=0.4,  # mask AP 0.173 on validation photographs; 0.5 gave 0.169
    ),
}


def get_config(name: str, **changes: Any) -> Config:
    """The preset of that name, with some of its fields changed.

    Args:
        name: "scenes", "nuclei", "photos", "coco-resnet50", "coco-resnet101" or
            "coco-torchvision".
        **changes: fields of the Config and their new values.

    Raises `ValueError` for an unknown preset or field.
    """
    if not isinstance(name, str) or name not in PRESETS:
        raise ValueError(f"No preset is called {name!r}; there are: {', '.join(PRESETS)}.")
    return PRESETS[name].changed(**changes)
