"""Export: `detect` as a TensorFlow SavedModel, from pixels to masks.

The whole path from pixels to masks is one graph (see graph_ops.py). So the exported folder needs
only TensorFlow to run, not this package.
"""

from __future__ import annotations

import os

import keras
import tensorflow as tf

from maskrcnn_explained._arguments import check_model, check_number, checked_path
from maskrcnn_explained._files import DISK_FAILED, atomic_write, require_new_folder
from maskrcnn_explained.detection import is_detection, user_boxes
from maskrcnn_explained.export.graph_ops import mold_in_graph, paste_in_graph
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.stored.finite import warn_if_not_finite
from maskrcnn_explained.stored.names import named_weights


def export_saved_model(
    model: MaskRCNN, folder: str | os.PathLike, min_score: float | None = None
) -> None:
    """Write a SavedModel whose endpoint `serve` gives the same results as `detect`.

    `serve` takes images [B, H, W, 3] uint8, RGB, all of the same size, and returns a dict: boxes
    [B, D, 4] float32, pixels of the image; class_ids [B, D] int32; scores [B, D] float32; masks
    [B, D, H, W] bool; counts [B] int32, the number of detections. They come first in the D rows,
    best first; all other rows are 0. B is at least 1. With B above 1 the last bits of deep layers
    may differ from those of one image, and with them some detections.

        served = tf.saved_model.load(folder)  # keep this object: it owns the weights
        found = served.serve(images)

    Args:
        model: a MaskRCNN.
        folder: the new folder; if writing fails, no incomplete folder is left.
        min_score: drop detections below this score; it is fixed in the export. None takes the value
            of the Config.

    Raises:
        FileExistsError: the folder exists already.
        FileNotFoundError: its parent folder does not exist.
        PermissionError: its parent folder is not writable.
        OSError: the disk is full.
        ValueError: `min_score` outside 0..1.

    Warns if weights are NaN or infinite.
    """
    check_model(model)
    folder = checked_path("folder", folder)
    require_new_folder(folder)
    if min_score is None:
        min_score = model.config.detection_min_score
    check_number("min_score", min_score, 0, 1)
    warn_if_not_finite(named_weights(model), "The model that is exported")
    archive = keras.export.ExportArchive()
    images = tf.TensorSpec([None, None, None, 3], tf.uint8, name="images")
    archive.add_endpoint(
        "serve", lambda images: serve_detections(model, images, min_score), input_signature=[images]
    )
    with atomic_write(folder) as temporary:
        try:
            archive.write_out(str(temporary), verbose=False)
        except tf.errors.OpError as error:
            raise _disk_error(error) from error


def _disk_error(error: Exception) -> Exception:
    """What TensorFlow says of a full disk as an `OSError`; any other error as it is."""
    for number in DISK_FAILED:
        if os.strerror(number) in str(error):
            return OSError(number, os.strerror(number))
    return error


def serve_detections(model: MaskRCNN, images: tf.Tensor, min_score: float) -> dict[str, tf.Tensor]:
    """Compute the results of `serve`; arguments and results as in `export_saved_model`."""
    config = model.config
    number = tf.shape(images)[0]
    size = tf.shape(images)[1:3]
    # Mold, run the network, and convert boxes to pixels of the image, as in `detect`.
    molded, window = mold_in_graph(images, config)
    windows = tf.tile(window[None], [number, 1])
    tensors = model([molded, windows, tf.fill([number], float(min_score))], training=False)
    boxes = user_boxes(
        tensors["detection_boxes"], window, tf.cast(size, tf.float32), config, keras.ops
    )
    class_ids = tensors["detection_class_ids"]
    # Detections first, in their order; then padding, set to zero.
    real = is_detection(boxes, class_ids)  # [B, D]
    order = tf.argsort(tf.cast(~real, tf.int32), stable=True)
    real = tf.gather(real, order, batch_dims=1)

    def sorted_rows(rows):
        rows = tf.gather(rows, order, batch_dims=1)
        shape = tf.concat([tf.shape(real), tf.ones([tf.rank(rows) - 2], tf.int32)], 0)
        return tf.where(tf.reshape(real, shape), rows, tf.zeros([], rows.dtype))

    boxes = sorted_rows(boxes)
    masks = _paste_all(sorted_rows(tensors["masks"]), boxes, size, config)
    return dict(
        boxes=boxes,
        class_ids=sorted_rows(class_ids),
        masks=masks,
        scores=sorted_rows(tensors["detection_scores"]),
        counts=tf.reduce_sum(tf.cast(real, tf.int32), 1),
    )


def _paste_all(small, boxes, size, config):
    """Masks of all images: [B, D, 28, 28] and [B, D, 4] -> [B, D, H, W] bool."""
    flat = tf.reshape(small, tf.concat([[-1], tf.shape(small)[2:]], 0))  # [B * D, 28, 28]
    masks = paste_in_graph(flat, tf.reshape(boxes, [-1, 4]), size, config.mask_rim)
    return tf.reshape(masks, tf.concat([tf.shape(boxes)[:2], size], 0))
