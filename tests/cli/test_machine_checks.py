"""Checks of the machine, each on a machine that is made up."""

import collections
import os
import shutil
import socket
import tempfile
import webbrowser

import pytest

from maskrcnn_explained.cli import machine_checks
from maskrcnn_explained.cli.finding import BAD, FINE, WARN
from maskrcnn_explained.cli.machine_checks import (
    GIGA,
    check_browser,
    check_cores,
    check_disk,
    check_localhost,
    check_memory,
    check_notebooks,
    check_writable,
)
from maskrcnn_explained.course.exercises.progress import PROGRESS_VARIABLE


@pytest.mark.parametrize(
    ("total", "free", "state"),
    [
        (16, 12, FINE),
        (7.7, 2.9, FINE),
        (7.7, None, FINE),
        (7.7, 1.0, WARN),
        (3.8, 2.9, WARN),
        (2.0, 1.9, BAD),
    ],
)
def test_memory(monkeypatch, total, free, state):
    amounts = total * GIGA, None if free is None else free * GIGA
    monkeypatch.setattr(machine_checks, "memory_bytes", lambda: amounts)
    found = check_memory()
    assert found.state == state and found.found.startswith(f"{total:.1f} GiB")


def test_memory_that_the_system_does_not_tell(monkeypatch):
    def unknown():
        raise OSError("this system does not tell")

    monkeypatch.setattr(machine_checks, "memory_bytes", unknown)
    assert check_memory().state == BAD and "by hand" in check_memory().mend


@pytest.mark.parametrize(("free", "state"), [(5, FINE), (0.6, WARN), (0.1, BAD)])
def test_disk(monkeypatch, free, state):
    usage = collections.namedtuple("usage", "free")(free * GIGA)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert check_disk().state == state and f"{free:.1f} GiB" in check_disk().found


def test_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 3}, raising=False)
    assert check_cores().state == FINE and check_cores().found == "2"
    monkeypatch.delattr(os, "sched_getaffinity")  # macOS and Windows have none
    for count, state in ((1, WARN), (None, WARN), (8, FINE)):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        assert check_cores().state == state


def test_browser(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: "/x" if name == "firefox" else None)
    assert check_browser().state == FINE and check_browser().found == "firefox"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("open"))
    assert check_browser().state == FINE and "of the system" in check_browser().found

    def none():
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    assert check_browser().state == WARN and "JupyterHub" in check_browser().mend


def test_a_folder_that_may_be_written_to(here):
    (here / "notebooks" / "exercises").mkdir(parents=True)
    assert check_writable().state == FINE
    assert [path.name for path in here.rglob("*")] == ["notebooks", "exercises"]


@pytest.mark.parametrize("closed", [".", "notebooks/exercises"])
def test_a_folder_that_may_not(here, monkeypatch, closed):
    (here / "notebooks" / "exercises").mkdir(parents=True)
    whole = tempfile.NamedTemporaryFile

    def refuse(dir):
        if dir == here / closed:
            raise PermissionError(f"Permission denied: {dir}")
        return whole(dir=dir)

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    found = check_writable()
    assert found.state == BAD and str(here / closed) in found.found and "copy" in found.mend


def test_a_folder_for_the_progress_that_may_not_be_written_to(here, monkeypatch):
    monkeypatch.setenv(PROGRESS_VARIABLE, str(here / "home" / "me" / "progress.json"))
    assert check_writable().state == FINE  # it can be made
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert check_writable().state == WARN and PROGRESS_VARIABLE in check_writable().mend
    monkeypatch.setenv(PROGRESS_VARIABLE, "none")
    assert check_writable().state == FINE


def test_notebooks(here):
    assert check_notebooks().state == WARN
    (here / "notebooks").mkdir()
    for name in ("00_the_whole_picture", "01_backbone"):
        (here / "notebooks" / f"{name}.ipynb").write_text("{}")
    assert check_notebooks().found == f"2 in {here / 'notebooks'}"


def test_localhost(monkeypatch):
    assert check_localhost().state == FINE

    def refused(*address, **options):
        raise ConnectionRefusedError("Connection refused")

    monkeypatch.setattr(socket, "create_connection", refused)
    assert check_localhost().state == BAD and "firewall" in check_localhost().mend
