"""The command `train`: what it passes on, for Scenes and for your own data."""

import pathlib
import types

import pytest
from helpers import run

from maskrcnn_explained.cli import train_model as cli
from maskrcnn_explained.cli.options import RECIPE_NUMBERS, make_parser
from maskrcnn_explained.data.augmentation import AUGMENTATIONS
from maskrcnn_explained.presets import SCENES_CLASSES
from maskrcnn_explained.training import train as training
from maskrcnn_explained.weights import load
from maskrcnn_explained.weights.reference import HEADS


@pytest.fixture
def training_calls(monkeypatch, tiny):
    """A `train_scenes` that only records its arguments."""
    calls = []

    def train_scenes(model, recipe, folder, first, restart):
        calls.append((model, recipe, folder, first, restart))
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        return types.SimpleNamespace(history={"images_per_second": [9.0, 11.5, 12.0]})

    monkeypatch.setattr(training, "train_scenes", train_scenes)
    monkeypatch.setattr("maskrcnn_explained.model.build", lambda *a, **k: calls.append(k) or tiny)
    return calls


def test_train_takes_the_recipes_defaults(training_calls, here, capsys):
    code, out, _ = run(capsys, "train", "--folder", "run/a")
    assert code == 0 and "11.5 images per second" in out
    built, call = training_calls
    assert built == dict(seed=training.Recipe().seed)
    assert call[1:] == (training.Recipe(), pathlib.Path("run/a"), 0, False)
    assert (here / "run/a/weights.h5").exists()


def test_train_passes_every_field_of_the_recipe(training_calls, here, capsys, shipped):
    changes = dict(
        steps=7,
        batch_size=2,
        learning_rate=0.5,
        warmup_steps=0,
        schedule="cosine",
        weight_decay=0.125,
        clip_norm=1.5,
        stage="heads",
        steps_per_epoch=3,
        accumulate=1,
        validation_images=0,
        seed=4,
    )
    assert set(changes) == {*RECIPE_NUMBERS, "stage", "schedule"}
    assert set(vars(training.Recipe())) == set(changes) | {"optimizer"}
    given = [
        part
        for name, value in changes.items()
        for part in ("--" + name.replace("_", "-"), str(value))
    ]
    out = ("--weights-out", "mine.h5", "--weights", "scenes", "--first-scene", 120_000)
    out += ("--restart",)
    assert run(capsys, "train", "--folder", "run", *given, *out)[0] == 0
    call = (shipped, training.Recipe(**changes), pathlib.Path("run"), 120_000, True)
    assert training_calls == [call]
    assert (here / "mine.h5").exists()


@pytest.mark.parametrize(
    "option, given, change",
    [
        ("--image-min-side", 256, dict(image_min_side=256)),
        ("--image-min-side", 0, dict(image_min_side=None)),
        ("--smooth-l1-beta", 0.1, dict(smooth_l1_beta=0.1)),
        ("--precision", "mixed_bfloat16", dict(precision="mixed_bfloat16")),
    ],
)
def test_train_changes_the_model_as_asked(training_calls, here, capsys, option, given, change):
    assert run(capsys, "train", "--folder", "run", option, given)[0] == 0
    assert training_calls[0] == dict(seed=training.Recipe().seed) | change


def test_train_on_own_data(own_data, monkeypatch, capsys, tiny):
    """From scratch, and from the shipped weights with and without their heads."""
    calls, built = [], []
    history = types.SimpleNamespace(history={})
    monkeypatch.setattr(training, "train", lambda *given, **more: calls.append(given) or history)
    monkeypatch.setattr(load, "load", lambda *a, **k: built.append((a, k)) or tiny)
    monkeypatch.setattr("maskrcnn_explained.model.build", lambda *a, **k: built.append(k) or tiny)
    one = ("background", "thing")
    end = ("--validation", "data", "--augment", "photos", "--seed", 3)
    (own_data / "a").mkdir()
    assert run(capsys, "train", "--data", "data", "--folder", "a", *end)[0] == 0
    assert run(capsys, "train", "--data", "one", "--folder", "a", "--weights", "scenes")[0] == 0
    assert run(capsys, "train", "--data", "data", "--folder", "a", "--weights", "scenes")[0] == 0
    assert built == [
        dict(seed=3, class_names=SCENES_CLASSES),
        (("scenes",), dict(exclude=HEADS, seed=1, class_names=one)),
        (("scenes",), dict(exclude=(), seed=1, class_names=SCENES_CLASSES)),
    ]
    _, data, validation, recipe, folder, augment = calls[0]
    assert len(data) == len(validation) == 3 and recipe.seed == 3 and folder.name == "a"
    assert augment == AUGMENTATIONS["photos"] and calls[1][2] is None and calls[1][5] is None
    assert (own_data / "a" / "weights.h5").exists()


def test_train_starts_from_weights_of_other_classes(own_data, monkeypatch):
    """The heads stay fresh, on Scenes as on your own data; named weights are not read for it."""
    built = []
    monkeypatch.setattr(load, "load", lambda *a, **k: built.append((a, k)))
    monkeypatch.setattr(load, "read_stored", None)
    for options in ([], ["--data", "data"]):
        for name in ("coco", "nuclei", "scenes"):
            given = make_parser((cli.train,)).parse_args(["train", "--weights", name, *options])
            cli._student(given, 1, cli.own_data(given)[0])
    fresh = dict(exclude=HEADS, seed=1, class_names=SCENES_CLASSES)
    kept = dict(exclude=(), seed=1)
    assert built == [
        (("coco",), fresh),
        (("nuclei",), fresh),
        (("scenes",), kept),
        (("coco",), fresh),
        (("nuclei",), fresh),
        (("scenes",), kept | dict(class_names=SCENES_CLASSES)),
    ]


def test_validation_takes_the_image_folder_of_training(own_data):
    (own_data / "val.json").write_text((own_data / "data" / "annotations.json").read_text())
    given = make_parser((cli.train,)).parse_args(
        [
            "train",
            "--data",
            "data/annotations.json",
            "--image-folder",
            "data/images",
            "--validation",
            "val.json",
        ]
    )
    data, validation = cli.own_data(given)
    assert validation.paths == data.paths


def test_the_end_of_a_run_says_how_good_it_is(tmp_path):
    assert cli._measured(tmp_path) == []
    lines = [(1, 0.5, 0.6), (2, 0.75, 0.9), (3, 0.25, 0.5)]
    text = '{{"epoch": {}, "val_mask_AP": {}, "val_mask_AP50": {}}}\n'
    (tmp_path / "log.jsonl").write_text("".join(text.format(*line) for line in lines[:2]))
    assert cli._measured(tmp_path) == ["Last epoch: mask AP 0.750, AP50 0.900"]
    (tmp_path / "log.jsonl").write_text("".join(text.format(*line) for line in lines))
    last, best = cli._measured(tmp_path)
    assert last == "Last epoch: mask AP 0.250, AP50 0.500"
    assert best == f"Best: epoch 2, 0.750: {tmp_path / 'best.h5'}"
