"""The reference's steps after the proposals: RoIAlign, the heads, and the wiring of it all.

Rows as in `reference_steps.py`.
"""

from __future__ import annotations

# stage -> (the reference's functions, rows of (theirs, our function, our line, note))
LATER_STEPS: dict[str, tuple[str, tuple[tuple[str, str, str, str], ...]]] = {
    "roi_align": (
        "`PyramidROIAlign`",
        (
            (
                "Takes normalised boxes, `image_meta` and the maps P2 to P5.",
                "roi_align.PyramidRoIAlign.call",
                "boxes, maps = exclusive(inputs[0], self.config), inputs[1:]",
                "Boxes in pixels; the size of the image follows from the maps.",
            ),
            (
                "Level = 4 + round(log2(sqrt(h w) / (224 / sqrt(image area)))), kept within 2..5.",
                "roi_align.roi_levels",
                "canonical = config.roi_canonical_size / tf.sqrt(tf.reduce_prod(image))",
                '`roi_level_rule="reference"`. The paper rounds down.',
            ),
            (
                "For each level: finds its boxes, and notes which box is where.",
                "roi_align.pool_pyramid",
                "members = tf.where(levels == level)[:, 0]",
                "The same.",
            ),
            (
                "Stops the gradient to the boxes.",
                "roi_align._mean_of_samples",
                "padded, tf.stop_gradient(corners), box_indices, [samples, samples]",
                "The same, in each operator.",
            ),
            (
                "`tf.image.crop_and_resize`: one sample per bin.",
                "older_pooling.crop_and_resize",
                "feature_map, tf.stop_gradient(corners), box_indices, [size, size]",
                '`roi_pooling="crop_and_resize"`. RoIAlign takes four samples per bin and averages '
                "them.",
            ),
            (
                "Sorts the pooled boxes back into their order by one large number per box.",
                "roi_align.pool_pyramid",
                "back = tf.math.invert_permutation(tf.concat(order, 0))",
                "The inverse of the order does it.",
            ),
        ),
    ),
    "mrcnn_heads": (
        "`fpn_classifier_graph`, `build_fpn_mask_graph`",
        (
            (
                "Pools 7 x 7 features per RoI, `roi_align_classifier`.",
                "graph.build_inference_graph",
                'name="roi_align_classifier")',
                "In `graph.py`, not in the head.",
            ),
            (
                "A 7x7 convolution without padding to `FPN_CLASSIF_FC_LAYERS_SIZE` (1,024) "
                "channels, `mrcnn_class_conv1`; batch norm; ReLU. `TimeDistributed` runs it on "
                "each RoI.",
                "mrcnn_heads._box_layers",
                'layers.Conv2D(depth, config.box_pool_size, name="mrcnn_class_conv1")',
                "All RoIs in one batch axis, `MergeRois`, in place of `TimeDistributed`.",
            ),
            (
                "A 1x1 convolution, `mrcnn_class_conv2`; batch norm; ReLU; squeezes the two sides "
                "of 1.",
                "mrcnn_heads.box_head",
                'layers.Flatten(name="pool_squeeze")(x)',
                "The same name.",
            ),
            (
                "A dense layer to one logit per class, and softmax: `mrcnn_class`.",
                "mrcnn_heads._box_layers",
                'layers.Dense(classes, name="mrcnn_class_logits")',
                "The same.",
            ),
            (
                "A dense layer to four deltas per class, `mrcnn_bbox_fc`, and rows: `mrcnn_bbox`.",
                "mrcnn_heads._box_layers",
                'layers.Dense(4 * classes, name="mrcnn_bbox_fc")',
                "The same.",
            ),
            (
                "Mask head: pools 14 x 14 features per RoI, `roi_align_mask`.",
                "graph.build_inference_graph",
                'name="roi_align_mask")',
                "In `graph.py`.",
            ),
            (
                "Four times: 3x3 convolution with 256 filters, batch norm, ReLU, written out.",
                "mrcnn_heads.mask_head",
                "for i in (1, 2, 3, 4):",
                "`mask_head_depth` filters; a loop.",
            ),
            (
                "A transposed convolution of stride 2 with ReLU, `mrcnn_mask_deconv`: 28 x 28.",
                "mrcnn_heads._mask_layers",
                'activation="relu", name="mrcnn_mask_deconv")',
                "The same.",
            ),
            (
                "A 1x1 convolution with a sigmoid, `mrcnn_mask`: one mask per class.",
                "mrcnn_heads._mask_layers",
                'activation="sigmoid", name="mrcnn_mask")',
                "The same. The mask of the class that won is chosen later.",
            ),
        ),
    ),
    "graph": (
        "`MaskRCNN.build`",
        (
            (
                "Two graphs in one function; `mode` chooses one when the object is made.",
                "graph.build_inference_graph",
                "named = _trunk(image, config)",
                "Two functions that share the trunk; one model trains and detects.",
            ),
            (
                "Inputs: the image, `image_meta`; the anchors, or in training the truth.",
                "graph.build_inference_graph",
                'keras.Input((4,), name="input_window")',
                "Of `image_meta` only the window is needed. Anchors are made in the graph.",
            ),
            (
                "Backbone, top-down layers, RPN on five levels.",
                "graph._trunk",
                "rpn = run_rpn_head(build_rpn_head(config), pyramid)",
                "One stage per module.",
            ),
            (
                "`ProposalLayer`, named `ROI`: `rpn_rois`.",
                "graph.build_inference_graph",
                'Proposals(config, name="ROI")',
                "`proposals` in `model.tensors`.",
            ),
            (
                "Training: `DetectionTargetLayer` (`proposal_targets`) samples RoIs and their "
                "targets.",
                "graph.training_losses",
                "target = roi_targets(",
                "RPN targets are made in the graph, too; theirs come with the data.",
            ),
            (
                "Training: both heads on the sampled RoIs, then five losses as layers.",
                "graph.training_losses",
                "losses.mrcnn_mask_loss(mask_ids, mask_truth, masks, total),",
                "Plain functions in `losses.py`.",
            ),
            (
                "Inference: box head on all proposals; `DetectionLayer` (`mrcnn_detection`).",
                "graph.build_inference_graph",
                'SelectDetections(config, name="mrcnn_detection")',
                "The same name.",
            ),
            (
                "Inference: mask head on the detections only.",
                "graph.build_inference_graph",
                'named["mask_features"] = align([boxes, *maps])',
                "The same: boxes of detections, not proposals.",
            ),
            (
                "Returns seven tensors; others by `run_graph`, which looks layers up by name.",
                "graph.build_inference_graph",
                "return [image, window, min_score], named",
                "Every tensor has a name: `model.tensors(image)`.",
            ),
        ),
    ),
}
