"""The list of notices: who gets what, when, in which language, and why then."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.programmes import (
    INVITED_AT,
    MEETING,
    PEOPLE,
    SHIPPED,
    SOKHA,
    VANNA,
    apply_file,
    send_due,
    write_programme,
)

from convene.errors import NotFoundError
from convene.rules.notice_states import NoticeState
from convene.store.database import Database
from convene.usecases.planning.list_notices import NoticeFilter, NoticeView, list_notices, notice_named


def listed(database: Database, wanted: NoticeFilter = NoticeFilter()) -> list[NoticeView]:  # noqa: B008 - frozen
    with database.reading() as session:
        return list_notices(session, wanted)


def reasons(database: Database, kind: str, person: str = SOKHA) -> list[str]:
    return [view.why for view in listed(database) if view.cause.kind == kind and view.person.address == person]


def test_why_names_the_rule_what_it_counts_from_whose_clock_and_the_shift(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))

    assert reasons(database, "invitation") == ["at once when invited"]
    counted = "counted from Mon 2020-01-20 09:00 Asia/Phnom_Penh, the venue's clock and the reader's"
    assert reasons(database, "reminder") == [
        f"7 days before at 09:00, {counted}",
        f"1 day before at 17:00, {counted}; moved from Sun 2020-01-19 17:00, weekend",
    ]
    assert reasons(database, "thanks") == [
        "thanks 1 day after at 10:00, counted from the end, Mon 2020-01-20 11:30 Asia/Phnom_Penh, the venue's clock "
        "and the reader's"
    ]


def test_why_a_digest_is_sent_names_its_parts_and_their_rules(database: Database, tmp_path: Path) -> None:
    two = MEETING + MEETING.replace("meeting:", "training:", 1).replace("from: 09:00, to: 11:30", "from: 14:00")
    apply_file(database, write_programme(tmp_path, two, keys="reminders: [7 days before]\n"))

    assert reasons(database, "digest") == [
        "reminders of Mon 2020-01-13 in one mail: small/meeting (7 days before at 09:00), "
        "small/training (7 days before at 09:00)"
    ]


def test_why_says_that_a_zone_was_assumed(database: Database, tmp_path: Path) -> None:
    nowhere = [PEOPLE[0], f"{SOKHA},,,km,,members"]
    apply_file(database, write_programme(tmp_path, people=nowhere))

    assert reasons(database, "invitation") == ["at once when invited; zone Asia/Phnom_Penh assumed"]


def test_why_a_correction_is_due_names_what_people_were_told_otherwise(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    asyncio.run(send_due(database, INVITED_AT))
    moved = MEETING.replace("Mon 2020-01-20, from: 09:00", "Tue 2020-01-21, from: 10:00")
    changed_at = INVITED_AT + timedelta(hours=1)
    apply_file(database, write_programme(tmp_path, moved), changed_at)

    told_otherwise = "d1 date Mon 2020-01-20 -> Tue 2020-01-21, d1 hours 09:00-11:30 -> 10:00-11:30"
    assert reasons(database, "change") == [f"told otherwise: {told_otherwise} (revision 1 -> 2)"]

    asyncio.run(send_due(database, changed_at + timedelta(hours=1)))
    assert reasons(database, "change") == ["told otherwise before (revision 2)"]


def test_why_says_nothing_backwards_of_a_correction_that_later_news_overtook(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    asyncio.run(send_due(database, INVITED_AT))
    changed_at = INVITED_AT + timedelta(hours=1)
    for minutes, date in enumerate(("Tue 2020-01-21", "Wed 2020-01-22")):
        moved = MEETING.replace("Mon 2020-01-20", date)
        apply_file(database, write_programme(tmp_path, moved), changed_at + timedelta(minutes=minutes))
    asyncio.run(send_due(database, changed_at + timedelta(hours=1)))

    assert reasons(database, "change") == [f"told otherwise before (revision {number})" for number in (2, 3)]


def test_why_a_rule_names_the_end_or_the_start_that_it_counts_from(database: Database, tmp_path: Path) -> None:
    keys = "reminders: [1 hour before end]\nfollow_ups: [thanks 1 day after start]\n"
    apply_file(database, write_programme(tmp_path, keys=keys))

    assert reasons(database, "reminder") == [
        "1 hour before end, counted from the end, Mon 2020-01-20 11:30 Asia/Phnom_Penh"
    ]
    assert reasons(database, "thanks") == [
        "thanks 1 day after start at 10:00, counted from the start, Mon 2020-01-20 09:00 Asia/Phnom_Penh, the venue's "
        "clock and the reader's"
    ]

    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
    apply_file(database, write_programme(tmp_path, moved, keys=keys), INVITED_AT + timedelta(hours=1))
    called_off, planned = sorted(reasons(database, "reminder"))
    assert called_off == "1 hour before end"
    assert planned == "1 hour before end, counted from the end, Tue 2020-01-21 11:30 Asia/Phnom_Penh"


def test_why_somebody_who_left_gets_a_cancellation(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    asyncio.run(send_due(database, INVITED_AT))
    without = MEETING.replace("[members]", f"[{VANNA}]")
    apply_file(database, write_programme(tmp_path, without), INVITED_AT + timedelta(hours=1))

    assert reasons(database, "cancellation") == ["taken off the list (revision 1)"]


def test_the_language_and_the_link_of_the_chain_that_gave_it_are_recorded(database: Database, tmp_path: Path) -> None:
    people = [
        PEOPLE[0].replace("name", "organisation"),
        "own@a.example,,KH,ja,,members",
        "organisation@a.example,Union,TH,,,members",
        "country@a.example,,KH,,,members",
        "programme@a.example,,BR,,,members",
        "no-catalogue@a.example,,BR,de,,members",
    ]
    keys = "organisations:\n  Union: {language: lo}\n"
    apply_file(database, write_programme(tmp_path, people=people, keys=keys))

    chosen = {
        view.person.address.partition("@")[0]: (view.row.language, view.row.language_source)
        for view in listed(database)
    }
    assert chosen == {
        "own": ("ja", "person"),
        "organisation": ("lo", "organisation"),
        "country": ("km", "country"),
        "programme": ("en", "programme"),
        "no-catalogue": ("en", chosen["no-catalogue"][1]),
    }


def test_the_list_is_sorted_by_due_moment_event_and_person(database: Database) -> None:
    apply_file(database, SHIPPED / "sgra-cambodia.yaml")

    order = [(view.row.due_at, view.events[0], view.person.address) for view in listed(database)]

    assert order == sorted(order)
    assert len(order) == 308


def test_filters_keep_what_fits_and_nothing_else(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, programme="another"))
    asyncio.run(send_due(database, INVITED_AT))
    everything = listed(database)

    def count(**wanted: object) -> int:
        return len(listed(database, NoticeFilter(**wanted)))  # type: ignore[arg-type]

    assert count(programme="small") + count(programme="another") == len(everything)
    assert count(event="meeting") == len(everything)
    assert count(event="small/meeting") == count(programme="small") > 0
    assert count(person=VANNA) == len(everything) / 2
    assert count(state=NoticeState.SENT) == 4
    assert count(due_before=datetime(2020, 1, 13, tzinfo=INVITED_AT.tzinfo)) == 4
    assert count(event="no-such-event") == 0


def test_a_digest_is_found_by_each_event_it_speaks_of(database: Database) -> None:
    apply_file(database, SHIPPED / "sgra-cambodia.yaml")

    def digests(event: str) -> set[frozenset[str]]:
        return {
            frozenset(view.events)
            for view in listed(database, NoticeFilter(event=event))
            if view.cause.kind == "digest"
        }

    assert digests("dac-3") == digests("tot-2") == {frozenset({"sgra-cambodia/dac-3", "sgra-cambodia/tot-2"})}
    assert digests("mutual-aid") == set()


def test_the_earliest_event_of_a_digest_comes_first(database: Database, tmp_path: Path) -> None:
    later_first = (
        MEETING.replace("meeting:", "afternoon:", 1).replace("from: 09:00, to: 11:30", "from: 14:00, to: 16:00")
        + MEETING
    )
    apply_file(database, write_programme(tmp_path, later_first))

    digests = {view.events for view in listed(database) if view.cause.kind == "digest"}
    assert digests == {("small/meeting", "small/afternoon")}


def test_a_key_that_nobody_has_is_said(database: Database) -> None:
    with pytest.raises(NotFoundError, match="nosuchkey"), database.reading() as session:
        notice_named(session, "nosuchkey")
