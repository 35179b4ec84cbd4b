"""Checks of the machine: memory, disk, cores, browser, folders, and the ports of this machine."""

from __future__ import annotations

import os
import pathlib
import shutil
import socket
import tempfile
import webbrowser

from maskrcnn_explained.cli.finding import BAD, FINE, WARN, guarded
from maskrcnn_explained.cli.memory import memory_bytes
from maskrcnn_explained.course.exercises.progress import PROGRESS_VARIABLE, progress_file

GIGA = 2**30
# Measured: the kernels of notebooks 03 and 08 grow to 2.5 GiB. System and browser come on top.
MEMORY_BAD, MEMORY_WARN, FREE_WARN = 3.0 * GIGA, 5.5 * GIGA, 2.7 * GIGA
DISK_BAD, DISK_WARN = 0.2 * GIGA, 1.0 * GIGA  # what learners write: copies, runs, pictures
CORES_MEASURED = 2  # on so many the times of the notebooks were measured
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
    "firefox",
    "msedge",
    "safari",
)
FIRST_NOTEBOOK = "00_the_whole_picture.ipynb"


@guarded("memory", "look at the memory by hand: 8 GB are enough")
def check_memory() -> tuple[str, ...]:
    """Total and free memory, against what the largest notebook was measured to need."""
    total, free = memory_bytes()
    text = f"{total / GIGA:.1f} GiB" + ("" if free is None else f", {free / GIGA:.1f} free")
    if total < MEMORY_BAD:
        return BAD, text, "use a machine, or a container, with 4 GB or more"
    if total < MEMORY_WARN:
        return WARN, text, "one notebook at a time; shut down its kernel before the next one"
    if free is not None and free < FREE_WARN:
        return WARN, text, "close other programs, and kernels of other notebooks"
    return FINE, text


@guarded("disk", "look at the disk by hand: 1 GB free is enough")
def check_disk() -> tuple[str, ...]:
    """Free space where this folder is."""
    free = shutil.disk_usage(pathlib.Path.cwd()).free
    text = f"{free / GIGA:.1f} GiB free here"
    if free < DISK_WARN:
        return (BAD if free < DISK_BAD else WARN), text, "make room: 1 GB is enough to work"
    return FINE, text


@guarded("cores", "nothing; the notebooks say how long they take on two cores")
def check_cores() -> tuple[str, ...]:
    """How many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    cores = len(allowed(0)) if allowed else os.cpu_count() or 1
    if cores < CORES_MEASURED:
        mend = f"plan more time: the notebooks' times are for {CORES_MEASURED} cores"
        return WARN, f"{cores}", mend
    return FINE, f"{cores}"


@guarded("browser", "install Firefox or Chromium, or open the address of JupyterLab elsewhere")
def check_browser() -> tuple[str, ...]:
    """A browser for JupyterLab; on a server there need not be one."""
    there = [name for name in BROWSERS if shutil.which(name)]
    try:
        opened = webbrowser.get().__class__.__name__
    except webbrowser.Error:
        opened = ""
    if there:
        return FINE, ", ".join(there)
    if opened:
        return FINE, f"that of the system ({opened})"
    return WARN, "none found", "install one; on a server of JupyterHub none is needed"


@guarded("this folder", "go to a folder of your own: copy the folder notebooks there")
def check_writable() -> tuple[str, ...]:
    """Whether notebooks, and the records of exercises beside them, can be saved in this folder."""
    here = pathlib.Path.cwd()
    for folder in (here, here / "notebooks", here / "notebooks" / "exercises"):
        if folder.is_dir():
            with tempfile.NamedTemporaryFile(dir=folder):  # raises OSError if it cannot be made
                pass
    path = progress_file()
    if path is not None and not _can_be_made(path.parent):
        text = f"{here} is writable, but not {path.parent}, for the progress"
        mend = f"set the variable {PROGRESS_VARIABLE} to a file that you may write, or to none"
        return WARN, text, mend
    return FINE, f"{here} is writable"


def _can_be_made(folder):
    """Whether a folder is there and writable, or can be made."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    return os.access(there, os.W_OK)


@guarded("notebooks", "copy the folder notebooks of the course")
def check_notebooks() -> tuple[str, ...]:
    """Whether the notebooks are here: a wheel of the package does not hold them."""
    here = pathlib.Path.cwd()
    for folder in (here, here / "notebooks"):
        if (folder / FIRST_NOTEBOOK).is_file():
            return FINE, f"{len(list(folder.glob('[0-9][0-9]_*.ipynb')))} in {folder}"
    return WARN, "not in this folder", "go to the folder of the course, or copy its notebooks here"


@guarded("localhost", "let programs talk to 127.0.0.1: look at the firewall and its rules")
def check_localhost() -> tuple[str, ...]:
    """Whether a program can open a port of this machine and talk to it, as Jupyter's kernels do."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            other, _ = server.accept()
            with other:
                client.sendall(b"x")
                if other.recv(1) != b"x":
                    raise OSError("what was sent did not arrive")
    return FINE, f"a connection to 127.0.0.1:{port} works"
