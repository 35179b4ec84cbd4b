"""Writing files so that they appear complete or not at all."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil


@contextlib.contextmanager
def replacing(path):
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


def check_output(path, suffix: str) -> None:
    """See before any work whether a file can be written there.

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
    _check_parent(path)


def check_new_folder(folder) -> None:
    """See before any work whether a folder of that name can be made.

    Raises:
        FileExistsError: it is there already.
        FileNotFoundError: the folder to make it in is not there.
        PermissionError: that folder may not be written to.
    """
    folder = pathlib.Path(folder)
    if folder.exists():
        raise FileExistsError(f"{folder} is there already; give a new name, or remove it.")
    _check_parent(folder)


def _check_parent(path):
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into.")
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"The folder {path.parent} may not be written to.")
