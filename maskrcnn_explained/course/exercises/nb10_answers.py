"""Answers to the exercises of notebook 10, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_10 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers

TORCH_STD = 255 * np.array([0.229, 0.224, 0.225])  # torchvision's, per colour, on pixels 0..255


def fold_answer(
    kernel,
    bias,
    gamma,
    beta,
    mean,
    variance,
    epsilon,
    no_epsilon=False,
    outside=False,
    no_root=False,
    bias_as_it_is=False,
    no_mean=False,
) -> tuple[np.ndarray, np.ndarray]:
    """Kernel [..., out] and bias [out] of a convolution that has taken in its batch norm."""
    inside = variance if no_epsilon or outside else variance + epsilon
    spread = inside if no_root else np.sqrt(inside)
    scale = gamma / (spread + epsilon if outside else spread)
    shift = 0 if no_mean else mean * scale
    return kernel * scale, (bias if bias_as_it_is else bias * scale) - shift + beta


def names_answer(
    model_names,
    file_names,
    file_order=False,
    silent=False,
    by_layer=False,
    turned_round=False,
    no_rest=False,
) -> tuple[np.ndarray, np.ndarray]:
    """Row of the file for each array of the model, -1 if it has none; and the rows left over."""

    def known_as(name):
        return name.split("/")[0] if by_layer else name

    given, wanted = [known_as(n) for n in file_names], [known_as(n) for n in model_names]
    rows = [given.index(name) if name in given else -1 for name in wanted]
    if file_order:
        rows = [row if row < len(given) else -1 for row in range(len(wanted))]
    rest = [row for row in range(len(given)) if row not in rows]
    if turned_round:
        rows = [wanted.index(name) if name in wanted else -1 for name in given]
    if silent:
        rows = [row for row in rows if row >= 0]
    return np.array(rows, int), np.array([] if no_rest else rest, int)


def first_answer(
    ours, theirs, tolerance, largest=False, exact=False, last=False, signed=False, mean=False
) -> int:
    """Number of the first pair of tensors that differ by more than a tolerance; -1: none does."""
    apart = []
    for one, other in zip(ours, theirs, strict=True):
        change = np.asarray(one, float) - np.asarray(other, float)
        change = change if signed else np.abs(change.mean() if mean else change)
        apart.append(change.max())
    limit = 0 if exact else tolerance
    differ = [number for number, size in enumerate(apart) if size > limit]
    if not differ:
        return -1
    if largest:
        return int(np.argmax(apart))
    return differ[-1] if last else differ[0]


def shares_answer(one_roi=False, flops=False, large=False, slip="") -> tuple[float, float]:
    """Shares of `mrcnn_class_conv1` in all weights and in all work, in per cent."""
    channels, units, whole, work = 64, 256, 2_406_256, 5_656_800_000
    if large:  # ResNet-101, for images of 1024 x 1024
        channels, units, whole, work = 256, 1024, 64_158_584, 388_648_000_000
    products = (1 if slip == "one cell" else 7 * 7) * channels * units
    runs = (1 if one_roi else 1000) * (2 if flops else 1)
    unit = 1 if slip == "fractions" else 100
    return unit * (products + units) / whole, unit * products * runs / work


def torch_answer(
    kernel, sides_exchanged=False, no_std=False, no_255=False, multiplied=False, bgr=False
) -> np.ndarray:
    """The kernel [out, 3, kh, kw] of torchvision's first layer as [kh, kw, 3, out]."""
    turned = np.asarray(kernel, float).transpose((3, 2, 1, 0) if sides_exchanged else (2, 3, 1, 0))
    std = np.ones(3) if no_std else TORCH_STD / (255 if no_255 else 1)
    turned = turned * std[:, None] if multiplied else turned / std[:, None]
    return turned[:, :, ::-1] if bgr else turned


def stage_answer(reading="first") -> int:
    """The first stage (2 to 5) whose first block has a stride above 1."""
    strides = (4 if reading == "stem" else 1, 2, 2, 2)
    strided = [stage for stage, stride in enumerate(strides, start=2) if stride > 1]
    return strided[{"next": 1, "last": -1}.get(reading, 0)]


WRONG_10 = {
    "10.1": wrong_answers(
        fold_answer,
        {
            "You left out epsilon. Where a variance is small it matters much.": dict(
                no_epsilon=True
            ),
            "Epsilon stands inside the root, next to the variance.": dict(outside=True),
            "Divide by the root of the variance (and epsilon), not by the variance.": dict(
                no_root=True
            ),
            "The bias must be scaled, too. Batch norm scales the whole output of the "
            "convolution.": dict(bias_as_it_is=True),
            "You forgot the mean. Batch norm takes it away before it scales.": dict(no_mean=True),
        },
    ),
    "10.2": wrong_answers(
        names_answer,
        {
            "You took the arrays in the order of the file. Two arrays of one shape change places "
            "so, and nothing complains.": dict(file_order=True),
            "You skip in silence what the file does not have. Say -1 for it, one entry per array "
            "of the model.": dict(silent=True),
            "You compared the layers only. A layer has several arrays: compare the whole name, "
            "with what follows the slash.": dict(by_layer=True),
            "You looked up the file's names in the model. The first part has one entry per array "
            "of the model.": dict(turned_round=True),
            "You did not say what is left over in the file. That is the second part.": dict(
                no_rest=True
            ),
        },
    ),
    "10.3": wrong_answers(
        first_answer,
        {
            "You give the pair that differs most. The cause is where a difference appears first; "
            "later stages may enlarge it.": dict(largest=True),
            "You count rounding noise. A difference is one above the tolerance.": dict(exact=True),
            "You give the last pair that differs. Everything after a first cause may differ; look "
            "for the first.": dict(last=True),
            "You overlook numbers of ours that are too small. Compare absolute differences.": dict(
                signed=True
            ),
            "You compared means. Differences up and down cancel in a mean: compare number by "
            "number.": dict(mean=True),
        },
    ),
    "10.4": wrong_answers(
        shares_answer,
        {
            "This layer works once per proposal, and there are 1000 of them.": dict(one_roi=True),
            "The kernel is as large as the whole pooled RoI, 7 x 7 cells. Yours is 1 x 1.": dict(
                slip="one cell"
            ),
            "These are fractions. Give per cent.": dict(slip="fractions"),
            "The table counts multiply-adds; you counted each as two operations.": dict(flops=True),
            "These are the shares in ResNet-101. `scenes` has 64 channels, 256 units, and other "
            "sums.": dict(large=True),
        },
    ),
    "10.5": wrong_answers(
        torch_answer,
        {
            "This still gives what the broken function gives. Which axis is the height, before and "
            "after?": dict(sides_exchanged=True),
            "The division by the std is lost. Our pixels come undivided, so the kernel must do "
            "it.": dict(no_std=True),
            "You forgot the 255. torchvision divides pixels by it, and ours go from 0 to "
            "255.": dict(no_255=True),
            "You multiplied by the std. Pixels divided by it is a kernel divided by it.": dict(
                multiplied=True
            ),
            "The colours are in reverse order. Both programs have red first.": dict(bgr=True),
        },
    ),
    "10.6": wrong_answers(
        stage_answer,
        {
            "The blocks of stage 2 have no stride: pooling before them has made the map small. So "
            "C2 stays as it is.": dict(reading="stem"),
            "Look one stage earlier. Which is the first stage with a block that halves the "
            "map?": dict(reading="next"),
            "C5 differs, too, but it is not the first. What differs early differs in all that "
            "follows.": dict(reading="last"),
        },
    ),
}
