"""The data sets of the user, opened with the options of the command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def allow_size(arguments: argparse.Namespace) -> None:
    """Let larger images be read, if the user says so."""
    from maskrcnn_explained.data.image_files import allow_megapixels

    if arguments.max_megapixels is not None:
        allow_megapixels(arguments.max_megapixels)


def own_data(arguments: argparse.Namespace) -> tuple[Any, Any]:
    """The data sets for training and validation. Both are None for Scenes."""
    if arguments.data is None:
        return None, None
    data = opened(arguments, arguments.data, arguments.image_folder)
    print(f"{len(data)} images of {arguments.data}", flush=True)
    validation = None
    if arguments.validation is not None:
        # Both sets often use the same folder of images.
        images = arguments.validation_folder or arguments.image_folder
        names = data.class_names
        validation = opened(arguments, arguments.validation, images, names)
    return data, validation


def opened(
    arguments: argparse.Namespace,
    path: Path,
    images: Path | None,
    class_names: Sequence[str] | None = None,
) -> Any:
    """A data set of the user, checked. `train` and `evaluate` say what it left out."""
    from maskrcnn_explained.data.formats.open_dataset import open_dataset
    from maskrcnn_explained.data.readable import readable

    allow_size(arguments)
    data: Any = open_dataset(
        path,
        images,
        class_names,
        arguments.via_attribute,
        arguments.crowds,
        arguments.boxes,
        arguments.problems.replace("-", " "),
    )
    if arguments.skip_broken:
        data, messages = readable(data)
        for message in messages:
            print(f"Left out: {message}")
    return data
