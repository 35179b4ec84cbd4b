"""Pictures, and image files made by hand, for the tests of reading them."""

import struct
import warnings
import zlib

import numpy as np
from PIL import Image

from maskrcnn_explained.data.image_files import read_image

# Red at the left, green at the top right, black at the bottom right: no turn looks like another.
PICTURE = np.zeros((40, 96, 3), np.uint8)
PICTURE[:, :48] = [200, 30, 30]
PICTURE[:16, 48:] = [30, 200, 30]
GREY = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
DEEP = (np.arange(24, dtype=np.uint16).reshape(4, 6) * 2849).astype(np.uint16)  # 0..65527
STACK = np.stack([np.full((40, 60), value, np.uint8) for value in (0, 80, 160, 240)])
RGBA = np.dstack([GREY, GREY, GREY, np.where(GREY > 100, 255, 0)]).astype(np.uint8)
ON_WHITE = np.where(GREY > 100, GREY, 255)


def exif_of(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def xmp_of(orientation):
    text = f'<x:xmpmeta><rdf:Description tiff:Orientation="{orientation}"/></x:xmpmeta>'
    return text.encode()


def chunk(kind, data):
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def png(width, height, bits, colour_type, pixels, before=b"", behind=b""):
    """A PNG file by hand, with other chunks before or behind its pixels."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(pixels))
    end = chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + data + behind + end


def png_of_16_bits(pixels, transparent=None):
    """[H, W] or [H, W, 3 or 4] uint16 as a PNG file, which Pillow does not write."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    height, width, channels = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    before = b""
    if transparent is not None:
        before = chunk(b"tRNS", struct.pack(f">{len(transparent)}H", *transparent))
    colour_type = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    return png(width, height, 16, colour_type, rows, before)


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def quiet_read(path, **more):
    """read_image; no warning is allowed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return read_image(path, **more)
