"""maskrcnn_explained: learn how Mask R-CNN works by running it.

    import maskrcnn_explained as mrx
    model = mrx.load("scenes")
    found = model.detect(image)

Importing this package is quick: each name is imported when it is first used, and TensorFlow with
the first name that needs it. The names are listed in `__init__.pyi`, which editors read as well.
"""

import lazy_loader

from maskrcnn_explained._keras_lookup import register_with_keras

__version__ = "0.2.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
register_with_keras()
