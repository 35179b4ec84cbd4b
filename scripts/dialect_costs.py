"""What does each choice of a dialect cost? One field changed at a time, on weights of another.

    make dialects

The shipped `scenes` weights were trained in one dialect. Here each field of `Config` in which
published implementations differ gets the value of another, the weights stay, and we count the
objects that are still found: right class, score of at least 0.7, mask IoU with the truth of at
least 0.5, 0.75 and 0.9. It writes assets/dialect_costs.json and .png, in ten minutes on two cores.
A second run on the same machine gives the same numbers.

The scenes are three sets of 40 test scenes, which no training saw. "noise" is the standard error of
a difference to the unchanged model: scenes are drawn again, with the same scenes on both sides.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.evaluation.exam import COINS_EXAM, COINS_SCORE, exam
from maskrcnn_explained.presets import REFERENCE, TORCHVISION
from maskrcnn_explained.viz.style import to_png

ASSETS = pathlib.Path(__file__).parent.parent / "assets"
IOUS = (0.5, 0.75, 0.9)
SETS, SCENES_PER_SET = 3, 40
DRAWS, SEED = 2000, 0  # of the bootstrap
# What no swap can show: training; the score, which is 0.7 for all; layers that weights need.
TRAINING = (
    "rpn_smooth_l1_beta",
    "smooth_l1_beta",
    "mini_mask_size",
    "add_gt_to_proposals",
    "mask_target_rule",
    "box_loss_mean",
)
LEFT_OUT = (*TRAINING, "detection_min_score", "head_batch_norm")


def swap(dialect: dict, *fields: str) -> dict:
    """The values that a dialect has for these fields."""
    return {field: dialect[field] for field in fields}


def whole(dialect: dict) -> dict:
    """All of a dialect that can be swapped."""
    return {field: value for field, value in dialect.items() if field not in LEFT_OUT}


# Of scenes, enlarged to 300 pixels, multiples of 32 and of 64 are both 320. At 280 they differ.
SMALLER = dict(image_min_side=280)
SMALLER_32 = SMALLER | dict(resize_mode="pad32")
# As many anchors as enter NMS in the other rule: 300 of each level.
JOINT = dict(proposal_rule="joint", proposals_pre_nms=1500)
# (stage, name, what is changed, what it is compared with)
CHOICES = (
    ("molding", "resized by the reference's rule", dict(resize_rule="reference"), {}),
    ("molding", "resized by torchvision's rule", dict(resize_rule="torchvision"), {}),
    ("molding", "padding black", dict(padding="black"), {}),
    ("molding", "padding right and below only", dict(image_place="corner"), {}),
    ("molding", "padding to a square", dict(resize_mode="square"), {}),
    ("molding", "sides multiples of 32 (at 280)", SMALLER_32, SMALLER),
    ("molding", "large images shrunk more", dict(scale_rule="fit"), {}),
    ("molding", "torchvision's mean colour", swap(TORCHVISION, "mean_pixel"), {}),
    ("backbone", "3x3 has the stride, not 1x1", dict(bottleneck_stride="3x3"), {}),
    ("backbone", "3x3 padded on both sides", dict(strided_padding="around"), {}),
    ("backbone", "batch norm's epsilon 1e-5", dict(batch_norm_epsilon=1e-5), {}),
    ("backbone", "batch norm's epsilon 0", dict(batch_norm_epsilon=0.0), {}),
    ("anchors and RPN", "anchors at cells' corners", dict(anchor_centres="corner"), {}),
    ("anchors and RPN", "anchors rounded to pixels", dict(rounded_anchors=True), {}),
    ("anchors and RPN", "anchor ratios reversed", dict(anchor_ratios=(2.0, 1.0, 0.5)), {}),
    ("anchors and RPN", "anchor scales reversed", dict(anchor_scales=(256, 128, 64, 32, 16)), {}),
    (
        "anchors and RPN",
        "anchor strides by side (at 280)",
        SMALLER_32 | dict(anchor_stride_rule="side"),
        SMALLER_32,
    ),
    ("anchors and RPN", "RPN's std 1", dict(rpn_delta_std=(1.0, 1.0, 1.0, 1.0)), {}),
    ("anchors and RPN", "no limit of dh and dw", dict(max_log_size=None), {}),
    ("anchors and RPN", "corners name the last pixel", dict(inclusive_corners=True), {}),
    ("anchors and RPN", "one NMS for all levels", JOINT, {}),
    ("anchors and RPN", "proposals clipped to the image", dict(proposal_window="image"), {}),
    ("anchors and RPN", "proposals of no size dropped", swap(TORCHVISION, "proposal_min_side"), {}),
    ("RoIs", "RoIAlign half a cell off", dict(roi_pooling="roi_align_unaligned"), {}),
    ("RoIs", "crop_and_resize", dict(roi_pooling="crop_and_resize"), {}),
    ("RoIs", "RoIPool", dict(roi_pooling="roi_pool"), {}),
    ("RoIs", "levels rounded", dict(roi_level_rule="reference"), {}),
    ("detection", "box head's std 1", dict(delta_std=(1.0, 1.0, 1.0, 1.0)), {}),
    ("detection", "best class of each RoI only", dict(detection_rule="best_class"), {}),
    ("detection", "NMS at IoU 0.3", dict(detection_nms_iou=0.3), {}),
    ("detection", "boxes of no size dropped", swap(TORCHVISION, "detection_min_side"), {}),
    ("detection", "mask rim zero", dict(mask_rim="zero"), {}),
    ("detection", "mask rim padded, box grown", dict(mask_rim="padded"), {}),
    ("detection", "boxes rounded to pixels", dict(integer_results=True), {}),
    ("all together", "all of the reference's", whole(REFERENCE) | JOINT, {}),
    ("all together", "all of torchvision's", whole(TORCHVISION), {}),
)


def main() -> None:
    scenes = list(mrx.Scenes("test", SETS * SCENES_PER_SET))
    bases = []
    for _, _, _, base in CHOICES:
        bases += [base] if base not in bases else []
    measured = [(base, Measured(base, scenes)) for base in bases]
    rows = []
    for stage, name, changes, base in CHOICES:
        [compared] = [seen for values, seen in measured if values == base]
        seen = Measured(changes, scenes)
        row = dict(stage=stage, name=name, changes=changes, compared_with=base)
        rows.append(row | seen.numbers(scenes) | seen.difference(compared, scenes))
        print(name, rows[-1]["found"], rows[-1]["difference"], flush=True)
    unchanged = [dict(changes=base) | seen.numbers(scenes) for base, seen in measured]
    write(dict(command="make dialects", **settings(scenes), unchanged=unchanged, rows=rows))


def settings(scenes: list[Sample]) -> dict:
    """How the numbers came about."""
    return dict(
        split="test",
        sets=SETS,
        scenes_per_set=SCENES_PER_SET,
        objects=sum(map(len, scenes)),
        min_score=COINS_SCORE,
        ious=IOUS,
        coins_iou=COINS_EXAM[1.0],
    )


class Measured:
    """What one model found on the scenes and on the coins."""

    def __init__(self, changes: dict, scenes: list[Sample]) -> None:
        model = mrx.load("scenes", **changes)
        self.detections = [model.detect(scene.image, min_score=COINS_SCORE) for scene in scenes]
        results = [
            [exam(found, scene, iou) for iou in IOUS]
            for found, scene in zip(self.detections, scenes, strict=True)
        ]
        self.hits = np.array([[r["found"] for r in row] for row in results])  # [S, 3]
        self.false = np.array([row[0]["false_positives"] for row in results])  # [S]
        best = np.concatenate([row[0]["ious"] for row in results])
        self.mask_iou = best[best >= IOUS[0]].mean()
        self.coins = mrx.evaluation.coins_exam(model)

    def numbers(self, scenes: list[Sample]) -> dict:
        """Shares of objects found per IoU, over all scenes and in each set."""
        counts = np.array([len(scene) for scene in scenes])
        sets = np.split(np.arange(len(scenes)), SETS)
        return dict(
            found=rounded(self.hits.sum(0) / counts.sum()),
            found_in_sets=[rounded(self.hits[part].sum(0) / counts[part].sum()) for part in sets],
            false_positives=int(self.false.sum()),
            mask_iou=round(float(self.mask_iou), 4),  # mean of those found at 0.5
            coins_found=self.coins["found"],
            coins_false_positives=self.coins["false_positives"],
        )

    def difference(self, other: Measured, scenes: list[Sample]) -> dict:
        """Found more (or fewer, below zero) than the other, its noise, and where they differ."""
        counts = np.array([len(scene) for scene in scenes])
        change = self.hits - other.hits  # [S, 3]
        generator = np.random.default_rng(SEED)
        drawn = generator.integers(0, len(scenes), (DRAWS, len(scenes)))
        spread = change[drawn].sum(1) / counts[drawn].sum(1)[:, None]  # [DRAWS, 3]
        pairs = zip(self.detections, other.detections, strict=True)
        return dict(
            difference=rounded(change.sum(0) / counts.sum()),
            noise=rounded(spread.std(0)),
            scenes_that_differ=sum(not same(a, b) for a, b in pairs),
        )


def same(a: mrx.Detections, b: mrx.Detections) -> bool:
    """Whether two results are equal to the last bit."""
    return all(
        np.array_equal(x, y)
        for x, y in ((a.boxes, b.boxes), (a.scores, b.scores), (a.masks, b.masks))
    )


def rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]


def write(costs: dict) -> None:
    """The numbers, and their picture."""
    picture = to_png(mrx.viz.show_dialect_costs(costs).figure, dots_per_inch=200)
    with atomic_write(ASSETS / "dialect_costs.json") as part:
        part.write_text(json.dumps(costs, indent=1) + "\n", encoding="utf-8")
    with atomic_write(ASSETS / "dialect_costs.png") as part:
        part.write_bytes(picture)


if __name__ == "__main__":
    main()
