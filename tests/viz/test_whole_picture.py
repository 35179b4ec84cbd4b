"""Pictures of the whole model at once."""

import numpy as np
import pytest
from helpers import titles
from matplotlib.colors import to_hex

import maskrcnn_explained as mrx
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz import whole_picture as viz


def test_six_panels_with_a_box_and_a_tint_per_detection(traced, photo, pasted):
    axes = viz.show_whole_picture(photo, traced, pasted, traced.config, boxes=7)
    assert titles(axes)[4] == "5  the 7 best proposals" and len(axes[1, 1].patches) == 7
    assert len(axes[1, 2].patches) == 3 == len(axes[1, 2].images) - 1
    assert "7 best proposals" in axes[0, 0].figure.get_label()


def test_proposals_have_the_colours_of_their_levels(traced, photo, pasted):
    axes = viz.show_whole_picture(photo, traced, pasted, traced.config, boxes=30)
    size = photo.shape[:2]
    levels = mrx.anchors.anchor_levels(size, traced.config)[traced["proposal_anchors"][:30]]
    names = [mrx.config.LEVELS[level] for level in levels]
    drawn = [to_hex(patch.get_edgecolor()).upper() for patch in axes[1, 1].patches]
    assert drawn == [style.LEVEL_COLOURS[name] for name in names]
    legend = [text.get_text() for text in axes[1, 1].get_legend().get_texts()]
    assert legend == sorted(set(names)) and len(legend) > 1


def test_best_of_levels_by_hand():
    maps = [np.zeros((4, 4)), np.array([[0.5, 0], [0, 0.1]]), np.array([[0.2]])]
    best = [[0.5, 0.5, 0.2, 0.2], [0.5, 0.5, 0.2, 0.2], [0.2] * 4, [0.2] * 4]
    assert viz.best_of_levels(maps).tolist() == best


def test_objectness_panel_is_the_best_of_all_levels(traced, photo, pasted):
    axes = viz.show_whole_picture(photo, traced, pasted, traced.config)
    drawn = axes[1, 0].images[0].get_array()
    assert drawn.max() == pytest.approx(traced["rpn_probs"][:, 1].max())
    maps = mrx.viz.objectness_maps(traced["rpn_probs"][:, 1], photo.shape[:2])
    assert (drawn[::16, ::16] >= maps[4]).all()


def test_molding_draws_the_window(traced, photo):
    axes = viz.show_molding(traced.image, photo, traced["window"])
    assert titles(axes) == ["image: 303 x 384", "molded image: 320 x 384"]
    assert axes[0, 1].patches[0].get_height() == 303


def test_anchor_overview_counts_every_level(photo, traced):
    axes = viz.show_anchor_overview(photo, traced.config)
    shapes = 5 * len(traced.config.anchor_ratios)
    assert len(axes[0, 0].patches) == len(axes[0, 1].patches) == shapes
    assert titles(axes)[2] == f"{len(traced['anchors']):,} anchors in all"
    assert np.ptp(axes[0, 1].get_xlim()) == photo.shape[1] / 4


def test_before_is_dotted_and_after_is_solid(photo):
    boxes = np.array([[10, 10, 50, 50.0], [20, 20, 60, 60]])
    axes = viz.show_before_after(photo, boxes, boxes + 2, ["P3", "P4"])
    assert {patch.get_linestyle() for patch in axes[0, 0].patches} == {":"}
    assert {patch.get_linestyle() for patch in axes[0, 1].patches} == {"-"}
    assert axes[0, 1].patches[1].get_x() == 22


def test_objectness_of_named_levels(traced, photo):
    maps = mrx.viz.objectness_maps(traced["rpn_probs"][:, 1], photo.shape[:2])
    axes = viz.show_objectness_on(photo, maps, ["P3", "P4"])
    assert titles(axes) == ["molded image", "objectness on P3", "objectness on P4"]
    assert (axes[0, 2].images[0].get_array() == maps[2]).all()
