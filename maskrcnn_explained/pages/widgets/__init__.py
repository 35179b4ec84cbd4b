"""Interactive pictures for notebooks: anchors, NMS, deltas, RoIs, scores, the FPN, matching."""

import lazy_loader

from maskrcnn_explained._told import told

_lookup, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = told(__name__, _lookup)
