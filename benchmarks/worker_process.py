"""`convene worker --until-idle` in a process of its own, timed from when everything is loaded.

Run by `benchmarks/worker_runs.py`: python -m benchmarks.worker_process
It says "ready", waits for a line so that several begin together, works, and ends with its figures as JSON.
"""

import importlib
import json
import sys
from datetime import UTC, datetime
from time import process_time

from benchmarks.peak_memory import peak_mib

from convene.cli.main import run

# What the command loads by itself once it begins; the peers' loading is not timed either.
_LOADED_BY_THE_COMMAND = ("convene.cli.run_commands", "convene.mail.smtp_pool", "convene.worker.run_worker")


def main() -> None:
    for module in _LOADED_BY_THE_COMMAND:
        importlib.import_module(module)
    print("ready", flush=True)
    sys.stdin.readline()
    sys.argv = ["convene", "worker", "--until-idle"]
    before, began, cpu = peak_mib(), datetime.now(UTC), process_time()
    try:
        run()
    except SystemExit as end:
        if end.code:
            raise
    cpu = process_time() - cpu
    print(json.dumps({"began": began.timestamp(), "cpu": cpu, "before_mib": before, "peak_mib": peak_mib()}))


if __name__ == "__main__":
    main()
