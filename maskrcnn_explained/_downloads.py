"""Downloads: the folder that keeps them, and a clear error when there is no network."""

from __future__ import annotations

import os
import pathlib

CACHE_VARIABLE = "MASKRCNN_EXPLAINED_CACHE"


def cache_folder() -> pathlib.Path:
    """The folder that the variable MASKRCNN_EXPLAINED_CACHE names, or the user's cache folder."""
    import pooch

    return pathlib.Path(os.environ.get(CACHE_VARIABLE) or pooch.os_cache("maskrcnn_explained"))


def fetch(what: str, url: str, path: pathlib.Path, otherwise: str) -> pathlib.Path:
    """Download a file to `path`, and return `path`. Its folder is created if necessary.

    Args:
        what: the name of the file's content for the error message, such as "The COCO weights".
        url: the address of the file.
        path: the file to write.
        otherwise: for the error message: what to do with a file that was downloaded in another way.

    Raises `ConnectionError` if the download fails; the message says what to do.
    """
    import pooch

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return pathlib.Path(pooch.retrieve(url, None, path.name, path.parent, progressbar=True))
    except OSError as error:  # the errors of the requests library are OSErrors
        raise ConnectionError(
            f"{what} could not be downloaded ({error}). Download {url} by other means and "
            f"{otherwise}."
        ) from error
