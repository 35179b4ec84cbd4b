"""Serving: `detect` as a TensorFlow SavedModel, pixels in and masks out.

The whole way is one graph (molding and pasting are those of `in_graph.py`), so that the exported
folder needs TensorFlow to run, but not this package.
"""

from __future__ import annotations

import pathlib

import keras
import tensorflow as tf

from maskrcnn_explained.files import check_new_folder, replacing
from maskrcnn_explained.in_graph import boxes_to_image, mold_in_graph, paste_in_graph


def export_saved_model(model, folder, min_score: float | None = None) -> None:
    """Write a SavedModel whose endpoint `serve` answers as `detect` does.

    `serve` takes images [B, H, W, 3] uint8, RGB, of any one size, and gives a dict: boxes
    [B, D, 4] float32, pixels of the image; class_ids [B, D] int32; scores [B, D] float32; masks
    [B, D, H, W] bool; counts [B] int32, how many of the D rows are detections, best first. The
    rows after them are 0. B is at least 1.

        served = tf.saved_model.load(folder)  # keep it: it owns the weights
        found = served.serve(images)

    Args:
        model: a MaskRCNN.
        folder: to write; it appears complete or not at all.
        min_score: drop detections below it, fixed from now on; None takes the configuration's.

    Raises:
        FileExistsError: the folder is there already.
        FileNotFoundError: the folder to write it into is not there.
        PermissionError: that one may not be written to.
        ValueError: `min_score` outside 0..1.
    """
    folder = pathlib.Path(folder)
    check_new_folder(folder)
    min_score = model.config.detection_min_score if min_score is None else min_score
    if not 0 <= min_score <= 1:
        raise ValueError(f"min_score must lie in 0..1; got {min_score}.")
    archive = keras.export.ExportArchive()
    archive.track(model)
    images = tf.TensorSpec([None, None, None, 3], tf.uint8, name="images")
    archive.add_endpoint(
        "serve", lambda images: serve_detections(model, images, min_score), input_signature=[images]
    )
    with replacing(folder) as temporary:
        archive.write_out(str(temporary), verbose=False)


def serve_detections(model, images, min_score: float) -> dict:
    """What `serve` computes; arguments and results as in `export_saved_model`."""
    config, number = model.config, tf.shape(images)[0]
    size = tf.shape(images)[1:3]
    molded, window = mold_in_graph(images, config)
    tensors = model(
        [molded, tf.tile(window[None], [number, 1]), tf.fill([number], float(min_score))],
        training=False,
    )
    boxes = boxes_to_image(tensors["detection_boxes"], window, size, config)
    class_ids = tensors["detection_class_ids"]
    real = (class_ids > 0) & tf.reduce_all(boxes[..., 2:] > boxes[..., :2], -1)  # [B, D]
    order = tf.argsort(tf.cast(~real, tf.int32), stable=True)  # detections first, as they were
    real = tf.gather(real, order, batch_dims=1)

    def sorted_rows(rows):
        rows = tf.gather(rows, order, batch_dims=1)
        shape = tf.concat([tf.shape(real), tf.ones([tf.rank(rows) - 2], tf.int32)], 0)
        return tf.where(tf.reshape(real, shape), rows, tf.zeros([], rows.dtype))

    boxes, small = sorted_rows(boxes), sorted_rows(tensors["masks"])
    flat = tf.reshape(small, tf.concat([[-1], tf.shape(small)[2:]], 0)), tf.reshape(boxes, [-1, 4])
    masks = paste_in_graph(*flat, size, config.mask_rim)  # [B * D, H, W]
    masks = tf.reshape(masks, tf.concat([tf.shape(real), size], 0))
    return dict(
        boxes=boxes, class_ids=sorted_rows(class_ids), masks=masks,
        scores=sorted_rows(tensors["detection_scores"]),
        counts=tf.reduce_sum(tf.cast(real, tf.int32), 1),
    )  # fmt: skip
