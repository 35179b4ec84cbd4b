"""Compare detections with ground truth: COCO's AP, AP by hand, kinds of mistakes, the exam."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
