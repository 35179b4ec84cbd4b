"""The curves of a run: one panel per loss, the loss of a guess, the runs that made it."""

import numpy as np
from helpers import titles

from maskrcnn_explained import viz
from maskrcnn_explained.losses import NAMES

STEPS = [10, 20, 30]
LOSSES = {name: [3.0, 2.0, 1.0] for name in (*NAMES, "loss")}


def test_one_curve_per_loss_and_ap():
    history = LOSSES | {"val_mask_AP": [0.0, 0.1, 0.2], "val_mask_AP50": [0.1, 0.2, 0.4]}
    axes = viz.show_curves(STEPS, history)
    assert titles(axes) == [*NAMES, "AP on validation images"]
    assert axes[0].lines[0].get_xdata().tolist() == STEPS
    assert [line.get_label() for line in axes[5].lines] == ["mask AP", "mask AP50"]


def test_curves_without_ap_show_the_sum():
    axes = viz.show_curves(STEPS, LOSSES, log_scale=True)
    assert titles(axes)[5] == "weighted sum" and axes[0].get_yscale() == "log"


def test_validation_losses_stand_beside_those_of_training():
    history = LOSSES | {f"val_{name}": [3.5, 2.5, 50.0] for name in (*NAMES, "loss")}
    axes = viz.show_curves(STEPS, history)
    for ax in axes:
        training, validation = ax.lines
        assert training.get_ydata().tolist() == [3.0, 2.0, 1.0]
        assert validation.get_ydata().tolist() == [3.5, 2.5, 50.0]
        assert training.get_color() != validation.get_color()
        assert 3.5 < ax.get_ylim()[1] < 10, "an outlier does not press the rest down"
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == [
        "training",
        "validation",
    ]


def test_schedule():
    ax = viz.show_schedule(STEPS, [0.0, 0.1, 0.05])
    assert ax.lines[0].get_ydata().tolist() == [0.0, 0.1, 0.05]
    assert "highest, 0.1, at step 20" in ax.figure.get_label()


def test_a_guess_is_a_line_in_its_panel():
    axes = viz.show_curves(STEPS, LOSSES, guesses={NAMES[2]: 4.0})
    assert [len(ax.lines) for ax in axes] == [1, 1, 2, 1, 1, 1]
    assert axes[2].lines[1].get_ydata() == [4.0, 4.0]
    assert axes[2].get_ylim()[1] > 4


def test_every_second_run_is_shaded():
    axes = viz.show_curves(STEPS, LOSSES, runs=[1, 2, 2])
    for ax in axes:
        [shade] = ax.patches
        np.testing.assert_allclose(shade.get_bbox().intervalx, (10, 30))
        numbers = ["", ""] if ax is axes[5] else ["1", "2"]
        assert [text.get_text() for text in ax.texts] == numbers


def test_the_text_says_where_curves_begin_and_end():
    label = viz.show_curves(STEPS, LOSSES)[0].figure.get_label()
    assert f"{NAMES[0]} 3.00 to 1.00" in label and "30 steps" in label
