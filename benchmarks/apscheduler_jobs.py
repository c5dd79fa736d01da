"""APScheduler 3.11: how many jobs a second `add_job` stores, one job per reminder as its documentation has it.

Run by `benchmarks/planning.py`: python -m benchmarks.apscheduler_jobs URL JOBS
An SQLite file is put into WAL mode first, which is kinder to APScheduler than its default.
"""

import json
import logging
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from time import perf_counter

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import make_url

WHEN = datetime(2099, 1, 1, tzinfo=UTC)


def send_reminder(event: int, person: int, language: str) -> None:
    """What a job would do; none is due here."""


def add_jobs(url: str, jobs: int) -> float:
    """Store `jobs` jobs; the seconds it took."""
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(url=url)}, timezone="UTC")
    scheduler.start(paused=True)
    scheduler.remove_all_jobs()
    started = perf_counter()
    for number in range(jobs):
        scheduler.add_job("benchmarks.apscheduler_jobs:send_reminder", "date", run_date=WHEN, args=[1, number, "km"])
    seconds = perf_counter() - started
    scheduler.shutdown()
    return seconds


def main(url: str, jobs: int) -> None:
    logging.disable(logging.CRITICAL)
    parsed = make_url(url)
    if parsed.drivername == "sqlite":
        with closing(sqlite3.connect(str(parsed.database))) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    else:
        url = parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    print(json.dumps({"rows": jobs, "seconds": add_jobs(url, jobs)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
