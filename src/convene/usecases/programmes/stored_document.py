"""The programme file that the stored rows amount to: what `export` writes, and what `diff` and `apply` compare with."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from convene.model.event import Day, Event
from convene.model.programme import Organisation, Programme, Series, Venue
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
from convene.rules.facts import Material, Organiser
from convene.rules.rule import Rule, parse_rule
from convene.rules.vocabulary import EventKind, EventStatus, Mode, NoticeKind, Role, Side
from convene.store.programme_rows import ProgrammeRows, row_id


def stored_document(rows: ProgrammeRows) -> ProgrammeDocument:
    """Every key of the file, from the rows; days carry their ids."""
    programme = rows.programme
    return ProgrammeDocument(
        programme=_programme(programme),
        organisations={row.name: _organisation(row) for row in rows.organisations.values()},
        series={row.slug: _series(row) for row in rows.series.values()},
        venues={row.slug: _venue(row) for row in rows.venues.values()},
        people=tuple(programme.people_files),
        events={event.slug: _event(event, rows.days.get(row_id(event), [])) for event in rows.events},
        rules=_rules(programme),
    )


def _programme(row: Programme) -> ProgrammeEntry:
    return ProgrammeEntry(
        id=row.slug,
        title=row.title,
        timezone=row.timezone,
        language=row.language,
        organiser=Organiser(row.organiser_name, row.organiser_email),
        coordinators=tuple(row.coordinators),
        fiscal_year_starts=_pair(row.fiscal_year_starts),
        funder=row.funder,
        working_days=row.working_days,
        weekends={country: tuple(days) for country, days in row.weekends.items()},
        quiet_hours=_hours(row.quiet_hours),
        hold_minutes=row.hold_minutes,
        ask_above=row.ask_above,
        calendar=row.calendar,
        privacy=row.privacy,
        description=row.description,
    )


def _pair(numbers: list[int] | None) -> tuple[int, int] | None:
    return (numbers[0], numbers[1]) if numbers else None


def _hours(texts: list[str] | None) -> tuple[time, time] | None:
    return (time.fromisoformat(texts[0]), time.fromisoformat(texts[1])) if texts else None


def _organisation(row: Organisation) -> OrganisationEntry:
    side = Side(row.side) if row.side else None
    return OrganisationEntry(row.name, row.title, row.language, row.country, row.timezone, side)


def _series(row: Series) -> SeriesEntry:
    return SeriesEntry(row.slug, EventKind(row.kind), row.title, row.short_title)


def _venue(row: Venue) -> VenueEntry:
    return VenueEntry(row.slug, row.title, row.timezone, row.country, row.address, row.map_link)


def _event(row: Event, days: Sequence[Day]) -> EventEntry:
    standing = [day for day in days if day.removed_at is None]
    return EventEntry(
        id=row.slug,
        was=row.was,
        kind=EventKind(row.kind) if row.kind else None,
        title=row.title,
        short_title=row.short_title,
        description=row.description,
        status=EventStatus(row.status),
        reason=row.reason,
        series=row.series,
        number=row.number,
        cohort=row.cohort,
        same_as=row.same_as,
        starts=row.starts,
        part_of=row.part_of,
        venue=row.venue,
        timezone=row.timezone,
        organiser=Organiser(**row.organiser) if row.organiser else None,
        days=tuple(_day(day) for day in standing) if row.days_written else None,
        due=_due(row.due),
        capacity=row.capacity,
        target=Target(*row.target) if row.target else None,
        invite=_invite(row.invite),
        rules=_rules(row),
        announced_as=row.announced_as,
        spoken=tuple(row.spoken),
        materials=tuple(Material(item["title"], item["link"]) for item in row.materials),
        alarms=_read_rules(row.alarms, NoticeKind.REMINDER) or (),
    )


def _day(row: Day) -> DayEntry:
    return DayEntry(
        on=row.on_date,
        undecided=row.undecided,
        id=row.slug,
        start=row.start_time,
        end=row.end_time,
        until=row.until,
        mode=Mode(row.mode) if row.mode else None,
        venue=row.venue,
        timezone=row.timezone,
        link=row.link,
        title=row.title,
        fold=row.fold,
    )


def _due(written: dict[str, str | None] | None) -> DueEntry | None:
    if written is None:
        return None
    at = written["at"]
    return DueEntry(
        date.fromisoformat(written["on"] or ""), time.fromisoformat(at) if at else None, written["timezone"] or ""
    )


def _invite(written: list[list[str | None]] | None) -> tuple[InviteEntry, ...] | None:
    if written is None:
        return None
    return tuple(InviteEntry(who or "", Role(role) if role else None) for who, role in written)


def _rules(row: Programme | Event) -> RulePlan:
    invitations: Any = row.invitations
    return RulePlan(
        reminders=_read_rules(row.reminders, NoticeKind.REMINDER),
        follow_ups=_read_rules(row.follow_ups, NoticeKind.REMINDER),
        invitations=_read_rules(invitations, NoticeKind.INVITATION) if isinstance(invitations, list) else invitations,
    )


def _read_rules(texts: list[str] | None, kind: NoticeKind) -> tuple[Rule, ...] | None:
    return None if texts is None else tuple(parse_rule(text, kind) for text in texts)
