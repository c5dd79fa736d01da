"""A programme as large as wished, written into rows in bulk: about 1,000 notices for every event.

Each event invites 200 people and has 5 rules, in hours, days and months. People live in 12 countries with a zone each
and read 13 languages; nearly every fifth moment falls on somebody's day off, and some dates bring two reminders.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from convene.model.event import Day, Event
from convene.model.person import Invitation, Membership, Person
from convene.model.programme import Programme
from convene.rules.zones import instant, tzdata_version
from convene.store.programme_rows import load_programme, programme_named
from convene.usecases.planning.rules_in_force import update_rules

SLUG = "large"
NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
"""Monday morning in Phnom Penh; every reminder of every event lies ahead."""
REMINDERS = ["1 month before at 09:00", "7 days before at 09:00", "1 day before at 17:00", "2 hours before"]
FOLLOW_UPS = ["progress 3 months after at 10:00"]
INVITED = 200
START, END = time(9), time(11, 30)

_FIRST_DAY = date(2027, 3, 1)
_SPREAD = 1_009  # a prime: dates in no order, over two and three quarter years
_BATCH = 10_000
_HOMES = (
    ("KH", "Asia/Phnom_Penh"),
    ("LA", "Asia/Vientiane"),
    ("BD", "Asia/Dhaka"),
    ("JP", "Asia/Tokyo"),
    ("TH", "Asia/Bangkok"),
    ("NP", "Asia/Kathmandu"),
    ("IN", "Asia/Kolkata"),
    ("ID", "Asia/Jakarta"),
    ("VN", "Asia/Ho_Chi_Minh"),
    ("PH", "Asia/Manila"),
    ("FR", "Europe/Paris"),
    ("BO", "America/La_Paz"),
)
_LANGUAGES = ("km", "lo", "bn", "ja", "en", "th", "ne", "hi", "id", "vi", "fil", "fr", "es")


@dataclass(frozen=True)
class Size:
    """How much there is of what, for about `notices` notices."""

    notices: int

    @property
    def events(self) -> int:
        return max(1, self.notices // (INVITED * (len(REMINDERS) + len(FOLLOW_UPS))))

    @property
    def people(self) -> int:
        return max(INVITED, self.notices // 100)


def write_programme(session: Session, size: Size) -> None:
    """Write everything that planning reads, and nothing that it writes."""
    session.add(_programme())
    session.flush()
    _write(session, Person, (_person(number) for number in range(1, size.people + 1)))
    _write(session, Membership, ({"programme_id": 1, "person_id": number} for number in range(1, size.people + 1)))
    _write(session, Event, (_event(number) for number in range(1, size.events + 1)))
    _write(session, Day, (_day(number) for number in range(1, size.events + 1)))
    _write(session, Invitation, _invitations(size))
    update_rules(session, load_programme(session, programme_named(session, SLUG)), NOW)


def _write(session: Session, table: type[SQLModel], rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, _BATCH)):
        session.execute(insert(table), batch)


def _programme() -> Programme:
    return Programme(
        slug=SLUG,
        title={"en": "A large programme"},
        timezone="Asia/Phnom_Penh",
        language="en",
        organiser_name="The office",
        organiser_email="office@organiser.example",
        coordinators=[],
        working_days="observe",
        weekends={},
        hold_minutes=10,
        ask_above=50,
        calendar="mail",
        people_files=[],
        invitations="by hand",
        source="",
        source_name="",
        applied_at=NOW,
    )


def _person(number: int) -> dict[str, Any]:
    country, zone = _HOMES[(number + number // 10) % len(_HOMES)]  # mixed within every event
    return {
        "address": f"participant-{number}@people.example",
        "name": f"Participant {number}",
        "country": country,
        "timezone": zone,
        "language": _LANGUAGES[number % len(_LANGUAGES)],
        "created_at": NOW,
    }


def _event(number: int) -> dict[str, Any]:
    return {
        "programme_id": 1,
        "position": number,
        "slug": f"event-{number}",
        "kind": "meeting",
        "title": {"en": f"Meeting {number}"},
        "status": "confirmed",
        "days_written": True,
        "reminders": REMINDERS,
        "follow_ups": FOLLOW_UPS,
        "spoken": [],
        "materials": [],
        "alarms": [],
        "uid": f"event-{number}",
        "created_at": NOW,
        "facts_changed_at": NOW,
    }


def _day(number: int) -> dict[str, Any]:
    on, zone = _FIRST_DAY + timedelta(days=number * 379 % _SPREAD), _HOMES[number % len(_HOMES)][1]
    return {
        "event_id": number,
        "position": 0,
        "slug": "d1",
        "on_date": on,
        "start_time": START,
        "end_time": END,
        "mode": "live",
        "zone": zone,
        "resolved_mode": "live",
        "starts_at": instant(on, START, zone),
        "ends_at": instant(on, END, zone),
        "tzdata_version": tzdata_version(),
        "uid": f"day-{number}",
        "created_at": NOW,
        "changed_at": NOW,
        "facts_since": NOW,
    }


def _invitations(size: Size) -> Iterator[dict[str, Any]]:
    for event in range(1, size.events + 1):
        for place in range(INVITED):
            person = 1 + (event * 61 + place * (size.people // INVITED)) % size.people
            yield {"event_id": event, "person_id": person, "role": "participant", "invited_at": NOW}
