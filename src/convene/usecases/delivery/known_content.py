"""What mails say, as of one content version: each event is read when the first mail speaks of it, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from convene.model.event import Event
from convene.model.notice import EventRevision
from convene.model.programme import Programme
from convene.rules.facts import EventBrief, EventFacts, Whereabouts, facts_from_json
from convene.rules.told_clocks import as_told
from convene.rules.vocabulary import EventStatus
from convene.rules.zones import wall_clock
from convene.store.due_notices import DueNotice, Who
from convene.store.programme_rows import PersonTraits, ProgrammeRows, load_programme, row_id
from convene.usecases.events.describe_events import Standing, event_brief, standing


@dataclass(frozen=True)
class KnownEvent:
    """An event with what may be said of it. `days`: the slugs by row id."""

    row: Event
    brief: EventBrief
    days: dict[int, str]


class KnownContent:
    """The programmes, events and told facts that mails speak of. `made` keeps what was made of them, by any key."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.made: dict[Any, Any] = {}
        self._rows: dict[int, ProgrammeRows] = {}
        self._events: dict[int, KnownEvent] = {}
        self._revisions: dict[tuple[int, int], EventRevision] = {}
        self._standings: dict[tuple[object, ...], Standing] = {}
        self._now: datetime | None = None
        self._todays: dict[str, date] = {}

    def read(self, session: Session, notices: Sequence[DueNotice]) -> None:
        """Read what `notices` speak of and is not known yet."""
        missing: dict[int, set[int]] = {}
        for notice in notices:
            for why, told in ((notice.why, notice.told), *((part.why, part.told) for part in notice.parts)):
                events = missing.setdefault(why.programme_id, set())
                if why.event_id is not None and why.event_id not in self._events:
                    events.add(why.event_id)
                self._read_revision(session, why.event_id, told)
        for programme_id, event_ids in missing.items():
            if event_ids or programme_id not in self._rows:
                self._read_events(session, programme_id, event_ids)

    def programme(self, programme_id: int) -> Programme:
        return self._rows[programme_id].programme

    def event(self, event_id: int) -> KnownEvent:
        return self._events[event_id]

    def standing(self, programme_id: int, who: Who) -> Standing:
        """Language and clock of a reader in a programme."""
        traits = (who.language, who.timezone, who.country, who.organisation)
        key = (programme_id, traits)
        if key not in self._standings:
            self._standings[key] = standing(self._rows[programme_id], PersonTraits(*traits))
        return self._standings[key]

    def today(self, now: datetime, zone: str) -> date:
        """The date at `now` (UTC) on a clock: asked for each mail, and the same for all of a batch."""
        if now != self._now:
            self._now, self._todays = now, {}
        if zone not in self._todays:
            self._todays[zone] = wall_clock(now, zone).date()
        return self._todays[zone]

    def told_facts(self, event_id: int, told: tuple[int, bool], reader: Whereabouts) -> EventFacts:
        """What somebody was told last of the event (`told` as of `DueNotice`), with the clocks that they were shown."""
        number, ended = told
        revision = self._revisions[event_id, number]
        facts = as_told(facts_from_json(revision.facts), revision.offsets, reader)
        return replace(facts, status=EventStatus.CANCELLED) if ended else facts

    def _read_revision(self, session: Session, event_id: int | None, told: tuple[int, bool] | None) -> None:
        if event_id is None or told is None:
            return
        key = event_id, told[0]
        if key not in self._revisions:
            self._revisions[key] = session.get_one(EventRevision, key)

    def _read_events(self, session: Session, programme_id: int, event_ids: set[int]) -> None:
        rows = load_programme(session, session.get_one(Programme, programme_id), event_ids)
        self._rows.setdefault(programme_id, rows)
        for event in rows.events:
            event_id = row_id(event)
            if event_id in event_ids:
                days = {day.id: day.slug for day in rows.days.get(event_id, []) if day.id is not None}
                self._events[event_id] = KnownEvent(event, event_brief(rows, event), days)
