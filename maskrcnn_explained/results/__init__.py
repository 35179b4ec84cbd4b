"""What the user gets: detections, their masks, files of them, and how tiles become one result."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
