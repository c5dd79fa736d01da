"""procrastinate: how many jobs a second its batch defer stores, 1,000 at a time.

Run by `benchmarks/planning.py` in an environment of its own: python benchmarks/procrastinate_jobs.py URL JOBS
"""

import asyncio
import json
import logging
import sys
from datetime import UTC, datetime
from time import perf_counter

from procrastinate import App, PsycopgConnector

WHEN = datetime(2099, 1, 1, tzinfo=UTC)
BATCH = 1_000


async def send_reminder(event: int, person: int, language: str) -> None:
    """What a job would do; none is due here."""


async def defer_jobs(url: str, jobs: int) -> float:
    """Store `jobs` jobs, after those of an earlier run are gone; the seconds it took."""
    app = App(connector=PsycopgConnector(conninfo=url))
    deferrer = app.task(send_reminder, name="send_reminder").configure(schedule_at=WHEN)
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await app.connector.execute_query_async("TRUNCATE procrastinate_jobs CASCADE")
        started = perf_counter()
        for first in range(0, jobs, BATCH):
            batch = ({"event": 1, "person": number, "language": "km"} for number in range(first, first + BATCH))
            await deferrer.batch_defer_async(*batch)
        return perf_counter() - started


def main(url: str, jobs: int) -> None:
    logging.disable(logging.CRITICAL)
    print(json.dumps({"rows": jobs, "seconds": asyncio.run(defer_jobs(url, jobs))}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
