"""Feeds joined from entries that were written before: never another byte than a feed written from nothing.

Every edit is applied at the same moment as everything before it: no clock tells the cache that something changed.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programmes import INVITED_AT, SOKHA, apply_file, send_due, small_database

from convene.errors import ConveneError
from convene.rules.feed_entries import AS_USUAL, FeedOptions
from convene.store.database import Database
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.feeds.open_feed import OpenedFeed, open_feed
from convene.usecases.feeds.publish_feed import Feed, FeedSubject
from convene.usecases.feeds.written_entries import WrittenEntries

KEYS = (b"a key for tests",)
HEAD = """\
convene: 1
programme:
  id: small
  title: {en: A small programme}
  timezone: Asia/Phnom_Penh
  language: en
  organiser: {name: The office, email: office@organiser.example}
people: [people.csv]
venues:
  hall: {title: {en: Assembly Hall}, timezone: Asia/Phnom_Penh, country: KH, address: {en: Street 1}}
  room: {title: {en: Small room}, timezone: Asia/Vientiane, country: LA}
series:
  dac: {kind: committee-meeting, title: {en: Dissemination Advisory Committee}, short_title: {en: DAC}}
events:
"""
EVENTS = """\
  dac-3:
    series: dac
    number: 3
    description: {en: All of us}
    venue: hall
    days: [{on: Mon 2020-01-20, from: 09:00, to: 11:30}, {on: Tue 2020-01-21, from: 09:00, to: 11:30}]
    invite: [members]
  online:
    kind: online-programme
    title: {en: Course}
    days:
      - {on: Mon 2020-02-03, until: Wed 2020-02-05, mode: on-demand, link: "https://video.example/1"}
      - {on: Thu 2020-02-06, from: 14:00, to: 16:00, mode: live, link: "https://meet.example/4"}
    invite: [members]
  repeated:
    same_as: online
    starts: Mon 2020-03-02
    title: {en: Course}
    invite: [members]
"""
PEOPLE = """\
email,name,country,language,digits,role,groups
sokha@union-kh.example,"Participant 1, Cambodia",KH,km,,,members
vanna@union-kh.example,"Participant 2, Cambodia",KH,en,,,members
"""
EDITS = {
    "title of the programme": ("A small programme", "A larger programme"),
    "organiser": ("The office", "The new office"),
    "address of the organiser": ("office@organiser.example", "desk@organiser.example"),
    "title of a venue": ("Assembly Hall", "Great Hall"),
    "address of a venue": ("Street 1", "Street 2"),
    "map of a venue": ("Street 1}}", 'Street 1}, map: "https://map.example/1"}'),
    "another venue": ("venue: hall", "venue: room"),
    "no venue": ("    venue: hall\n", ""),
    "title of a series": ("Dissemination Advisory", "Advisory"),
    "short title of a series": ("{en: DAC}", "{en: The DAC}"),
    "a translation": ("{en: DAC}", "{en: DAC, km: គណៈកម្មាធិការ}"),
    "number": ("number: 3", "number: 4"),
    "description": ("All of us", "Only some of us"),
    "title": ("title: {en: Course}\n    days", "title: {en: Long course}\n    days"),
    "short title": ("title: {en: Course}\n    days", "title: {en: Course}\n    short_title: {en: C}\n    days"),
    "kind": ("kind: online-programme", "kind: training"),
    "cancelled": ("    invite: [members]\n  online", "    status: cancelled\n    invite: [members]\n  online"),
    "postponed with a reason": (
        "    invite: [members]\n  online",
        "    status: postponed\n    reason: {en: A strike}\n    invite: [members]\n  online",
    ),
    "another date": ("Tue 2020-01-21", "Wed 2020-01-22"),
    "another hour": ("from: 14:00", "from: 13:00"),
    "a day less": (", {on: Tue 2020-01-21, from: 09:00, to: 11:30}", ""),
    "a day more": ("11:30}]", "11:30}, {on: Thu 2020-01-23, from: 09:00, to: 10:00}]"),
    "no date any more": ("{on: Tue 2020-01-21, from: 09:00, to: 11:30}", "{on: October 2027}"),
    "end of a window": ("until: Wed 2020-02-05", "until: Tue 2020-02-04"),
    "mode": ("mode: live", "mode: hybrid"),
    "link": ("meet.example/4", "meet.example/5"),
    "title of a day": ("mode: live", "title: {en: Questions}, mode: live"),
    "start of the repeated one": ("starts: Mon 2020-03-02", "starts: Mon 2020-03-09"),
    "an event less": (EVENTS[EVENTS.index("  repeated") :], ""),
    "another id": ("  dac-3:\n", "  dac-third:\n    was: dac-3\n"),
    "who is invited": ("    invite: [members]\n  online", "    invite: [vanna@union-kh.example]\n  online"),
    "name of a person": ("Participant 1, Cambodia", "Participant 9, Cambodia"),
    "language of a person": ("KH,km,,", "KH,en,,"),
    "digits of a person": ("KH,km,,", "KH,km,native,"),
    "country of a person": ("KH,en,,", "LA,en,,"),
}
UNSEEN = {"another id", "language of a person"}
"""No feed shows an id, and each feed is in the language of its address."""

SUBJECTS = {
    "person": FeedSubject(person=SOKHA),
    "programme": FeedSubject(programme="small"),
    "country": FeedSubject(country="KH"),
    "other country": FeedSubject(country="LA"),
    "event": FeedSubject(event="dac-3"),
}
BARS = FeedOptions(one_bar=True, alarm_minutes=15)


@dataclass
class Readers:
    """Whoever keeps feeds: a token for each, the entries written so far, what each token opened last."""

    database: Database
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)
    written: WrittenEntries = field(default_factory=WrittenEntries)
    kept: dict[str, OpenedFeed] = field(default_factory=dict)

    def apply(self, *edits: str) -> None:
        text = HEAD + EVENTS + "~~~" + PEOPLE
        for name in edits:
            old, new = EDITS[name]
            text = text.replace(old, new, 1)
        programme, _, people = text.partition("~~~")
        (self.folder / "people.csv").write_text(people, "utf-8")
        path = self.folder / "small.yaml"
        path.write_text(programme, "utf-8")
        apply_file(self.database, path, INVITED_AT, overwrite=True)

    def subscribe(self) -> None:
        with self.database.writing() as session:
            for name, subject in SUBJECTS.items():
                for options in (AS_USUAL, BARS):
                    for language in ("en", "km"):
                        token = feed_token(session, subject, language, KEYS, INVITED_AT, options)
                        self.tokens[f"{name}, {language}, bars: {options.one_bar}"] = token

    def feeds(self) -> dict[str, Feed | None]:
        return {token: opened.feed for token, opened in self.kept.items()}

    def wrong(self) -> list[str]:
        """Which feeds differ from what is written from nothing. Reads all of them."""
        wrong = []
        with self.database.reading() as session:
            for name, token in self.tokens.items():
                warm = open_feed(session, token, KEYS, self.written, self.kept.get(token))
                cold = open_feed(session, token, KEYS)
                self.kept[token] = warm
                if warm.feed != cold.feed:
                    wrong.append(name)
        return wrong


def subscribed(database: Database, folder: Path) -> Readers:
    """Readers who have read every feed of the programme as it is first."""
    readers = Readers(database, folder)
    readers.apply()
    readers.subscribe()
    assert readers.wrong() == []
    return readers


@pytest.fixture
def readers(database: Database, tmp_path: Path) -> Readers:
    return subscribed(database, tmp_path)


@pytest.mark.parametrize("edit", EDITS)
def test_no_entry_is_stale_after_a_change_and_after_it_was_taken_back(tmp_path: Path, edit: str) -> None:
    with small_database(tmp_path) as database:
        readers = subscribed(database, tmp_path)
        before = readers.feeds()
        readers.apply(edit)
        wrong = readers.wrong()
        assert (readers.feeds() == before) is (edit in UNSEEN)
        readers.apply()

        assert wrong + readers.wrong() == []


def test_no_entry_is_stale_on_either_database_after_one_change_upon_another(readers: Readers) -> None:
    wrong = []
    for edits in (["title", "no date any more"], ["link", "a day less"], ["organiser"], ["cancelled", "mode"]):
        readers.apply(*edits)
        wrong += readers.wrong()

    assert wrong == []


def test_an_event_that_was_deleted_and_made_anew_at_the_same_moment_is_another_one(readers: Readers) -> None:
    readers.apply("an event less")
    readers.apply("title", "start of the repeated one")

    assert readers.wrong() == []


def test_who_left_and_came_back_sees_it(readers: Readers) -> None:
    asyncio.run(send_due(readers.database, INVITED_AT))
    seen = []
    for edits in (("who is invited",), (), ("who is invited",)):
        readers.apply(*edits)
        seen += readers.wrong()

    assert seen == []


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from(list(EDITS)), max_size=3), min_size=1, max_size=4))
def test_no_entry_is_stale_after_any_changes_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("feeds")
    with small_database(folder) as database:
        readers, wrong = subscribed(database, folder), []
        for edits in steps:
            with suppress(ConveneError):  # not every one may follow every other
                readers.apply(*edits)
            wrong += readers.wrong()

    assert wrong == []
