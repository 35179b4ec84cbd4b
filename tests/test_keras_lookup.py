"""Keras loads a `.keras` file after `import maskrcnn_explained` alone, whichever comes first."""

import sys

import pytest

from maskrcnn_explained._keras_lookup import AfterKeras

ORDERS = [
    "import maskrcnn_explained, keras",
    "import keras, maskrcnn_explained",
    "import maskrcnn_explained, tensorflow; keras = tensorflow.keras",
    "import maskrcnn_explained.boxes, keras",  # a module of ours that imports Keras itself
    "import importlib.util, maskrcnn_explained; importlib.util.find_spec('keras'); import keras",
]
LOAD = """
import sys
model = keras.models.load_model(sys.argv[1])
print(model.config.name, type(model) is maskrcnn_explained.MaskRCNN)
print([finder for finder in sys.meta_path if type(finder).__name__ == "AfterKeras"])
"""


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
def test_keras_finds_the_class(tiny, tmp_path, start_process, order):
    tiny.save(tmp_path / "m.keras")
    process = start_process(sys.executable, "-c", f"{order}{LOAD}", tmp_path / "m.keras")
    said, complaints = process.communicate()
    assert said.split("\n")[:2] == [f"{tiny.config.name} True", "[]"], complaints


def test_other_imports_are_left_alone():
    assert AfterKeras().find_spec("keras_hub") is None and AfterKeras().find_spec("json") is None


def test_the_class_itself_is_registered_once_it_is_imported():
    import keras

    from maskrcnn_explained._keras_lookup import REGISTERED, MaskRCNNInFiles, register
    from maskrcnn_explained.model import MaskRCNN

    register()
    assert keras.saving.get_custom_objects()[REGISTERED] is MaskRCNN
    config = {"config": {"backbone": 3}, "seed": 0, "name": "m"}
    with pytest.raises((ValueError, TypeError)):
        MaskRCNNInFiles.from_config(config)
