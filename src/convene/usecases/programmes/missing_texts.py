"""The coordinator's texts that lack a language which their readers read: of everything that mails still speak of.

Short titles are left out: they are mostly acronyms, the same in every language.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from convene.language.texts import pick_text
from convene.model.event import Event
from convene.model.notice import Cause, Notice
from convene.model.programme import Programme
from convene.rules.facts import Text
from convene.rules.notice_states import UNSENT
from convene.rules.vocabulary import EventStatus
from convene.store.invitation_rows import invited_to
from convene.store.programme_rows import ProgrammeRows, load_readable, row_id
from convene.store.unreadable_rows import UnreadableError
from convene.usecases.events.describe_events import event_facts, inherited, standing


@dataclass(frozen=True)
class MissingText:
    """A text that `people` of a programme will read in the language `shown`, since it has none in theirs.

    `where` is its key in the programme file, with the ids of days: "events.ewc-2.days.d1.title".
    """

    programme: str
    where: str
    language: str
    shown: str
    people: int

    def as_json(self) -> dict[str, Any]:
        return {"programme": self.programme, "text": self.where, "shown": self.shown, "people": self.people}


def missing_texts(session: Session, now: datetime) -> list[MissingText]:
    """By programme and text, in the order of their files; of all that can be read. `now` (UTC): what is over and sent
    needs no translation.
    """
    found: list[MissingText] = []
    for programme in session.exec(select(Programme).order_by(Programme.slug)):
        with suppress(UnreadableError):
            rows, _ = load_readable(session, programme)
            found += _of_programme(rows, now)
    return found


def _of_programme(rows: ProgrammeRows, now: datetime) -> Iterator[MissingText]:
    """A person is counted once for each text, however many events show it to them."""
    languages = {known: standing(rows, person).language.language for known, person in rows.people.items()}
    awaited, texts, readers = _awaited(rows), dict[str, Text](), dict[str, set[int]]()
    for event in rows.events:
        if not _is_spoken_of(rows, event, awaited, now):
            continue
        guests = {known for known, row in invited_to(rows.session, row_id(event)).items() if not row.has_left}
        for where, text in _texts_of(rows, event):
            texts[where] = text
            readers.setdefault(where, set()).update(guests)
    for where, text in texts.items():
        spoken = [languages[person] for person in readers[where]]
        for language in sorted(set(spoken)):
            shown = pick_text(text, language, rows.programme.language)
            if shown and shown.language != language:
                yield MissingText(rows.programme.slug, where, language, shown.language, spoken.count(language))


def _awaited(rows: ProgrammeRows) -> set[int | None]:
    """The ids of the events that some notice which waits speaks of."""
    query = select(Cause.event_id).join(Notice, col(Notice.cause_id) == col(Cause.id)).distinct()
    query = query.where(Cause.programme_id == row_id(rows.programme), col(Notice.state).in_(UNSENT))
    return set(rows.session.exec(query))


def _is_spoken_of(rows: ProgrammeRows, event: Event, awaited: set[int | None], now: datetime) -> bool:
    facts = event_facts(rows, event)
    stands = facts.status is not EventStatus.CANCELLED
    return row_id(event) in awaited or (stands and (facts.last_day is None or facts.last_day.ends_at() > now))


def _texts_of(rows: ProgrammeRows, event: Event) -> Iterator[tuple[str, Text]]:
    """What a reader is shown of an event, with the keys under which it is written."""
    yield "programme.title", rows.programme.title
    if rows.programme.funder:
        yield "programme.funder", rows.programme.funder
    for key in ("title", "description", "reason"):
        source, text = _written(rows, event, key)
        if text:
            yield f"events.{source.slug}.{key}", text
    series = rows.series.get(inherited(rows, event, "series") or "")
    if series and not inherited(rows, event, "title"):
        yield f"series.{series.slug}.title", series.title
    source, materials = _written(rows, event, "materials")
    for number, paper in enumerate(materials, 1):
        yield f"events.{source.slug}.materials[{number}].title", paper["title"]
    yield from _texts_of_days(rows, event)


def _texts_of_days(rows: ProgrammeRows, event: Event) -> Iterator[tuple[str, Text]]:
    for day in rows.days.get(row_id(event), ()):
        if day.removed_at is not None:
            continue
        if day.title:
            yield f"events.{event.slug}.days.{day.slug}.title", day.title
        venue = rows.venues.get(day.resolved_venue or "")
        if venue:
            yield f"venues.{venue.slug}.title", venue.title
        if venue and venue.address:
            yield f"venues.{venue.slug}.address", venue.address


def _written(rows: ProgrammeRows, event: Event, key: str) -> tuple[Event, Any]:
    """The event that says something under `key`, and what: the event itself, or the one it repeats."""
    value = getattr(event, key)
    original = rows.events_by_slug.get(event.same_as or "")
    return _written(rows, original, key) if value in (None, []) and original and key != "reason" else (event, value)
