"""Read data sets in the formats of COCO and VIA, and from folders of masks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
