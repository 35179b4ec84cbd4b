"""Export: the model for other programs, as a TensorFlow SavedModel or an ONNX file."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
