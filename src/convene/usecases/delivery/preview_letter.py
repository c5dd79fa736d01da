"""A mail of any kind in any language, about an event as it stands: to look at, and to nobody in particular."""

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from convene.errors import ConveneError
from convene.language.countries import countries
from convene.language.languages import LANGUAGES
from convene.mail.compose import compose
from convene.model.programme import Programme
from convene.rules.clock import first_clock_date, last_clock_date
from convene.rules.facts import DayFacts, EventBrief, EventFacts, Whereabouts
from convene.rules.letter import Letter, Part, Reader, Words
from convene.rules.vocabulary import EventKind, EventStatus, NoticeKind, Role
from convene.rules.zones import instant, wall_clock
from convene.store.database import open_database
from convene.store.programme_rows import ProgrammeRows, load_programme, programme_named
from convene.usecases.events.describe_events import event_brief
from convene.usecases.events.list_events import event_named
from convene.usecases.programmes.apply_programme import apply_programme
from convene.usecases.programmes.read_files import read_checked
from convene.usecases.programmes.write_starter import starter_file

NOBODY = "N. N."
"""Stands for the name of the reader."""

_DAYS_FROM_START = {
    NoticeKind.INVITATION: -14,
    NoticeKind.REMINDER: -1,
    NoticeKind.DIGEST: -1,
    NoticeKind.CHANGE: -7,
    NoticeKind.CANCELLATION: -7,
}
_DAYS_FROM_END = {NoticeKind.THANKS: 1, NoticeKind.ACTION_PLAN: 3, NoticeKind.PROGRESS: 31}
_HOUR = time(9)
_PUT_OFF = timedelta(days=7)
_MOST_PARTS = 3


@dataclass(frozen=True)
class Preview:
    """`events` are those it speaks of; of a sample, `sample` is the kind that `convene new` prints."""

    kind: NoticeKind
    events: tuple[str, ...]
    sample: EventKind | None
    words: Words

    def as_json(self) -> dict[str, Any]:
        words = self.words
        return {
            "kind": self.kind.value,
            "language": words.language,
            "events": list(self.events),
            "sample": self.sample and self.sample.value,
            "subject": words.subject,
            "text": words.text,
            "html": words.html,
        }


def preview_letter(
    session: Session, language: str, kind: NoticeKind, programme: str | None, event: str | None, now: datetime
) -> Preview:
    """The mail about `event`; else about the next event of `programme`, or of all; else about a sample.

    `now` (UTC) says which is next. Raises NotFoundError for what is not there, ConveneError for a reminder of an event
    without a date.
    """
    if event is not None:
        rows, row = event_named(session, event)
        return _preview(rows, event_brief(rows, row), language, kind, now)
    found = _next_event(session, programme, now)
    return _preview(*found, language, kind, now) if found else _sample(language, kind, now)


def _next_event(session: Session, programme: str | None, now: datetime) -> tuple[ProgrammeRows, EventBrief] | None:
    """The event with a date that ends first from now on; where all are over, the last one."""
    named = [programme_named(session, programme)] if programme is not None else session.exec(select(Programme))
    known = [load_programme(session, row) for row in named]
    briefs = [(rows, event_brief(rows, event)) for rows in known for event in rows.events]
    ends = [(last.ends_at(), place) for place, (_, brief) in enumerate(briefs) if (last := brief.facts.last_day)]
    ahead = [end for end in ends if end[0] > now]
    return briefs[(min(ahead) if ahead else max(ends))[1]] if ends else None


def _sample(language: str, kind: NoticeKind, now: datetime) -> Preview:
    """About the first event of what `convene new` prints, in a database that nobody keeps."""
    sample = EventKind.ONLINE_PROGRAMME if kind is NoticeKind.DIGEST else EventKind.SEMINAR
    database = open_database("sqlite://")
    try:
        with tempfile.TemporaryDirectory() as folder, database.trying() as session:
            path = Path(folder) / f"{sample.value}.yaml"
            path.write_text(starter_file(sample, now.date()), "utf-8")
            checked = read_checked(path)
            apply_programme(session, checked.checked_document, checked.people, checked.source, now)
            found = _next_event(session, None, now)
            assert found is not None  # every starter has one
            return replace(_preview(*found, language, kind, now), sample=sample)
    finally:
        database.close()


def _preview(rows: ProgrammeRows, brief: EventBrief, language: str, kind: NoticeKind, now: datetime) -> Preview:
    if kind in (NoticeKind.REMINDER, NoticeKind.DIGEST) and not brief.facts.days:
        raise ConveneError(f'"{brief.programme}/{brief.slug}" has no date yet: no mail reminds of it.', "name another")
    reader = _reader(language, rows.programme.timezone)
    letter = _letter(rows, _as_told_of(kind, brief), reader, kind, now)
    return Preview(kind, tuple(f"{each.programme}/{each.slug}" for each in letter.events), None, compose(letter))


def _letter(rows: ProgrammeRows, brief: EventBrief, reader: Reader, kind: NoticeKind, now: datetime) -> Letter:
    leaves = _moment(kind, brief.facts, reader.whereabouts) if brief.facts.days else now
    told = _told_before(kind, brief.facts) if kind in (NoticeKind.CHANGE, NoticeKind.CANCELLATION) else None
    parts = _parts(rows, brief) if kind is NoticeKind.DIGEST else (Part(brief, told=told),)
    today = wall_clock(leaves, reader.whereabouts.zone).date()
    funder, privacy = rows.programme.funder, rows.programme.privacy
    return Letter(kind, reader, parts, leaves, today, funder=funder, privacy_link=privacy)


def _reader(language: str, programme_zone: str) -> Reader:
    """Somebody in the country whose spelling the language has; where that is not served, on the programme's clock."""
    country = countries().get(LANGUAGES[language].locale.partition("_")[2])
    home = Whereabouts(country.zones[0], country.code) if country else Whereabouts(programme_zone)
    return Reader("", NOBODY, "", None, home, language, None, Role.PARTICIPANT)


def _as_told_of(kind: NoticeKind, brief: EventBrief) -> EventBrief:
    status = EventStatus.CANCELLED if kind is NoticeKind.CANCELLATION else EventStatus.CONFIRMED
    return replace(brief, facts=replace(brief.facts, status=status))


def _told_before(kind: NoticeKind, facts: EventFacts) -> EventFacts:
    """What the reader knew: the same, or for a change the dates of the week before."""
    days = tuple(map(_a_week_before, facts.days)) if kind is NoticeKind.CHANGE else facts.days
    return EventFacts(EventStatus.CONFIRMED, days)


def _a_week_before(day: DayFacts) -> DayFacts:
    return replace(day, on=day.on - _PUT_OFF, until=day.until and day.until - _PUT_OFF)


def _parts(rows: ProgrammeRows, brief: EventBrief) -> tuple[Part, ...]:
    """The event and those that follow it in its programme."""
    others = [event_brief(rows, event) for event in rows.events if event.slug != brief.slug]
    begins = brief.facts.days[0].starts_at()
    later = [each for each in others if each.facts.days and each.facts.days[0].starts_at() >= begins]
    later.sort(key=lambda each: each.facts.days[0].starts_at())
    return tuple(Part(each) for each in (brief, *later[: _MOST_PARTS - 1]))


def _moment(kind: NoticeKind, facts: EventFacts, home: Whereabouts) -> datetime:
    """A moment (UTC) at which such a mail leaves: 09:00 on the reader's clock, days counted on the first clock printed.

    `facts` have one day at least.
    """
    if kind in _DAYS_FROM_END:
        ahead, anchor = _DAYS_FROM_END[kind], max(last_clock_date(day, home) for day in facts.days)
    else:
        ahead, anchor = _DAYS_FROM_START[kind], first_clock_date(facts.days[0], home)
    return instant(anchor + timedelta(days=ahead), _HOUR, home.zone)
