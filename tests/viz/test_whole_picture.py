"""Pictures of the whole model at once."""

import numpy as np
import pytest
from helpers import titles
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.masks import paste_masks
from maskrcnn_explained.viz import whole_picture as viz


@pytest.fixture(scope="module")
def traced(trained):
    return mrx.trace(trained, data.coins(), 0.5, keep=("C3", "P3", "box_features", "mask_features"))


@pytest.fixture(scope="module")
def photo(traced):
    return mrx.viz.visible_image(traced["molded_image"], traced.config.mean_pixel)


@pytest.fixture(scope="module")
def pasted(traced, photo):
    return paste_masks(traced["masks"][:3], traced["detection_boxes"][:3], photo.shape[:2])


def test_six_panels_with_a_box_and_a_tint_per_detection(traced, photo, pasted):
    axes = viz.show_whole_picture(photo, traced, pasted, traced.config, boxes=7)
    assert titles(axes)[4] == "5  the 7 best proposals" and len(axes[1, 1].patches) == 7
    assert len(axes[1, 2].patches) == 3 == len(axes[1, 2].images) - 1


def test_molding_draws_the_window(traced, photo):
    axes = viz.show_molding(traced.image, photo, traced["window"])
    assert titles(axes) == ["image: 303 x 384", "molded image: 320 x 384"]
    assert axes[0, 1].patches[0].get_height() == 303


def test_anchor_overview_counts_every_level(photo, traced):
    axes = viz.show_anchor_overview(photo, traced.config)
    assert len(axes[0, 0].patches) == 5 * len(traced.config.anchor_ratios)
    assert titles(axes)[1] == f"{len(traced['anchors']):,} anchors in all"


def test_one_instance_through_the_heads(traced, photo, pasted):
    names = traced.config.class_names
    axes = viz.show_one_instance(photo, traced, 0, pasted[0], names)
    assert "7 x 7 for the box head" in titles(axes) and "28 x 28, disk" in titles(axes)
    assert len(axes[0, 2].patches) == len(names)


def test_a_mask_close_up(photo, pasted, traced):
    ax = viz.show_mask_close(photo, pasted[0], traced["detection_boxes"][0], "#E69F00")
    sides = np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())
    assert sides[0] == pytest.approx(sides[1]) and sides[0] < 100
