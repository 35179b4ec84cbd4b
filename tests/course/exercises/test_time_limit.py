"""A limit for the time of a block. The blocks here never end by themselves, so no clock decides."""

import contextlib
import signal
import threading

import pytest

from maskrcnn_explained.course.exercises import time_limit as module
from maskrcnn_explained.course.exercises.time_limit import TookTooLong, can_be_limited, time_limit

posix = pytest.mark.skipif(not can_be_limited(), reason="no timers that send signals here")
LONG = 10_000.0


def for_ever():
    while True:
        pass


@posix
def test_a_loop_that_never_ends_is_stopped():
    with pytest.raises(TookTooLong), time_limit(0.01):
        for_ever()


@posix
def test_a_loop_that_catches_every_exception_is_stopped():
    with pytest.raises(TookTooLong), time_limit(0.01):
        while True:
            with contextlib.suppress(Exception):
                for_ever()


@posix
def test_a_loop_that_catches_everything_gets_a_second_signal(monkeypatch):
    monkeypatch.setattr(module, "AGAIN", 0.5)
    caught = []
    with pytest.raises(TookTooLong), time_limit(0.01):
        try:
            for_ever()
        except:  # noqa: E722  (as learners write it)
            caught.append(1)
        for_ever()
    assert caught == [1]


@posix
def test_nothing_is_left_behind():
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(LONG):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        assert signal.getsignal(signal.SIGALRM) is not before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before


@posix
def test_a_timer_of_somebody_else_goes_on():
    signal.setitimer(signal.ITIMER_REAL, LONG, 7.0)
    try:
        with time_limit(LONG / 2):
            assert signal.getitimer(signal.ITIMER_REAL)[1] == module.AGAIN
        left, again = signal.getitimer(signal.ITIMER_REAL)
        assert LONG / 2 < left <= LONG and again == 7.0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@posix
def test_an_error_gets_out_as_it_is():
    with pytest.raises(KeyError), time_limit(LONG):
        raise KeyError
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_on_another_thread_there_is_no_limit():
    found = []

    def run():
        with time_limit(0.000_001):
            found.append(can_be_limited())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [False]


def test_where_there_are_no_timers_there_is_no_limit(monkeypatch):
    monkeypatch.delattr(signal, "setitimer", raising=False)
    with time_limit(0.000_001):
        assert not can_be_limited()
