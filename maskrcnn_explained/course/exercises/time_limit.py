"""A limit for the time of a learner's function: a loop that never ends must not stop the notebook.

The clock of the operating system sends a signal (POSIX: Linux and macOS), and Python turns it into
an exception between two of its own steps. So a single long call into TensorFlow or NumPy ends
first. Signals reach the main thread only; the cells of a notebook run there.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

AGAIN = 5.0  # seconds until the next signal, if the function has caught the first one


class TookTooLong(BaseException):
    """The time is over. Not an `Exception`, so a learner's `except Exception` lets it out."""


def can_be_limited() -> bool:
    """Whether a limit works here: on POSIX, on the main thread."""
    on_main = threading.current_thread() is threading.main_thread()
    return on_main and hasattr(signal, "setitimer")


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TookTooLong` inside the block when it has run for this long.

    Without any effect on Windows, and on other threads than the main one: there the block may run
    for ever. A timer that somebody else has set goes on afterwards.
    """
    if not can_be_limited():
        yield
        return

    def stop(*_):
        raise TookTooLong

    handler = signal.signal(signal.SIGALRM, stop)
    others = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        # None: the handler was not set by Python, and Python cannot set it again.
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        signal.setitimer(signal.ITIMER_REAL, *others)
