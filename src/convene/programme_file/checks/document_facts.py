"""What a document says of its events in the terms of the rules: their dated days, and the rules that bear on them."""

from convene.programme_file.checks.resolve import event_kind, own_or_general, resolve_day
from convene.programme_file.document import DayEntry, EventEntry, ProgrammeDocument, VenueEntry
from convene.programme_file.reading.read_day import DEADLINE_DAY
from convene.rules.facts import DayFacts, EventFacts, VenueFacts
from convene.rules.plans import kind_follow_ups, kind_reminders
from convene.rules.rule import Rule
from convene.rules.vocabulary import Mode


def document_facts(document: ProgrammeDocument, event: EventEntry) -> EventFacts:
    """The facts of an effective event; days without a date are left out.

    A day without an id is called by its place, "d1" for the first. Raises KeyError where a venue does not exist.
    """
    if event.due:
        due = event.due
        deadline = DayFacts(DEADLINE_DAY, due.on, due.at, None, None, due.timezone, Mode.DEADLINE)
        return EventFacts(event.status, (deadline,))
    numbered = enumerate(event.days or (), 1)
    days = [_day_facts(document, event, day, day.id or f"d{number}") for number, day in numbered if day.on]
    return EventFacts(event.status, tuple(sorted(days, key=lambda day: (day.starts_at(), day.slug))))


def day_venues(document: ProgrammeDocument, event: EventEntry) -> dict[str, str | None]:
    """The id of the venue of each day, by the slug that `document_facts` gives it."""
    venues = {}
    for number, day in enumerate(event.days or (), 1):
        venue = resolve_day(document, event, day).venue
        venues[day.id or f"d{number}"] = venue.id if venue else None
    return venues


def rules_in_effect(document: ProgrammeDocument, event: EventEntry) -> tuple[Rule, ...]:
    """Reminders and follow-ups of an effective event: its own, else the programme's, else the plan of its kind."""
    plan, kind = own_or_general(event.rules, document.rules), event_kind(document, event)
    reminders = plan.reminders if plan.reminders is not None else (kind_reminders(kind) if kind else ())
    follow_ups = plan.follow_ups if plan.follow_ups is not None else (kind_follow_ups(kind) if kind else ())
    return (*reminders, *follow_ups)


def _day_facts(document: ProgrammeDocument, event: EventEntry, day: DayEntry, slug: str) -> DayFacts:
    assert day.on  # the caller leaves out what is not decided
    resolved = resolve_day(document, event, day)
    venue = _venue_facts(resolved.venue) if resolved.venue else None
    return DayFacts(
        slug, day.on, day.start, day.end, day.until, resolved.zone, resolved.mode, day.fold or 0, venue, day.link
    )


def _venue_facts(venue: VenueEntry) -> VenueFacts:
    return VenueFacts(venue.title, venue.timezone, venue.country, venue.address or {}, venue.map)
