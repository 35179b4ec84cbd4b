"""Names of weights are checked before TensorFlow is imported."""

import pytest

from maskrcnn_explained.cli.weight_names import require_weights


def test_names_and_files(tmp_path):
    for known in ("scenes", "nuclei", "coco", "coco-torchvision"):
        require_weights(known)
    (tmp_path / "mine.h5").touch()
    require_weights(tmp_path / "mine.h5")


@pytest.mark.parametrize(
    ("weights", "kind", "message"),
    [
        ("sceens", ValueError, "No weights are called .sceens.; there are: scenes, nuclei, coco, "),
        ("folder/none.h5", FileNotFoundError, "no weights file at"),
    ],
)
def test_what_is_not_there_is_refused(weights, kind, message):
    with pytest.raises(kind, match=message):
        require_weights(weights)
