"""Files: the folder of the assets, and atomic writing, which leaves no incomplete file."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import shutil
from collections.abc import Iterator
from importlib import resources

from maskrcnn_explained._arguments import checked_path

# The disk is full, the file would be too large, the user may store no more, or the disk is broken.
DISK_FAILED = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EIO)


def assets_folder() -> pathlib.Path:
    """The folder assets/: inside the installed package, or next to the package in a checkout."""
    inside = resources.files("maskrcnn_explained") / "assets"
    if inside.is_dir():
        return pathlib.Path(str(inside))
    return pathlib.Path(__file__).parents[1] / "assets"


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yield a temporary path next to `path`; if the block succeeds, it is renamed to `path`.

    The block may write a file, or a folder if `path` does not exist.

    If the block fails, `path` is unchanged and the temporary path is removed. Raises
    `IsADirectoryError` if `path` is a folder, `FileNotFoundError` if the folder of `path` does not
    exist, `PermissionError` if it is not writable. An `OSError` for a full disk names `path`.
    """
    path = checked_path("path", path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder that is there already; give another name.")
    _require_parent(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        if temporary.is_file():
            _to_disk(temporary)
        os.replace(temporary, path)
    except OSError as error:
        if error.errno in DISK_FAILED:
            error.filename = str(path)
        raise
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        temporary.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike, content: bytes) -> None:
    """Write a whole file at once, or leave the old one; errors as for `atomic_write`."""
    with atomic_write(path) as temporary:
        temporary.write_bytes(content)


def _to_disk(path):
    """Wait until the bytes are on the disk: some file systems tell only then that they are full."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def require_writable_file(path: str | os.PathLike, suffix: str) -> None:
    """Check that the file can be written, before doing any work.

    Raises:
        ValueError: another suffix, or the path is a folder.
        FileNotFoundError: its folder does not exist.
        PermissionError: its folder is not writable.
    """
    path = checked_path("path", path)
    if path.suffix.lower() != suffix:
        raise ValueError(f"The name of {path} must end in {suffix}.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; give the name of a file.")
    _require_parent(path)


def require_new_folder(folder: str | os.PathLike) -> None:
    """Check that the folder can be created, before doing any work.

    Raises:
        FileExistsError: it exists already.
        FileNotFoundError: its parent folder does not exist.
        PermissionError: its parent folder is not writable.
    """
    folder = checked_path("folder", folder)
    if folder.exists():
        raise FileExistsError(f"{folder} is there already; give a new name, or remove it.")
    _require_parent(folder)


def _require_parent(path):
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into.")
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"The folder {path.parent} may not be written to.")
