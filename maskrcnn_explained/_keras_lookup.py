"""Keras finds MaskRCNN in a `.keras` file, although this package imports its modules late.

Keras 3 looks up the class of a file in its registry only; it imports no module of other packages
than its own (`keras.src.saving.serialization_lib`). The decorator of `MaskRCNN` registers it, but
model.py, and TensorFlow with it, are imported when they are first used. So a stand-in is registered
that imports model.py when a file asks for it: at once if Keras is imported already, else right
after Keras is, which Python's import system tells (`sys.meta_path`).
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from typing import Any

from maskrcnn_explained._backend import require_tensorflow

REGISTERED = "maskrcnn_explained>MaskRCNN"  # package and class, as Keras writes them


class MaskRCNNInFiles:
    """What Keras finds until model.py is imported, which registers the class itself."""

    @staticmethod
    def from_config(config: dict[str, Any]) -> Any:
        """The MaskRCNN of this configuration, as `MaskRCNN.from_config`."""
        import maskrcnn_explained

        return maskrcnn_explained.MaskRCNN.from_config(config)


class AfterKeras(importlib.abc.MetaPathFinder):
    """Waits for the first import of Keras, registers the stand-in after it, and is gone."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """How Keras is imported; of other modules nothing."""
        if fullname != "keras":
            return None
        sys.meta_path.remove(self)  # the other finders know where Keras is
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            run_module = spec.loader.exec_module

            def run_and_register(module: Any) -> None:
                require_tensorflow()
                run_module(module)
                if self in sys.meta_path:
                    sys.meta_path.remove(self)
                register()

            spec.loader.exec_module = run_and_register  # type: ignore[method-assign]
        return spec


def register() -> None:
    """Enter the stand-in in Keras' registry, unless the class itself is there."""
    import keras

    keras.saving.get_custom_objects().setdefault(REGISTERED, MaskRCNNInFiles)


def register_with_keras() -> None:
    """Register now if Keras is imported, else as soon as it is.

    Raises `RuntimeError` if Keras is imported with another backend than TensorFlow; if it is not
    yet, its import will raise it.
    """
    if "keras" in sys.modules:
        require_tensorflow()
        register()
    else:
        sys.meta_path.insert(0, AfterKeras())
