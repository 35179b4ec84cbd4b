"""Pictures of every stage, one module per stage; `style` holds the shared visual language."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
