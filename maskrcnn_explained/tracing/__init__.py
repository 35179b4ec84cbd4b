"""Tracing: every tensor by name, the candidates of NMS, the biography of a detection, why not."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
