"""The options of the command: names from other modules, and numbers in their range."""

import argparse

import pytest

from maskrcnn_explained.cli.commands import COMMANDS
from maskrcnn_explained.cli.options import (
    AUGMENTATION_NAMES,
    amount,
    class_names,
    count,
    make_parser,
    score,
)
from maskrcnn_explained.cli.options import whole_number as whole
from maskrcnn_explained.data.augmentation import AUGMENTATIONS
from maskrcnn_explained.training.recipe import Recipe


def test_names_of_augmentations():
    assert tuple(AUGMENTATIONS) == AUGMENTATION_NAMES


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


def test_every_command_with_weights_takes_their_classes():
    for command in COMMANDS:
        if command.__name__ in ("progress", "quiz", "doctor"):  # take no weights
            continue
        output = [] if command.__name__ in ("train", "evaluate") else ["-o", "x"]
        given = make_parser(COMMANDS).parse_args(
            [command.__name__, *output, "--weights", "a.pth", "--class-names", "nut"]
        )
        assert given.class_names == ("background", "nut")


def test_defaults_of_the_recipe_are_only_in_recipe():
    given = make_parser(COMMANDS).parse_args(["train"])
    assert not set(vars(Recipe())) & set(vars(given))


def test_every_command_says_what_it_does(capsys):
    with pytest.raises(SystemExit):
        make_parser(COMMANDS).parse_args(["--help"])
    out = capsys.readouterr().out
    assert all(command.__name__ in out for command in COMMANDS)
