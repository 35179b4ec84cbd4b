"""Compare our own alternatives, and measure the waiting time of users of the shipped model."""

import itertools
import statistics
import subprocess
import sys
import time

import numpy as np
import tensorflow as tf
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.data.batches import SIGNATURE, batches, make_batch
from maskrcnn_explained.roi_align import roi_align
from maskrcnn_explained.training.optimizer import make_optimizer
from maskrcnn_explained.weights.folding import fold_batch_norm

BATCH, STEPS = 8, 20


def gather_roi_align(feature_map, boxes, box_indices, size, stride):
    """RoIAlign that gathers and weights every bilinear sample explicitly: slow, for comparison."""
    height, width = feature_map.shape[1:3]
    rows, row_weights, row_on = gather_axis(boxes[:, 0], boxes[:, 2], size, stride, height)
    columns, column_weights, column_on = gather_axis(boxes[:, 1], boxes[:, 3], size, stride, width)
    sampled = 0.0
    for row, row_weight in zip(rows, row_weights, strict=True):
        for column, column_weight in zip(columns, column_weights, strict=True):
            cells = (box_indices[:, None, None] * height + row[:, :, None]) * width
            values = tf.gather(  # [M, 2 * size, 2 * size, C]
                tf.reshape(feature_map, [-1, feature_map.shape[-1]]), cells + column[:, None]
            )
            weight = (row_weight * row_on)[:, :, None] * (column_weight * column_on)[:, None]
            sampled += values * weight[..., None]
    return tf.nn.avg_pool2d(sampled, 2, 2, "VALID")


def gather_axis(low, high, size, stride, limit):
    """The two neighbours of each sample along one axis, their weights, and whether the sample is on
    the map: each [M, 2 * size]."""
    steps = (tf.range(2 * size, dtype=tf.float32) + 0.5) / (2 * size)
    points = (low[:, None] + steps * (high - low)[:, None]) / stride - 0.5
    on = tf.cast((points >= -1.0) & (points <= limit), tf.float32)
    points = tf.clip_by_value(points, 0.0, limit - 1.0)
    first = tf.minimum(tf.cast(points, tf.int32), limit - 2)
    share = points - tf.cast(first, tf.float32)
    return (first, first + 1), (1 - share, share), on


def race(runners: dict, rounds: int = 15) -> dict[str, float]:
    """Median seconds of each. In every round all run in turn; the first round is a warm-up."""
    seconds = {name: [] for name in runners}
    for _ in range(rounds + 1):
        for name, run in runners.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values[1:]) for name, values in seconds.items()}


def bench_roi_align() -> None:
    """Forward pass and gradient, with the sizes of a training step on P2."""
    rng = np.random.default_rng(0)
    feature_map = tf.constant(rng.normal(size=(BATCH, 48, 48, 64)), tf.float32)
    corner = rng.uniform(-10, 150, (BATCH * 64, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(8, 60, corner.shape)], 1)
    boxes = tf.constant(boxes, tf.float32)
    images = tf.constant(np.repeat(np.arange(BATCH), 64), tf.int32)

    def runner(operator):
        @tf.function
        def step():
            with tf.GradientTape() as tape:
                tape.watch(feature_map)
                pooled = operator(feature_map, boxes, images, 7, 4)
                total = tf.reduce_sum(pooled * pooled)
            return pooled, tf.convert_to_tensor(tape.gradient(total, feature_map))

        return step

    fast = runner(roi_align)
    slow = runner(gather_roi_align)
    for ours, theirs in zip(fast(), slow(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-3)
    seconds = race({"fast": fast, "gather": slow})
    print(
        f"RoIAlign, 512 RoIs, with gradient: {seconds['fast'] * 1e3:.0f} ms; explicit gather "
        f"{seconds['gather'] * 1e3:.0f} ms, {seconds['gather'] / seconds['fast']:.1f} times as long"
    )


def bench_training() -> None:
    """A training step on one batch, a step with fresh scenes, and the making of scenes alone."""
    model = mrx.build("scenes", image_min_side=None)
    model.compile(optimizer=make_optimizer(mrx.Recipe()))
    scenes = mrx.Scenes("train", 10_000)
    batch = make_batch([scenes[i] for i in range(BATCH)], model.config)
    cached = tf.data.Dataset.from_generator(
        lambda: itertools.repeat(batch), output_signature=SIGNATURE
    )
    fresh = batches(scenes, model.config, BATCH)

    def fit(stream):
        return lambda: model.fit(stream, epochs=1, steps_per_epoch=STEPS, shuffle=False, verbose=0)

    def make():
        for step in range(STEPS):
            make_batch([scenes[BATCH * step + i] for i in range(BATCH)], model.config)

    seconds = race({"step": fit(cached), "fresh": fit(fresh), "make": make}, rounds=3)
    rate = {name: STEPS * BATCH / value for name, value in seconds.items()}
    print(
        f"Training: {rate['fresh']:.1f} images per second; "
        f"with one repeated batch: {rate['step']:.1f}"
    )
    print(
        f"Making scenes alone: {rate['make']:.0f} images per second, "
        f"{rate['make'] / rate['step']:.1f} times as many as a training step needs"
    )


FIRST = """
import time
import maskrcnn_explained as mrx
from skimage import data
mrx.load("scenes").detect(data.coins())
print(time.process_time())
"""


def bench_detection() -> dict[str, float]:
    """Import, load and first detection in a new process; then later detections.

    Returns the seconds of a later `detect`, and how many times as long two others take.
    """
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", FIRST], check=True, capture_output=True, text=True)
    wall = time.perf_counter() - start
    process = float(done.stdout)
    print(
        f"Import, load, first detect of coins: {process:.1f} s of CPU time, {wall:.1f} s in total"
    )
    model = mrx.load("scenes")
    photo = data.coins()
    folded = fold_batch_norm(model)
    sides = {
        "as is": lambda: model.detect(photo),
        "folded": lambda: folded.detect(photo),
        "trace": lambda: mrx.trace(model, photo),
    }
    seconds = race(sides)
    print(
        f"Later detect of coins: {seconds['as is']:.3f} s; with batch norm folded into the "
        f"convolutions {seconds['folded'] / seconds['as is']:.2f} times as long; `trace` "
        f"{seconds['trace'] / seconds['as is']:.2f} times as long"
    )
    ratios = {name: seconds[name] / seconds["as is"] for name in ("folded", "trace")}
    return {"detect": seconds["as is"], **ratios}


def main() -> dict[str, float]:
    """Measure and print all. Returns what `bench_detection` does, rounded."""
    print()
    bench_roi_align()
    found = bench_detection()
    bench_training()
    return {name: round(value, 4) for name, value in found.items()}
