"""A document as the plain tree that its file writes: keys in the order of the spec, absent keys left out."""

from datetime import date, time
from typing import Any

from convene.programme_file.document import (
    DayEntry,
    DueEntry,
    EventEntry,
    InviteEntry,
    OrganisationEntry,
    ProgrammeDocument,
    ProgrammeEntry,
    RulePlan,
    SeriesEntry,
    Target,
    VenueEntry,
)
from convene.programme_file.reading.read_programme import FORMAT
from convene.programme_file.reading.value_shapes import FOLDS
from convene.programme_file.reading.written_dates import MONTHS
from convene.rules.facts import Material, Organiser, Text
from convene.rules.rule import Rule
from convene.rules.vocabulary import READER_ZONE, EventStatus
from convene.rules.weekdays import WEEKDAYS, written_date

Tree = str | list["Tree"] | dict[str, "Tree"]


class Texts(dict[str, Tree]):
    """A text by language. One that exists in the programme's language alone may be written as a plain string."""


def document_tree(document: ProgrammeDocument) -> dict[str, Tree]:
    """The tree of the whole file. Two documents are equal exactly when their trees are."""
    return _given(
        convene=FORMAT,
        programme=_programme(document.programme),
        organisations={name: _organisation(entry) for name, entry in document.organisations.items()},
        series={name: _series(entry) for name, entry in document.series.items()},
        venues={name: _venue(entry) for name, entry in document.venues.items()},
        people=list(document.people),
        events={name: event_tree(entry) for name, entry in document.events.items()},
    ) | _rule_plan(document.rules)


def _given(**values: Any) -> dict[str, Tree]:
    """The values that say something, as trees; a trailing underscore in a name is only for Python."""
    return {
        key.rstrip("_"): value for key, value in values.items() if value is not None and value != [] and value != {}
    }


def _programme(entry: ProgrammeEntry) -> dict[str, Tree]:
    quiet = entry.quiet_hours
    return _given(
        id=entry.id,
        title=_text(entry.title),
        timezone=entry.timezone,
        language=entry.language,
        fiscal_year_starts=entry.fiscal_year_starts and _day_of_year(*entry.fiscal_year_starts),
        organiser=_organiser(entry.organiser),
        coordinators=list(entry.coordinators),
        funder=_text(entry.funder),
        working_days=_unless_default(entry.working_days, "observe"),
        weekends={country: [WEEKDAYS[day][:3] for day in days] for country, days in entry.weekends.items()},
        quiet_hours=quiet and f"{_time(quiet[0])}-{_time(quiet[1])}",
        hold=None if entry.hold_minutes == 10 else f"{entry.hold_minutes} minutes",
        ask_above=None if entry.ask_above == 50 else str(entry.ask_above),
        calendar=_unless_default(entry.calendar, "mail"),
        privacy=entry.privacy,
        description=_text(entry.description),
    )


def _organisation(entry: OrganisationEntry) -> dict[str, Tree]:
    return _given(
        title=_text(entry.title),
        country=entry.country,
        language=entry.language,
        timezone=entry.timezone,
        side=entry.side and entry.side.value,
    )


def _series(entry: SeriesEntry) -> dict[str, Tree]:
    return _given(kind=entry.kind.value, title=_text(entry.title), short_title=_text(entry.short_title))


def _venue(entry: VenueEntry) -> dict[str, Tree]:
    return _given(
        title=_text(entry.title),
        timezone=entry.timezone,
        country=entry.country,
        address=_text(entry.address),
        map=entry.map,
    )


def event_tree(entry: EventEntry) -> dict[str, Tree]:
    """The tree of one event, without its id."""
    return (
        _given(
            was=entry.was,
            kind=entry.kind and entry.kind.value,
            series=entry.series,
            number=entry.number and str(entry.number),
            cohort=entry.cohort,
            title=_text(entry.title),
            short_title=_text(entry.short_title),
            description=_text(entry.description),
            status=None if entry.status is EventStatus.CONFIRMED else entry.status.value,
            reason=_text(entry.reason),
        )
        | _event_moments(entry)
        | _event_people(entry)
        | _rule_plan(entry.rules)
        | _given(
            announced_as=entry.announced_as,
            spoken=list(entry.spoken),
            materials=[_material(material) for material in entry.materials],
            alarms=[rule.text for rule in entry.alarms],
        )
    )


def _event_moments(entry: EventEntry) -> dict[str, Tree]:
    days: list[Tree] | None = None if entry.days is None else [_day(day) for day in entry.days]
    moments = _given(
        same_as=entry.same_as,
        starts=entry.starts and written_date(entry.starts),
        part_of=entry.part_of,
        venue=entry.venue,
        timezone=entry.timezone,
        due=entry.due and _due(entry.due),
    )
    return moments if days is None else moments | {"days": days}


def _event_people(entry: EventEntry) -> dict[str, Tree]:
    invite: list[Tree] | None = None if entry.invite is None else [_invited(invited) for invited in entry.invite]
    people = _given(
        organiser=entry.organiser and _organiser(entry.organiser),
        capacity=entry.capacity and str(entry.capacity),
        target=entry.target and _target(entry.target),
    )
    return people if invite is None else people | {"invite": invite}


def _day(day: DayEntry) -> dict[str, Tree]:
    return _given(
        id=day.id,
        on=written_date(day.on) if day.on else day.undecided,
        from_=_time(day.start),
        to=_time(day.end),
        until=_date(day.until),
        mode=day.mode and day.mode.value,
        venue=day.venue,
        timezone=day.timezone,
        link=day.link,
        title=_text(day.title),
        fold=None if day.fold is None else FOLDS[day.fold],
    )


def _due(due: DueEntry) -> dict[str, Tree]:
    return _given(on=written_date(due.on), at=_time(due.at), timezone=_unless_default(due.timezone, READER_ZONE))


def _invited(entry: InviteEntry) -> Tree:
    return {"who": entry.who, "role": entry.role.value} if entry.role else entry.who


def _material(material: Material) -> dict[str, Tree]:
    return _given(title=_text(material.title), link=material.link)


def _rule_plan(plan: RulePlan) -> dict[str, Tree]:
    """The lists that are given; an empty one says "none" and is written as `[]`."""
    lists = {key: value for key, value in vars(plan).items() if value is not None}
    return {key: value if isinstance(value, str) else _rules(value) for key, value in lists.items()}


def _rules(rules: tuple[Rule, ...]) -> list[Tree]:
    return [rule.text for rule in rules]


def _organiser(organiser: Organiser) -> dict[str, Tree]:
    return {"name": organiser.name, "email": organiser.email}


def _text(text: Text | None) -> Texts | None:
    return None if text is None else Texts(text)


def _target(target: Target) -> str:
    return f"{target.bound} {target.count}".strip()


def _day_of_year(month: int, day: int) -> str:
    return f"{day} {MONTHS[month - 1]}"


def _time(at: time | None) -> str | None:
    return None if at is None else at.isoformat("minutes")


def _date(on: date | None) -> str | None:
    return None if on is None else written_date(on)


def _unless_default(word: str, default: str) -> str | None:
    return None if word == default else word
