"""What options accept: numbers in their range, names of classes."""

import argparse

import pytest

from maskrcnn_explained.cli.option_values import amount, class_names, count, score
from maskrcnn_explained.cli.option_values import whole_number as whole


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (score, ["0", "0.5", "1"], ["-0.1", "1.5", "nan", "high"]),
        (whole, ["1", "500"], ["0", "1.5", "-1", ""]),
        (count, ["0", "7"], ["-1", "2.5", "many"]),
        (amount, ["0.1", "3"], ["0", "-1", "inf", "nan"]),
    ],
)
def test_numbers_in_their_range(kind, good, bad):
    assert [float(kind(text)) for text in good] == [float(text) for text in good]
    for text in bad:
        with pytest.raises(argparse.ArgumentTypeError, match="must"):
            kind(text)


def test_names_of_classes():
    wanted = ("background", "nut", "hex bolt")
    for given in ("nut,hex bolt", "background,nut,hex bolt", " nut , hex bolt "):
        assert class_names(given) == wanted
    for bad in ("", "background", "nut,,bolt", "nut,nut", "nut,background", ","):
        with pytest.raises(argparse.ArgumentTypeError, match="different names with commas"):
            class_names(bad)
