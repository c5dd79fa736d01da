"""Rows that somebody edited until a column did not hold the JSON, or the moment, that belongs there: which, and what of
them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from sqlalchemy import JSON
from sqlmodel import Session, SQLModel, col, select

from convene.errors import ConveneError
from convene.model.columns import UnreadableJson
from convene.model.event import Day, Event
from convene.model.programme import Organisation, Programme, Series, Venue
from convene.store.timeless_notices import timeless_notices

REMEDY = "mend the row in the database, or put a back-up back"


class _Shape(NamedTuple):
    """What the JSON of a column must be, and a word for it."""

    kinds: tuple[type, ...]
    word: str


_SHAPES: dict[Any, _Shape] = {dict: _Shape((Mapping,), "map"), list: _Shape((list, tuple), "list")}
_ANY = _Shape((object,), "JSON")


class UnreadableError(ConveneError):
    """An event, a programme or a notice of which nothing can be said: the sentence names it, and what is wrong."""


@dataclass(frozen=True)
class UnreadableEvent:
    """An event that cannot be read, by its row id; `why` says what of it (`"title" holds no JSON`)."""

    event_id: int
    programme: str
    slug: str
    why: str

    @property
    def sentence(self) -> str:
        return f"The event {self.programme}/{self.slug} cannot be read: {self.why}."

    @property
    def error(self) -> UnreadableError:
        return UnreadableError(self.sentence, REMEDY)


def unreadable_events(programme: Programme, events: Iterable[Event], days: Iterable[Day]) -> list[UnreadableEvent]:
    """Those among the events of a programme that cannot be read, with those that repeat them; `days` are all theirs."""
    found: dict[str, str] = {}
    rows = {event.slug: event for event in events}
    slugs = {event.id: slug for slug, event in rows.items()}
    for slug, event in rows.items():
        _note(found, slug, Event, event)
    for day in days:
        _note(found, slugs[day.event_id], Day, day, f" of day {day.slug}")
    while repeating := [slug for slug, event in rows.items() if slug not in found and event.same_as in found]:
        found |= {slug: f"it repeats {rows[slug].same_as}, which cannot be read" for slug in repeating}
    by_slug = {slug: event_id for event_id, slug in slugs.items() if event_id is not None}
    return [UnreadableEvent(by_slug[slug], programme.slug, slug, why) for slug, why in found.items()]


def refuse_unreadable(programme: Programme, series: Iterable[Series], venues: Iterable[Venue]) -> None:
    """Raises UnreadableError where nothing can be said of a programme: because of itself, or of one of its parts."""
    for sentence in _of_programme(programme, (), series, venues):
        raise UnreadableError(sentence, REMEDY)


def all_unreadable(session: Session) -> Iterator[UnreadableError]:
    """What of the whole database cannot be read, programme by programme, and the notices that are due at no moment."""
    for programme in session.exec(select(Programme).order_by(Programme.slug)).all():
        organisations = session.exec(select(Organisation).where(Organisation.programme_id == programme.id))
        series = session.exec(select(Series).where(Series.programme_id == programme.id))
        venues = session.exec(select(Venue).where(Venue.programme_id == programme.id))
        for sentence in _of_programme(programme, organisations, series, venues):
            yield UnreadableError(sentence, REMEDY)
        of_programme = Event.programme_id == programme.id
        events = session.exec(select(Event).where(of_programme).order_by(col(Event.position))).all()
        days = session.exec(select(Day).join(Event).where(of_programme).order_by(col(Day.position)))
        for event in unreadable_events(programme, events, days):
            yield event.error
    for sentence in timeless_notices(session).values():
        yield UnreadableError(sentence, REMEDY)


def _of_programme(
    programme: Programme, organisations: Iterable[Organisation], series: Iterable[Series], venues: Iterable[Venue]
) -> list[str]:
    found: dict[str, str] = {}
    _note(found, "", Programme, programme)
    for organisation in organisations:
        _note(found, "", Organisation, organisation, f" of organisation {organisation.name}")
    for each in series:
        _note(found, "", Series, each, f" of series {each.slug}")
    for venue in venues:
        _note(found, "", Venue, venue, f" of venue {venue.slug}")
    return [f"The programme {programme.slug} cannot be read: {why}." for why in found.values()]


def _note(found: dict[str, str], name: str, table: type[SQLModel], row: object, of: str = "") -> None:
    """Note what is wrong with a row, under the name of what it belongs to, behind what was noted there before. The row
    is of `table`, or looks as if it were (`plain_rows.py`).
    """
    for column, shape in _shapes(table).items():
        value = getattr(row, column)
        if value is None or (isinstance(value, shape.kinds) and not isinstance(value, UnreadableJson)):
            continue
        what = f'"{column}"{of} holds no {"JSON" if isinstance(value, UnreadableJson) else shape.word}'
        found[name] = f"{found[name]}, {what}" if name in found else what


@cache
def _shapes(table: type[SQLModel]) -> dict[str, _Shape]:
    """The columns that hold JSON, and what that must be."""
    columns = table.__table__.columns  # type: ignore[attr-defined]
    names = [column.name for column in columns if isinstance(column.type, JSON)]
    return {name: _shape(table.model_fields[name].annotation) for name in names}


def _shape(annotation: Any) -> _Shape:
    kinds = (get_origin(kind) for kind in (annotation, *get_args(annotation)))  # it may be one of "a list, or None"
    return next((_SHAPES[kind] for kind in kinds if kind in _SHAPES), _ANY)
