"""Whatever changes, an entry that shows something else says so: by SEQUENCE and LAST-MODIFIED, which only rise.

Calendar programs take no notice of a change without them, and the web process keeps written entries by them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.feed_effort import EFFORT
from tests.programmes import small_database
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import apply_file, send_due

from convene.rules.event_statuses import next_statuses
from convene.rules.feed_entries import FeedOptions
from convene.rules.vocabulary import EventStatus
from convene.store.database import Database
from convene.usecases.feeds.publish_feed import FeedSubject, publish_feed

FIRST_EDIT = utc(2020, 1, 2, 3)
FEEDS = [
    (FeedSubject(programme="sgra"), "en", FeedOptions()),
    (FeedSubject(programme="sgra"), "km", FeedOptions(one_bar=True)),
    (FeedSubject(country="KH"), "en", FeedOptions()),
    (FeedSubject(event="sgra/dac-3"), "ja", FeedOptions(alarm_minutes=30)),
    (FeedSubject(person="p1@team.example"), "km", FeedOptions()),
    (FeedSubject(person="p2@team.example"), "en", FeedOptions(one_bar=True)),
]
PEOPLE = """\
email,name,country,language,role,groups
p1@team.example,"Participant 1, Cambodia",KH,km,,team
p2@team.example,"Participant 2, Cambodia",KH,en,observer,team;guests
p3@team.example,"Participant 3, Japan",JP,ja,,guests
"""
DAYS = (
    "{on: 2020-01-20, from: 09:00, to: 11:30}",
    "{on: 2020-01-20}",
    "{on: 2020-01-20, from: 09:00, to: 12:30, venue: hall}",
    "{on: 2020-01-20, from: 14:00, mode: live, link: 'https://meet.example/1'}",
    "{on: 2020-01-20, from: 14:00, mode: live, link: 'https://meet.example/2'}",
    "{on: 2020-01-20, from: 14:00, mode: live, link: 'https://meet.example/2', timezone: Asia/Tokyo}",
    "{on: 2020-01-20, from: 22:00, to: 01:00, mode: hybrid, venue: hall, link: 'https://meet.example/2'}",
    "{on: 2020-01-20, until: 2020-01-22, mode: on-demand, link: 'https://video.example/1'}",
    "{on: 2020-01-20, until: 2020-01-23, mode: on-demand, link: 'https://video.example/1'}",
    "{on: 2020-01-20, until: 2020-01-22, venue: hall}",
    "{on: 2020-01-20, title: {en: Opening, km: ពិធីបើក}}",
)
STATUSES = tuple(status.value for status in EventStatus)
CHOICES = {
    "programme title": ("SGRA project", "The project"),
    "programme language": ("en", "km"),
    "organiser": ("JILAF", "Office"),
    "organiser address": ("sgra", "office"),
    "series title": ("Dissemination Advisory Committee", "Advisory Committee"),
    "series short title": ("DAC", "AC"),
    "venue title": ("The hall", "The old hall"),
    "venue zone": ("Asia/Phnom_Penh", "Asia/Vientiane"),
    "venue country": ("KH", "LA"),
    "venue address": ("1 Sample Street", "2 Sample Street"),
    "venue map": ("1", "2"),
    "number": ("3", "4"),
    "second day": ("", ", {on: 2020-01-27, from: 09:00}", ", {on: 2020-01-28}"),
    "third day": ("", ", {on: 2020-01-29}", ", {on: 2020-01-29, title: {en: Closing}}"),
    "guests": ("team, guests", "team", "guests"),
    "title": ("", "title: {en: Meeting}", "title: {en: Great meeting}"),
    "short title": ("", "short_title: {en: Meet, km: ជួប}"),
    "description": ("", "description: {en: Bring your plans.}", "description: {en: Bring nothing.}"),
    "reason": ("", "reason: {en: The hall is flooded.}"),
    "own organiser": ("", "organiser: {name: The hall, email: hall@organiser.example}"),
    "alarms": ("", "alarms: [30 minutes before]", "alarms: [1 hour before each live day]"),
    "venue": ("venue: hall", ""),
    "first day": DAYS,
    "zone": ("", "timezone: Asia/Dhaka"),
    "due": ("2020-02-10", "2020-02-11"),
    "due zone": ("reader", "anywhere-on-earth", "Asia/Tokyo"),
    "status": ("confirmed", *STATUSES),
}
"""Everything that an entry may show, and what it can be; the first of each is where a programme begins."""
_OPTIONAL = ("title", "short title", "description", "reason", "own organiser", "alarms", "venue", "zone")

Programme = dict[str, str]


def written(programme: Programme) -> str:
    """The programme as a file."""
    own = "".join(f"    {programme[key]}\n" for key in _OPTIONAL if programme[key])
    return f"""\
convene: 1
programme:
  id: sgra
  title: {{en: {programme["programme title"]}}}
  timezone: Asia/Phnom_Penh
  language: {programme["programme language"]}
  organiser: {{name: {programme["organiser"]}, email: {programme["organiser address"]}@jilaf.example}}
people: [people.csv]
series:
  dac:
    kind: committee-meeting
    title: {{en: {programme["series title"]}}}
    short_title: {{en: {programme["series short title"]}}}
venues:
  hall:
    title: {{en: {programme["venue title"]}}}
    timezone: {programme["venue zone"]}
    country: {programme["venue country"]}
    address: {{en: {programme["venue address"]}}}
    map: "https://map.example/{programme["venue map"]}"
events:
  dac-3:
    series: dac
    number: {programme["number"]}
    status: {programme["status"]}
    days: [{programme["first day"]}{programme["second day"]}{programme["third day"]}]
    invite: [{programme["guests"]}]
{own}  repeated:
    same_as: dac-3
    starts: 2020-02-10
    number: 5
  essays:
    kind: deadline
    title: {{en: Essays are due}}
    due: {{on: {programme["due"]}, timezone: {programme["due zone"]}}}
    invite: [team]
"""


def first_programme() -> Programme:
    return {key: values[0] for key, values in CHOICES.items()}


def may_become(programme: Programme, key: str, value: str) -> bool:
    """Whether `apply` takes the change: not every status follows every other."""
    if key != "status":
        return True
    old, new = EventStatus(programme["status"]), EventStatus(value)
    return new is old or new in next_statuses(old)


changes = st.lists(
    st.sampled_from([(key, value) for key, values in CHOICES.items() for value in values]), min_size=6, max_size=6
)


@dataclass
class Subscriber:
    """Keeps every entry of a feed that it ever saw, by what a calendar program tells versions by."""

    seen: dict[tuple[str, int, str], bytes] = field(default_factory=dict)
    newest: dict[str, tuple[int, str]] = field(default_factory=dict)

    def look(self, body: bytes) -> None:
        for entry in re.findall(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", body, re.DOTALL):
            if b"\r\nSEQUENCE:" not in entry:
                continue  # "No dates yet"
            uid, sequence, changed = (_value(entry, name) for name in ("UID", "SEQUENCE", "LAST-MODIFIED"))
            version = (int(sequence), changed)
            assert self.seen.setdefault((uid, *version), entry) == entry
            assert self.newest.get(uid, version) <= version
            self.newest[uid] = version


def _value(entry: bytes, name: str) -> str:
    found = re.search(rf"\r\n{name}:(.*?)\r\n", entry.decode())
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Path]]:
    folder = tmp_path_factory.mktemp("edited")
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    with small_database(folder) as database:
        yield database, folder / "programme.yaml"


def test_each_change_alone_is_told_by_sequence_and_moment(edited: tuple[Database, Path]) -> None:
    begun = {**first_programme(), "first day": DAYS[6], "second day": ", {on: 2020-01-28}"}

    subscribers = follow(edited, begun, [(key, value) for key, values in CHOICES.items() for value in values[1:]])

    assert all(len(subscriber.seen) > len(subscriber.newest) for subscriber in subscribers)  # every feed saw changes


@settings(max_examples=3 * EFFORT, phases=[Phase.generate])
@given(changes=changes)
def test_other_bytes_never_come_with_the_same_sequence_and_moment(
    edited: tuple[Database, Path], changes: list[tuple[str, str]]
) -> None:
    subscribers = follow(edited, first_programme(), changes)

    assert all(subscriber.seen for subscriber in subscribers)


def follow(edited: tuple[Database, Path], programme: Programme, changes: list[tuple[str, str]]) -> list[Subscriber]:
    """Apply one change after the other, tell people of every other one, and read every feed each time: what the
    subscribers of all feeds saw. Raises AssertionError where one of them was misled.
    """
    database, path = edited
    subscribers = [Subscriber() for _ in FEEDS]
    now = FIRST_EDIT
    with database.trying() as session:
        for number, (key, value) in enumerate([("", ""), *changes]):
            if key and not may_become(programme, key, value):
                continue
            programme = {**programme, key: value}
            path.write_text(written(programme), "utf-8")
            apply_file(session, path, now)
            if number % 2:
                send_due(session, now + timedelta(minutes=20))
            session.flush()
            for subscriber, (subject, language, options) in zip(subscribers, FEEDS, strict=True):
                subscriber.look(publish_feed(session, subject, language, options).body)
            now += timedelta(hours=6)
    return subscribers
