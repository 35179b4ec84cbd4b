"""The visual language: colours that mean one thing, boxes where their numbers say, alternatives."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.viz import marks, style


def test_levels_have_colours_of_their_own_and_share_them_with_their_backbone_map():
    assert len({style.LEVEL_COLOURS[level] for level in LEVELS}) == 5
    assert all(style.LEVEL_COLOURS[f"C{i}"] == style.LEVEL_COLOURS[f"P{i}"] for i in (2, 3, 4, 5))


def test_background_is_grey_and_colours_repeat_after_the_seventh_class():
    assert style.class_colour(0) == "#999999"
    assert len({style.class_colour(i) for i in range(8)}) == 8
    assert style.class_colour(8) == style.class_colour(1)


def test_images_and_boxes_lie_in_continuous_coordinates():
    ax = style.show_image(np.zeros((4, 6, 3), np.uint8))
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 6), (4, 0))
    marks.draw_box(ax, (1, 2, 3, 5), "white")
    patch = ax.patches[-1]
    assert (patch.get_xy(), patch.get_width(), patch.get_height()) == ((2, 1), 3, 2)


def test_a_map_is_drawn_in_pixels_of_the_image():
    ax = style.show_map(np.zeros((4, 6)), stride=8, bar="score")
    assert ax.images[0].get_extent() == [0, 48, 32, 0]


def test_figures_are_saved_for_slides(tmp_path, monkeypatch):
    monkeypatch.setenv(style.FIGURES, str(tmp_path / "03_rpn"))
    monkeypatch.setattr("IPython.display.display", lambda *_, **__: None)
    style.show(style.new_axes(), "empty")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".png", ".svg"]


def test_figures_are_the_same_bytes_on_every_run():
    def draw():
        return style.to_png(style.show_image(np.zeros((4, 6, 3), np.uint8)).figure)

    assert draw() == draw() and draw().startswith(b"\x89PNG")


def test_a_figure_in_few_colours_is_a_smaller_file_and_looks_alike():
    def draw(colours):
        image = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
        return style.to_png(style.show_image(image).figure, 60, colours)

    whole, few = draw(0), draw(200)
    assert len(few) < 0.7 * len(whole) and few == draw(200)
    pictures = [np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int) for png in (whole, few)]
    assert len(np.unique(pictures[1].reshape(-1, 3), axis=0)) <= 200
    assert np.abs(pictures[0] - pictures[1]).mean() < 12


def test_few_colours_keep_the_colour_of_a_thin_line():
    image = np.random.default_rng(0).integers(0, 150, (40, 60, 3), np.uint8)
    ax = marks.draw_box(style.show_image(image), (5, 5, 9, 9), style.class_colour(6), width=3)
    few = Image.open(io.BytesIO(style.to_png(ax.figure, 60, 100)))
    pixels = np.asarray(few.convert("RGB"), int)
    assert np.abs(pixels - (0xF0, 0xE4, 0x42)).sum(-1).min() < 20


def test_show_gives_the_picture_and_its_text_alternative(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *a, **k: shown.append((a[0], k)))
    style.show(style.new_axes(), "An empty picture.")
    [(content, options)] = shown
    assert content["text/plain"] == "Figure: An empty picture."
    assert base64.b64decode(content["image/png"]).startswith(b"\x89PNG")
    assert options["metadata"]["image/png"]["alt"] == "An empty picture."


def test_a_figure_tells_its_own_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *a, **k: shown.append(a[0]))
    axes = style.with_alt(style.axes_grid(1, 2, 1.0), "Two empty panels.")
    style.show(axes, "Both are white.")
    assert shown[0]["text/plain"] == "Figure: Two empty panels. Both are white."


def test_a_figure_without_text_is_an_error():
    with pytest.raises(ValueError, match="with_alt"):
        style.show(style.new_axes())
