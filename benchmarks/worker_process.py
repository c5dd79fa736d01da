"""`convene worker --until-idle` in a process of its own, timed from when everything is loaded.

Run by `benchmarks/worker_runs.py`: python -m benchmarks.worker_process
It says "ready", waits for a line so that several begin together, works, and ends with its figures as JSON.
"""

import importlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from convene.cli.main import run

# What the command loads by itself once it begins; the peers' loading is not timed either.
_LOADED_BY_THE_COMMAND = ("convene.cli.run_commands", "convene.mail.smtp_pool", "convene.worker.run_worker")


def main() -> None:
    for module in _LOADED_BY_THE_COMMAND:
        importlib.import_module(module)
    print("ready", flush=True)
    sys.stdin.readline()
    sys.argv = ["convene", "worker", "--until-idle"]
    before, began, cpu = _peak_mib(), datetime.now(UTC), process_time()
    try:
        run()
    except SystemExit as end:
        if end.code:
            raise
    cpu = process_time() - cpu
    print(json.dumps({"began": began.timestamp(), "cpu": cpu, "before_mib": before, "peak_mib": _peak_mib()}))


def _peak_mib() -> float:
    """The most memory this program ever held; `getrusage` would count what its parent held before it."""
    [line] = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
