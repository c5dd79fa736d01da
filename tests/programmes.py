"""Small programmes for tests: the files of a coordinator, and a database brought in line with them.

A file is written from the lines of its `events`; one meeting with two people in Cambodia is the default.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from email import message_from_bytes
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, inspect

from convene.errors import Problem
from convene.mail.relay import Outgoing, Relay
from convene.store.database import Database, open_database
from convene.store.worker_rows import register_worker, renew_lease
from convene.usecases.delivery.deliver_notices import Deliveries
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.programmes.apply_programme import apply_programme
from convene.usecases.programmes.change_programme import Applied
from convene.usecases.programmes.read_files import read_checked
from convene.usecases.rehearsal.rehearse_programme import AcceptingRelay

SHIPPED = Path(__file__).parents[1] / "config" / "programmes"

SOKHA = "sokha@union-kh.example"
VANNA = "vanna@union-kh.example"

MEETING = """\
  meeting:
    kind: meeting
    title: {en: Planning meeting}
    days: [{on: Mon 2020-01-20, from: 09:00, to: 11:30}]
    invite: [members]
"""

PEOPLE = (
    "email,name,country,language,role,groups",
    f'{SOKHA},"Participant 1, Cambodia",KH,km,,members',
    f'{VANNA},"Participant 2, Cambodia",KH,en,,members',
)

INVITED_AT = datetime(2020, 1, 6, 3, 0, tzinfo=UTC)
"""Mon 6 January 2020, 10:00 in Phnom Penh: two weeks before the meeting of the default file."""


def write_programme(
    folder: Path,
    events: str = MEETING,
    *,
    people: Sequence[str] = PEOPLE,
    keys: str = "",
    settings: str = "",
    programme: str = "small",
) -> Path:
    """Write `PROGRAMME.yaml` and its people file. `keys` are lines of the top level, `settings` of `programme`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{programme}.people.csv").write_text("\n".join(people) + "\n", "utf-8")
    path = folder / f"{programme}.yaml"
    path.write_text(
        "convene: 1\n"
        "programme:\n"
        f"  id: {programme}\n"
        "  title: {en: A small programme}\n"
        "  timezone: Asia/Phnom_Penh\n"
        "  language: en\n"
        "  organiser: {name: The office, email: office@organiser.example}\n"
        f"{settings}"
        f"people: [{programme}.people.csv]\n"
        f"events:\n{events}{keys}",
        "utf-8",
    )
    return path


def database_file(folder: Path) -> Path:
    """An empty database of the newest schema, as a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(_template(), folder / "convene.db"))


def replace_database_file(folder: Path) -> None:
    """Put an empty database in the place of the one in `folder`, as a restore does."""
    for name in ("convene.db", "convene.db-wal", "convene.db-shm"):
        (folder / name).unlink(missing_ok=True)
    database_file(folder)


@contextmanager
def small_database(folder: Path) -> Iterator[Database]:
    """The same, opened for the block."""
    database = open_database(f"sqlite:///{database_file(folder)}")
    try:
        yield database
    finally:
        database.close()


@cache
def _template() -> Path:
    """Migrations take a quarter of a second: they run once, and every test gets a copy."""
    path = Path(tempfile.mkdtemp(prefix="convene-tests-")) / "template.db"
    open_database(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def apply_file(database: Database, path: Path, now: datetime = INVITED_AT, *, overwrite: bool = False) -> Applied:
    """Apply a programme file at `now`."""
    checked = read_checked(path)
    document = checked.checked_document
    with database.writing() as session:
        return apply_programme(session, document, checked.people, checked.source, now, overwrite=overwrite)


def problems_of(path: Path) -> list[Problem]:
    """The errors of a file, without its notes and warnings."""
    return [problem for problem in read_checked(path).problems if problem.is_error]


def plain_text(body: bytes) -> str:
    """The text part of a mail."""
    for part in message_from_bytes(body).walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode()
    raise AssertionError("it has no text")


class Postbox(AcceptingRelay):
    """Takes every mail where no wire is needed: the recipient and the bytes, in order."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []

    def keep(self, mail: Outgoing) -> None:
        self.mails.append((mail.recipient, mail.body))


def new_worker(database: Database, now: datetime) -> int:
    """The id of a worker that lives."""
    with database.recording_connection() as connection:
        worker = register_worker(connection, "test", 1, now)
        renew_lease(connection, worker, 3600, now, now)
    return worker


async def send_due(database: Database, now: datetime, relay: Relay | None = None) -> dict[str, int]:
    """Deliver all that is due at `now`; how many notices reached each state."""
    relay = relay or Postbox()
    deliveries = Deliveries(Delivery(database, relay, VirtualClock(now)), new_worker(database, now))
    delivered = await deliveries.deliver_due()
    await relay.close()
    return {state.value: count for state, count in delivered.states.items()}


def all_rows(source: Database | Path, *without: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, sorted; `without` names columns that may differ."""
    with _connected(source) as connection:
        tables = inspect(connection).get_table_names()
        return {table: _rows(connection, table, without) for table in tables}


def query(source: Database | Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of one question, its values marked `?`. Moments, dates and hours come as the text that SQLite keeps."""
    with _connected(source) as connection:
        return _answer(connection, sql, *values)


@contextmanager
def _connected(source: Database | Path) -> Iterator[Connection]:
    if isinstance(source, Database):
        with source.engine.connect() as connection:
            yield connection
        return
    engine = create_engine(f"sqlite:///{source}", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _rows(connection: Connection, table: str, without: Sequence[str]) -> list[tuple[Any, ...]]:
    columns = [column["name"] for column in inspect(connection).get_columns(table) if column["name"] not in without]
    chosen = ", ".join(f'"{column}"' for column in columns)
    return sorted(_answer(connection, f'SELECT {chosen} FROM "{table}"'), key=repr)


def _answer(connection: Connection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    if connection.dialect.name == "postgresql":
        sql = sql.replace("%", "%%").replace("?", "%s")
    return [tuple(map(_as_text, row)) for row in connection.exec_driver_sql(sql, values)]


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, time):
        return value.isoformat("microseconds")
    return value.isoformat() if isinstance(value, date) else value
