"""The inputs of both sides of a race: the same arrays from fixed seeds, in plain NumPy."""

from __future__ import annotations

import json
import pathlib
import types

import numpy as np
from skimage import data, transform

CLASSES = 81  # background and the 80 of COCO
DETECTIONS, PROPOSALS = 100, 1000
TRAIN_SIDE, TRAIN_BATCH, TRAIN_ROIS, TRAIN_POSITIVE = 512, 2, 200, 0.33
# A RoI with this IoU is positive. It is so low that, as in a trained model, the number of positives
# always reaches its limit, and both mask heads have the same work.
POSITIVE_IOU = 0.05
MATRIX, PRODUCTS = 4096, 4  # sides of matrices; their products are the peak speed of the machine
SCENES_BATCH, SCENES_STEPS, SCENES_SIDE = 8, 10, 192


WIDE = (800, 1333)  # the size to which torchvision brings a photograph


def photo(height: int, width: int | None = None) -> np.ndarray:
    """A photograph, [height, width, 3] uint8; a square one without width."""
    size = (height, width or height)
    image = transform.resize(data.astronaut(), size, anti_aliasing=True)
    return (image * 255).astype(np.uint8)


def feature_map() -> np.ndarray:
    """P2 of a square image of 1024 pixels: [1, 256, 256, 256] float32."""
    return np.random.default_rng(0).normal(size=(1, 256, 256, 256)).astype(np.float32)


def rois(number: int = PROPOSALS, side: int = 1024, longest: int = 112) -> np.ndarray:
    """RoIs of the sizes that are pooled from P2: [number, 4] float32, pixels."""
    rng = np.random.default_rng(1)
    size = rng.uniform(16, longest, (number, 2))
    corner = rng.uniform(0, side - size)
    return np.concatenate([corner, corner + size], 1).astype(np.float32)


def small_masks() -> np.ndarray:
    """[100, 28, 28] float32 in 0..1."""
    return np.random.default_rng(2).random((DETECTIONS, 28, 28), dtype=np.float32)


def training_batch(objects: int = 8) -> dict:
    """Two images with rectangles, in the format of `make_batch`; pixels in 0..255."""
    rng = np.random.default_rng(3)
    shape = (TRAIN_BATCH, objects, 2)
    size = rng.integers(40, 200, shape)
    corner = rng.integers(0, TRAIN_SIDE - 200, shape)
    boxes = np.concatenate([corner, corner + size], -1)
    masks = np.zeros((*shape[:2], TRAIN_SIDE, TRAIN_SIDE), np.uint8)
    for image, index in np.ndindex(*shape[:2]):
        y1, x1, y2, x2 = boxes[image, index]
        masks[image, index, y1:y2, x1:x2] = 1
    images = rng.uniform(0, 255, (TRAIN_BATCH, TRAIN_SIDE, TRAIN_SIDE, 3)).astype(np.float32)
    class_ids = rng.integers(1, CLASSES, shape[:2]).astype(np.int32)
    return dict(
        images=images, gt_boxes=boxes.astype(np.float32), gt_class_ids=class_ids, gt_masks=masks
    )


def write_scenes(path: pathlib.Path, config: dict, batches: list[dict]) -> None:
    """The batches of "train scenes", and the Config of their model, for a Python without ours."""
    arrays = {
        f"{i} {name}": value for i, batch in enumerate(batches) for name, value in batch.items()
    }
    np.savez(path, config=json.dumps(config), number=len(batches), **arrays)


def read_scenes(path: str) -> tuple[types.SimpleNamespace, list[dict]]:
    """What `write_scenes` wrote: a Config's fields as attributes, and the batches."""
    with np.load(path) as arrays:
        config = types.SimpleNamespace(**json.loads(str(arrays["config"])))
        batches: list[dict] = [{} for _ in range(int(arrays["number"]))]
        for key in set(arrays.files) - {"config", "number"}:
            index, name = key.split(" ", 1)
            batches[int(index)][name] = arrays[key]
    return config, batches
