"""The side of torchvision in each race: the same work on the same arrays.

It may run in a Python of its own, which needs torch, torchvision and scikit-image, but not ours.
"""

from __future__ import annotations

import itertools
import sys

import inputs
import torch
import worker
from torch import nn
from torchvision.models import detection, resnet
from torchvision.models.detection import backbone_utils, faster_rcnn, mask_rcnn, roi_heads, rpn
from torchvision.ops import roi_align


def as_xyxy(boxes) -> torch.Tensor:
    """(y1, x1, y2, x2) -> (x1, y1, x2, y2)."""
    return torch.tensor(boxes)[..., [1, 0, 3, 2]].float()


def detect(shape, candidates=None, classes=inputs.CLASSES):
    """`maskrcnn_resnet50_fpn` with fresh weights, from a photograph to masks.

    With fresh weights every class of every RoI passes the score limit, and all these candidates
    enter its NMS; ours takes the best 2000. A trained model has few candidates. If `candidates` is
    given, the score limit is set so that only this number passes.
    """
    torch.manual_seed(0)  # with some fresh weights, NMS leaves too few proposals for the race
    model = detection.maskrcnn_resnet50_fpn(
        weights=None,
        weights_backbone=None,
        num_classes=classes,
        min_size=min(shape),
        max_size=max(shape),
        rpn_nms_thresh=0.95,
        box_score_thresh=0.0,
        box_nms_thresh=0.95,
    ).eval()
    photo = torch.tensor(inputs.photo(*shape)).permute(2, 0, 1) / 255
    logits = []
    hook = model.roi_heads.box_predictor.register_forward_hook(lambda *args: logits.append(args[2]))

    @torch.inference_mode()
    def run():
        return model([photo])[0]

    assert len(run()["boxes"]) == inputs.DETECTIONS
    assert len(logits[0][0]) == inputs.PROPOSALS
    hook.remove()
    if candidates:
        scores = torch.softmax(logits[0][0], -1)[:, 1:].flatten()
        model.roi_heads.score_thresh = scores.topk(candidates).values[-1].item()
    return run


def pooling(backward):
    """Its `roi_align`, with the same alignment as ours."""
    feature_map = torch.tensor(inputs.feature_map()).permute(0, 3, 1, 2).contiguous()
    rois = [as_xyxy(inputs.rois())]
    feature_map.requires_grad_(backward)

    def run():
        feature_map.grad = None
        pooled = roi_align(feature_map, rois, 7, 0.25, sampling_ratio=2, aligned=True)
        if backward:
            (pooled * pooled).sum().backward()

    return run


def paste():
    """Its `paste_masks_in_image`, and the threshold, which ours includes."""
    masks = torch.tensor(inputs.small_masks())[:, None]
    boxes = as_xyxy(inputs.rois(inputs.DETECTIONS, longest=400))
    return lambda: roi_heads.paste_masks_in_image(masks, boxes, (1024, 1024)) >= 0.5


def as_targets(batch) -> list[dict]:
    """Our batch in its format: one dict per image, without padding."""
    targets = []
    rows = zip(batch["gt_boxes"], batch["gt_class_ids"], batch["gt_masks"], strict=True)
    for boxes, class_ids, masks in rows:
        real = class_ids > 0
        targets.append(
            dict(
                boxes=as_xyxy(boxes[real]),
                labels=torch.tensor(class_ids[real]).long(),
                masks=torch.tensor(masks[real]),
            )
        )
    return targets


def stepper(model, optimizer):
    """One training step on (images, targets)."""

    def step(images, targets):
        optimizer.zero_grad()
        sum(model(images, targets).values()).backward()
        if isinstance(optimizer, torch.optim.AdamW):
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()

    return step


def train_resnet50():
    """One training step; batch norm is frozen, everything else is trained."""
    backbone = backbone_utils.resnet_fpn_backbone(
        backbone_name="resnet50", weights=None, trainable_layers=5
    )
    model = detection.MaskRCNN(
        backbone,
        inputs.CLASSES,
        min_size=inputs.TRAIN_SIDE,
        max_size=inputs.TRAIN_SIDE,
        box_batch_size_per_image=inputs.TRAIN_ROIS,
        box_positive_fraction=inputs.TRAIN_POSITIVE,
        box_fg_iou_thresh=inputs.POSITIVE_IOU,
        box_bg_iou_thresh=inputs.POSITIVE_IOU,
    ).train()
    batch = inputs.training_batch()
    images = list(torch.tensor(batch["images"]).permute(0, 3, 1, 2) / 255)
    step = stepper(model, torch.optim.SGD(model.parameters(), 1e-4, momentum=0.9))
    targets = as_targets(batch)
    return lambda: step(images, targets)


class SmallResNet(nn.Sequential):
    """The backbone of our `scenes` preset, built from blocks of torchvision."""

    def __init__(self, config):
        stem = config.backbone_stem
        parts = {
            "conv1": nn.Conv2d(3, stem, 7, stride=2, padding=3),
            "bn1": nn.BatchNorm2d(stem),
            "relu": nn.ReLU(inplace=True),
            "maxpool": nn.MaxPool2d(3, stride=2, padding=1),
        }
        depth = stem
        for stage, width in enumerate(config.backbone_widths, start=1):
            blocks = []
            for index in range(config.backbone_blocks[stage - 1]):
                stride = 2 if stage > 1 and index == 0 else 1
                shortcut = None
                if index == 0:
                    shortcut = nn.Sequential(
                        nn.Conv2d(depth, 4 * width, 1, stride), nn.BatchNorm2d(4 * width)
                    )
                blocks.append(resnet.Bottleneck(depth, width, stride, shortcut))
                depth = 4 * width
            parts[f"layer{stage}"] = nn.Sequential(*blocks)
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)


def small_model(config):
    """Our `scenes` preset as a torchvision model: the same widths, RoIs, proposals and anchors."""
    depth = config.fpn_depth
    levels = {f"layer{i}": str(i - 1) for i in (1, 2, 3, 4)}
    backbone = backbone_utils.BackboneWithFPN(
        SmallResNet(config), levels, [4 * width for width in config.backbone_widths], depth
    )
    anchors = rpn.AnchorGenerator(
        tuple((scale,) for scale in config.anchor_scales), (config.anchor_ratios,) * 5
    )
    proposals = config.proposals_train
    model = detection.MaskRCNN(
        backbone,
        rpn_anchor_generator=anchors,
        rpn_head=rpn.RPNHead(depth, len(config.anchor_ratios)),
        rpn_pre_nms_top_n_train=config.proposals_pre_nms,
        rpn_post_nms_top_n_train=proposals,
        rpn_batch_size_per_image=config.rpn_anchors_per_image,
        box_head=faster_rcnn.TwoMLPHead(depth * config.box_pool_size**2, config.box_head_depth),
        box_predictor=faster_rcnn.FastRCNNPredictor(config.box_head_depth, len(config.class_names)),
        box_batch_size_per_image=config.rois_per_image,
        box_positive_fraction=config.mask_rois_per_image / config.rois_per_image,
        box_fg_iou_thresh=inputs.POSITIVE_IOU,
        box_bg_iou_thresh=inputs.POSITIVE_IOU,
        mask_head=mask_rcnn.MaskRCNNHeads(depth, (config.mask_head_depth,) * 4, 1),
        mask_predictor=mask_rcnn.MaskRCNNPredictor(
            config.mask_head_depth, config.mask_head_depth, len(config.class_names)
        ),
    )
    model.transform._skip_resize = True  # the scenes have the right size already
    return model.train()


def train_scenes():
    """A few steps on exactly our batches, from the file that the command line names."""
    config, batches = inputs.read_scenes(sys.argv[2])
    model = small_model(config)
    kept = []
    mean = torch.tensor(config.mean_pixel)[:, None, None]
    for batch in batches:
        images = torch.tensor(batch["images"]).permute(0, 3, 1, 2) + mean
        kept.append((list(images / 255), as_targets(batch)))
    step = stepper(model, torch.optim.AdamW(model.parameters(), 1e-4, weight_decay=0.02))

    turns = itertools.cycle(kept)

    def run():
        for images, targets in itertools.islice(turns, inputs.SCENES_STEPS):
            step(images, targets)

    return run


TASKS = {
    "detect 1024": lambda: detect((1024, 1024)),
    "detect 512": lambda: detect((512, 512)),
    "detect 1024, 2000 candidates": lambda: detect((1024, 1024), 2000),
    "detect 512, 2000 candidates": lambda: detect((512, 512), 2000),
    "detect 800 x 1333": lambda: detect(inputs.WIDE),
    "detect 800 x 1333, 91 classes": lambda: detect(inputs.WIDE, classes=91),
    "roi_align": lambda: pooling(backward=False),
    "roi_align and gradient": lambda: pooling(backward=True),
    "paste": paste,
    "train 512": train_resnet50,
    "train scenes": train_scenes,
}

if __name__ == "__main__":
    worker.serve(TASKS)
