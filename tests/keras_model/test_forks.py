"""Forked processes: an error where a call would never come back, and work where it can."""

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")

START = """
import multiprocessing, os, sys, traceback
import numpy as np
import maskrcnn_explained as mrx
from maskrcnn_explained.model import build
from helpers import TINY, squares

IMAGE = np.zeros((64, 64, 3), np.uint8)

def tell(task):
    try:
        task()
        print("done", flush=True)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", flush=True)

def in_a_fork(task):
    child = os.fork()
    if not child:
        tell(task)
        os._exit(0)
    os.waitpid(child, 0)

def from_scratch():
    build("scenes", **TINY).detect(IMAGE)
"""
AFTER_IMPORT = f"""{START}
in_a_fork(from_scratch)
in_a_fork(from_scratch)
from_scratch()  # and the parent is as before
"""
AFTER_A_CALL = f"""{START}
from maskrcnn_explained.data.batches import make_batch

model = build("scenes", **TINY)
model.compile("sgd")
model.detect(IMAGE)
batch = make_batch([squares(1)], model.config)
in_a_fork(lambda: model.detect(IMAGE))
in_a_fork(lambda: model.tensors(IMAGE))
in_a_fork(lambda: model.fit(batch, verbose=0))
in_a_fork(lambda: model.train_on_batch(batch))
in_a_fork(lambda: model.compute_losses(batch, True))
in_a_fork(lambda: in_a_fork(lambda: model.detect(IMAGE)))
tell(lambda: model.detect(IMAGE))
"""
SPAWNED = f"""{START}
if __name__ == "__main__":
    build("scenes", **TINY).detect(IMAGE)
    for method in ("spawn", "forkserver"):
        process = multiprocessing.get_context(method).Process(target=tell, args=(from_scratch,))
        process.start()
        process.join()
"""
THREADS = f"""{START}
from concurrent.futures import ThreadPoolExecutor

model = build("scenes", **TINY)
with ThreadPoolExecutor(4) as pool:
    found = list(pool.map(model.detect, [IMAGE] * 8))
print(len(found))
"""


def said(start_process, tmp_path, code):
    """The lines that a fresh process prints which runs this code as a file."""
    path = tmp_path / "program.py"
    path.write_text(code, encoding="utf-8")
    out, err = start_process(sys.executable, path).communicate()
    assert out, err
    return out.splitlines()


@pytest.mark.minutes
def test_a_fork_after_import_alone_works(start_process, tmp_path):
    assert said(start_process, tmp_path, AFTER_IMPORT) == ["done", "done"]


@pytest.mark.minutes
def test_a_fork_after_a_call_says_so_and_the_parent_goes_on(start_process, tmp_path):
    *children, grandchild_says, child_says, parent = said(start_process, tmp_path, AFTER_A_CALL)
    assert len(children) == 5 and parent == child_says == "done"
    for line in (*children, grandchild_says):
        assert line.startswith("RuntimeError: This process was forked after TensorFlow had begun")
        assert "Threads work" in line and '"spawn"' in line and "without --preload" in line


@pytest.mark.minutes
def test_spawned_processes_work(start_process, tmp_path):
    assert said(start_process, tmp_path, SPAWNED) == ["done", "done"]


@pytest.mark.slow
def test_threads_work(start_process, tmp_path):
    assert said(start_process, tmp_path, THREADS) == ["8"]


def test_this_process_is_not_lost(tiny):
    from maskrcnn_explained.keras_model.forks import require_threads, tensorflow_runs

    assert tensorflow_runs(), "the tiny model has been built"
    require_threads()
