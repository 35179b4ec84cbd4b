"""Cases of notebook 10: small ones by hand, random ones, and the arrays of the shipped weights.

Kernels have unlike numbers of inputs and outputs. One variance by hand is as small as epsilon, for
only there a forgotten epsilon shows.
"""

from __future__ import annotations

import functools

import numpy as np

from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.model import build
from maskrcnn_explained.weights.file import read_weights
from maskrcnn_explained.weights.layer_table import layer_rows
from maskrcnn_explained.weights.load import load
from maskrcnn_explained.weights.published import coco_fingerprints, find_weights
from maskrcnn_explained.weights.torchvision_map import AXES, PIXEL_STD, mapped_arrays

# In the order in which data flows. What follows the detections depends on them alone.
COMPARED = (
    *("molded_image", "C2", "C3", "C4", "C5", "P2", "P3", "P4", "P5", "P6"),
    *("rpn_probs", "rpn_deltas", "proposals", "box_features", "class_logits", "box_deltas"),
)
EPSILON = 0.001


@functools.cache
def scenes_arrays() -> dict[str, np.ndarray]:
    """The arrays of the shipped file `scenes.h5`: "layer/weight" -> array."""
    return read_weights(find_weights("scenes"))


def fold_small() -> tuple:
    """A kernel of 2 inputs and 3 outputs; variances as small as epsilon, and larger."""
    kernel = np.array([[1, 2, -3], [4, 0, 5]], np.float32)
    columns = np.array(
        [[1, 0, -2], [2, 1, 0.5], [0, 3, 1], [5, -1, 2], [0.003, 0.24, 4]], np.float32
    )
    return (kernel, *columns, EPSILON)


def fold_random() -> tuple:
    """A kernel of 3 x 2 cells, 4 inputs and 5 outputs."""
    rng = np.random.default_rng(0)
    columns = rng.normal(0, 1, (4, 5)).astype(np.float32)
    variance = rng.uniform(0.01, 1, 5).astype(np.float32)
    return rng.normal(0, 1, (3, 2, 4, 5)).astype(np.float32), *columns, variance, 0.01


def fold_scenes() -> tuple:
    """`res2a_branch2a` and `bn2a_branch2a` of `scenes`: 32 inputs, 24 outputs."""
    arrays = scenes_arrays()
    names = ["res2a_branch2a/kernel", "res2a_branch2a/bias"]
    names += [f"bn2a_branch2a/{part}" for part in ("gamma", "beta", "moving_mean")]
    return *(arrays[name] for name in names), arrays["bn2a_branch2a/moving_variance"], EPSILON


def names_small() -> tuple:
    """Four arrays in the model, five in the file; one of the model's is not there."""
    model = ["conv1/kernel", "conv1/bias", "fpn_p2/kernel", "fpn_p2/bias"]
    return model, ["conv1/bias", "fpn_p2/bias", "head/kernel", "conv1/kernel", "head/bias"]


def names_random() -> tuple:
    """20 of 24 names in the model and 22 in the file, each in an order of its own."""
    rng = np.random.default_rng(1)
    names = np.array([f"layer{n}/{part}" for n in range(12) for part in ("kernel", "bias")])
    return rng.permutation(names)[:20].tolist(), rng.permutation(names)[:22].tolist()


def names_coco() -> tuple:
    """The arrays of `scenes` looked up in COCO's file for ResNet-101."""
    return list(scenes_arrays()), list(coco_fingerprints())


def tensors_small() -> tuple:
    """Four pairs of 2 x 3: noise; less, with the same mean; much more; more."""
    ours = np.arange(24, dtype=float).reshape(4, 2, 3)
    theirs = ours.copy()
    theirs[0] += 1e-6
    theirs[1, 0, :2] += (1, -1)
    theirs[2, 1, 1] += 9
    theirs[3, 0, 0] += 2
    return list(ours), list(theirs), 1e-3


def tensors_random() -> tuple:
    """Six pairs with noise; the third and all after it differ, at first in one direction alone."""
    rng = np.random.default_rng(2)
    ours = [rng.normal(0, 1, (3, side, 4)) for side in (9, 7, 6, 5, 4, 3)]
    theirs = [one + rng.normal(0, 1e-7, one.shape) for one in ours]
    theirs[2][1, 2, 3] += 0.01
    for number, shift in ((3, -0.2), (4, 5.0), (5, -0.5)):
        theirs[number] += rng.normal(shift, abs(shift), theirs[number].shape)
    return ours, theirs, 1e-4


def tensors_coins() -> tuple:
    """The coins as `scenes` sees them, and as it does with the reference's pooling.

    Of each tensor the first 400 rows: of a map all, of the 1000 proposals the best.
    """
    other = tensors_with(roi_pooling="crop_and_resize")
    ours = photo.coin_tensors()
    one, two = ([np.asarray(found[name])[:400] for name in COMPARED] for found in (ours, other))
    return one, two, 1e-4


@functools.cache
def tensors_with(**changes) -> dict:
    """Every tensor of `scenes` on the coins, with other choices and the same weights."""
    from skimage import data

    from maskrcnn_explained.data.images import as_rgb

    return load("scenes", **changes).tensors(as_rgb(data.coins()))


def torch_small() -> tuple:
    """One output, three colours, 2 x 2 cells."""
    return (np.arange(1, 13, dtype=np.float32).reshape(1, 3, 2, 2) ** 2,)


def torch_random() -> tuple:
    """Five outputs of 7 x 7."""
    return (np.random.default_rng(3).normal(0, 20, (5, 3, 7, 7)).astype(np.float32),)


def torch_scenes() -> tuple:
    """`conv1` of `scenes` as torchvision would store it."""
    kernel = scenes_arrays()["conv1/kernel"]
    return ((kernel * PIXEL_STD[:, None]).transpose(3, 2, 0, 1).astype(np.float32),)


# What judges where no function of the package stands alone


def rows_by_name(model_names, file_names) -> tuple[np.ndarray, np.ndarray]:
    """Row of the file for each array of the model, or -1; and the rows that nobody takes."""
    where = {name: row for row, name in enumerate(file_names)}
    rows = np.array([where.get(name, -1) for name in model_names], int)
    return rows, np.setdiff1d(np.arange(len(file_names)), rows)


def first_differing(ours, theirs, tolerance) -> int:
    """Number of the first pair of tensors that are not the same within a tolerance, or -1."""
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if not np.allclose(one, other, rtol=0, atol=tolerance):
            return number
    return -1


@functools.cache
def layer_shares() -> tuple[float, float]:
    """Shares of `mrcnn_class_conv1` of `scenes` in weights and in work, per cent."""
    rows = layer_rows(build("scenes"), (320, 384))
    layer = next(row for row in rows if row.name == "mrcnn_class_conv1")
    weights, work = (
        sum(getattr(row, count) for row in rows) for count in ("parameters", "multiply_adds")
    )
    return 100 * layer.parameters / weights, 100 * layer.multiply_adds / work


def torch_kernel(kernel) -> np.ndarray:
    """The package's way of torchvision's first kernel into our graph."""
    return mapped_arrays({"backbone.body.conv1.weight": kernel})[0]["conv1/kernel"]


def torch_kernel_by_hand(kernel) -> np.ndarray:
    """The same in two steps: the axes, and the std of each colour."""
    axes = AXES[4]  # 2, 3, 1, 0
    return kernel.transpose(axes) / PIXEL_STD[:, None]  # [kh, kw, 3, out] / [3, 1]


def first_strided_stage() -> int:
    """The first of C2..C5 that another place of the stride changes, on the same weights."""
    ours, other = photo.coin_tensors(), tensors_with(bottleneck_stride="3x3")
    stages = [f"C{stage}" for stage in range(2, 6)]
    one, two = ([np.asarray(tensors[name]) for name in stages] for tensors in (ours, other))
    return 2 + first_differing(one, two, 1e-3)
