"""Which images of a list run together: those of one molded size, a few at a time.

In one batch all images share one canvas. If their own canvases differ, the smaller images lie
elsewhere on it than they would alone, and the network does not see quite the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from maskrcnn_explained.config import Config
from maskrcnn_explained.data.molding import molded_size, resized_size

# Of one batch: a list of 64 photographs at once would need 80 MB per image.
LARGEST_BATCH = 8
LARGEST_AREA = 8 * 512 * 512  # pixels of all molded images together


def batches_of_one_size(sizes: Sequence[tuple[int, int]], config: Config) -> list[list[int]]:
    """Put images into batches, so that each is molded as it would be alone.

    Args:
        sizes: (H, W) of each image, pixels.
        config: how images are molded.

    Returns:
        Lists of indices; each image stands in one of them.
    """
    groups: dict[tuple[int, int], list[int]] = {}
    for index, (height, width) in enumerate(sizes):
        canvas = molded_size(*resized_size(height, width, config), config)
        groups.setdefault(canvas, []).append(index)
    batches = []
    for (height, width), members in groups.items():
        count = max(1, min(LARGEST_BATCH, LARGEST_AREA // (height * width)))
        batches += [members[i : i + count] for i in range(0, len(members), count)]
    return batches
