"""The folder of a run: one run at a time writes into it, and nothing saved is lost."""

from __future__ import annotations

import contextlib
import gc
import os
import pathlib
import shutil
import signal
import threading
import traceback
from collections.abc import Iterator

from filelock import FileLock, Timeout

from maskrcnn_explained.training.recipe import (
    BEST_FILE,
    CHECKPOINT_FILE,
    LOG_FILE,
    RUN_FILE,
    WEIGHTS_FILE,
)

LOCK_FILE = "run.lock"
FILES = (RUN_FILE, CHECKPOINT_FILE, LOG_FILE, WEIGHTS_FILE, BEST_FILE)


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM); handled as Ctrl-C is."""


@contextlib.contextmanager
def run_folder(
    folder: str | os.PathLike | None, restart: bool, chief: bool = True
) -> Iterator[pathlib.Path | None]:
    """The folder of a run, made if necessary, and for this run alone as long as the block runs.

    The lock is of the operating system: it ends with the process, also if that is killed.

    Args:
        folder: None gives None.
        restart: whether to begin anew: files of an earlier run move into `before_1`, `before_2`, ..
        chief: whether this process writes the files; other workers of the run only read them.

    Raises:
        ValueError: the folder is a file, or another run is using it.
        OSError: the folder cannot be made, or not written to.
    """
    if folder is None:
        yield None
        return
    folder = pathlib.Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is not a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"The folder {folder} may not be written to.")
    if not chief:
        yield folder
        return
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise ValueError(
            f"Another run is using {folder}. Wait until it ends, or give another folder."
        ) from error
    try:
        if restart:
            _set_aside(folder)
        yield folder
    finally:
        # Remove the file while it is ours: later it may be that of another run.
        with contextlib.suppress(OSError):  # Windows keeps open files
            (folder / LOCK_FILE).unlink(missing_ok=True)
        lock.release()


def _set_aside(folder):
    """Move the files of an earlier run into a folder of their own."""
    there = [folder / name for name in FILES if (folder / name).exists()]
    if not there:
        return
    number = 1
    while (folder / f"before_{number}").exists():
        number += 1
    before = folder / f"before_{number}"
    before.mkdir()
    for path in there:
        shutil.move(path, before / path.name)
    print(f"The old run was moved to {before}.", flush=True)


@contextlib.contextmanager
def ending_cleanly() -> Iterator[None]:
    """Let a training end as a whole, whatever ends it.

    SIGTERM, which ends jobs on clusters, raises `Terminated` inside this block, so the files are
    whole, the lock is free and callbacks see the end, as after Ctrl-C. Only the main thread
    receives signals; elsewhere nothing changes.

    A thread of TensorFlow makes batches with our Python code. If an error kept it alive until
    Python ends, the two would wait for each other for good: so frames of errors are forgotten.
    """
    with _sigterm_raises():
        try:
            yield
        except BaseException as error:
            _forget_frames(error)
            raise


@contextlib.contextmanager
def _sigterm_raises():
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number, frame):
        raise Terminated("The process was asked to end (SIGTERM).")

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _forget_frames(error):
    """Drop what the frames of an error and of its causes hold, above all the stream of batches."""
    chain: list[BaseException | None] = [error]
    seen: set[int] = set()
    while chain:
        one = chain.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        traceback.clear_frames(one.__traceback__)
        chain += [one.__cause__, one.__context__]
    gc.collect()
