"""Our side of each race: each function prepares a task and returns the function to time."""

from __future__ import annotations

import inputs
import keras
import numpy as np
import tensorflow as tf
import worker

import maskrcnn_explained as mrx
from maskrcnn_explained.data.batches import SIGNATURE, make_batch
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.masks import paste_masks
from maskrcnn_explained.presets import COCO_CLASSES, PAPER
from maskrcnn_explained.roi_align import roi_align
from maskrcnn_explained.weights.folding import fold_batch_norm
from maskrcnn_explained.weights.layer_table import layer_rows

LOOSE = dict(proposal_nms_iou=0.95, detection_min_score=0.0, detection_nms_iou=0.95)


def equal_config(side: int) -> mrx.Config:
    """The Config of torchvision's maskrcnn_resnet50_fpn: the rules of the paper, an RPN 256 wide.

    Fresh weights give all boxes nearly the same score. So the limits of scores and overlaps are
    changed on both sides, to get 1000 proposals and 100 detections.
    """
    rules = PAPER | LOOSE
    return mrx.Config(
        class_names=COCO_CLASSES,
        image_min_side=side,
        image_max_side=side,
        batch_norm="frozen",
        rpn_depth=256,
        rois_per_image=inputs.TRAIN_ROIS,
        roi_positive_iou=inputs.POSITIVE_IOU,
        **rules,
    )


def detect(config, folded=False):
    """`detect`, from a photograph to masks; with batch norm in the convolutions if `folded`."""
    model = mrx.build(config)
    if folded:
        model = fold_batch_norm(model)
    photo = inputs.photo(*photo_size(config))
    assert len(model.detect(photo)) == inputs.DETECTIONS
    return lambda: model.detect(photo).masks  # drawn when they are asked for


def preset(side: int) -> mrx.Config:
    """The preset for the COCO weights: the rules of the reference, an RPN 512 wide."""
    sides = dict(image_min_side=side, image_max_side=side)
    return mrx.get_config("coco-resnet50", **sides, **LOOSE)


def photo_size(config: mrx.Config) -> tuple[int, int]:
    """Height and width of the photograph of a task: one that need not be resized."""
    wide = config.resize_mode != "square"
    return inputs.WIDE if wide else (config.image_max_side, config.image_max_side)


def wide(name: str) -> mrx.Config:
    """A preset at 800 x 1333; the padding makes it 800 x 1344, or 832 x 1344."""
    if name == "coco-torchvision":
        return mrx.get_config(name, **LOOSE)
    sides = dict(image_min_side=inputs.WIDE[0], image_max_side=1344, resize_mode="pad64")
    return mrx.get_config(name, **sides, **LOOSE)


def pooling(backward):
    """RoIAlign of 1000 RoIs to 7 x 7 with 2 x 2 samples per bin; with gradient if `backward`."""
    feature_map = tf.constant(inputs.feature_map())
    rois = tf.constant(inputs.rois())
    images = tf.zeros([len(rois)], tf.int32)

    @tf.function
    def forward(feature_map):
        return roi_align(feature_map, rois, images, 7, 4)

    @tf.function
    def both(feature_map):
        with tf.GradientTape() as tape:
            tape.watch(feature_map)
            pooled = forward(feature_map)
            total = tf.reduce_sum(pooled * pooled)
        return tf.convert_to_tensor(tape.gradient(total, feature_map))

    run = both if backward else forward
    return lambda: run(feature_map)[0, 0, 0, 0].numpy()


def paste():
    """100 masks of 28 x 28 into an image of 1024 x 1024."""
    masks = inputs.small_masks()
    boxes = inputs.rois(inputs.DETECTIONS, longest=400)
    return lambda: paste_masks(masks, boxes, (1024, 1024))


def train_resnet50():
    """One step of gradient descent, batch norm frozen."""
    model = mrx.build(equal_config(inputs.TRAIN_SIDE))
    model.compile(optimizer=keras.optimizers.SGD(1e-4, momentum=0.9))
    batch = inputs.training_batch()
    batch["images"] -= np.array(model.config.mean_pixel, np.float32)
    return fitter(model, [batch], 1)


def scenes_batches(config, number=8):
    """Some batches of 192 x 192 pixels, kept in memory."""
    scenes = mrx.Scenes("train", 1000, inputs.SCENES_SIDE)
    size = inputs.SCENES_BATCH
    return [make_batch([scenes[i * size + j] for j in range(size)], config) for i in range(number)]


def train_scenes():
    """A few steps of the `scenes` preset from fresh weights, on batches in memory."""
    model = mrx.build("scenes", image_min_side=None, roi_positive_iou=inputs.POSITIVE_IOU)
    model.compile(optimizer=keras.optimizers.AdamW(1e-4, weight_decay=0.02, global_clipnorm=5.0))
    kept = scenes_batches(model.config)
    return fitter(model, kept, inputs.SCENES_STEPS)


def fitter(model, kept, steps):
    """Some steps of training with `fit` of Keras, on batches in memory in turn."""
    stream = tf.data.Dataset.from_generator(lambda: iter(kept), output_signature=SIGNATURE)
    options = tf.data.Options()
    options.autotune.enabled = False  # as in `data.batches`
    stream = stream.cache().repeat().with_options(options)
    return lambda: model.fit(stream, steps_per_epoch=steps, shuffle=False, verbose=0)


def matmul(side=inputs.MATRIX):
    """Products of two large matrices, one after the other: the peak speed of this machine."""
    matrix = tf.random.normal([side, side])
    run = tf.function(lambda a: tf.matmul(a, a))
    return lambda: [run(matrix)[0, 0].numpy() for _ in range(inputs.PRODUCTS)]


def work(config) -> float:
    """Floating-point operations of one `detect`: two per multiply-add of the layers."""
    molded, _ = mold([inputs.photo(*photo_size(config))], config)
    rows = layer_rows(mrx.build(config), molded.shape[1:3])
    return 2.0 * sum(row.multiply_adds for row in rows)


CONFIGS = {
    "detect 1024": lambda: equal_config(1024),
    "detect 1024, preset": lambda: preset(1024),
    "detect 512": lambda: equal_config(512),
    "detect 512, preset": lambda: preset(512),
    "detect 800 x 1333": lambda: wide("coco-torchvision"),
    "detect 800 x 1333, preset": lambda: wide("coco-resnet50"),
}
FOLDED = ", folded"  # ends the name of a task with batch norm in the convolutions
TASKS = {
    **{name: lambda make=make: detect(make()) for name, make in CONFIGS.items()},
    **{name + FOLDED: lambda make=make: detect(make(), True) for name, make in CONFIGS.items()},
    "roi_align": lambda: pooling(backward=False),
    "roi_align and gradient": lambda: pooling(backward=True),
    "paste": paste,
    "train 512": train_resnet50,
    "train scenes": train_scenes,
    "matmul": matmul,
}

if __name__ == "__main__":
    worker.serve(TASKS)
