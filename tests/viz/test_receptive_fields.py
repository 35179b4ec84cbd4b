"""Receptive fields against a hand count and against gradients; their pictures."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from maskrcnn_explained import get_config
from maskrcnn_explained.backbone import build_backbone, receptive_fields
from maskrcnn_explained.viz import receptive_fields as viz

SMALL = get_config(
    "scenes", backbone_blocks=(1, 2, 1, 1), backbone_widths=(4, 4, 4, 4), backbone_stem=4
)

NAMES = ("C2", "C3", "C4", "C5")


def test_receptive_fields_counted_by_hand():
    # conv1: 7. pool1: + 2 * 2 = 11. One 3x3 at stride 4: + 8 = 19. Two at 8: + 32 = 51.
    # One at 16: + 32 = 83. One at 32: + 64 = 147. The padding of conv1 centres it at pixel 0,
    # whose middle is 0.5; pool1 pads only below and right, which moves the centre by 2.
    assert receptive_fields(SMALL) == {
        "C2": (19, 4, 2.5),
        "C3": (51, 8, 2.5),
        "C4": (83, 16, 2.5),
        "C5": (147, 32, 2.5),
    }


def test_receptive_fields_of_the_published_resnets():
    # Araujo et al. 2019, table of ResNets: 483 and 1027 pixels.
    assert receptive_fields(get_config("coco-resnet50"))["C5"][0] == 483
    assert receptive_fields(get_config("coco-resnet101"))["C5"][0] == 1027


@pytest.fixture(scope="module")
def seen():
    """Which pixels of 256 x 256 move one middle cell of each level: four [256, 256] bool."""
    # With positive kernels nothing cancels and no ReLU is shut: every path carries gradient.
    image = keras.Input((None, None, 3))
    net = keras.Model(image, build_backbone(image, SMALL))
    for weight in net.trainable_weights:
        if weight.name == "kernel":
            weight.assign(np.abs(weight.numpy()) + 0.1)
    pixels = tf.ones([1, 256, 256, 3])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(pixels)
        maps = net(pixels)
        cells = [tf.reduce_sum(m[0, m.shape[1] // 2, m.shape[2] // 2]) for m in maps]
    return [np.abs(tape.gradient(cell, pixels)[0]).max(-1) > 0 for cell in cells]


@pytest.mark.parametrize("level", range(4))
def test_receptive_fields_are_where_the_gradient_is(level, seen):
    seen, row = seen[level], 128 // 2 ** (level + 2)
    box = viz.field_box(receptive_fields(SMALL)[NAMES[level]], row, row).astype(int)
    y1, x1, y2, x2 = np.clip(box, 0, 256)
    assert not seen[:y1].any() and not seen[y2:].any()
    assert not seen[:, :x1].any() and not seen[:, x2:].any()
    # pool1 lets through one pixel of nine, so the outermost rows need not all be hit.
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    assert abs(rows[0] - y1) <= 4 and abs(rows[-1] + 1 - y2) <= 4
    assert abs(columns[0] - x1) <= 4 and abs(columns[-1] + 1 - x2) <= 4


def test_half_mass_side_of_a_point_and_of_a_plane():
    gradient = np.zeros((9, 9), np.float32)
    gradient[4, 4] = 1
    assert viz.half_mass_side(gradient, (4.5, 4.5)) == 1
    assert viz.half_mass_side(np.ones((9, 9), np.float32), (4.5, 4.5)) == 7  # 25 < 40.5 < 49


def test_pictures_say_the_sides_of_their_squares():
    rng = np.random.default_rng(5)
    image = rng.integers(0, 255, (64, 64, 3), np.uint8)
    fields, cells = receptive_fields(SMALL), dict.fromkeys(NAMES, (1, 1))
    gradients = {name: np.abs(rng.normal(size=(64, 64))) for name in NAMES}
    axes = viz.show_pixel_gradients(image, gradients, fields, cells)
    side = viz.half_mass_side(gradients["C3"], np.array([1, 1]) * 8 + 2.5)
    assert axes[0, 1].get_title() == f"C3: half within {side} of 51 pixels"
    assert f"C3 {side} of 51" in axes[0, 0].figure.get_label()
    ax = viz.show_receptive_fields(image, fields, cells)
    assert len(ax.patches) == 8 and "C5 147" in ax.figure.get_label()
