"""Curves of a training run: its five losses, AP, and its learning rate (notebooks 08 and 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from maskrcnn_explained.losses import NAMES
from maskrcnn_explained.viz import style

AP_COLOURS = {"val_mask_AP": "#882255", "val_mask_AP50": "#009E73"}  # of no loss
TRAINING, VALIDATION = "#444444", "#0072B2"  # colours of the losses
GUESS = style.NEGATIVE
HIGHEST = 2.0  # validation losses above this multiple of the training's leave the panel


def show_curves(
    steps: ArrayLike,
    history: dict,
    log_scale: bool = False,
    guesses: dict[str, float] | None = None,
    runs: Sequence[int] | None = None,
) -> np.ndarray:
    """One panel per loss, five in all, and one for AP on the validation images.

    Losses on validation images are drawn with those of training: where the two part, the model
    learns its images by heart.

    Args:
        steps: [n], the number of the last step of each epoch.
        history: name -> [n], as in `History.history` or in the lines of `log.jsonl`; without AP
            the last panel shows the weighted sum of the losses.
        log_scale: losses on a logarithmic axis.
        guesses: name of a loss -> what a mere guess costs: a dashed line.
        runs: [n], the number of the run of each point: every second run is shaded.
    """
    axes = style.axes_grid(2, 3, 4.6).ravel()
    for ax, name in zip(axes, NAMES, strict=False):
        _show_loss(ax, steps, history, name, log_scale, (guesses or {}).get(name))
        ax.set_title(name, fontsize=style.TEXT_SIZE + 1)
    if f"val_{NAMES[0]}" in history or guesses:
        axes[0].legend(frameon=False, fontsize=9, loc="best")
    _show_ap(axes[5], steps, history)
    for ax in axes:
        ax.grid(color="#e5e5e5")
        ax.set_xlabel("step" if ax in axes[3:] else "")
        if runs is not None:  # the curves of AP reach up to where the numbers would stand
            _shade_runs(ax, np.asarray(steps), np.asarray(runs), numbers=ax is not axes[5])
    return style.with_alt(axes, _curves_in_words(steps, history))


def _curves_in_words(steps, history):
    """Where every curve begins and ends."""
    names = [name for name in (*NAMES, "loss", *AP_COLOURS) if name in history]
    ends = [f"{name} {history[name][0]:.2f} to {history[name][-1]:.2f}" for name in names]
    return f"Six panels of curves over {np.max(steps):,} steps: {', '.join(ends)}."


def _show_loss(ax, steps, history, name, log_scale=False, guess=None):
    """A loss of training, the same on validation images if it was measured, and that of a guess."""
    top = max(history[name])
    ax.plot(steps, history[name], "o-", color=TRAINING, markersize=3, label="training")
    validation = history.get(f"val_{name}")
    if validation is not None:
        ax.plot(steps, validation, "o-", color=VALIDATION, markersize=3, label="validation")
        top = max(top, min(max(validation), HIGHEST * top))
    if guess is not None:
        ax.axhline(guess, color=GUESS, linestyle="--", linewidth=1.5, label="a mere guess")
        top = max(top, guess)
    if log_scale:
        ax.set_yscale("log")
    else:
        ax.set_ylim(0, 1.05 * top)


def _show_ap(ax, steps, history):
    """AP on the validation images; without it, the weighted sum of the losses."""
    names = [name for name in AP_COLOURS if name in history]
    for name in names:
        label = name.removeprefix("val_").replace("_", " ")
        ax.plot(steps, history[name], "o-", color=AP_COLOURS[name], markersize=3, label=label)
    if names:
        ax.set(ylim=(0, 1), title="AP on validation images")
        ax.legend(frameon=False, fontsize=9, loc="best")
    else:
        _show_loss(ax, steps, history, "loss")
        ax.set(title="weighted sum")
    ax.title.set_fontsize(style.TEXT_SIZE + 1)


def _shade_runs(ax, steps, runs, numbers):
    """Grey behind every second run, and the number of each run above it."""
    first = 0.0
    for run in np.unique(runs):
        last = steps[runs == run].max()
        if run % 2 == 0:
            ax.axvspan(first, last, color="#eeeeee", zorder=0)
        middle = (first + last) / 2
        look: Any = dict(transform=ax.get_xaxis_transform(), ha="center", va="top", fontsize=9)
        ax.text(middle, 0.98, f"{run}" if numbers else "", color="#555555", **look)
        first = last


def show_schedule(steps: ArrayLike, rates: ArrayLike, ax: Axes | None = None) -> Axes:
    """The learning rate over the steps of a run."""
    ax = style.new_axes(ax, 6.5, 2.4)
    ax.plot(steps, rates, color="#444444", linewidth=2)
    ax.set(xlabel="step", ylabel="learning rate", ylim=(0, None))
    ax.grid(color="#e5e5e5")
    highest = np.asarray(steps)[np.argmax(rates)]
    last = np.asarray(rates)[-1]
    alt = f"The learning rate over {np.max(steps):,} steps: highest, {np.max(rates):.2g}, at step "
    return style.with_alt(ax, f"{alt}{highest:,}; {last:.2g} at the end.")
