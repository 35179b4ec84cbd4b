"""The model live in a page: every stage computed there, every setting to be turned."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
