"""The tables that one planning pass works in: temporary, filled and emptied in its transaction, gone with it.

Notices are compared and written as sets: a moment is worked out once for a group of people, and only the database
ever has it person by person.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)
from sqlmodel import Session

from convene.model.columns import UtcMoment

_PLANNING = MetaData()

PEOPLE = 10_000_000_000
"""More than a database numbers."""

DATE_NUMBER = f"CAST(replace(CAST({{joins_on}} AS varchar), '-', '') AS bigint) * {PEOPLE}"
"""A date as a number, to which that of a person is added: a million rows are grouped by one number in half the time of
two columns, and in half of that again where the date comes first, since those of one event share a few.
"""
_BIG = BigInteger().with_variant(Integer(), "sqlite")  # where only INTEGER is the table's own key


def _temporary(name: str, *columns: Column[object], in_order_of: Sequence[str] = ()) -> Table:
    """`in_order_of`: SQLite keeps the rows in the order of this key, and nowhere else. PostgreSQL goes without: to keep
    an index takes it as long as to store the rows.
    """
    key = [PrimaryKeyConstraint(*in_order_of).ddl_if(dialect="sqlite")] if in_order_of else []
    return Table(name, _PLANNING, *columns, *key, prefixes=["TEMPORARY"], sqlite_with_rowid=not in_order_of)


def _key(name: str) -> Column[object]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


PERSON_PLACE = _temporary(
    "person_place",
    _key("person_id"),
    Column("whereabouts_id", Integer, nullable=False),
    Column("language", String, nullable=False),
    Column("language_source", String, nullable=False),
    Column("zone_assumed", Boolean, nullable=False),
)
"""How everybody invited stands to the programme: `rules/language_chain.py` decided it once for all who are alike."""

PLANNED_EVENT = _temporary("planned_event", _key("event_id"))
"""The events that this pass plans; those of the programme that are not among them stay as they are."""

SEAT = _temporary(
    "seat",
    Column("group_id", _BIG, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("event_id", Integer, nullable=False),
    Column("whereabouts_id", Integer, nullable=False),
    Column("language", String, nullable=False),
    Column("language_source", String, nullable=False),
    Column("zone_assumed", Boolean, nullable=False),
    in_order_of=("group_id", "person_id"),
)
"""Everybody invited, in the group of those whom no rule tells apart, with what their notices record of them."""

MOMENT = _temporary(
    "moment",
    Column("id", Integer, Identity(cache=10_000), primary_key=True),  # as of `Notice`
    Column("group_id", _BIG),
    Column("person_id", Integer),
    Column("cause_id", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("role", String, nullable=False),
    Column("due_at", UtcMoment, nullable=False),
    Column("timezone", String, nullable=False),
    Column("joins_on", Date),
    Column("date_number", _BIG),
    Column("shifted_from", String),
    Column("shifted_why", String, nullable=False),
    Column("useful_until", UtcMoment, nullable=False),
    Column("keeps_due", Boolean, nullable=False),
    Column("uncompared", Boolean, nullable=False),
)
"""When a notice is due, for a whole group; for one person where it was stored by an earlier pass and may join.

`date_number` is DATE_NUMBER of `joins_on`. `uncompared`: the programme has no notices with which it could be compared:
it is written for everybody seated in the group, and is never `wanted` person by person.
"""

WANTED = _temporary(
    "wanted",
    Column("person_id", Integer, nullable=False),
    Column("moment_id", Integer, nullable=False),
    Column("cause_id", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("reader_date", _BIG),
    Column("useful_until", UtcMoment),
    Column("digest_id", _BIG),
    Column("notice_id", Integer),
    Column("changed", Boolean, nullable=False),
)
"""The notices there should be, person by person; where nothing is compared, the digests alone.

`reader_date`: the person and the date on which it may join others. `digest_id`: it is that digest. `notice_id` is the
stored row; `changed`: it has none, or one that differs.

`useful_until` is set where it is not the moment's: a digest is useful as long as one of its parts.
"""

DIGEST = _temporary("digest", Column("id", _BIG, primary_key=True, autoincrement=False))
"""The people and dates (`reader_date`) for which several reminders become one mail."""

PART = _temporary(
    "part",
    Column("digest_id", _BIG, nullable=False),
    Column("due_at", UtcMoment, nullable=False),
    Column("cause_id", Integer, nullable=False),
    Column("moment_id", Integer, nullable=False),
    Column("useful_until", UtcMoment, nullable=False),
    in_order_of=("digest_id", "due_at", "cause_id"),
)
"""Those reminders, with what decides when their digest is due and until when it is useful."""

TOUCHED = _temporary(
    "touched",
    _key("person_id"),
    Column("joins_on", Date, primary_key=True),
)
"""The people and dates on which reminders of the planned events join, or joined before."""

TOUCHED_CAUSE = _temporary(
    "touched_cause",
    Column("joins_on", Date, primary_key=True),
    _key("cause_id"),
)
"""The causes of other events whose notices may join on those dates."""

TOUCHED_NOTICE = _temporary("touched_notice", _key("notice_id"))
"""The notices of these that wait for those people, found once: by an index, but one try for each person and cause."""

UNWANTED = _temporary(
    "unwanted",
    _key("notice_id"),
    Column("why", String, nullable=False),
    Column("replaced", Boolean, nullable=False),
)
"""The stored notices that are to be cancelled, and why. `replaced`: their readers get another in their place."""

LOST = _temporary(
    "lost",
    Column("notice_id", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("cause_id", Integer, nullable=False),
    Column("of_digest", Boolean, nullable=False),
)
"""What those notices are about: their own cause, or (`of_digest`) that of each reminder in a digest."""

_TEMPORARY_CACHE_KIB = 16_384
"""Holds the moments of a large programme, which its digests look up in no order; SQLite's own 2,000 do not."""

# How PostgreSQL joins in the transaction of a pass. It knows nothing of tables that were filled a moment ago.
_JOINS = {
    # In the order in which joins are written, from few rows to many: CROSS JOIN says the same to SQLite.
    "join_collapse_limit": "1",
    # What does not fit goes by way of the disk, and hands rows to the indexes in another order.
    "work_mem": "64MB",
    # Where it can compile statements, it would do so for each whose cost it takes to be high: it knows no cost here.
    "jit": "off",
}
_MANY_ROWS = {"enable_nestloop": "off", "enable_hashjoin": "on", "enable_mergejoin": "on", "enable_seqscan": "on"}
"""All rows meet all of theirs at once, whatever it believes of their number."""
_FEW_ROWS = {"enable_nestloop": "on", "enable_hashjoin": "off", "enable_mergejoin": "off", "enable_seqscan": "off"}
"""A few rows look for theirs among millions: by index."""


def open_planning_tables(session: Session, *, whole: bool) -> None:
    """Make the tables, empty, for a pass over all events (`whole`) or some."""
    close_planning_tables(session)
    _PLANNING.create_all(session.connection(), checkfirst=False)
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql(f"PRAGMA temp.cache_size = -{_TEMPORARY_CACHE_KIB}")
    else:
        # A batch reads its own seats, among those of all others.
        session.connection().exec_driver_sql("CREATE INDEX seat_group ON seat (group_id)")
        if not whole:  # where it joins by index
            session.connection().exec_driver_sql("CREATE INDEX part_digest ON part (digest_id)")
    _tell_postgresql(session, {**_JOINS, **(_MANY_ROWS if whole else _FEW_ROWS)})


def close_planning_tables(session: Session) -> None:
    """Drop the tables, those of an earlier pass of this connection too."""
    for table in reversed(_PLANNING.sorted_tables):
        session.connection().exec_driver_sql(f"DROP TABLE IF EXISTS {table.name}")


@contextmanager
def grouping_by_sorting(session: Session) -> Iterator[None]:
    """For numbers that are nearly all different: PostgreSQL would hash them, which takes half as long again."""
    _tell_postgresql(session, {"enable_hashagg": "off"})
    yield
    _tell_postgresql(session, {"enable_hashagg": "on"})


def _tell_postgresql(session: Session, settings: Mapping[str, str]) -> None:
    """How to plan the statements of this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        for setting, value in settings.items():
            session.connection().exec_driver_sql(f"SET LOCAL {setting} = '{value}'")


def measure(session: Session, *tables: Table) -> None:
    """Tell PostgreSQL how much they hold: it knows nothing of a table just filled, and would join them row by row.

    For passes over all events that are compared with stored notices: joined wrongly with those, they take forty times
    as long. The few rows of a single one are better joined so, and sooner done than measured; not so the planned events
    themselves, from which all else is found.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(f"ANALYZE {', '.join(table.name for table in tables)}")
