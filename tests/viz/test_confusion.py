"""The confusion matrix with pictures."""

import numpy as np

from maskrcnn_explained import viz
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections


def test_each_cell_has_its_number_and_a_picture_of_its_first_case():
    masks = np.zeros((2, 40, 40), bool)
    masks[0, 4:14, 4:14] = masks[1, 24:34, 20:36] = True
    sample = Sample(np.full((40, 40, 3), 90, np.uint8), masks, np.array([1, 2], np.int32))
    found = Detections(
        boxes=sample.boxes,
        class_ids=[1, 1],
        class_names=["disk", "disk"],
        scores=[0.9, 0.8],
        masks=masks,
        mask_probs=masks,
    )
    cells = {(1, 1): [(0, 0, 0)], (2, 0): [(0, -1, 1)], (0, 1): [(0, 1, -1)]}
    axes = viz.show_confusion(cells, [sample], [found], ["background", "disk", "star"])
    titles = [[ax.get_title() for ax in row] for row in axes]
    assert titles == [["1", "0", "0"], ["0", "0", "1"], ["1", "0", ""]]
    assert [ax.get_ylabel() for ax in axes[:, 0]] == [
        "true: disk",
        "true: star",
        "true: no free object",
    ]
    assert axes[2, 2].get_xlabel() == "found: nothing"
    pictures = [[len(ax.images) > 0 for ax in row] for row in axes]
    assert pictures == [[True, False, False], [False, False, True], [True, False, False]]
    left, right = axes[1, 2].get_xlim()
    assert left <= 20 and right >= 36 and right - left < 40
    assert "star as nothing 1" in viz.style.figure_of(axes).get_label()
