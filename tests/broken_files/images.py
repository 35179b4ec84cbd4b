"""About 100 image files that are broken, odd, or something else."""

import functools
import io
import json
import os
import struct
import zlib

import numpy as np
from picture_files import chunk, png
from PIL import Image

from broken_files import cut, flipped

HEIGHT, WIDTH = 24, 32
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
PIXELS = np.dstack([ROWS * 10, COLUMNS * 7, (ROWS + COLUMNS) * 4]).astype(np.uint8)
FORMATS = {"png": "PNG", "jpg": "JPEG", "tif": "TIFF", "webp": "WEBP", "bmp": "BMP", "gif": "GIF"}
SIDE = 60_000  # of a picture that would fill 10 GB


@functools.cache
def encoded(ending, pixels=None, **more) -> bytes:
    """The picture in the format of that ending."""
    memory = io.BytesIO()
    Image.fromarray(PIXELS).save(memory, FORMATS[ending], **more)
    return memory.getvalue()


def saved(image, form, **more) -> bytes:
    memory = io.BytesIO()
    image.save(memory, form, **more)
    return memory.getvalue()


def cut_short(generator):
    return {
        f"cut_{place}.{ending}": cut(encoded(ending), part)
        for ending in FORMATS
        for place, part in enumerate([1, 10, 0.3, 0.7, -1])
    }


def with_flipped_bits(generator):
    files = {}
    for ending in FORMATS:
        for number, bits in enumerate([1, 5, 40]):
            files[f"flip_{number}.{ending}"] = flipped(encoded(ending), generator, bits)
    return files


def under_another_ending(generator):
    endings = list(FORMATS)
    others = zip(endings, endings[1:] + endings[:1], strict=True)
    return {f"a_{ending}.{other}": encoded(ending) for ending, other in others}


def of_something_else(generator):
    return {
        "empty.png": b"",
        "text.png": b"not a picture\n",
        "page.jpg": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "table.tif": json.dumps({"images": []}).encode(),
        "zeros.bmp": bytes(1000),
        "random.webp": generator.randbytes(1000),
        "pdf.png": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        "lfs.jpg": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "svg.png": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "numpy.png": b"\x93NUMPY\x01\x00v\x00{'descr': '|u1'}",
        "zip.png": b"PK\x03\x04" + bytes(100),
    }


def _tiff(width, height, data=b"\0"):
    """A TIFF of 8 bits grey: header, one directory of nine entries, and the pixels."""
    numbers = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1)]
    numbers += [(273, 4, 122), (277, 3, 1), (278, 4, height), (279, 4, len(data))]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in numbers)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 9) + entries + bytes(4) + data


def bombs(generator):
    """A few bytes that declare gigabytes."""
    nothing = zlib.compress(bytes(50_000_000))
    jpeg = encoded("jpg")
    frame = jpeg.index(b"\xff\xc0") + 5
    size = struct.pack("<HH", SIDE, SIDE)
    large = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\xff\x00" * 2
    return {
        "bomb.png": png(SIDE, SIDE, 8, 2, b"\0" * 1000),
        "bomb_of_zeros.png": png(SIDE, SIDE, 1, 0, bytes(10_000_000)),
        "bomb.tif": _tiff(SIDE, SIDE),
        "bomb.bmp": encoded("bmp")[:18] + struct.pack("<ii", SIDE, SIDE) + encoded("bmp")[26:],
        "bomb.gif": b"GIF89a" + size + encoded("gif")[10:],
        "bomb.jpg": jpeg[:frame] + struct.pack(">HH", SIDE, SIDE) + jpeg[frame + 4 :],
        "bomb.webp": b"RIFF" + struct.pack("<I", 22) + b"WEBP" + large,
        "bomb_text.png": png(6, 4, 8, 0, bytes(28), before=chunk(b"zTXt", b"a\0\0" + nothing)),
    }


def bombs_beside_the_picture(generator):
    """The picture is small; a chunk beside it would unpack to 50 MB."""
    nothing = zlib.compress(bytes(50_000_000))
    return {
        "profile_bomb.png": png(6, 4, 8, 0, bytes(28), before=chunk(b"iCCP", b"a\0\0" + nothing)),
        "pixels_bomb.png": png(6, 4, 8, 0, bytes(50_000_000)),
    }


def _head(width=6, height=4, bits=8, kind=0, interlaced=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced))


def damaged_inside(generator):
    """PNG and BMP files whose parts contradict each other."""
    start, end = b"\x89PNG\r\n\x1a\n", chunk(b"IEND", b"")
    pixels = chunk(b"IDAT", zlib.compress(bytes(28)))
    bmp = encoded("bmp")
    wrong = bytearray(_head())
    wrong[-1] ^= 255
    return {
        "no_head.png": start + pixels + end,
        "no_pixels.png": start + _head() + end,
        "wrong_sum.png": start + bytes(wrong) + pixels + end,
        "no_width.png": start + _head(width=0) + pixels + end,
        "negative.png": start + _head(width=2**31 + 6) + pixels + end,
        "three_bits.png": start + _head(bits=3) + pixels + end,
        "colour_9.png": start + _head(kind=9) + pixels + end,
        "no_zlib.png": start + _head() + chunk(b"IDAT", b"no zlib") + end,
        "half_zlib.png": start + _head() + chunk(b"IDAT", zlib.compress(bytes(28))[:4]) + end,
        "no_palette.png": start + _head(kind=3) + pixels + end,
        "long_chunk.png": start + _head() + b"\xff\xff\xff\xffIDAT" + end,
        "no_sides.bmp": bmp[:18] + struct.pack("<ii", 0, 0) + bmp[26:],
        "far_pixels.bmp": bmp[:10] + struct.pack("<I", 2**31) + bmp[14:],
        "far_pixels.tif": _tiff(6, 4, bytes(24)).replace(b"z\0\0\0", b"\xff\xff\xff\x7f"),
    }


def odd_facts(generator):
    """A good picture with something absurd beside it."""
    exif = Image.Exif()
    exif[0x0112] = 999
    text = struct.pack(">HHHI4sI", 1, 0x0112, 2, 4, b"abc", 0)  # one entry, of text
    profile = generator.randbytes(2_000_000)
    short = b"".join(b"\0" + bytes(row % 4 for row in range(6)) for _ in range(4))
    long = png(6, 4, 8, 3, short.replace(b"\3", b"\xc8"), before=chunk(b"PLTE", bytes(9)))
    return {
        "orientation_999.jpg": encoded("jpg", exif=exif.tobytes()),
        "orientation_text.png": encoded("png", exif=b"Exif\0\0MM\0*\0\0\0\x08" + text),
        "exif_garbage.jpg": encoded("jpg", exif=b"Exif\0\0" + generator.randbytes(500)),
        "exif_garbage.png": encoded("png", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"),
        "huge_profile.png": encoded("png", icc_profile=profile),
        "huge_profile.jpg": encoded("jpg", icc_profile=profile),
        "short_palette.png": long,
        "odd_palette.png": png(6, 4, 8, 3, short, before=chunk(b"PLTE", bytes(7))),
        "long_palette.png": png(6, 4, 2, 3, bytes(12), before=chunk(b"PLTE", bytes(768))),
        "garbage_behind.png": encoded("png") + generator.randbytes(500),
        "garbage_behind.jpg": encoded("jpg") + generator.randbytes(500),
        "twice.webp": encoded("webp") * 2,
        "few_rows.png": png(6, 400, 8, 0, bytes(28)),
        "loop.tif": _tiff(6, 4, bytes(24))[:118] + struct.pack("<I", 8) + bytes(24),
    }


def odd_shapes(generator):
    """Unusual, and all right."""
    one = Image.fromarray(PIXELS[:1, :1])
    return {
        "one.png": saved(one, "PNG"),
        "one.jpg": saved(one, "JPEG"),
        "column.png": saved(one.resize((1, 20_000)), "PNG"),
        "row.tif": saved(one.resize((20_000, 1)), "TIFF"),
        "cmyk.jpg": saved(Image.fromarray(PIXELS).convert("CMYK"), "JPEG"),
        "cmyk.tif": saved(Image.fromarray(PIXELS).convert("CMYK"), "TIFF"),
        "two.gif": saved(Image.fromarray(PIXELS).convert("1"), "GIF"),
        "alpha.png": saved(Image.fromarray(PIXELS).convert("LA"), "PNG"),
    }


def of_several_pictures(generator):
    first = Image.fromarray(PIXELS)
    more = dict(save_all=True, append_images=[Image.fromarray(255 - PIXELS)])
    names = {"gif": "GIF", "apng.png": "PNG", "webp": "WEBP", "tif": "TIFF"}
    return {f"two.{ending}": saved(first, form, **more) for ending, form in names.items()}


NAMES = (
    "two\nlines.png",
    "\u00fcml\u00e4ut \u6d4b\u8bd5 \U0001f600.png",
    "-o.png",
    "--help.png",
    f"{'long' * 60}.png",
    " space .png",
    "{0} %s %d.png",
    "[a]*?.png",
    "no ending",
    "\udcff\udcfe.png",  # bytes that are no text in UTF-8
)


def odd_names(generator):
    return {name: encoded("png") for name in NAMES}


def _link(target):
    return lambda path: path.symlink_to(target)


def odd_paths(generator):
    return {
        "folder.png": lambda path: path.mkdir(),
        "nowhere.png": _link("is_not_there.png"),
        "loop.png": _link("loop.png"),
        "there.png": _link("back.png"),
        "back.png": _link("there.png"),
    }


def waiting(generator):
    """Who reads such a file waits for ever."""
    return {"pipe.png": os.mkfifo, "device.png": _link("/dev/zero"), "tty.jpg": _link("/dev/ptmx")}


KINDS = {
    "cut": ("either", cut_short),
    "flipped": ("either", with_flipped_bits),
    "another ending": ("read", under_another_ending),
    "something else": ("refused", of_something_else),
    "damaged inside": ("refused", damaged_inside),
    "odd facts": ("either", odd_facts),
    "odd shapes": ("read", odd_shapes),
    "several pictures": ("refused", of_several_pictures),
    "odd names": ("read", odd_names),
    "odd paths": ("refused", odd_paths),
}
# Tried in a process of their own, which can be ended.
RISKY = {
    "bombs": ("refused", bombs),
    "bombs beside": ("either", bombs_beside_the_picture),
    "waiting": ("refused", waiting),
}
