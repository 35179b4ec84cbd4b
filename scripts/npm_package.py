"""A package of npm, fetched once, checked against its pinned hash, and kept in build/npm."""

from __future__ import annotations

import base64
import hashlib
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).parent.parent / "build" / "npm"


def fetch(package: str, version: str, sha512: str, folder: pathlib.Path = FOLDER) -> pathlib.Path:
    """The archive of a package; `sha512` is what npm calls its integrity, after "sha512-".

    Raises `RuntimeError` if npm is not installed or fails, `ValueError` if the file is not the one
    that was pinned.
    """
    archive = folder / f"{package}-{version}.tgz"
    if not archive.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _pack(f"{package}@{version}", folder)
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != sha512:
        raise ValueError(f"{archive} is not {package} {version} as pinned; remove it, try again.")
    return archive


def _pack(wanted: str, folder: pathlib.Path) -> None:
    command = ["npm", "pack", wanted, "--silent", "--pack-destination", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise RuntimeError("npm is not installed (on Debian: apt install npm).") from error
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"npm could not fetch {wanted}: {error.stderr}") from error
