"""Where the images of an annotation file are: exports write paths of another machine.

A name is tried as it stands, then with each repair that a known tool makes necessary, in each of
the folders; at last its parts are looked for from the right ("1/leaf.png", then "leaf.png"), also
in inner folders. One file must answer: several, or none, are an error that lists what was tried.
"""

from __future__ import annotations

import os
import pathlib
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator, Sequence

from maskrcnn_explained._arguments import checked_path

DEPTH = 4  # inner folders that are searched by name: an export is not deeper
HASH = re.compile(r"^[0-9a-f]{8}-")  # Label Studio's mark before an uploaded file's name


class ImagePaths:
    """Finds the images of an annotation file.

    Args:
        folders: where to look, the most likely first.

    Raises `FileNotFoundError` if the first folder does not exist.
    """

    def __init__(self, folders: Sequence[str | os.PathLike]) -> None:
        wanted = [checked_path("images", folder) for folder in folders]
        self.folders = [f for i, f in enumerate(wanted) if f.is_dir() and f not in wanted[:i]]
        if not wanted[0].is_dir():
            raise FileNotFoundError(f"There is no folder {wanted[0]} with images.")
        self._by_name: dict[str, list[pathlib.Path]] | None = None

    def find(self, name: str) -> pathlib.Path:
        """The path of an image.

        Args:
            name: as the annotation file has it.

        Raises:
            FileNotFoundError: no such file; the message lists every path that was tried.
            ValueError: several files fit.
        """
        tried: list[pathlib.Path] = []
        # The whole path first, in every spelling and every folder.
        for spelling in spellings(name):
            for folder in self.folders:
                path = folder / spelling
                if path.is_file():
                    return path
                tried.append(path)
        # Then its right end: the longest that fits one file.
        for spelling in spellings(name):
            found = self._by_right_end(spelling)
            if len(found) == 1:
                return found[0]
            if found:
                listed = ", ".join(str(path) for path in found[:5])
                raise ValueError(
                    f"{name!r} fits {len(found)} files ({listed}): say which folder has the "
                    "images (`images`, or --image-folder)."
                )
        listed = ", ".join(str(path) for path in dict.fromkeys(tried))
        raise FileNotFoundError(
            f"There is no image {name!r}. Tried: {listed}; and its last part in all folders below. "
            "Is another folder meant (`images`, or --image-folder)?"
        )

    def _by_right_end(self, spelling):
        """The files whose paths end as this one does, in as many parts as possible."""
        parts = _key(spelling).split("/")
        found = self._index().get(parts[-1], [])
        for length in range(len(parts), 1, -1):
            end = "/" + "/".join(parts[-length:])
            longer = [path for path in found if ("/" + _key(path.as_posix())).endswith(end)]
            if longer:
                return longer
        return found

    def _index(self):
        """Last part -> paths, of all files below the folders; made when first needed."""
        if self._by_name is None:
            paths = {path.resolve(): path for f in self.folders for path in _files_below(f, DEPTH)}
            self._by_name = {}
            for path in paths.values():
                self._by_name.setdefault(_key(path.name), []).append(path)
        return self._by_name


def spellings(name: str) -> list[str]:
    """A path as it stands, and as it may be meant, the most literal first.

    Backslashes are turned, %20 is decoded, the address before a path and a leading slash are
    dropped, letters with marks are composed or taken apart, Label Studio's mark is dropped.
    """
    forms = [name]
    forms.append(name.replace("\\", "/"))
    forms.append(urllib.parse.unquote(forms[-1]))
    # "/data/local-files/?d=photos/leaf.png" and "https://host/photos/leaf.png?token".
    query = urllib.parse.urlsplit(forms[1])
    asked = urllib.parse.parse_qs(query.query).get("d", [])
    forms += asked or ([urllib.parse.unquote(query.path)] if query.scheme or query.query else [])
    forms += [re.sub(r"^([A-Za-z]:)?/+", "", form) for form in forms]
    forms += [_without_hash(form) for form in forms]
    for kind in ("NFC", "NFD"):
        forms += [unicodedata.normalize(kind, form) for form in forms]
    return [form for form in dict.fromkeys(forms) if form.strip("/. ")]


def _without_hash(path):
    folder, slash, last = path.rpartition("/")
    return folder + slash + HASH.sub("", last)


def _key(path):
    """A path for comparing: composed letters, no difference of case."""
    return unicodedata.normalize("NFC", path).casefold()


def _files_below(folder: pathlib.Path, depth: int) -> Iterator[pathlib.Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_file():
            yield pathlib.Path(entry.path)
        elif depth and entry.is_dir(follow_symlinks=False):
            yield from _files_below(pathlib.Path(entry.path), depth - 1)
