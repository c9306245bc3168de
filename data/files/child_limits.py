"""Limits that a process puts on itself before it opens what a stranger sent."""

from __future__ import annotations

import math
import sys
from pathlib import Path

_LIMITS_KEPT: list[object] = []
"""Handles that Windows lets go of, and the limit with them, when nothing holds them."""


def limit_this_process(*, processor_s: float, memory_bytes: int) -> None:
    """Bound what this process may still spend: seconds of processors from now on, and memory.

    On POSIX the kernel ends the process when the seconds are spent, and refuses memory beyond the
    bound, which Python tells as `MemoryError`. On Windows a job object refuses the memory; the
    seconds are the parent's to watch. Where a system knows no such limit it is left out.

    Parameters
    ----------
    processor_s : float
        Seconds of all processors together.
    memory_bytes : int
        Private memory of the whole process, what its libraries take included.
    """
    if sys.platform == "win32":
        _limit_on_windows(memory_bytes)
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    end_s = math.ceil(used.ru_utime + used.ru_stime + processor_s)
    for what, value in ((resource.RLIMIT_CPU, end_s), (resource.RLIMIT_DATA, memory_bytes)):
        hard = resource.getrlimit(what)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (soft, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def peak_mb() -> float:
    """Most memory this process ever held, in MB; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    try:  # what getrusage tells on Linux begins with what the parent held when it started us
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, ValueError, IndexError):
        return 0.0


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _EXTENDED, _PROCESS_MEMORY = 9, 0x100

    class _Basic(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _Extended(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", _Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    def _limit_on_windows(memory_bytes: int) -> None:
        """Put this process into a job whose memory is bounded (Windows 8 or later nests jobs)."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD,
        )  # fmt: skip
        first = not _LIMITS_KEPT
        job = kernel.CreateJobObjectW(None, None) if first else _LIMITS_KEPT[0]
        told = _Extended()
        told.BasicLimitInformation.LimitFlags = _PROCESS_MEMORY
        told.ProcessMemoryLimit = memory_bytes
        kernel.SetInformationJobObject(job, _EXTENDED, ctypes.byref(told), ctypes.sizeof(told))
        if first:
            _LIMITS_KEPT.append(job)
            kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
