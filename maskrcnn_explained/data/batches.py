"""Batches: samples as the padded tensors that training takes, made in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from maskrcnn_explained.config import Config
from maskrcnn_explained.data.checks import check_class_ids
from maskrcnn_explained.data.molding import mold, mold_masks
from maskrcnn_explained.masks import boxes_from_masks, to_mini_masks

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample

SIGNATURE = dict(  # of a batch, for tf.data; what varies is None
    images=tf.TensorSpec([None, None, None, 3], tf.float32),
    gt_boxes=tf.TensorSpec([None, None, 4], tf.float32),
    gt_class_ids=tf.TensorSpec([None, None], tf.int32),
    gt_masks=tf.TensorSpec([None, None, None, None], tf.uint8),
)
AUGMENTING = 1  # so that it draws from another stream than the order does


def make_batch(samples: Sequence[Sample], config: Config) -> dict:
    """Mold samples and pad their instances to one number G (at least 1).

    Returns a dict:
        images [B, Hm, Wm, 3] float32, mean subtracted;
        gt_boxes [B, G, 4] float32, pixels of the molded image;
        gt_class_ids [B, G] int32, 0 for padding, negative for crowd regions;
        gt_masks [B, G, Hm, Wm] uint8, or [B, G, size, size] where the configuration asks for
        mini masks.

    Raises `ValueError` if a class id is beyond the configuration's classes.
    """
    images, windows = mold([sample.image for sample in samples], config)
    most = max(1, *(len(sample) for sample in samples))
    boxes = np.zeros((len(samples), most, 4), np.float32)
    class_ids = np.zeros((len(samples), most), np.int32)
    mini = config.mini_mask_size
    mask_size = (mini, mini) if mini else images.shape[1:3]
    masks = np.zeros((len(samples), most, *mask_size), np.uint8)
    for i, (sample, window) in enumerate(zip(samples, windows, strict=True)):
        check_class_ids(sample, config)
        molded = mold_masks(sample.masks, window, images.shape[1:3], config.resize_rule)
        molded_boxes = boxes_from_masks(molded)
        kept = molded.any((1, 2))  # an object may vanish when its image shrinks
        number = int(kept.sum())
        molded, molded_boxes = molded[kept], molded_boxes[kept]
        masks[i, :number] = to_mini_masks(molded, molded_boxes, mini) if mini else molded
        boxes[i, :number] = molded_boxes
        class_ids[i, :number] = np.where(sample.crowd, -1, 1)[kept] * sample.class_ids[kept]
    return dict(images=images, gt_boxes=boxes, gt_class_ids=class_ids, gt_masks=masks)


def batches(
    dataset: Any,
    config: Config,
    batch_size: int,
    seed: int = 0,
    first_step: int = 0,
    augment: Callable | None = None,
    share: tuple[int, int, int] = (0, 1, 1),
) -> tf.data.Dataset:
    """An endless stream of batches for `fit`, made by a background thread, always in one order.

    The order is a function of the seed and the step alone: epoch e visits all samples in a
    permutation made from (seed, e), and what `augment` draws is one of seed, step and row.
    So a run that goes on at `first_step` sees what it would have.

    Args:
        dataset: a sequence of Samples.
        config: how to mold.
        batch_size: B.
        seed: of the order.
        first_step: the step to begin with.
        augment: a function of a Sample and a NumPy generator, such as an `Augmentation`, or None.
        share: (first, count, replicas): of each batch, split over so many replicas, only the
            rows of `count` of them from number `first` on, one after the other.

    Returns:
        A `tf.data.Dataset` of the dicts of `make_batch`.

    Raises `ValueError` if the data set is empty.
    """
    if not len(dataset):
        raise ValueError("The data set is empty: there is nothing to make batches from.")

    first, count, replicas = share
    size = batch_size // replicas

    def generate():
        step = first_step
        while True:
            indices = batch_indices(len(dataset), batch_size, step, seed)
            for replica in range(first, first + count):
                rows = range(replica * size, (replica + 1) * size)
                samples = [dataset[indices[row]] for row in rows]
                if augment is not None:
                    lots = [np.random.default_rng([seed, step, AUGMENTING, row]) for row in rows]
                    samples = list(map(augment, samples, lots))
                yield make_batch(samples, config)
            step += 1

    stream = tf.data.Dataset.from_generator(generate, output_signature=SIGNATURE).prefetch(4)
    options = tf.data.Options()
    options.autotune.enabled = False  # nothing to tune, and stopping would wait for the tuner
    return stream.with_options(options)


def batch_indices(length: int, batch_size: int, step: int, seed: int) -> list[int]:
    """Which samples the batch of a step holds: positions of an endless row of permutations."""
    positions = np.arange(step * batch_size, (step + 1) * batch_size)
    return [_shuffled(length, int(p) // length, seed, int(p) % length) for p in positions]


_orders: dict = {}


def _shuffled(length, epoch, seed, position):
    key = (length, epoch, seed)
    if key not in _orders:
        while len(_orders) > 4:  # of the epochs before, nobody asks again
            _orders.pop(next(iter(_orders)))
        _orders[key] = np.random.default_rng([seed, epoch]).permutation(length)
    return int(_orders[key][position])
