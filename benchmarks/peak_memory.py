"""How much memory a process ever held."""

from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_mib() -> float:
    """The most memory this process ever held since its program was loaded, as Linux counts it.

    Not `ru_maxrss`: that outlives fork and exec, and would be the peak of whoever started the process.
    """
    line = next(line for line in _STATUS.read_text("utf-8").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
