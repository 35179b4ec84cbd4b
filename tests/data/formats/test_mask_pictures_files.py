"""Files of masks with few or many bits, and files that end early."""

import io

import numpy as np
import pytest
from picture_files import png_of_16_bits, written
from PIL import Image

from maskrcnn_explained.data.formats.mask_pictures import instance_mask, label_map_masks
from maskrcnn_explained.data.image_files import ImageFileError

LABELS = np.zeros((40, 60), np.uint8)
LABELS[5:15, 5:15] = 3
LABELS[20:35, 30:50] = 7


def test_a_label_map_of_1_bit(tmp_path):
    Image.fromarray(LABELS == 3).save(tmp_path / "a.png")
    masks, voids = label_map_masks(tmp_path / "a.png")
    np.testing.assert_array_equal(masks.full(), [LABELS == 3])
    assert voids == 0


def test_colours_of_16_bits_in_a_png(tmp_path):
    """They differ in their lower 8 bits alone, which Pillow drops."""
    colours = np.dstack([LABELS, LABELS * 0, LABELS * 0]).astype(np.uint16)
    path = written(tmp_path, "a.png", png_of_16_bits(colours))
    np.testing.assert_array_equal(label_map_masks(path)[0].full(), [LABELS == 3, LABELS == 7])


@pytest.mark.parametrize("read", [label_map_masks, instance_mask])
@pytest.mark.parametrize("suffix", ["png", "tif", "bmp"])
def test_a_truncated_file_is_refused_by_name(tmp_path, read, suffix):
    noise = np.random.default_rng(0).integers(0, 9, (90, 90)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, {"tif": "TIFF"}.get(suffix, suffix))
    content = file.getvalue()
    path = written(tmp_path, f"a.{suffix}", content[: int(len(content) * 0.6)])
    with pytest.raises(ImageFileError, match=rf"a\.{suffix} cannot be read as"):
        read(path)
