"""Interactive pictures for notebooks: anchors, NMS, deltas, RoIs, scores."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
