"""What dialect choices cost, drawn: rows in the order of stages, each number at its place."""

import numpy as np
import pytest

from maskrcnn_explained import viz
from maskrcnn_explained.viz.dialects import cost_rows, cost_table


def row(stage, name, *difference, noise=0.01):
    found = (np.array([0.9, 0.8, 0.6]) + difference).tolist()
    numbers = dict(found=found, difference=list(difference), noise=[noise] * 3, coins_found=23)
    numbers["coins_false_positives"] = 5
    return dict(stage=stage, name=name, **numbers)


@pytest.fixture
def costs():
    return dict(
        ious=[0.5, 0.75, 0.9],
        unchanged=[dict(found=[0.9, 0.8, 0.6], coins_found=24, coins_false_positives=0)],
        rows=[
            row("molding", "black", -0.02, -0.02, -0.02),
            row("RoIs", "rounded", -0.01, -0.02, -0.03),
            row("molding", "corner", 0.0, 0.0, -0.01),
            row("RoIs", "RoIPool", 0.0, -0.1, -0.5),
        ],
    )


def names(rows):
    return [row["name"] for row in rows]


def test_stages_stay_in_order_and_the_dearest_choice_of_each_is_last(costs):
    assert names(cost_rows(costs)) == ["corner", "black", "rounded", "RoIPool"]
    assert names(cost_rows(costs, ["RoIs"])) == ["rounded", "RoIPool"]


def test_an_unknown_stage_is_told_with_those_that_are_there(costs):
    for function in (cost_rows, cost_table, viz.show_dialect_costs):
        with pytest.raises(ValueError, match=r"\['heads'\]; there are: molding, RoIs"):
            function(costs, ["RoIs", "heads"])


def test_the_table_says_what_is_found_and_how_much_that_differs(costs):
    head, unchanged, *rows = cost_table(costs, ["RoIs"]).splitlines()
    assert head.split() == ["IoU", "0.5", "IoU", "0.75", "IoU", "0.9", "coins", "false"]
    assert unchanged.split() == ["nothing", "changed", "90.0", "80.0", "60.0", "24", "0"]
    cells = ["90.0", "+0.0±1.0", "70.0", "-10.0±1.0", "10.0", "-50.0±1.0"]
    assert rows[1].split() == ["RoIPool", *cells, "23", "5"]
    assert {len(line) for line in (head, unchanged, *rows)} == {len(head)}
    assert len(cost_table(costs, ["RoIs"], 20).splitlines()[0]) == len(head) - 11


def test_every_number_is_drawn_at_its_row(costs):
    ax = viz.show_dialect_costs(costs)
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels == ["corner", "black", "rounded", "RoIPool"]
    places = ax.get_yticks()
    for drawn, k in zip(ax.containers, range(3), strict=True):
        x, y = drawn.lines[0].get_data()
        np.testing.assert_allclose(x, [100 * r["found"][k] for r in cost_rows(costs)])
        np.testing.assert_array_equal(y, places)
        [whiskers] = drawn.lines[2]
        np.testing.assert_allclose([np.ptp(w[:, 0]) for w in whiskers.get_segments()], 4.0)
    assert {text.get_text() for text in ax.texts} == {"molding", "RoIs"}
    assert ax.yaxis_inverted()


def test_letters_are_large_enough_to_read(costs):
    ax = viz.show_dialect_costs(costs)
    assert ax.figure.get_figwidth() <= 7
    texts = [*ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels(), ax.xaxis.label]
    assert min(text.get_fontsize() for text in texts) >= 9
