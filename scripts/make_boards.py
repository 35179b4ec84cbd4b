"""Draw the boards of teaching/boards.md: the SVG files in teaching/boards/.

    python scripts/make_boards.py

Numbers come from the package's functions. A test asserts that the stored files are the output of
this script, and that the numbers in the text are those on the boards.
"""

from __future__ import annotations

import pathlib

from boards import boxes, learning, maps

FOLDER = pathlib.Path(__file__).parent.parent / "teaching" / "boards"
BOARDS = {
    "whole_way": maps.whole_way,
    "iou": boxes.intersection_over_union,
    "residual_block": maps.residual_block,
    "top_down_step": maps.top_down_step,
    "anchors": boxes.anchors_of_a_cell,
    "delta": boxes.one_delta,
    "nms": boxes.suppression,
    "between_cells": maps.between_cells,
    "one_bin": maps.one_bin,
    "two_heads": learning.two_heads,
    "who_is_asked": learning.who_is_asked,
    "learning_rate": learning.rate_of_each_step,
    "six_detections": learning.six_detections,
    "file_and_model": learning.file_and_model,
    "folder_to_number": learning.folder_to_number,
}


def main() -> None:
    for name, draw in BOARDS.items():
        (FOLDER / f"{name}.svg").write_text(draw(), encoding="utf-8", newline="\n")
        print(f"teaching/boards/{name}.svg")


if __name__ == "__main__":
    main()
