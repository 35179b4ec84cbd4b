"""Scenes: a data set that needs no download; each image is composed from its number."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
