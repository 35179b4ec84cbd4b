"""Downloads: where they are kept, and what is said when there is no network."""

from __future__ import annotations

import os
import pathlib

CACHE_VARIABLE = "MASKRCNN_EXPLAINED_CACHE"


def cache_folder() -> pathlib.Path:
    """The folder that the variable MASKRCNN_EXPLAINED_CACHE names, else the user's cache folder."""
    import pooch

    return pathlib.Path(os.environ.get(CACHE_VARIABLE) or pooch.os_cache("maskrcnn_explained"))


def fetch(what: str, url: str, path: pathlib.Path, otherwise: str) -> pathlib.Path:
    """Download a file to `path`, which is returned; its folder is made if it is not there.

    Args:
        what: the name of the thing, such as "The COCO weights".
        url: where it is.
        path: the file to write.
        otherwise: what to do with a file that was downloaded by other means.

    Raises `ConnectionError` if that fails; it says what to do.
    """
    import pooch

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return pathlib.Path(pooch.retrieve(url, None, path.name, path.parent, progressbar=True))
    except OSError as error:  # what the requests library raises is one
        raise ConnectionError(
            f"{what} could not be downloaded ({error}). Download {url} by other means and "
            f"{otherwise}."
        ) from error
