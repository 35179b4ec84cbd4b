"""What the reference (matterport/Mask_RCNN) does, step by step, and our line for each step.

Told in our own words, in the reference's order, with its names. Each row is: what the reference
does; our function; a piece of its source; a note. `side_by_side.py` shows the rows; a test looks
every piece up in the source.
"""

from __future__ import annotations

# stage -> (the reference's functions, rows of (theirs, our function, our line, note))
REFERENCE_STEPS: dict[str, tuple[str, tuple[tuple[str, str, str, str], ...]]] = {
    "backbone": (
        "`MaskRCNN.build` (Bottom-up Layers), `resnet_graph`, `conv_block`, `identity_block`",
        (
            (
                "If `config.BACKBONE` is a function, calls it with the image, `stage5=True` and "
                "`train_bn=config.TRAIN_BN`.",
                "backbone.build_backbone",
                "if callable(config.backbone):",
                "Ours is called with `(image, config)`; a `keras.Model` works too. The maps are "
                "checked.",
            ),
            (
                'Else calls `resnet_graph` with the word in `BACKBONE`: `"resnet50"` or '
                '`"resnet101"`.',
                "backbone.build_backbone",
                "return resnet(image, config)",
                "The words became numbers: `backbone_blocks=(3, 4, 6, 3)` or `(3, 4, 23, 3)`.",
            ),
            (
                "Pads by 3; a 7x7 convolution of stride 2, `conv1`; `bn_conv1`; ReLU.",
                "backbone.resnet",
                'layers.Conv2D(config.backbone_stem, 7, strides=2, name="conv1")(x)',
                "64 filters there; here `backbone_stem`.",
            ),
            (
                "A 3x3 max pool of stride 2. It calls the result `C1`.",
                "backbone.resnet",
                "layers.MaxPooling2D(3, strides=2, padding=padding",
                "Both round the map's side up.",
            ),
            (
                "Writes out stages 2, 3 and 5 block by block; loops over the blocks of stage 4.",
                "backbone.resnet",
                "for index in range(blocks):",
                "One loop for all stages.",
            ),
            (
                "The first block of a stage is a `conv_block`: its shortcut has a 1x1 convolution. "
                "The others are `identity_block`s.",
                "backbone.bottleneck",
                "if project:",
                "One function for both kinds.",
            ),
            (
                "1x1 convolution to the small width, `res3a_branch2a`, with the stride; batch norm "
                "`bn3a_branch2a`; ReLU.",
                "backbone.bottleneck",
                'layers.Conv2D(width, 1, strides=early, name=f"res{name}_branch2a")(x)',
                'The stride is here if `bottleneck_stride="1x1"`, as in the reference.',
            ),
            (
                "3x3 convolution, `res3a_branch2b`; batch norm; ReLU.",
                "backbone.bottleneck",
                'name=f"res{name}_branch2b")(y)',
                "The same.",
            ),
            (
                "1x1 convolution to four times the width, `res3a_branch2c`; batch norm.",
                "backbone.bottleneck",
                'layers.Conv2D(4 * width, 1, name=f"res{name}_branch2c")(y)',
                "The same: no ReLU before the sum.",
            ),
            (
                "Adds the shortcut; ReLU, `res3a_out`.",
                "backbone.bottleneck",
                'layers.Add(name=f"res{name}_add")([y, shortcut])',
                "The sum has a name here, so that you can ask for it.",
            ),
            (
                "Batch norm is called with `training=train_bn`: `False` freezes its statistics, "
                "`None` lets them move.",
                "layers.FrozenBatchNorm.call",
                "super().call(inputs, training=False, mask=mask)",
                '`batch_norm="frozen"` or `"trained"`. gamma and beta learn in both.',
            ),
            (
                "Returns **five** maps, `C1` to `C5`; `build` throws `C1` away.",
                "backbone.resnet",
                "maps.append(x)",
                "Ours returns the **four** that the FPN reads.",
            ),
        ),
    ),
    "fpn": (
        "`MaskRCNN.build` (Top-down Layers)",
        (
            (
                "`P5` = 1x1 convolution of `C5`, `fpn_c5p5`, to `TOP_DOWN_PYRAMID_SIZE` channels.",
                "fpn.build_fpn",
                'layers.Conv2D(depth, 1, name="fpn_c5p5")(c5)',
                "The size is `fpn_depth`.",
            ),
            (
                "Upsamples `P5` by 2, `fpn_p5upsampled`; then the same for `P4`, `P3`.",
                "fpn.build_fpn",
                'name=f"fpn_p{level + 1}upsampled")(top_down[level + 1])',
                "Three blocks of lines there, one loop here; the names are put together from the "
                "level.",
            ),
            (
                "1x1 convolution of `C4`, `fpn_c4p4`; then of `C3`, `C2`.",
                "fpn.build_fpn",
                'name=f"fpn_c{level}p{level}")(feature_map)',
                "The lateral connection.",
            ),
            (
                "Adds the two, `fpn_p4add`, and calls the sum `P4`.",
                "fpn.build_fpn",
                'layers.Add(name=f"fpn_p{level}add")([up, lateral])',
                "In our text the sum is P4' (with a dash), for the next step makes P4.",
            ),
            (
                "A 3x3 convolution on each sum, `fpn_p2` to `fpn_p5`; uses the names `P2` to `P5` "
                "again.",
                "fpn.build_fpn",
                'padding="same", name=f"fpn_p{level}")(top_down[level])',
                "What goes down is the sum *before* this convolution, in both.",
            ),
            (
                "`P6` = max pool of window 1 and stride 2 of `P5`, `fpn_p6`.",
                "fpn.build_fpn",
                'layers.MaxPooling2D(1, strides=2, name="fpn_p6")(pyramid[-1])',
                "Of P5 *after* its 3x3 convolution, in both.",
            ),
            (
                "Makes two lists: five levels for the RPN, four for the heads.",
                "graph.build_inference_graph",
                "maps = [named[level] for level in POOLED_LEVELS]",
                "The heads do not read P6.",
            ),
        ),
    ),
    "rpn": (
        "`rpn_graph`, `build_rpn_model`, the loop in `MaskRCNN.build`, `ProposalLayer`",
        (
            (
                "A 3x3 convolution with 512 filters and ReLU, `rpn_conv_shared`; its stride is "
                "`RPN_ANCHOR_STRIDE`.",
                "rpn.build_rpn_head",
                'name="rpn_conv_shared",',
                "`rpn_depth` filters; the stride is always 1 here.",
            ),
            (
                "A 1x1 convolution to 2 numbers per anchor, `rpn_class_raw`.",
                "rpn.build_rpn_head",
                'name="rpn_class_raw")(shared)',
                "Number 0 is background, number 1 is object, in both.",
            ),
            (
                "Makes rows of it, one per anchor: `rpn_class_logits`.",
                "rpn.build_rpn_head",
                'layers.Reshape((-1, 2), name="rpn_class_logits")(logits)',
                "The same.",
            ),
            (
                "Softmax over the two: `rpn_probs`, in a layer called `rpn_class_xxx`.",
                "rpn.build_rpn_head",
                'layers.Activation("softmax", name="rpn_class_probs")(logits)',
                "Our layer has a name that says what it is.",
            ),
            (
                "A 1x1 convolution to 4 numbers per anchor, `rpn_bbox_pred`, and rows: `rpn_bbox`.",
                "rpn.build_rpn_head",
                'layers.Reshape((-1, 4), name="rpn_deltas")(deltas)',
                "Its comment says x, y, log(w), log(h); the order is dy, dx, dh, dw, in both.",
            ),
            (
                "Puts all that in a `Model`, so that five levels share one set of weights.",
                "rpn.build_rpn_head",
                'name="rpn_model")',
                "The same.",
            ),
            (
                "Calls it on P2 to P6 and joins the results: `rpn_class_logits`, `rpn_class`, "
                "`rpn_bbox`.",
                "rpn.run_rpn_head",
                'enumerate(("rpn_class_logits", "rpn_class", "rpn_bbox"))',
                "`model.tensors` calls the three `rpn_logits`, `rpn_probs`, `rpn_deltas`.",
            ),
            (
                "`ProposalLayer` (`ROI`) multiplies the deltas by `RPN_BBOX_STD_DEV`.",
                "rpn._propose_group",
                "config.rpn_delta_std,",
                "The shipped `scenes` model has 1 here: a dialect.",
            ),
            (
                "Keeps the `PRE_NMS_LIMIT` (6,000) best anchors of the whole pyramid.",
                "rpn._propose_group",
                "tf.math.top_k(scores, count)",
                '`proposal_rule="joint"`; or, as in the FPN paper, the best of each level.',
            ),
            (
                "`apply_box_deltas_graph` moves them, `clip_boxes_graph` cuts them off at the "
                "border.",
                "rpn._propose_group",
                "boxes = clip_boxes(boxes, clip_to)",
                "Theirs are normalised boxes, ours are pixels.",
            ),
            (
                "NMS with `RPN_NMS_THRESHOLD`; at most `POST_NMS_ROIS_INFERENCE`; pads with zeros.",
                "rpn._propose_group",
                "nms(boxes, scores, config.proposal_nms_iou, limit)",
                "`proposals` here; in training `proposals_train`.",
            ),
        ),
    ),
}
