"""The folder of a run: one run at a time, also after a crash; a restart keeps the old files."""

import os
import signal
import sys
import threading
import weakref

import pytest

from maskrcnn_explained.training.run_folder import Terminated, ending_cleanly, run_folder


def test_no_folder_is_no_folder():
    with run_folder(None, restart=False) as place:
        assert place is None


def test_it_is_made_and_left_clean(tmp_path):
    with run_folder(tmp_path / "new" / "run", restart=False) as place:
        assert place.is_dir() and (place / "run.lock").exists()
    assert list(place.iterdir()) == []


def test_a_second_run_is_refused(tmp_path):
    with (
        run_folder(tmp_path, restart=False),
        pytest.raises(ValueError, match="Another run is using"),
        run_folder(tmp_path, restart=False),
    ):
        pass
    with run_folder(tmp_path, restart=False):
        pass


def test_other_workers_of_the_same_run_are_not(tmp_path):
    with run_folder(tmp_path, False) as one, run_folder(tmp_path, False, chief=False) as other:
        assert one == other


HOLD = """
import sys, time
from maskrcnn_explained.training.run_folder import run_folder
with run_folder(sys.argv[1], restart=False):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_killed_run_holds_nothing(tmp_path, start_process):
    process = start_process(sys.executable, "-c", HOLD, tmp_path)
    assert process.stdout.readline().strip() == "held"
    with pytest.raises(ValueError, match="Another run"), run_folder(tmp_path, restart=False):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with run_folder(tmp_path, restart=False) as place:
        assert place == tmp_path


def test_a_restart_keeps_the_old_files_beside(tmp_path):
    for text in ("first", "second"):
        (tmp_path / "weights.h5").write_text(text)
        (tmp_path / "mine.txt").write_text("mine")
        with run_folder(tmp_path, restart=True):
            assert not (tmp_path / "weights.h5").exists()
    assert (tmp_path / "before_1" / "weights.h5").read_text() == "first"
    assert (tmp_path / "before_2" / "weights.h5").read_text() == "second"
    assert (tmp_path / "mine.txt").exists()
    with run_folder(tmp_path, restart=True):
        pass
    assert not (tmp_path / "before_3").exists()


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="is not a folder"), run_folder(tmp_path / "file", False):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ on Windows")
def test_sigterm_is_met_as_ctrl_c_is():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt) as stop, ending_cleanly():
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(60)  # the signal comes at once; this is never waited out
    assert stop.type is Terminated
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_an_error_held_is_free_again():
    """The stream of batches must end before Python does."""

    class Stream:
        """It can be asked whether it is still there."""

    def fit():
        stream = Stream()
        references.append(weakref.ref(stream))
        raise ValueError("a loss")

    def chained():
        try:
            fit()
        except ValueError as error:
            raise RuntimeError("another") from error

    for work in (fit, chained):
        references = []
        with pytest.raises((ValueError, RuntimeError)) as caught, ending_cleanly():
            work()
        assert caught.value is not None and references[0]() is None


def test_in_another_thread_signals_stay_as_they_are():
    entered = []

    def work():
        with ending_cleanly():
            entered.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert entered == [signal.getsignal(signal.SIGTERM)]


TRAIN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a process in the background ignores it
import maskrcnn_explained as mrx
from helpers import TINY
model = mrx.build("scenes", seed=1, **TINY)
recipe = mrx.Recipe(steps=100_000, batch_size=1, steps_per_epoch=2, validation_images=0)
mrx.train(model, mrx.Scenes("train", 5, 64), None, recipe, sys.argv[1], verbose=2)
"""


@pytest.mark.minutes
@pytest.mark.skipif(sys.platform == "win32", reason="signals differ on Windows")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_run_that_is_asked_to_end_leaves_whole_files_and_goes_on(tmp_path, start_process, number):
    def until(process, words):
        for line in process.stdout:
            if words in line:
                return line
        pytest.fail(f"{words!r} was never said: {process.stderr.read()}")

    for first in (1, 2):
        process = start_process(sys.executable, "-uW", "ignore", "-c", TRAIN, tmp_path)
        if first == 2:
            until(process, "going on at epoch")
        until(process, "2/2 - ")
        until(process, "2/2 - ")
        process.send_signal(number)
        assert "holds epoch" in until(process, "Stopped.")
        assert process.wait() != 0
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["checkpoint.weights.h5", "log.jsonl", "run.json", "weights.h5"]
