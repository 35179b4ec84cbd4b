"""The pictures of notebook 09: figures come back as axes and say the right numbers."""

import numpy as np

from maskrcnn_explained import viz
from maskrcnn_explained.evaluation import precision_recall


def squares(*places):
    masks = np.zeros((len(places), 64, 96), bool)
    for mask, (y, x) in zip(masks, places, strict=True):
        mask[y : y + 16, x : x + 16] = True
    return masks


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_iou_pairs_colour_what_is_not_common():
    mask, other = squares((0, 0), (0, 8))
    axes = viz.show_ious([(mask, other)], ["half"])
    colours = axes[0].images[0].get_array()
    np.testing.assert_allclose(colours[0, 8], 1)  # common
    np.testing.assert_allclose(colours[0, 0], (0.84, 0.37, 0.0))  # the first alone
    np.testing.assert_allclose(colours[0, 20], (0.34, 0.71, 0.91))  # the second alone
    [said] = axes[0].figure.legends
    assert [text.get_text() for text in said.get_texts()][1] == "in the first alone"


def test_iou_grid_leaves_out_zeros():
    ax = viz.show_iou_grid(np.array([[0.9, 0.0]]), ["disk 0.95"], ["disk", "star"])
    assert words(ax) == ["0.90"]


def test_the_curve_is_the_envelope_and_its_label_the_area():
    curve = precision_recall.precision_recall([0.9, 0.8, 0.7], [True, False, True], 2)
    ax = viz.show_precision_recall({"": curve}, teeth=True)
    assert ax.get_legend().get_texts()[0].get_text() == "AP 0.83"
    x, y = ax.lines[0].get_data()
    np.testing.assert_allclose(x, [0, 0.5, 1])
    np.testing.assert_allclose(y, [1, 1, 2 / 3])
    marks = ax.lines[2].get_ydata()
    np.testing.assert_allclose(marks.mean(), precision_recall.area_under_curve(*curve))


def test_bars_and_lines():
    ax = viz.show_ap_by_threshold({"masks": [0.8, 0.4]}, [0.5, 0.95])
    assert ax.get_legend().get_texts()[0].get_text() == "masks: mean 0.60"
    ax = viz.show_proposal_recall([10, 100], {"IoU of 0.5": [0.5, 1.0]})
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.5, 1.0])
    ax = viz.show_proposal_recall([10, 800], {"IoU of 0.5": [0.5, 1.0]}, last="all (about 800)")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["10", "all (about 800)"]


def test_ablation_has_a_dot_for_each_run_and_the_mean():
    runs = [
        dict(operator="roi_align", seed=1, AP=0.5, AP75=0.3),
        dict(operator="roi_align", seed=2, AP=0.7, AP75=0.5),
        dict(operator="roi_pool", seed=1, AP=0.4, AP75=0.2),
    ]
    axes = viz.show_ablation(runs, {"AP": "mask AP", "AP75": "mask AP75"})
    assert [ax.get_title() for ax in axes] == ["mask AP", "mask AP75"]
    assert axes[0].get_ylim()[0] > 0.3
    assert viz.show_ablation(runs, {"AP": "mask AP"}, from_zero=True)[0].get_ylim()[0] == 0
    labels = [label.get_text() for label in axes[0].get_xticklabels()]
    assert labels == ["roi\nalign\n0.600", "roi\npool\n0.400"]
    lines = [tuple(line.get_ydata()) for line in axes[0].lines]
    assert (0.5, 0.4) in lines, "the runs of seed 1 are joined"
    assert (0.5, 0.7) in lines, "a dot for each run"


def test_the_envelope_ends_at_its_last_hit():
    """A false alarm below it lowers precision, not the best precision at that recall."""
    curve = np.array([1.0, 0.5, 2 / 3, 0.5]), np.array([0.5, 0.5, 1.0, 1.0])
    ax = viz.show_precision_recall({"disk": curve}, colours=["red"])
    np.testing.assert_allclose(ax.lines[0].get_xdata(), [0, 0.5, 1.0])
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [1, 1, 2 / 3])
    assert ax.lines[0].get_color() == "red"
