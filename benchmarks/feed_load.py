"""The load of a benchmark of feeds: wrk, and what it says."""

import re
import subprocess
from collections.abc import Mapping

from benchmarks.feed_servers import Served, program

_RATE = re.compile(r"^Requests/sec:\s+([0-9.]+)", re.MULTILINE)
_FAULTS = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)")


def requests_per_second(served: Served, headers: Mapping[str, str], connections: int, seconds: int) -> float:
    """Ask for the calendar again and again. Ends the program where an answer is an error."""
    chosen = {**served.headers, **headers}
    named = [word for name, value in chosen.items() for word in ("-H", f"{name}: {value}")]
    command = [program("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", *named, served.url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    faults, rate = _FAULTS.search(told), _RATE.search(told)
    assert not faults, told
    assert rate, told
    return float(rate[1])
