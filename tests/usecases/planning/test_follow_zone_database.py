"""A newer zone database: wall clocks stay, what follows from them is worked out again (design promise 1)."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select
from tests.programmes import Postbox, plain_text, send_due
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import NOW, Planner

from convene.model.event import Day, Event
from convene.model.warning import StoredWarning
from convene.rules import zones
from convene.rules.zones import zone
from convene.usecases.planning import follow_zone_database
from convene.usecases.planning.follow_zone_database import ZoneDatabaseError
from convene.usecases.planning.plan_notices import plan_what_zones_changed
from convene.usecases.programmes import store_programme
from convene.worker.run_worker import plan_all
from convene.worker.system_clock import FrozenClock

LIVE = """\
  talk:
    kind: meeting
    title: {en: Talk}
    days: [{on: 2020-01-20, from: 09:00, to: 10:00, mode: live, link: "https://meet.example/1"}]
    invite: [team, guests]
"""
IN_PERSON = LIVE.replace(', mode: live, link: "https://meet.example/1"', "")
LATER = utc(2020, 1, 3)

Install = Callable[[str], None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Make this host's zone database another: from "2099a" on, clocks in Phnom Penh are two hours ahead of ours."""

    def changed(name: str) -> ZoneInfo:
        return zone("Asia/Tokyo" if name == "Asia/Phnom_Penh" else name)

    def installed(version: str) -> None:
        for module in (follow_zone_database, store_programme):
            monkeypatch.setattr(module, "tzdata_version", lambda: version)
        monkeypatch.setattr(zones, "zone", changed if version >= "2099a" else zone)

    return installed


def follow(planner: Planner, now: datetime = LATER) -> int:
    """What a worker does when it starts; how many mails it brings."""
    with planner.database.writing() as session:
        return len(plan_what_zones_changed(session, now))


def days(planner: Planner) -> list[tuple[datetime | None, int]]:
    with planner.database.reading() as session:
        return [(day.starts_at, day.sequence) for day in session.exec(select(Day).order_by(Day.id))]  # type: ignore[arg-type]


def test_a_day_that_lies_ahead_keeps_its_wall_clock_and_gets_its_new_moment(planner: Planner, install: Install) -> None:
    planner.apply(LIVE)
    assert days(planner) == [(utc(2020, 1, 20, 2), 0)]

    install("2099a")
    follow(planner)

    assert days(planner) == [(utc(2020, 1, 20, 0), 1)]


def test_what_is_unsent_is_timed_anew_and_nothing_is_planned_twice(planner: Planner, install: Install) -> None:
    planner.apply(LIVE)
    planner.send_due(NOW)
    before = planner.due("reminder")
    moments = {notice.row.due_at for notice in planner.notices("reminder", "p1@team.example")}

    install("2099a")
    follow(planner)

    after = planner.notices("reminder", "p1@team.example")
    assert len(after) == len(before) == 2
    assert {notice.row.due_at for notice in after}.isdisjoint(moments)
    assert len(planner.notices("invitation")) == 3


@pytest.mark.parametrize("subject", ["days: [{on: 2020-01-20, timezone: Asia/Tokyo}]", "due: {on: 2020-01-20}"])
def test_what_leaves_on_the_clock_of_a_reader_is_timed_anew_also_where_the_event_has_no_hour(
    planner: Planner, install: Install, subject: str
) -> None:
    kind = "deadline" if "due" in subject else "meeting"
    planner.apply(f"  essays: {{kind: {kind}, title: {{en: Essays}}, {subject}, invite: [team, guests]}}\n")
    planner.send_due(NOW)
    before = {notice.row.id: notice.row.due_at for notice in planner.notices("reminder", state="planned")}

    install("2099a")
    follow(planner)

    for notice in planner.notices("reminder", state="planned"):
        earlier = timedelta(hours=2 if notice.row.timezone == "Asia/Phnom_Penh" else 0)
        assert notice.row.due_at == before[notice.row.id] - earlier


def test_who_was_told_another_hour_on_their_own_clock_is_corrected_and_nobody_else(
    planner: Planner, install: Install
) -> None:
    planner.apply(LIVE)
    planner.send_due(NOW)

    install("2099a")
    follow(planner)

    assert planner.due("change", "p3@team.example") != []
    assert planner.due("change", "p1@team.example") == planner.due("change", "p2@team.example") == []


def test_who_was_told_the_same_hour_by_another_name_is_corrected_once_that_clock_moves(
    planner: Planner, install: Install
) -> None:
    """It was written on the clock of Bangkok, then on that of Phnom Penh, which was the same one until 2099a."""
    talk = LIVE.replace("team, guests", "guests")
    planner.apply(talk.replace("on: 2020-01-20", "timezone: Asia/Bangkok, on: 2020-01-20"))
    planner.send_due(NOW)
    planner.apply(talk, LATER)
    assert planner.notices("change") == []

    install("2099a")
    follow(planner)

    [change] = planner.notices("change")
    assert (change.state, change.cause.revision) == ("planned", 2)


def told_and_corrected(planner: Planner, install: Install) -> Postbox:
    """What is sent of an event, first by the zone database of now, and then by a newer one."""
    postbox = Postbox()
    asyncio.run(send_due(planner.database, NOW, postbox))
    install("2099a")
    follow(planner)
    asyncio.run(send_due(planner.database, LATER + timedelta(minutes=10), postbox))
    return postbox


def test_the_correction_shows_the_hour_that_was_told_beside_the_new_one(planner: Planner, install: Install) -> None:
    planner.apply(LIVE)

    postbox = told_and_corrected(planner, install)

    recipient, body = postbox.mails[-1]
    assert (recipient, len(postbox.mails)) == ("p3@team.example", 4)
    text = plain_text(body)
    assert text.index("11時00分～12時00分") < text.index("9時00分～10時00分")


def test_the_clock_beneath_the_venues_is_corrected_too(planner: Planner, install: Install) -> None:
    planner.apply(IN_PERSON)
    planner.send_due(NOW)

    install("2099a")
    follow(planner)

    assert [notice.row.person_id for notice in planner.notices("change")] == [3]


def test_a_clock_as_it_was_told_has_no_offset_of_the_newer_database(planner: Planner, install: Install) -> None:
    planner.apply(IN_PERSON)

    postbox = told_and_corrected(planner, install)

    assert "(UTC" in plain_text(postbox.mails[2][1])
    assert "11時00分～12時00分 · 日本時間\r\n" in plain_text(postbox.mails[-1][1])


@pytest.mark.parametrize(
    ("hour", "before", "now"),
    [
        ("at: 18:00, ", "20日月曜日 20時00分まで", "20日月曜日 18時00分まで"),
        ("", "21日火曜日 2時00分まで", "20日月曜日いっぱい"),
    ],
)
def test_the_correction_of_a_deadline_shows_the_readers_moment_that_was_told(
    planner: Planner, install: Install, hour: str, before: str, now: str
) -> None:
    due = f"due: {{on: 2020-01-20, {hour}timezone: Asia/Phnom_Penh}}"
    planner.apply(f"  essays: {{kind: deadline, title: {{en: Essays}}, {due}, invite: [team, guests]}}\n")

    postbox = told_and_corrected(planner, install)

    recipient, body = postbox.mails[-1]
    assert (recipient, len(postbox.mails)) == ("p3@team.example", 4)
    text = plain_text(body)
    assert 0 < text.find(before) < text.rfind(now)


def test_following_twice_changes_nothing(planner: Planner, install: Install) -> None:
    planner.apply(LIVE)
    planner.send_due(NOW)
    install("2099a")
    follow(planner)
    before, entries = planner.stored(), days(planner)

    assert follow(planner) == 0
    planner.plan_again(LATER)

    assert (planner.stored(), days(planner)) == (before, entries)


def test_what_is_over_stays_as_it_was(planner: Planner, install: Install) -> None:
    planner.apply(LIVE)
    before = days(planner)

    install("2099a")
    follow(planner, utc(2020, 2, 1))

    assert days(planner) == before
    assert planner.notices("change") == []


def test_an_event_whose_clocks_stay_is_left_alone(planner: Planner, install: Install) -> None:
    planner.apply(LIVE.replace("mode: live", "mode: live, timezone: Asia/Dhaka").replace("[team, guests]", "[guests]"))
    planner.send_due(NOW)
    before = planner.stored()

    install("2099a")
    assert follow(planner) == 0

    assert planner.stored() == before


def test_the_organiser_is_told_once(planner: Planner, install: Install) -> None:
    planner.apply(LIVE)
    install("2099a")
    follow(planner)
    follow(planner)

    with planner.database.reading() as session:
        sentences = session.exec(select(StoredWarning.sentence)).all()
    assert len(sentences) == 1
    assert sentences[0].startswith("sgra/talk: clocks changed by zone database 2099a")


def test_the_log_of_a_worker_is_told_once(planner: Planner, install: Install, caplog: pytest.LogCaptureFixture) -> None:
    planner.apply(LIVE)
    install("2099a")
    plan_all(planner.database, FrozenClock(LATER))
    plan_all(planner.database, FrozenClock(LATER))

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "sgra/talk: clocks changed by zone database 2099a" in caplog.text


def test_applying_a_file_on_the_newer_host_follows_first(planner: Planner, install: Install) -> None:
    planner.apply(LIVE)
    planner.send_due(NOW)

    install("2099a")
    planner.apply(LIVE, LATER)

    assert days(planner) == [(utc(2020, 1, 20, 0), 1)]
    assert len(planner.notices("change")) == 1


def test_a_host_with_an_older_database_neither_plans_nor_applies(planner: Planner, install: Install) -> None:
    install("2099a")
    planner.apply(LIVE)
    before, entries = planner.stored(), days(planner)

    install("2098z")
    for step in (lambda: planner.plan_again(LATER), lambda: planner.apply(LIVE, LATER), lambda: follow(planner)):
        with pytest.raises(ZoneDatabaseError, match="2099a; this host has 2098z"):
            step()

    assert (planner.stored(), days(planner)) == (before, entries)


def test_a_host_that_was_updated_goes_on_where_the_other_stands(planner: Planner, install: Install) -> None:
    install("2099a")
    planner.apply(LIVE)
    before = planner.stored()

    install("2099b")
    assert follow(planner) == 0

    assert planner.stored() == before
    with planner.database.reading() as session:
        assert session.exec(select(Event.revision)).all() == [1]
