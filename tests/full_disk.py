"""A disk that is full, for tests: a limit on the size of files, or a small disk that is filled."""

import contextlib
import os
import shutil
import subprocess

import pytest

KINDS = ("limit", "small_disk")


@contextlib.contextmanager
def full_disk(kind, folder, room=12_000):
    """Inside, nothing above `room` bytes can be written into the folder, whoever runs the tests.

    "limit" forbids this process larger files (any user may do that). "small_disk" mounts one in
    memory and fills it, which takes a Linux system and root: the test is skipped elsewhere.
    """
    with _limited(room) if kind == "limit" else _filled(folder, room):
        yield


@contextlib.contextmanager
def _limited(room):
    resource = pytest.importorskip("resource", reason="Windows has no such limits")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))  # Python ignores SIGXFSZ
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def _filled(folder, room):
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    size = 2**20 + sum(map(len, files.values()))
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a disk of its own cannot be mounted here")
    filler = folder / ".filler"
    try:
        for name, content in files.items():
            (folder / name).write_bytes(content)
        free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        filler.write_bytes(bytes(max(free - room, 0)))
        yield
        filler.unlink()
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
    finally:
        subprocess.run(["umount", str(folder)], check=True, capture_output=True)
    for name, content in files.items():  # what was on it stays to be looked at
        (folder / name).write_bytes(content)
