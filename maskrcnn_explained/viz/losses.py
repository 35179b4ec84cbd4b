"""Pictures of notebook 07: the losses, their shapes, their values, and what they cost.

`ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.curves import GUESS
from maskrcnn_explained.viz.targets import MATCH_COLOURS

MODELS = ("#999999", "#0072B2", "#009E73", "#CC79A7")  # colours of the bars of the losses


def show_loss_shapes(beta: float = 1.0, smaller: float = 1 / 9) -> np.ndarray:
    """Left: cross-entropy against the probability of the true class. Right: smooth L1.

    Args:
        beta: where smooth L1 turns from a parabola into a line.
        smaller: another beta, to compare.
    """
    axes = style.axes_grid(1, 2, 3.4)[0]
    probability = np.linspace(0.003, 1, 300)
    axes[0].plot(probability, -np.log(probability), color="#0072B2", linewidth=2.4)
    for p, text in ((0.5, "a coin toss: log 2 = 0.69"), (0.2, "a guess among 5: log 5 = 1.61")):
        axes[0].plot(p, -np.log(p), "o", color=GUESS)
        axes[0].text(p + 0.03, -np.log(p) + 0.12, text, fontsize=10)
    axes[0].set(xlabel="probability that was given to the truth", ylabel="cross-entropy")
    axes[0].set(ylim=(0, 5.5), xlim=(0, 1.02))
    error = np.linspace(-3, 3, 301)
    axes[1].plot(error, 0.5 * error**2, "--", color="#777777", label="squared: 0.5 e²")
    axes[1].plot(error, np.abs(error), ":", color="#777777", label="absolute: |e|")
    for at, colour, name in ((beta, "#0072B2", f"{beta:.2g}"), (smaller, GUESS, f"{smaller:.2g}")):
        label = f"smooth L1, beta {name}"
        axes[1].plot(error, _smooth_l1(error, at), color=colour, linewidth=2.4, label=label)
    axes[1].set(xlabel="error e of a delta", ylabel="loss", ylim=(0, 5.5))
    axes[1].legend(frameon=False, fontsize=10, loc="upper center")
    alt = "Left: cross-entropy falls from 5 to 0 as the probability of the truth rises to 1; marked"
    alt += " are log 2 and log 5. Right: smooth L1 is a parabola near zero and straight lines "
    return style.with_alt(axes, alt + "beyond beta; a smaller beta comes close to the absolute.")


def _smooth_l1(error, beta):
    size = np.abs(error)
    return np.where(size < beta, 0.5 * size**2 / beta, size - 0.5 * beta)


def show_five_losses(losses: dict, guesses: dict, ax: Axes | None = None) -> Axes:
    """Bars of the five losses, one colour per model, with a line at the loss of a guess.

    Args:
        losses: model -> {loss name: value}, at most four models.
        guesses: the same of a guess: the boxes that a model is asked about are its own, and so
            are the losses of a guess on them. Where a value is missing, there is no line.
    """
    ax = style.new_axes(ax, 8.5, 3.6)
    names = list(next(iter(losses.values())))
    width = 0.8 / len(losses)
    for k, (label, values) in enumerate(losses.items()):
        places = np.arange(len(names)) + (k - (len(losses) - 1) / 2) * width
        numbers = [values[name] for name in names]
        ax.bar(places, numbers, width * 0.9, label=label, color=MODELS[k % len(MODELS)])
        for x, value in zip(places, numbers, strict=True):
            ax.text(x, value + 0.03, f"{value:.2f}", ha="center", fontsize=9)
        lines = [guesses.get(label, {}).get(name, np.nan) for name in names]
        ax.hlines(lines, places - width / 2, places + width / 2, color=GUESS, linewidth=2)
    ax.plot([], [], color=GUESS, linewidth=2, label="a mere guess")
    ax.set_xticks(range(len(names)), [name.removesuffix("_loss") for name in names])
    ax.set(ylabel="loss", ylim=(0, ax.get_ylim()[1] * 1.1))
    ax.legend(frameon=False, fontsize=10)
    alt = f"Bars of {len(names)} losses for {' and for '.join(losses)}; a line marks what a mere "
    return style.with_alt(ax, alt + "guess would cost.")


def show_costliest(
    image: np.ndarray,
    boxes: np.ndarray,
    costs: np.ndarray,
    match: np.ndarray,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """The anchors with the highest loss: green ones should be objects, orange ones background."""
    ax = style.show_image(image, style.new_axes(ax, 5.5, 5.0), title)
    for box, cost, kind in zip(boxes, costs, match, strict=True):
        marks.draw_box(ax, box, MATCH_COLOURS[int(kind)], style.BEFORE, width=2.2)
        corner = np.clip(box[:2], 0, np.array(image.shape[:2]) * 0.92)
        marks.write(ax, corner[1] + 1, corner[0] + 1, f"{cost:.2f}", above=False)
    alt = f"The scene with {len(boxes)} dotted anchors, each with its loss, from "
    return style.with_alt(ax, f"{alt}{min(costs):.2f} to {max(costs):.2f}.")
