"""How much memory this process may use: that of the machine, or less in a container.

Linux tells it in files. macOS and Windows tell the total alone; what is free there is not asked.
"""

from __future__ import annotations

import ctypes
import os
import pathlib
import re
import sys

PROC, CGROUP = pathlib.Path("/proc"), pathlib.Path("/sys/fs/cgroup")


def memory_bytes() -> tuple[int, int | None]:
    """Total and free memory, bytes; the free part is None where it is not known.

    Raises:
        OSError: the system does not tell it.
    """
    meminfo = PROC / "meminfo"
    if not meminfo.is_file():
        return _total_elsewhere(), None
    lines = dict(re.findall(r"(\w+):\s+(\d+) kB", meminfo.read_text(encoding="utf-8")))
    total, free = (1024 * int(lines[name]) for name in ("MemTotal", "MemAvailable"))
    limit = _limit()
    if limit is None or limit[0] >= total:
        return total, free
    return limit[0], min(free, limit[0] - limit[1])


def _limit() -> tuple[int, int] | None:
    """The limit of the container and what is used of it, bytes; None without a limit."""
    names = (("memory.max", "memory.current"),)
    names += (("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),)  # older systems
    for most, used in names:
        path = CGROUP / most
        text = path.read_text(encoding="utf-8").strip() if path.is_file() else "max"
        if text != "max":
            return int(text), int((CGROUP / used).read_text(encoding="utf-8"))
    return None


class _WindowsMemory(ctypes.Structure):
    """What Windows fills in: MEMORYSTATUSEX."""

    _fields_ = [("length", ctypes.c_uint32), ("load", ctypes.c_uint32)]
    _fields_ += [("total", ctypes.c_uint64), ("others", ctypes.c_uint64 * 6)]


def _total_elsewhere() -> int:
    """The total memory on macOS or Windows, bytes."""
    if sys.platform == "win32":
        status = _WindowsMemory(length=ctypes.sizeof(_WindowsMemory))
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.total)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except ValueError as error:
        raise OSError("this system does not tell how much memory it has") from error
