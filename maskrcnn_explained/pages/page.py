"""HTML pages that are complete in themselves: styles, scripts, pictures and data are inside.

Their security policy forbids every request. No text from outside becomes markup: titles are
escaped, and data is JSON that can contain no tag.
"""

from __future__ import annotations

import base64
import html
import io
import json
import pathlib
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from numpy.typing import ArrayLike
from PIL import Image
from skimage.measure import approximate_polygon, find_contours

from maskrcnn_explained.pages.bundle import namespace
from maskrcnn_explained.viz import style

FOLDER = pathlib.Path(__file__).parent
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def make_page(
    title: str,
    body: str,
    data: dict,
    styles: Sequence[str],
    scripts: Sequence[str],
    core: Sequence[str] = (),
) -> str:
    """One page of HTML.

    Args:
        title: plain text; what UTF-8 cannot hold is replaced.
        body: HTML.
        data: scripts find it as DATA; it must be fit for JSON, without NaN.
        styles, scripts: names of files below `pages/`, inserted in this order.
        core: names of files of `pages/core`, without their ending; scripts find what they and the
            files that they import export as `core`.
    """
    # Without "<" no string can end the script; JSON may write it as an escape.
    stored = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    shared = namespace("core", *[f"core/{name}.js" for name in core]) if core else ""
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(plain(title))}</title><style>{_read(styles)}</style>"
        f'<body>{body}<script>"use strict";const DATA={stored};\n{shared}{_read(scripts)}</script>'
        "</body></html>"
    )


def _read(names) -> str:
    return "".join((FOLDER / name).read_text("utf-8") for name in names)


def plain(text: str) -> str:
    """The text, with "?" for what UTF-8 cannot hold, such as some bytes of file names."""
    return text.encode("utf-8", "replace").decode("utf-8")


def jpeg(image: np.ndarray, quality: int = 60) -> str:
    """An image [H, W, 3] uint8 as a data URL, JPEG."""
    return _data_url(Image.fromarray(image), "JPEG", quality=quality)


def heat_png(values: ArrayLike, high: float | None = None) -> str:
    """A map [h, w] as a data URL: a PNG, one pixel per cell, in the colours of `style.HEAT`.

    Zero and less is darkest; `high` (None: the largest value) and more is brightest.
    """
    values = np.nan_to_num(np.asarray(values, np.float32))
    high = float(values.max(initial=0.0)) if high is None else high
    shades = np.round(np.clip(values / (high or 1.0), 0, 1) * 255).astype(np.uint8)
    picture = Image.fromarray(shades)  # with a palette it is one of indices
    colours = matplotlib.colormaps[style.HEAT](np.arange(256))[:, :3]
    picture.putpalette(np.round(colours * 255).astype(np.uint8).tobytes())
    return _data_url(picture, "PNG", optimize=True)


def webp(image: np.ndarray) -> str:
    """An image [H, W, 3] uint8 as a data URL, WebP without loss."""
    return _data_url(Image.fromarray(image), "WEBP", lossless=True, quality=80, method=4)


def numbers(values: ArrayLike, digits: int = 1) -> Any:
    """NumPy values as plain ones, rounded, fit for JSON."""
    return np.round(np.asarray(values, float), digits).tolist()


def mask_outline(mask: np.ndarray) -> list:
    """The edges of a mask [H, W] bool as polygons [(x, y), ..], to half a pixel."""
    padded = np.pad(mask, 1).astype(np.float32)
    paths = [approximate_polygon(path, 0.4) - 0.5 for path in find_contours(padded, 0.5)]
    return [numbers(path[:, ::-1]) for path in paths if len(path) > 2]


def _data_url(picture, kind, **kwargs) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **kwargs)
    return f"data:image/{kind.lower()};base64," + base64.b64encode(buffer.getvalue()).decode()
