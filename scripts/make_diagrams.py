"""Draw the course's diagrams: the SVG files in assets/.

    python scripts/make_diagrams.py

The sizes come from the `scenes` Config, worked numbers from the package's functions. A test asserts
that the stored files are the output of this script. Each drawing is a module of scripts/diagrams.
"""

from __future__ import annotations

import pathlib

from diagrams import (
    bottleneck,
    data_flow,
    delta,
    family,
    formats,
    fpn,
    heads,
    iou,
    nms,
    rpn_head,
    training,
    transposed,
)

FOLDER = pathlib.Path(__file__).parent.parent / "assets"
DIAGRAMS = {
    "data_flow": data_flow.draw,
    "fpn": fpn.draw,
    "heads": heads.draw,
    "training": training.draw,
    "family": family.draw,
    "iou": iou.draw,
    "delta": delta.draw,
    "rpn_head": rpn_head.draw,
    "bottleneck": bottleneck.draw,
    "transposed": transposed.draw,
    "nms": nms.draw,
    "formats": formats.draw,
}


def main() -> None:
    for name, draw in DIAGRAMS.items():
        (FOLDER / f"{name}.svg").write_text(draw(), encoding="utf-8", newline="\n")
        print(f"assets/{name}.svg")


if __name__ == "__main__":
    main()
