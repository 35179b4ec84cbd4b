"""Answers to the exercises of notebook 05, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_05 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers
from maskrcnn_explained.course.exercises.nb03_answers import decode_answer

# Pooled side, depth of the pyramid, units of the box head.
HEAD_SIDE, HEAD_INPUT, HEAD_UNITS = 7, 128, 512
# What the last layer gives for disk, rectangle and star, at seven places of a small mask.
PLACE_LOGITS = np.array(
    [
        [3, 2.5, -2],
        [1, 2, 0],
        [-1, -4, -3],
        [2, 1.5, 1.5],
        [-2, 3, -1],
        [4, -1, -2],
        [-0.5, -1, -0.8],
    ],
    np.float32,
)


def first_layer_answer(no_bias=False, one_cell=False, small_kernel=False, one_side=False) -> int:
    """How many weights the first layer of the box head has."""
    cells = 3**2 if small_kernel else HEAD_SIDE**2
    cells = HEAD_SIDE if one_side else cells
    return (1 if one_cell else cells) * HEAD_INPUT * HEAD_UNITS + (0 if no_bias else HEAD_UNITS)


def class_box_answer(
    rois,
    logits,
    deltas,
    std,
    one_less=False,
    uncounted=False,
    background=False,
    first_deltas=False,
    no_std=False,
    without_background=False,
) -> np.ndarray:
    """Class, probability and box of each RoI: [N, 6]."""
    logits, rows = np.asarray(logits, float), np.arange(len(rois))
    shares = np.exp(logits)
    if without_background:
        shares[:, 0] = 0
    shares /= shares.sum(1, keepdims=True)
    best = shares.argmax(1) if background else shares[:, 1:].argmax(1) + 1
    used = np.zeros_like(best) if first_deltas else best - one_less - uncounted
    std = (1.0, 1.0, 1.0, 1.0) if no_std else std
    boxes = decode_answer(rois, np.asarray(deltas)[rows, used], std)
    return np.concatenate([best[:, None] - uncounted, shares[rows, best][:, None], boxes], 1)


def doubled_answer(
    grid,
    kernel,
    bias,
    side_by_side=False,
    flipped=False,
    exchanged=False,
    no_relu=False,
    no_bias=False,
) -> np.ndarray:
    """A transposed convolution of 2 x 2 with stride 2, and a ReLU: [2 h, 2 w, out]."""
    height, width, _ = np.shape(grid)
    found = np.zeros((2 * height, 2 * width, len(bias)))
    added = np.zeros(len(bias)) if no_bias else bias
    for u in (0, 1):
        for v in (0, 1):
            a, b = (v, u) if exchanged else (u, v)
            corner = kernel[1 - a, 1 - b] if flipped else kernel[a, b]
            part = np.asarray(grid, float) @ np.asarray(corner, float).T + added
            if side_by_side:
                found[u * height : (u + 1) * height, v * width : (v + 1) * width] = part
            else:
                found[u::2, v::2] = part
    return found if no_relu else np.maximum(found, 0)


def paste_answer(
    small,
    box,
    image_size,
    rounded=False,
    no_half=False,
    pixel_corner=False,
    nearest=False,
    zero_rim=False,
    beyond=False,
) -> np.ndarray:
    """A small mask in an image: [H, W] bool."""
    small = np.asarray(small, float)
    box = np.round(box) if rounded else np.asarray(box, float)
    mixes = []
    for axis in (0, 1):
        low, high, size = box[axis], box[axis + 2], small.shape[axis]
        centres = np.arange(image_size[axis]) + (0 if pixel_corner else 0.5)
        index = (centres - low) / (high - low) * size - (0 if no_half else 0.5)
        index = np.floor(index + 0.5) if nearest else index
        index = index if zero_rim else np.clip(index, 0, size - 1)
        mix = np.maximum(1 - np.abs(index[:, None] - np.arange(size)), 0)
        inside = (centres >= low) & (centres < high)
        mixes.append(mix if beyond else mix * inside[:, None])
    return mixes[0] @ small @ mixes[1].T >= 0.5


def drawn_answer(
    largest=False, only_less=False, competing=False, at_once=False, swapped=False
) -> np.ndarray:
    """Which places the disk's mask has, with a sigmoid and with a softmax: [2, 7] of 0 and 1."""
    logits = np.asarray(PLACE_LOGITS, float)
    first = logits.argmax(1) == 0
    sigmoid = 1 / (1 + np.exp(-logits[:, 0])) >= 0.5
    softmax = np.exp(logits[:, 0]) / np.exp(logits).sum(1) >= 0.5
    if largest:
        softmax = first
    if only_less:
        softmax = softmax & sigmoid
    if competing:
        sigmoid = sigmoid & first
    if at_once:
        sigmoid = (logits > 0).any(1)
    rows = [softmax, sigmoid] if swapped else [sigmoid, softmax]
    return np.array(rows).astype(int)


def own_mask_answer(masks, class_ids, place="its own", strongest=False) -> np.ndarray:
    """Of the masks of each detection, that of its class: [D, h, w].

    place: which mask is taken: "its own", the "one before", or that of the "first row".
    """
    class_ids = np.asarray(class_ids)
    places = {"its own": class_ids, "one before": class_ids - 1}
    places["first row"] = np.full(len(class_ids), class_ids[0])
    if strongest:
        return np.asarray(masks).max(-1)
    return np.asarray(masks)[np.arange(len(class_ids)), :, :, places[place]]


WRONG_05 = {
    "05.1": wrong_answers(
        first_layer_answer,
        {
            "You forgot the bias: one number per unit.": dict(no_bias=True),
            "The layer reads all cells of the grid at once, not only one of them.": dict(
                one_cell=True
            ),
            "The kernel is as large as the grid, 7 x 7. That is what leaves a single cell.": dict(
                small_kernel=True
            ),
            "The grid has 7 rows and 7 columns, so 49 cells and not 7.": dict(one_side=True),
        },
    ),
    "05.2": wrong_answers(
        class_box_answer,
        {
            "The class is right, but the deltas are those of the class before. Background has a "
            "row too, row 0.": dict(one_less=True),
            "Your class is one too low, and its deltas are another class's. Argmax without column "
            "0 counts from 0: add 1.": dict(uncounted=True),
            "You let background win. It is no detection: take the best of the others.": dict(
                background=True
            ),
            "You moved the box by the deltas of background. Each class has deltas of its own.": {
                "first_deltas": True
            },
            "Your box moves too far. The deltas are multiplied by the std.": dict(no_std=True),
            "Your probabilities leave background out. The softmax runs over all classes.": dict(
                without_background=True
            ),
        },
    ),
    "05.3": wrong_answers(
        doubled_answer,
        {
            "You laid whole copies of the grid side by side. Each cell becomes a block of 2 x 2 "
            "at its own place.": dict(side_by_side=True),
            "You flipped the kernel. Its number [0, 0] belongs to the upper left of the "
            "block.": dict(flipped=True),
            "You exchanged the first two axes of the kernel. The first one counts rows.": dict(
                exchanged=True
            ),
            "You forgot the ReLU: what is below 0 becomes 0.": dict(no_relu=True),
            "You forgot the bias. It is added at every place, before the ReLU.": dict(no_bias=True),
        },
    ),
    "05.4": wrong_answers(
        paste_answer,
        {
            "You rounded the box first. The centres of the pixels decide, and the box stays as it "
            "is.": dict(rounded=True),
            "Your mask is shifted by half a cell of the small mask. Its value 0 has its place in "
            "the middle of its cell: take off 1/2.": dict(no_half=True),
            "You measured from the corners of the pixels. Pixel 3 is read at its centre, 3.5.": {
                "pixel_corner": True
            },
            "Your edge has stairs: you took the nearest value, or cut before you stretched. Mix "
            "the four values around, then cut.": dict(nearest=True),
            "You mixed the outermost values with zeros, as the reference does. Here they are "
            "continued to the edge of the box.": dict(zero_rim=True),
            "Your mask reaches beyond its box. Only pixels whose centre lies in the box belong to "
            "it.": dict(beyond=True),
        },
    ),
    "05.5": wrong_answers(
        drawn_answer,
        {
            "To be the largest share is not enough. With three classes the largest can be below "
            "one half.": dict(largest=True),
            "A softmax can also add places. Where all logits are low, the least low still gets a "
            "large share.": dict(only_less=True),
            "With a sigmoid the classes do not compete. The disk's mask does not see the other "
            "logits.": dict(competing=True),
            "You counted the masks of all classes. Asked is the disk's mask only.": dict(
                at_once=True
            ),
            "The two rows are exchanged. The sigmoid comes first.": dict(swapped=True),
        },
    ),
    "05.6": wrong_answers(
        own_mask_answer,
        {
            "This still gives what the broken function gives. Which class has the mask in place "
            "0?": dict(place="one before"),
            "You took the class of the first detection for all. Each has its own.": dict(
                place="first row"
            ),
            "You took the strongest mask at every place. One mask is kept: that of the class.": {
                "strongest": True
            },
        },
    ),
}
