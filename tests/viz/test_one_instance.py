"""Pictures of one detection and of what was found and missed."""

import numpy as np
from helpers import titles

import maskrcnn_explained as mrx
from maskrcnn_explained.viz import one_instance as viz


def view_of(ax):
    return (*ax.get_xlim(), *ax.get_ylim())


def test_one_instance_through_the_heads(traced, photo, pasted):
    names = traced.config.class_names
    axes = viz.show_one_instance(photo, traced, 0, pasted[0], names)
    assert "7 x 7 for the box head" in titles(axes) and "28 x 28, disk" in titles(axes)
    assert len(axes[0, 2].patches) == len(names)
    assert "a disk" in axes[0, 0].figure.get_label()


def test_a_cut_mask_has_one_zoom_for_both_panels(photo):
    masks = np.zeros((2, *photo.shape[:2]), bool)
    masks[0, 10:30, 10:30] = masks[1, 10:50, 10:40] = True
    boxes = np.array([[10, 10, 30, 30.0], [10, 10, 50, 40]])
    left, right = viz.show_cut_mask(photo, masks, boxes, "#E69F00")[0]
    assert view_of(left) == view_of(right)
    assert left.get_xlim()[0] < 10 and left.get_ylim()[0] > 50
    assert np.ptp(left.get_xlim()) == np.ptp(left.get_ylim()) < 100
    assert left.patches[0].get_linestyle() == ":" and right.patches[0].get_linestyle() == "-"


def test_truth_and_found_draw_what_was_missed(trained):
    sample = mrx.Scenes("test", 4)[3]
    found = trained.detect(sample.image, min_score=0.7)
    missed = np.arange(len(sample.class_ids)) < 2
    names = trained.config.class_names
    left, right = viz.show_truth_and_found(sample, found, names, missed, "at 0.7")[0]
    assert titles([left, right]) == [f"ground truth: {len(missed)} objects", "at 0.7"]
    assert len(left.patches) == len(missed) and len(right.patches) == len(found) + 2
    texts = [text.get_text() for text in right.texts]
    assert texts.count("missed") == 2 and f"{found.scores[0]:.2f}" in texts
    assert "2 missed" in left.figure.get_label() and "3 stars" in left.figure.get_label()


def test_nothing_found():
    sample = mrx.Scenes("test", 1)[0]
    nothing = mrx.Detections.from_coco([], ("background", "disk"), sample.image.shape[:2])
    names = mrx.get_config("scenes").class_names
    axes = viz.show_truth_and_found(sample, nothing, names, np.zeros(len(sample.class_ids), bool))
    assert "scores: nothing; 0 missed" in axes[0, 0].figure.get_label()


def test_found_on_grey_photographs(trained):
    samples = [mrx.Scenes("test", 2)[i] for i in range(2)]
    results = [trained.detect(sample.image, min_score=0.7) for sample in samples]
    axes = viz.show_found_on_grey(samples, results, ["one", "two"])
    assert titles(axes) == ["one", "two"]
    assert axes[0, 0].images[0].get_array().ndim == 2
    assert f"two: {results[1].class_names[0]}" in axes[0, 0].figure.get_label()
