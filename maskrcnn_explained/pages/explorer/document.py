"""The explorer: one page of HTML in which a model runs, with everything that it needs inside.

The page opens from disk and requests nothing. It holds the three networks of the model
(`export/onnx_parts.py`), onnxruntime-web, which runs them, and the stages between in JavaScript.
"""

from __future__ import annotations

import base64
import dataclasses
import gzip
import html
import json
from collections.abc import Sequence
from typing import Any

from maskrcnn_explained.backbone import receptive_fields
from maskrcnn_explained.config import Config
from maskrcnn_explained.pages.bundle import bundle, core_files, namespace
from maskrcnn_explained.pages.explorer.example_photos import ExamplePhoto

# Scripts, WebAssembly and the worker come from the page itself; no request leaves it.
EXPLORER_POLICY = (
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; worker-src blob:; "
    "script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:"
)
# What the stages in JavaScript know; the presets that ship say so, too.
DIALECT = dict(
    resize_rule="smooth",
    image_place="centre",
    padding="mean",
    rounded_anchors=False,
    anchor_stride_rule="level",
    proposal_window="molded",
    proposal_min_side=0.0,
    inclusive_corners=False,
    roi_level_rule="paper",
    detection_min_side=0.0,
    integer_results=False,
)


@dataclasses.dataclass(frozen=True)
class Runtime:
    """onnxruntime-web: `ort.wasm.bundle.min.mjs`, and `ort-wasm-simd-threaded.wasm`."""

    script: bytes
    wasm: bytes


@dataclasses.dataclass(frozen=True)
class VisiblePage:
    """What is seen. body: HTML; style: CSS; script: JavaScript, which finds DATA, `core` (all
    functions of `core/*.js`) and `startWorker`; facts: for JSON, DATA.facts."""

    body: str
    style: str
    script: str
    facts: dict[str, Any]


def explorer(
    config: Config,
    networks: dict[str, bytes],
    runtime: Runtime,
    photos: Sequence[ExamplePhoto],
    page: VisiblePage,
    **more: Any,
) -> str:
    """The page, as HTML.

    Args:
        config: the model's.
        networks: what `export_parts` gives for the model.
        runtime: what runs them.
        photos: to choose from; the page opens with the first.
        page: what is seen.
        more: further names of DATA, such as `others`: [{"title", "href"}] of other explorers.

    Raises `ValueError` for a dialect that the stages in JavaScript do not know.
    """
    settings = explorer_settings(config)
    photo_facts = [photo.facts() for photo in photos]
    facts = dict(settings=settings, model=config.name, photos=photo_facts, facts=page.facts, **more)
    files = dict(networks, runtime=runtime.script, wasm=runtime.wasm)
    script = f'"use strict";const DATA={_as_json(facts)};\n{_scripts()}{page.script}'
    return "".join(
        [
            '<!DOCTYPE html><html lang="en"><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{EXPLORER_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{html.escape(_title(config))}</title><style>{page.style}</style>",
            f"<body>{page.body}",
            *[_stored(name, packed(content)) for name, content in files.items()],
            _stored("worker", bundle("explorer/worker.js")),
            f"<script>{script}</script></body></html>\n",
        ]
    )


def explorer_settings(config: Config) -> dict[str, Any]:
    """The settings that the stages in JavaScript read: the Config, and its receptive fields.

    Raises `ValueError` for a dialect that they do not know.
    """
    given = config.to_dict()
    other = [f"{name}={given[name]!r}" for name in DIALECT if given[name] != DIALECT[name]]
    if other or callable(config.backbone) or config.resize_mode == "pad32":
        raise ValueError(
            f"The explorer knows the dialect of the presets scenes, nuclei and photos; "
            f"{config.name!r} differs: {', '.join(other) or 'resize_mode or backbone'}."
        )
    return given | dict(receptive_fields=receptive_fields(config))


def packed(content: bytes) -> str:
    """Bytes as base64 of gzip, the same each time."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def _title(config):
    return f"Mask R-CNN explorer: the model {config.name}"


def _scripts() -> str:
    """What the page's own scripts find: `core`, and `startWorker`."""
    return namespace("core", *core_files()) + bundle("explorer/start_worker.js")


def _as_json(facts) -> str:
    # Without "<" no string can end the script; JSON may write it as an escape.
    return json.dumps(facts, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _stored(name, text) -> str:
    """Text that scripts find by its name, and browsers neither show nor run."""
    if "</script" in text or "<!--" in text:
        raise ValueError(f"{name} holds text that would end its element: write it otherwise.")
    return f'<script type="text/plain" id="{name}">{text}</script>'
