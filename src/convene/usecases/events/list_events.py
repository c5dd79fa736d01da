"""Events as commands show them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from convene.errors import NotFoundError, UsageError
from convene.language.titles import event_title
from convene.model.event import Event
from convene.model.notice import Cause, Notice
from convene.model.programme import Programme
from convene.rules.facts import DayFacts, EventBrief
from convene.store.programme_rows import ProgrammeRows, hold_in_order, load_readable, row_id
from convene.store.unreadable_rows import UnreadableError
from convene.usecases.events.describe_events import event_brief, spoken_languages
from convene.usecases.events.refuse_changes import is_held
from convene.usecases.planning.list_notices import utc_text


@dataclass(frozen=True)
class EventView:
    """One event: its brief, how many people are invited, how many notices stand in each state.

    `status` is the stored one, or "held" where a confirmed event is over.
    """

    brief: EventBrief
    status: str
    people: int
    languages: dict[str, int]
    notices: dict[str, int]
    ask_above: int

    @property
    def name(self) -> str:
        return f"{self.brief.programme}/{self.brief.slug}"

    @property
    def title(self) -> str:
        """The title in the programme's language, or in English."""
        return event_title(self.brief, "en", None).text

    def as_json(self) -> dict[str, Any]:
        brief = self.brief
        return {
            "event": self.name,
            "kind": brief.kind.value,
            "title": self.title,
            "status": self.status,
            "cohort": brief.cohort,
            "number": brief.number,
            "revision": brief.revision,
            "days": [_day_json(entry.day, entry.sequence, entry.uid, entry.removed) for entry in brief.entries],
            "people": self.people,
            "languages": self.languages,
            "notices": self.notices,
        }


def list_events(session: Session, programme: str | None, now: datetime) -> list[EventView]:
    """All events by first day, or those of one programme; without those that cannot be read."""
    query = select(Programme).order_by(Programme.slug)
    if programme is not None:
        query = query.where(Programme.slug == programme)
    views = []
    for row in session.exec(query):
        with suppress(UnreadableError):
            rows, _ = load_readable(session, row)
            views += [event_view(session, rows, event, now) for event in rows.events]
    return sorted(views, key=lambda view: (_first_date(view.brief), view.name))


def event_named(session: Session, name: str) -> tuple[ProgrammeRows, Event]:
    """The event `event` or `programme/event`, with all of its programme that can be read.

    Raises NotFoundError, UsageError where two programmes have it, UnreadableError where it cannot be read.
    """
    programme_slug, _, slug = name.rpartition("/")
    query = select(Event, Programme).where(Event.programme_id == Programme.id, Event.slug == slug)
    if programme_slug:
        query = query.where(Programme.slug == programme_slug)
    found = session.exec(query).all()
    if not found:
        raise NotFoundError(f'There is no event "{name}".', "convene event list shows them all")
    if len(found) > 1:
        names = ", ".join(f"{programme.slug}/{event.slug}" for event, programme in found)
        raise UsageError(f'"{name}" is in several programmes.', f"write one of: {names}")
    event, programme = found[0]
    rows, unreadable = load_readable(session, programme)
    for other in unreadable:
        if other.event_id == event.id:
            raise other.error
    return rows, rows.events_by_id[row_id(event)]


def hold_event(session: Session, name: str) -> None:
    """Hold the programme of the event `name`, before anything of it is read; of all that have it where it says none."""
    programme_slug, _, slug = name.rpartition("/")
    query = select(Event.programme_id).join(Programme).where(Event.slug == slug)
    if programme_slug:
        query = query.where(Programme.slug == programme_slug)
    hold_in_order(session, session.scalars(query))


def event_view(session: Session, rows: ProgrammeRows, event: Event, now: datetime) -> EventView:
    """One event of a programme, as it stands at `now` (UTC)."""
    states = session.exec(
        select(Notice.state, func.count())
        .join(Cause, col(Cause.id) == Notice.cause_id)
        .where(Cause.event_id == row_id(event))
        .group_by(Notice.state)
    )
    languages = spoken_languages(rows, event)
    return EventView(
        brief=event_brief(rows, event),
        status="held" if is_held(rows, event, now) else event.status,
        people=languages.total(),
        languages=dict(sorted(languages.items())),
        notices=dict(sorted(states.all())),
        ask_above=rows.programme.ask_above,
    )


def _first_date(brief: EventBrief) -> str:
    return brief.facts.days[0].on.isoformat() if brief.facts.days else "9999"


def _day_json(day: DayFacts, sequence: int, uid: str, removed: bool) -> dict[str, Any]:
    timed = day.start is not None
    return {
        "id": day.slug,
        "on": day.on.isoformat(),
        "from": day.start and day.start.isoformat("minutes"),
        "to": day.end and day.end.isoformat("minutes"),
        "until": day.until and day.until.isoformat(),
        "timezone": day.zone,
        "mode": day.mode.value,
        "venue": day.venue and dict(day.venue.title),
        "link": day.link,
        "starts_at": utc_text(day.starts_at()) if timed and day.zone != "reader" else None,
        "uid": uid,
        "sequence": sequence,
        "removed": removed,
    }
