"""Files: where the assets lie, and writing so that a file appears complete or not at all."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
from collections.abc import Iterator
from importlib import resources


def assets_folder() -> pathlib.Path:
    """The folder assets/: in the installed package, or in a checkout beside it."""
    inside = resources.files("maskrcnn_explained") / "assets"
    if inside.is_dir():
        return pathlib.Path(str(inside))
    return pathlib.Path(__file__).parents[1] / "assets"


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Give a temporary path beside `path` to write to; on success it takes the place of `path`.

    What is written may be a file, or a folder where none was before.

    If the block fails, `path` is as it was before, and nothing is left beside it. Raises
    `FileNotFoundError` if there is no such folder.
    """
    path = pathlib.Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into.")
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        temporary.unlink(missing_ok=True)


def require_writable_file(path: str | os.PathLike, suffix: str) -> None:
    """Check that the file can be written, before doing any work.

    Raises:
        ValueError: another suffix, or a folder.
        FileNotFoundError: no such folder.
        PermissionError: a folder that may not be written to.
    """
    path = pathlib.Path(path)
    if path.suffix.lower() != suffix:
        raise ValueError(f"The name of {path} must end in {suffix}.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; give the name of a file.")
    _require_parent(path)


def require_new_folder(folder: str | os.PathLike) -> None:
    """Check that a folder of that name can be made, before doing any work.

    Raises:
        FileExistsError: it is there already.
        FileNotFoundError: the folder to make it in is not there.
        PermissionError: that folder may not be written to.
    """
    folder = pathlib.Path(folder)
    if folder.exists():
        raise FileExistsError(f"{folder} is there already; give a new name, or remove it.")
    _require_parent(folder)


def _require_parent(path):
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into.")
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"The folder {path.parent} may not be written to.")
