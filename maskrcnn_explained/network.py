"""All stages wired together, from images to every tensor that has a name: one Keras graph."""

from __future__ import annotations

import keras

from maskrcnn_explained.backbone import build_backbone
from maskrcnn_explained.config import LEVELS, Config
from maskrcnn_explained.detection import SelectDetections, SelectMasks
from maskrcnn_explained.fpn import build_fpn
from maskrcnn_explained.mrcnn_heads import box_head, head_layers, mask_head
from maskrcnn_explained.precision import in_precision
from maskrcnn_explained.roi_align import PyramidRoIAlign
from maskrcnn_explained.rpn import Proposals, build_rpn_head, run_rpn_head

TRUNK = ("C2", "C3", "C4", "C5", *LEVELS, "rpn_logits", "rpn_probs", "rpn_deltas")


def build_graph(config: Config):
    """The whole inference graph: three inputs and a dict of every tensor that has a name.

    Inputs: images [B, Hm, Wm, 3]; windows [B, 4], where each image lies in it; min_scores [B].
    """
    image = keras.Input((None, None, 3), name="input_image")
    window = keras.Input((4,), name="input_window")
    min_score = keras.Input((), name="input_min_score")
    with in_precision(config):
        maps = build_backbone(image, config)
        pyramid = build_fpn(maps, config)
    rpn = run_rpn_head(build_rpn_head(config), pyramid)
    named = dict(zip(TRUNK, [*maps, *pyramid, *rpn], strict=True))

    proposals, scores, anchor_indices = Proposals(config, name="ROI")([rpn[1], rpn[2], pyramid[0]])
    align = PyramidRoIAlign(config.box_pool_size, config, name="roi_align_classifier")
    pooled = align([proposals, *pyramid[:4]])
    get = head_layers(config).get
    logits, probs, deltas = box_head(get, pooled, config)
    named |= dict(
        proposals=proposals, proposal_scores=scores, proposal_anchors=anchor_indices,
        box_features=pooled, class_logits=logits, class_probs=probs, box_deltas=deltas,
    )  # fmt: skip

    select = SelectDetections(config, name="mrcnn_detection")
    boxes, class_ids, scores, rois = select([proposals, scores, probs, deltas, window, min_score])
    align = PyramidRoIAlign(config.mask_pool_size, config, name="roi_align_mask")
    pooled = align([boxes, *pyramid[:4]])
    masks = mask_head(get, pooled, config)
    named |= dict(
        detection_boxes=boxes, detection_class_ids=class_ids, detection_scores=scores,
        detection_rois=rois, mask_features=pooled, masks_all_classes=masks,
        masks=SelectMasks(name="mrcnn_mask_select")([masks, class_ids]),
    )  # fmt: skip
    return [image, window, min_score], named
