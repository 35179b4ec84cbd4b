"""Names and files of weights, checked before TensorFlow is imported."""

from __future__ import annotations

import os


def require_weights(weights: str | os.PathLike) -> None:
    """Raise `ValueError` for an unknown name, `FileNotFoundError` for a missing file."""
    from maskrcnn_explained.weights.published import DOWNLOADED, locate

    if weights not in DOWNLOADED:  # they are fetched on first use
        locate(weights)
