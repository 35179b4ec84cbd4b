"""Batches: samples as the padded tensors that training takes, made in the background."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from maskrcnn_explained._arguments import check_config, check_sample, check_sequence
from maskrcnn_explained.config import Config
from maskrcnn_explained.data.checks import check_class_ids
from maskrcnn_explained.data.molding import mold, mold_cut_masks
from maskrcnn_explained.masks import to_mini_masks

if TYPE_CHECKING:
    from maskrcnn_explained.data.cut_masks import CutMasks
    from maskrcnn_explained.data.sample import Sample

SIGNATURE = dict(  # of a batch of `make_batch`, for tf.data; None where the size varies
    images=tf.TensorSpec([None, None, None, 3], tf.float32),
    gt_boxes=tf.TensorSpec([None, None, 4], tf.float32),
    gt_class_ids=tf.TensorSpec([None, None], tf.int32),
    gt_masks=tf.TensorSpec([None, None, None, None], tf.uint8),
)
PACKED_SIGNATURE = dict(  # the same with full masks as bits
    images=SIGNATURE["images"],
    gt_boxes=SIGNATURE["gt_boxes"],
    gt_class_ids=SIGNATURE["gt_class_ids"],
    gt_mask_bits=SIGNATURE["gt_masks"],
)
WINDOWS = tf.TensorSpec([None, 4], tf.float32)  # besides, where the dialect asks for them
PREFETCHED = 2  # batches that wait for the model; each holds all its masks
AUGMENTING = 1  # part of the seed of augmentation, so that it differs from the seed of the order


def make_batch(
    samples: Sequence[Sample], config: Config, packed: bool = False
) -> dict[str, np.ndarray]:
    """Mold samples and pad their instances to the same number G (at least 1).

    Args:
        samples: B Samples.
        config: how to mold.
        packed: whether full masks come as bits, which need an eighth of the memory. Mini masks are
            small already and stay as they are.

    Returns a dict:
        images [B, Hm, Wm, 3] float32, mean subtracted;
        gt_boxes [B, G, 4] float32, pixels of the molded image;
        gt_class_ids [B, G] int32, 0 for padding, negative for crowd regions;
        gt_masks [B, G, Hm, Wm] uint8, or [B, G, size, size] if the configuration uses mini masks;
        or, instead of full gt_masks, gt_mask_bits [B, G, Hm, Wm / 8] uint8: see `mask_bits`;
        windows [B, 4] float32, where each image lies in the molded image, pixels; only if
        `config.proposal_window` is "image".

    Raises `ValueError` if the configuration does not have one of the class ids.
    """
    check_config(config)
    check_sequence("samples", samples, "a list of Samples")
    for place, sample in enumerate(samples):
        check_sample(sample, f"samples[{place}]")
    images, windows = mold([sample.image for sample in samples], config)
    largest = max(1, max(len(sample) for sample in samples))
    boxes = np.zeros((len(samples), largest, 4), np.float32)
    class_ids = np.zeros((len(samples), largest), np.int32)
    mini = config.mini_mask_size
    packed = packed and not mini
    height, width = images.shape[1:3]
    mask_size = (mini, mini) if mini else (height, width // 8 if packed else width)
    masks = np.zeros((len(samples), largest, *mask_size), np.uint8)
    for i, (sample, window) in enumerate(zip(samples, windows, strict=True)):
        check_class_ids(sample, config)
        molded = mold_cut_masks(sample.cut, window, (height, width), config.resize_rule)
        kept = molded.areas > 0  # a small object may vanish when its image shrinks
        molded = molded.kept(kept)
        number = len(molded)
        # One mask after the other: not all of them are at full size at the same time.
        for j in range(number):
            masks[i, j] = _mask_values(molded, j, mini, packed)
        boxes[i, :number] = molded.boxes
        signs = np.where(sample.crowd, -1, 1)
        class_ids[i, :number] = signs[kept] * sample.class_ids[kept]
    batch = dict(images=images, gt_boxes=boxes, gt_class_ids=class_ids)
    if config.proposal_window == "image":
        batch["windows"] = np.stack([window.box for window in windows])
    return batch | {"gt_mask_bits" if packed else "gt_masks": masks}


def batch_signature(config: Config) -> dict[str, tf.TensorSpec]:
    """The shapes and types of a batch that `make_batch` gives with `packed=True`."""
    signature = SIGNATURE if config.mini_mask_size else PACKED_SIGNATURE
    return signature | {"windows": WINDOWS} if config.proposal_window == "image" else signature


def _mask_values(masks: CutMasks, index, mini, packed):
    """One mask as a batch stores it: a mini mask, bits, or bool at full size."""
    if mini:
        crop = masks.crops[index]
        whole = np.array([[0, 0, *crop.shape]])
        return to_mini_masks(crop[None], whole, mini)[0]
    mask = masks.one(index)
    return np.packbits(mask, axis=1) if packed else mask


def batches(
    dataset: Any,
    config: Config,
    batch_size: int,
    seed: int = 0,
    first_step: int = 0,
    augment: Callable[[Sample, np.random.Generator], Sample] | None = None,
    share: tuple[int, int, int] = (0, 1, 1),
) -> tf.data.Dataset:
    """An endless stream of batches for `fit`, made by a background thread, in a fixed order.

    The order depends only on the seed and the step: epoch e visits all samples in a permutation
    made from (seed, e). What `augment` draws depends only on the seed, the step and the row. So a
    run that continues at `first_step` gets the same batches as a run that never stopped.

    Args:
        dataset: a sequence of Samples.
        config: how to mold.
        batch_size: B.
        seed: of the order and of the augmentation.
        first_step: the step to begin with.
        augment: a function of a Sample and a NumPy generator, such as an `Augmentation`, or None.
        share: (first, count, replicas). Each batch is split into `replicas` equal parts; the
            stream yields only `count` of them, one after the other, beginning with part `first`.

    Returns:
        A `tf.data.Dataset` of the dicts of `make_batch` with `packed=True`.

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
                samples = []
                for row in range(replica * size, (replica + 1) * size):
                    sample = dataset[indices[row]]
                    if augment is not None:
                        generator = np.random.default_rng([seed, step, AUGMENTING, row])
                        sample = augment(sample, generator)
                    # Whole masks of a batch of photographs would need many gigabytes.
                    samples.append(dataclasses.replace(sample, masks=sample.cut))
                yield make_batch(samples, config, packed=True)
            step += 1

    stream = tf.data.Dataset.from_generator(generate, output_signature=batch_signature(config))
    stream = stream.prefetch(PREFETCHED)
    options = tf.data.Options()
    options.autotune.enabled = False  # there is nothing to tune, and stopping would wait for it
    return stream.with_options(options)


def batch_indices(length: int, batch_size: int, step: int, seed: int) -> list[int]:
    """The indices of the samples in the batch of one step.

    All epochs stand in one endless row, each a permutation of the data set; step s takes the
    positions s * batch_size .. (s + 1) * batch_size - 1. A batch may lie across two epochs.
    """
    indices = []
    for position in range(step * batch_size, (step + 1) * batch_size):
        epoch, place = divmod(position, length)
        indices.append(int(_epoch_order(length, seed, epoch)[place]))
    return indices


@functools.lru_cache(maxsize=4)
def _epoch_order(length, seed, epoch):
    """The order of one epoch, a permutation [length]. Batches in turn ask for the same epoch."""
    return np.random.default_rng([seed, epoch]).permutation(length)
