"""The options of the command: names from other modules."""

import pytest

from maskrcnn_explained.cli.commands import COMMANDS
from maskrcnn_explained.cli.options import AUGMENTATION_NAMES, make_parser
from maskrcnn_explained.data.augmentation import AUGMENTATIONS
from maskrcnn_explained.training.recipe import Recipe


def test_names_of_augmentations():
    assert tuple(AUGMENTATIONS) == AUGMENTATION_NAMES


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
