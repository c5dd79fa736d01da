"""Whatever is in a feed, programs that share no code read the same moments and the same texts out of it.

`make test` tries the shipped programmes and 200 random feeds, `make check-feeds` 10,000; ical.js reads them where
`make check-feeds` has brought it, which itself does not go on without.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.complete_languages import COMPLETE
from tests.feed_effort import EFFORT, MUST_BE_COMPLETE
from tests.ical.calendar_readers import IcalJs, ReadEntry, read_with_icalendar, read_with_vobject, running_ical_js
from tests.ical.random_briefs import feeds
from tests.programmes import SHIPPED, apply_file, small_database

from convene.ical.entry_words import EntryWords
from convene.ical.vcalendar import calendar, no_dates_yet
from convene.ical.vevent import View, has_fallen, vevent
from convene.rules.facts import DayFacts, Entry, EventBrief
from convene.rules.feed_entries import feed_entries
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, READER_ZONE, Mode
from convene.store.database import Database
from convene.usecases.feeds.publish_feed import FeedSubject, publish_feed

PROJECT = Path(__file__).parents[2]
Feed = tuple[tuple[EventBrief, ...], View, str]


@pytest.fixture(scope="module")
def ical_js() -> Iterator[IcalJs | None]:
    with running_ical_js() as reader:
        if reader is None and MUST_BE_COMPLETE:
            pytest.fail("ical.js is not there: it needs node, and `make check-feeds` fetches it")
        yield reader


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The four real programmes, each applied when it lay ahead."""
    with small_database(tmp_path_factory.mktemp("shipped")) as database:
        for path in sorted(SHIPPED.glob("*.yaml")):
            apply_file(database, path, datetime(2015, 1, 1, tzinfo=UTC))
        yield database


@settings(max_examples=200 * EFFORT, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(feed=feeds)
def test_every_program_reads_what_was_put_in(ical_js: IcalJs | None, feed: Feed) -> None:
    body = written(feed)
    expected = [_expected(brief, entry, feed[1]) for brief, entry in shown(feed)]

    assert_well_formed(body)
    assert written(feed) == body
    for read in (read_with_icalendar, read_with_vobject, *([ical_js.read] if ical_js else [])):
        found = read(body) if expected else []
        assert sorted(found, key=_by_uid) == sorted(expected, key=_by_uid), read


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("programme", ["online-2022", "ripess-webinar", "sgra-cambodia", "sgra-laos"])
def test_every_program_reads_the_shipped_programmes_alike(
    ical_js: IcalJs | None, shipped: Database, programme: str, language: str
) -> None:
    with shipped.reading() as session:
        first, second = (publish_feed(session, FeedSubject(programme=programme), language).body for _ in range(2))

    assert first == second
    assert_well_formed(first)
    expected = read_with_icalendar(first)
    assert len(expected) >= 1
    for read in (read_with_vobject, *([ical_js.read] if ical_js else [])):
        assert read(first) == expected


def test_feeds_have_the_same_bytes_where_python_runs_without_assertions() -> None:
    run = [sys.executable, "-O", "-m", "tests.ical.test_vcalendar"]
    environment = {"PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}", "PYTHONUTF8": "1"}

    done = subprocess.run(run, cwd=PROJECT, env=environment, capture_output=True, check=False)

    assert done.stdout == (PROJECT / "tests" / "golden" / "calendars" / "feed.km.ics").read_bytes(), done.stderr


def shown(feed: Feed) -> list[tuple[EventBrief, Entry]]:
    briefs, view, _ = feed
    return [(brief, entry) for brief in briefs for entry in feed_entries(brief, one_bar=view.options.one_bar)]


def written(feed: Feed) -> bytes:
    _, view, name = feed
    entries = [vevent(brief, entry, view) for brief, entry in shown(feed)]
    if not entries:
        entries = [no_dates_yet(language=view.language, name=name, on=date(2020, 1, 1))]
    return calendar(entries, language=view.language, name=name)


def assert_well_formed(body: bytes) -> None:
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.removesuffix(b"\r\n").split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not any(character < " " for line in lines for character in line.decode())


def _by_uid(entry: ReadEntry) -> str:
    return entry.uid


def _expected(brief: EventBrief, entry: Entry, view: View) -> ReadEntry:
    """What a program must understand, worked out from the facts without a word of iCalendar."""
    fallen = has_fallen(brief, entry, view)
    links = view.links and not fallen
    words = EntryWords(brief, entry, view.language, view.digits, links=links)
    location, description = words.location(), words.description()
    start, end = _times(entry.day)
    changed_at = max(entry.changed_at, view.left_at or entry.changed_at)
    return ReadEntry(
        uid=entry.uid,
        sequence=entry.sequence,
        modified=changed_at.replace(microsecond=0),
        status="CANCELLED" if fallen else "CONFIRMED",
        start=start,
        end=end,
        summary=words.summary(marked=has_fallen(brief, entry)).text,
        location=location.text if location else "",
        description=description.text if description else "",
        url=(entry.day.link or "") if links else "",
        organiser="mailto:office@organiser.example",
        alarms=() if fallen or not isinstance(start, datetime) else _alarms(brief, entry.day, view),
    )


def _times(day: DayFacts) -> tuple[date | datetime, date | datetime | None]:
    if day.mode is Mode.ON_DEMAND:
        return day.on, day.on + timedelta(days=1)
    if day.start is None or day.zone in (READER_ZONE, ANYWHERE_ON_EARTH) or day.last_date > day.on:
        return day.on, day.last_date + timedelta(days=1)
    return day.starts_at(), day.ends_at() if day.end else None


def _alarms(brief: EventBrief, day: DayFacts, view: View) -> tuple[int, ...]:
    """In seconds, by `random_briefs`: an hour before, ten minutes after a live day, and what the link asks for."""
    if day.mode is Mode.DEADLINE:
        return ()
    before = {-3600} if brief.alarms else set()
    if view.options.alarm_minutes is not None:
        before.add(-60 * view.options.alarm_minutes)
    after = [600] if brief.alarms and day.mode is not Mode.IN_PERSON else []
    return (*sorted(before | set(after if day.end is None else ())), *(after if day.end else ()))
