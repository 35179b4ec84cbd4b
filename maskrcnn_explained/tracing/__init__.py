"""One detection's story: every tensor by name, what competed, where it came from, why not."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
