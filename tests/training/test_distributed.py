"""Several devices and several processes train as one does; a lost worker is reported."""

import pathlib
import signal
import socket
import sys
import time

import h5py
import numpy as np
import pytest

from maskrcnn_explained.training.distributed import check_devices, strategy
from maskrcnn_explained.training.recipe import Recipe

SCRIPT = pathlib.Path(__file__).with_name("distributed_run.py")


def free_ports(number=2):
    sockets = [socket.socket() for _ in range(number)]
    for one in sockets:
        one.bind(("localhost", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def losses_of(folder, number):
    path = pathlib.Path(f"{folder}.{number}.txt")
    return [float(line) for line in path.read_text().split()] if path.exists() else []


@pytest.fixture
def start(start_process):
    """Start one process of a run: its number, the ports of all, where it writes, how many steps."""

    def start_one(number, ports, folder, steps):
        among = ",".join(map(str, ports))
        return start_process(sys.executable, "-W", "ignore", SCRIPT, number, among, folder, steps)

    return start_one


@pytest.mark.minutes
def test_two_workers_have_the_losses_of_one(tmp_path, start):
    ports = free_ports()
    both = [start(n, ports, tmp_path / "both", 20) for n in range(2)]
    alone = start(0, [1], tmp_path / "alone", 20)
    for process in (*both, alone):
        _, err = process.communicate()
        assert process.returncode == 0, err[-3000:]
    expected = losses_of(tmp_path / "alone", 0)
    assert len(expected) == 20 and expected[-1] < expected[0]
    for number in range(2):
        np.testing.assert_allclose(losses_of(tmp_path / "both", number), expected, atol=1e-3)
    assert sorted(path.name for path in (tmp_path / "both").iterdir()) == [
        "checkpoint.weights.h5",
        "log.jsonl",
        "run.json",
        "weights.h5",
    ]


@pytest.mark.minutes
def test_a_killed_worker_ends_the_run_with_a_message_and_a_checkpoint(tmp_path, start):
    folder = tmp_path / "run"
    ports = free_ports()
    first, second = (start(number, ports, folder, 100_000) for number in range(2))
    while len(losses_of(folder, 0)) < 3 and first.poll() is None:
        time.sleep(0.5)
    second.send_signal(signal.SIGKILL)
    _, err = first.communicate()
    assert first.returncode == 1
    assert "Another worker was lost" in err and "start the same command on all workers" in err
    with h5py.File(folder / "checkpoint.weights.h5") as file:
        assert "optimizer" in file
    assert not list(folder.glob("part.*"))


MIRRORED = """
import sys, tensorflow as tf, numpy as np, keras
(cpu,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
tf.config.experimental.enable_op_determinism()
from helpers import TINY, calm
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.scenes import Scenes
from maskrcnn_explained.graph import OneDevice
from maskrcnn_explained.model import build
from maskrcnn_explained.training.distributed import Replicas, share, strategy
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.train import train

losses = {}
for devices in ("one", "all"):
    with strategy(devices).scope():
        student = calm(build("scenes", **TINY | dict(batch_norm="frozen")))
    recipe = Recipe(steps=6, steps_per_epoch=1, batch_size=4, warmup_steps=1)
    data = Scenes("train", 40, sizes=64)
    losses[devices] = train(student, data, None, recipe, verbose=0).history["loss"]
assert strategy("all").num_replicas_in_sync == 2
# Trained batch norm: each device normalizes its own rows, so losses differ, but statistics move.
with strategy("all").scope():
    student = calm(build("scenes", **TINY | dict(batch_norm="trained")))
before = [value.numpy() for value in student.non_trainable_variables if "moving" in value.path]
own = train(student, data, None, recipe, verbose=0).history["loss"]
after = [value.numpy() for value in student.non_trainable_variables if "moving" in value.path]
assert np.isfinite(own).all()
assert all((old != new).any() for old, new in zip(before, after, strict=True))
np.testing.assert_allclose(losses["all"], losses["one"], atol=1e-4)
# Fit by hand works once the model knows its devices; before that, it says so.
batch = make_batch([data[i] for i in range(4)], student.config)
stream = tf.data.Dataset.from_tensors(batch).repeat()
with strategy("all").scope():
    other = calm(build("scenes", **TINY))
    other.compile(optimizer="sgd")
assert type(other.devices) is OneDevice
try:
    other.fit(stream, steps_per_epoch=1, verbose=0)
except RuntimeError as error:
    assert "call mrx.train" in str(error)
else:
    raise AssertionError("a batch was trained on wrongly counted losses")
assert share(other) == 2 and type(other.devices) is Replicas
"""


@pytest.mark.minutes
def test_two_devices_have_the_losses_of_one_and_may_train_batch_norm(start_process):
    process = start_process(sys.executable, "-W", "ignore", "-c", MIRRORED)
    _, err = process.communicate()
    assert process.returncode == 0, err[-3000:]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(batch_size=3), "cannot be split evenly over 2"),
        (dict(accumulate=2), "on one device only"),
    ],
)
def test_a_batch_must_fit_the_devices(change, words):
    with pytest.raises(ValueError, match=words):
        check_devices(Recipe(**change), 2)


def test_names_of_devices(monkeypatch):
    assert strategy("one").num_replicas_in_sync == 1
    with pytest.raises(ValueError, match="choose one of one, all, workers"):
        strategy("two")
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(ValueError, match="TF_CONFIG"):
        strategy("workers")


def test_one_device_needs_no_even_batch():
    check_devices(Recipe(batch_size=3), 1)
