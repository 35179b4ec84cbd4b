"""Real images with ground truth: coins, everyday photographs, nuclei under the microscope."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
