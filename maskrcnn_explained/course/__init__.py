"""About the notebooks: the gallery of their figures, and the catalogue of what they show."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
