"""Follow a newer zone database: wall clocks stay, what follows from them is worked out again (design promise 1).

A database remembers the newest one by which its moments were worked out. A host with an older one neither plans nor
sends: it would undo the work, or print hours that no longer hold.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from convene.errors import ConveneError
from convene.model.event import Day, Event
from convene.model.installation import Installation
from convene.model.notice import EventRevision
from convene.model.programme import Programme
from convene.model.warning import StoredWarning
from convene.rules.facts import DayFacts
from convene.rules.told_clocks import clocks_moved
from convene.rules.usefulness import lies_ahead_until
from convene.rules.vocabulary import READER_ZONE, Mode
from convene.rules.zones import tzdata_version
from convene.store.programme_rows import ProgrammeRows, hold_in_order, load_readable, row_id
from convene.store.unreadable_rows import UnreadableError
from convene.usecases.events.describe_events import day_facts, event_facts


class ZoneDatabaseError(ConveneError):
    """This host has an older zone database than the one by which the stored moments were worked out."""


@dataclass(frozen=True)
class Followed:
    """A programme, with a warning of each event of which a newer zone database moves a day, or a reader's clock."""

    programme: Programme
    warnings: list[str]


def refuse_older_zone_database(session: Session) -> None:
    """Raise ZoneDatabaseError where the stored moments come from a newer zone database than this host has."""
    stored = session.exec(select(Installation.tzdata_version)).one()
    if stored is not None and stored > tzdata_version():
        sentence = f"The stored moments follow zone database {stored}; this host has {tzdata_version()}."
        raise ZoneDatabaseError(sentence, "update it here: pip install --upgrade tzdata")


def follow_zone_database(session: Session, now: datetime) -> list[Followed]:
    """Work every future moment out again where this host has a newer zone database; what is over stays as it is.

    Days that begin at another moment get a higher sequence; events of which somebody was told a clock that has moved
    a new revision; the caller plans all programmes. Costs one short query where nothing is new.
    """
    refuse_older_zone_database(session)
    installation = session.exec(select(Installation)).one()
    if installation.tzdata_version == tzdata_version():
        return []
    first_time = installation.tzdata_version is None
    installation.tzdata_version = tzdata_version()
    if first_time:
        return []
    hold_in_order(session, session.scalars(select(Programme.id)))
    programmes = session.exec(select(Programme).order_by(Programme.slug)).all()
    return [_follow(session, rows, now) for rows in _readable(session, programmes)]


def _readable(session: Session, programmes: Iterable[Programme]) -> Iterator[ProgrammeRows]:
    """One that cannot be read, or an event of it, keeps no other from being followed, nor a worker from its work."""
    for programme in programmes:
        with suppress(UnreadableError):
            rows, _ = load_readable(session, programme)
            yield rows


def _follow(session: Session, rows: ProgrammeRows, now: datetime) -> Followed:
    warnings = []
    for event in rows.events:
        moved = [day for day in rows.days.get(row_id(event), []) if _rederive(rows, day, now)]
        told_otherwise = _told_otherwise(session, rows, event, now)
        if told_otherwise:
            event.revision += 1
            event.facts_changed_at = now
        if moved or told_otherwise:
            warnings.append(_warn(session, rows.programme, event, now))
    return Followed(rows.programme, warnings)


def _rederive(rows: ProgrammeRows, day: Day, now: datetime) -> bool:
    """Work the moments of a day out again, unless it is over; whether they are others now."""
    if day.on_date is None or day.zone == READER_ZONE or (day.ends_at is not None and day.ends_at <= now):
        return False
    facts: DayFacts = day_facts(rows, day)
    day.tzdata_version = tzdata_version()
    if (day.starts_at, day.ends_at) == (facts.starts_at(), facts.ends_at()):
        return False
    day.starts_at, day.ends_at = facts.starts_at(), facts.ends_at()
    if facts.start is not None or facts.mode is Mode.DEADLINE:
        day.sequence += 1
        day.changed_at = now
    return True


def _told_otherwise(session: Session, rows: ProgrammeRows, event: Event, now: datetime) -> bool:
    """Whether the clock of a reader moved beside the clock of a day still to come."""
    stored = session.get(EventRevision, (row_id(event), event.revision))
    facts = event_facts(rows, event)
    ahead = {day.slug for day in facts.days if lies_ahead_until(day, "UTC") > now}
    return stored is not None and clocks_moved(
        facts, {slug: clocks for slug, clocks in stored.offsets.items() if slug in ahead}
    )


def _warn(session: Session, programme: Programme, event: Event, now: datetime) -> str:
    """Keep the warning for whoever looks at events or notices next; the sentence."""
    sentence = (
        f"{programme.slug}/{event.slug}: clocks changed by zone database {tzdata_version()}; its moments were worked "
        "out again, and whoever was told another hour is corrected."
    )
    session.add(StoredWarning(programme_id=row_id(programme), event_id=row_id(event), sentence=sentence, at=now))
    return sentence


def warnings_since(session: Session, since: datetime) -> Iterator[str]:
    """What the organisers should know, oldest first."""
    query = select(StoredWarning).where(StoredWarning.at >= since).order_by(StoredWarning.at, StoredWarning.id)  # type: ignore[arg-type]
    for row in session.exec(query):
        yield row.sentence
