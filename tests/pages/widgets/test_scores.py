"""The score threshold: precision, recall, masks and the area under the curve."""

import numpy as np
import pytest
from helpers import found_of, numbers_in, set_slider

from maskrcnn_explained.evaluation.precision_recall import area_under_curve, precision_recall
from maskrcnn_explained.pages.widgets.scores import scores_widget


@pytest.fixture(scope="module")
def widget(scored):
    scene, found, hits = scored
    return scores_widget(
        scene.image, found, hits, scene.boxes, (found.scores, hits, len(scene)), 0.772
    )


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.9])
def test_score_threshold_moves_the_point(widget, scored, open_page, threshold):
    scene, found, hits = scored
    page = open_page(widget.page)
    set_slider(page, "threshold", threshold)
    number = int((np.round(found.scores, 3) >= threshold).sum())
    precision, recall = precision_recall(found.scores, hits, len(scene))
    shown = numbers_in(page.locator("#numbers").inner_text())
    assert shown == pytest.approx([number, precision[number - 1], recall[number - 1]], abs=0.006)


def test_it_shows_masks_classes_and_the_area(widget, scored, open_page):
    scene, found, hits = scored
    page = open_page(widget.page)
    set_slider(page, "threshold", 0.5)
    number = int((np.round(found.scores, 3) >= 0.5).sum())
    labels = page.locator("#picture text.label").all_text_contents()
    assert len(labels) == number and any(label.startswith("star ") for label in labels)
    assert sum("wrong" in label for label in labels) == number - hits[:number].sum()
    assert page.locator("#picture path").count() == number
    area = area_under_curve(*precision_recall(found.scores, hits, len(scene)))
    assert float(page.locator("#area").inner_text()) == pytest.approx(area, abs=6e-4)
    assert "COCO's AP50 of these images: 0.772" in page.locator("body").inner_text()


def test_nothing_found(scored, open_page):
    scene, none = scored[0], found_of([], [], [])
    page = open_page(
        scores_widget(scene.image, none, np.zeros(0, bool), scene.boxes, ([], [], 3)).page
    )
    assert "0 detections" in page.locator("#numbers").inner_text()
    assert page.locator("#area").inner_text() == "0.000"


def test_bad_arguments(scored):
    scene, found, hits = scored
    with pytest.raises(ValueError, match="do not fit together"):
        scores_widget(scene.image, found, hits[:-1], scene.boxes, (found.scores, hits, 5))
    with pytest.raises(ValueError, match="ap50"):
        scores_widget(scene.image, found, hits, scene.boxes, (found.scores, hits, 5), 77.2)
