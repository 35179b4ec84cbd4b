"""Names of weights are checked before TensorFlow is imported."""

import argparse

import pytest

from maskrcnn_explained.cli.weight_names import loaded, require_weights


def test_names_and_files(tmp_path):
    for known in ("scenes", "nuclei", "photos", "coco", "coco-torchvision"):
        require_weights(known)
    (tmp_path / "mine.h5").touch()
    require_weights(tmp_path / "mine.h5")


@pytest.mark.parametrize(
    ("weights", "kind", "message"),
    [
        ("sceens", ValueError, "No weights are called .sceens.; there are: scenes, nuclei, photos"),
        ("folder/none.h5", FileNotFoundError, "no weights file at"),
    ],
)
def test_what_is_not_there_is_refused(weights, kind, message):
    with pytest.raises(kind, match=message):
        require_weights(weights)


def test_a_model_with_the_classes_of_the_option(monkeypatch):
    from maskrcnn_explained.weights import load

    monkeypatch.setattr(load, "load", lambda weights, **changes: (weights, changes))
    given = argparse.Namespace(weights="mine.pth", class_names=None)
    assert loaded(given, detections=5) == ("mine.pth", {"detections": 5})
    given.class_names = ("background", "nut")
    assert loaded(given) == ("mine.pth", {"class_names": ("background", "nut")})
