"""Memory: of a machine, of a container with a limit, and of systems without those files."""

import os
import sys

import pytest

from maskrcnn_explained.cli import memory

MEMINFO = "MemTotal:       8000000 kB\nMemFree:         100000 kB\nMemAvailable:   6000000 kB\n"


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """The files of a made-up Linux with 8 GB."""
    monkeypatch.setattr(memory, "PROC", tmp_path / "proc")
    monkeypatch.setattr(memory, "CGROUP", tmp_path / "cgroup")
    for name in ("proc", "cgroup/memory"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "proc" / "meminfo").write_text(MEMINFO)
    return tmp_path


def test_a_machine():
    assert memory.memory_bytes() == (8000000 * 1024, 6000000 * 1024)


@pytest.mark.parametrize(
    ("most", "used"),
    [
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ],
)
def test_a_container_has_less(folders, most, used):
    (folders / "cgroup" / most).write_text("2000000000\n")
    (folders / "cgroup" / used).write_text("500000000\n")
    assert memory.memory_bytes() == (2_000_000_000, 1_500_000_000)


def test_a_limit_above_the_machine_s_memory_is_none(folders):
    for limit in ("max\n", "9223372036854771712\n"):
        (folders / "cgroup" / "memory.max").write_text(limit)
        (folders / "cgroup" / "memory.current").write_text("500000000\n")
        assert memory.memory_bytes() == (8000000 * 1024, 6000000 * 1024)


def test_without_those_files_the_total_alone_is_known(folders, monkeypatch):
    (folders / "proc" / "meminfo").unlink()
    pages = {"SC_PHYS_PAGES": 1000, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__, raising=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert memory.memory_bytes() == (4_096_000, None)

    def unknown(name):
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(os, "sysconf", unknown)
    with pytest.raises(OSError, match="does not tell how much memory"):
        memory.memory_bytes()
