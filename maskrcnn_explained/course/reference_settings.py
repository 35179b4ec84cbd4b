"""Every setting of the reference's `Config`, and where it is here.

A name of ours without a word before it is a field of `Config`; "Recipe." and "mrx." say the rest. A
test looks every name up.
"""

from __future__ import annotations

# (theirs, ours, note)
SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("NAME", "name", ""),
    ("GPU_COUNT", "", "the devices of `training.distributed.strategy`"),
    ("IMAGES_PER_GPU", "Recipe.batch_size", "of all devices together"),
    ("STEPS_PER_EPOCH", "Recipe.steps_per_epoch", ""),
    ("VALIDATION_STEPS", "Recipe.validation_images", "images, and AP is measured on them"),
    (
        "BACKBONE",
        "backbone, backbone_blocks",
        "blocks of `resnet50`: (3, 4, 6, 3)",
    ),
    ("COMPUTE_BACKBONE_SHAPE", "", "shapes follow from the graph"),
    ("BACKBONE_STRIDES", "mrx.config.STRIDES", "fixed: 4, 8, 16, 32, 64"),
    ("FPN_CLASSIF_FC_LAYERS_SIZE", "box_head_depth", ""),
    ("TOP_DOWN_PYRAMID_SIZE", "fpn_depth", ""),
    ("NUM_CLASSES", "class_names", "the number follows from the names"),
    ("RPN_ANCHOR_SCALES", "anchor_scales", "one per level"),
    ("RPN_ANCHOR_RATIOS", "anchor_ratios", "width / height"),
    ("RPN_ANCHOR_STRIDE", "", "always 1: anchors at every cell"),
    ("RPN_NMS_THRESHOLD", "proposal_nms_iou", ""),
    ("RPN_TRAIN_ANCHORS_PER_IMAGE", "rpn_anchors_per_image", ""),
    ("PRE_NMS_LIMIT", "proposals_pre_nms", "per level, or of all: `proposal_rule`"),
    ("POST_NMS_ROIS_TRAINING", "proposals_train", ""),
    ("POST_NMS_ROIS_INFERENCE", "proposals", ""),
    ("USE_MINI_MASK", "mini_mask_size", "`None` is off"),
    ("MINI_MASK_SHAPE", "mini_mask_size", "one side: a square"),
    ("IMAGE_RESIZE_MODE", "resize_mode", "`square` and `pad64`; no `crop`, no `none`"),
    ("IMAGE_MIN_DIM", "image_min_side", ""),
    ("IMAGE_MAX_DIM", "image_max_side", ""),
    ("IMAGE_MIN_SCALE", "", "use `image_min_side`"),
    ("IMAGE_CHANNEL_COUNT", "", "always 3; grey images are repeated"),
    ("MEAN_PIXEL", "mean_pixel", ""),
    ("TRAIN_ROIS_PER_IMAGE", "rois_per_image", "the paper with FPN: 512"),
    ("ROI_POSITIVE_RATIO", "roi_positive_ratio", "the paper: a quarter"),
    ("POOL_SIZE", "box_pool_size", ""),
    ("MASK_POOL_SIZE", "mask_pool_size", ""),
    ("MASK_SHAPE", "mask_pool_size", "always twice that"),
    ("MAX_GT_INSTANCES", "", "no limit: a batch is padded to its largest image"),
    ("RPN_BBOX_STD_DEV", "rpn_delta_std", "the paper: 1"),
    ("BBOX_STD_DEV", "delta_std", ""),
    ("DETECTION_MAX_INSTANCES", "detections", ""),
    ("DETECTION_MIN_CONFIDENCE", "detection_min_score", "the paper: 0.05"),
    ("DETECTION_NMS_THRESHOLD", "detection_nms_iou", "the paper: 0.5"),
    ("LEARNING_RATE", "Recipe.learning_rate", "of AdamW; theirs is of SGD"),
    ("LEARNING_MOMENTUM", "Recipe.optimizer", "give `keras.optimizers.SGD(0.001, 0.9)`"),
    ("WEIGHT_DECAY", "Recipe.weight_decay", ""),
    ("LOSS_WEIGHTS", "loss_weights", "in the order of `losses.NAMES`"),
    ("USE_RPN_ROIS", "", "always the RPN's"),
    ("TRAIN_BN", "batch_norm", '`False` is `"frozen"`, `None` is `"trained"`'),
    ("GRADIENT_CLIP_NORM", "Recipe.clip_norm", ""),
)
