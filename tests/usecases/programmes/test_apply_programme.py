"""Applying a file: what changes, what stays the same thing, who is told, and what is refused."""

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
    Postbox,
    all_rows,
    apply_file,
    query,
    send_due,
    small_database,
    write_programme,
)

from convene.errors import ConflictError
from convene.rules.vocabulary import NoticeKind
from convene.store.database import Database
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.feeds.publish_feed import FeedSubject

MOVED = MEETING.replace("Mon 2020-01-20", "Wed 2020-01-22")
TOLD_AT = INVITED_AT
CHANGED_AT = INVITED_AT + timedelta(days=1)
HOLD = timedelta(minutes=10)
TWO_DAYS = MEETING.replace(
    "days: [{on: Mon 2020-01-20, from: 09:00, to: 11:30}]",
    "days: [{on: Mon 2020-01-20, from: 09:00}, {on: Tue 2020-01-21, from: 09:00}]",
)


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Database:
    """Both people were invited to the meeting by mail."""
    apply_file(database, write_programme(tmp_path))
    assert send(database, TOLD_AT) == {"sent": 2}
    return database


def send(database: Database, now: datetime, postbox: Postbox | None = None) -> dict[str, int]:
    return asyncio.run(send_due(database, now, postbox))


def notices(database: Database, kind: str, *columns: str) -> list[tuple[object, ...]]:
    """The notices of one kind, by person."""
    shown = ", ".join(columns)
    sql = f"""
        SELECT {shown} FROM notice JOIN cause ON cause.id = cause_id JOIN person ON person.id = person_id
        WHERE kind = ? ORDER BY address, due_at
    """
    return query(database, sql, kind)


def entry(database: Database, slug: str = "d1") -> tuple[object, ...]:
    """Row id, UID, SEQUENCE and date of a day."""
    [row] = query(database, "SELECT id, uid, sequence, on_date FROM day WHERE slug = ?", slug)
    return row


@pytest.mark.parametrize("name", ["sgra-cambodia", "sgra-laos", "online-2022", "ripess-webinar"])
def test_applying_a_real_programme_twice_changes_no_row(database: Database, name: str) -> None:
    apply_file(database, SHIPPED / f"{name}.yaml")
    before = all_rows(database, "applied_at", "content_version")

    again = apply_file(database, SHIPPED / f"{name}.yaml", INVITED_AT + timedelta(minutes=5))

    assert all_rows(database, "applied_at", "content_version") == before
    assert (len(again.planned.mails), again.planned.cancelled, again.deleted) == (0, 0, [])


def test_applying_twice_after_the_invitations_left_changes_no_row(told: Database, tmp_path: Path) -> None:
    before = all_rows(told, "applied_at", "content_version")

    apply_file(told, write_programme(tmp_path), CHANGED_AT)

    assert all_rows(told, "applied_at", "content_version") == before


def test_a_moved_day_keeps_its_id_and_uid_and_its_sequence_rises_by_one(told: Database, tmp_path: Path) -> None:
    id_, uid, sequence, _ = entry(told)

    apply_file(told, write_programme(tmp_path, MOVED), CHANGED_AT)

    assert entry(told) == (id_, uid, sequence + 1, "2020-01-22")  # type: ignore[operator]


def test_who_was_told_gets_one_change_notice_when_the_hold_is_over(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, MOVED), CHANGED_AT)

    due = (CHANGED_AT + HOLD).strftime("%Y-%m-%d %H:%M:%S.000000")
    assert notices(told, "change", "address", "due_at", "state") == [
        (SOKHA, due, "planned"),
        (VANNA, due, "planned"),
    ]
    assert send(told, CHANGED_AT + HOLD - timedelta(seconds=1)) == {}
    assert send(told, CHANGED_AT + HOLD) == {"sent": 2}
    assert send(told, CHANGED_AT + timedelta(hours=2)) == {}


def test_a_move_and_back_within_the_hold_is_silent(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, MOVED), CHANGED_AT)
    apply_file(told, write_programme(tmp_path, MEETING), CHANGED_AT + timedelta(minutes=5))

    assert send(told, CHANGED_AT + timedelta(days=1)) == {}
    assert {state for (state,) in notices(told, "change", "state")} == {"cancelled"}


def test_a_move_back_after_people_were_told_of_it_is_told_too(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, MOVED), CHANGED_AT)
    send(told, CHANGED_AT + HOLD)
    apply_file(told, write_programme(tmp_path, MEETING), CHANGED_AT + timedelta(hours=1))

    assert send(told, CHANGED_AT + timedelta(hours=1) + HOLD) == {"sent": 2}


def test_two_moves_within_the_hold_make_one_correction(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, MOVED), CHANGED_AT)
    later = MEETING.replace("Mon 2020-01-20", "Thu 2020-01-23")
    apply_file(told, write_programme(tmp_path, later), CHANGED_AT + timedelta(minutes=5))
    postbox = Postbox()

    send(told, CHANGED_AT + timedelta(hours=1), postbox)

    assert sorted(recipient for recipient, _ in postbox.mails) == [SOKHA, VANNA]


def test_a_move_before_anybody_was_told_changes_the_invitation_and_nothing_else(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, MOVED), INVITED_AT + timedelta(minutes=1))

    assert send(database, INVITED_AT + timedelta(hours=1)) == {"sent": 2}
    assert notices(database, "change", "state") == []


def test_a_meeting_that_was_moved_is_reminded_anew(told: Database, tmp_path: Path) -> None:
    send(told, datetime(2020, 1, 13, 2, 0, tzinfo=INVITED_AT.tzinfo))

    apply_file(told, write_programme(tmp_path, MOVED), datetime(2020, 1, 13, 3, 0, tzinfo=INVITED_AT.tzinfo))

    planned = [due for due, state in notices(told, "reminder", "due_at", "state") if state == "planned"]
    assert planned == ["2020-01-15 02:00:00.000000", "2020-01-21 10:00:00.000000"] * 2


def test_a_new_title_changes_the_entry_and_mails_nobody(told: Database, tmp_path: Path) -> None:
    _, uid, sequence, _ = entry(told)

    apply_file(told, write_programme(tmp_path, MEETING.replace("Planning", "Yearly planning")), CHANGED_AT)

    assert entry(told)[1:3] == (uid, sequence + 1)  # type: ignore[operator]
    assert notices(told, "change", "state") == []


def test_an_event_gone_from_the_file_is_deleted_when_nobody_was_told(database: Database, tmp_path: Path) -> None:
    second = MEETING + MEETING.replace("meeting:", "other:", 1)
    apply_file(database, write_programme(tmp_path, second))

    applied = apply_file(database, write_programme(tmp_path, MEETING), CHANGED_AT)

    assert applied.deleted == ["other"]
    assert query(database, "SELECT slug FROM event") == [("meeting",)]


def test_an_event_with_a_secret_feed_address_can_be_deleted_too(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, MEETING + MEETING.replace("meeting:", "other:", 1)))
    with database.writing() as session:
        feed_token(session, FeedSubject(event="small/other"), "en", [b"a key for tests"], CHANGED_AT)

    apply_file(database, write_programme(tmp_path, MEETING), CHANGED_AT)

    assert query(database, "SELECT slug FROM event") == [("meeting",)]
    assert query(database, "SELECT count(*) FROM feedlink") == [(0,)]


def test_an_event_gone_from_the_file_is_a_conflict_when_people_were_told(told: Database, tmp_path: Path) -> None:
    before = all_rows(told)
    other = MEETING.replace("meeting:", "other:", 1)

    with pytest.raises(ConflictError) as refused:
        apply_file(told, write_programme(tmp_path, other), CHANGED_AT)

    assert refused.value.exit_code == 4
    assert "meeting" in refused.value.sentence
    assert "status: cancelled" in refused.value.remedy
    assert all_rows(told) == before


def test_not_even_overwrite_drops_an_event_that_people_were_told_of(told: Database, tmp_path: Path) -> None:
    other = MEETING.replace("meeting:", "other:", 1)

    with pytest.raises(ConflictError):
        apply_file(told, write_programme(tmp_path, other), CHANGED_AT, overwrite=True)


def test_status_cancelled_in_the_file_sends_one_cancellation_to_who_was_told(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, MEETING + "    status: cancelled\n"), CHANGED_AT)

    assert send(told, CHANGED_AT + HOLD) == {"sent": 2}
    assert [state for (state,) in notices(told, "cancellation", "state")] == ["sent", "sent"]
    assert {state for (state,) in notices(told, "reminder", "state")} == {"cancelled"}
    assert send(told, CHANGED_AT + timedelta(days=30)) == {}


def test_an_event_cancelled_before_anybody_was_told_is_cancelled_in_silence(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, MEETING + "    status: cancelled\n"), CHANGED_AT)

    assert send(database, CHANGED_AT + timedelta(days=30)) == {}


def test_a_cancelled_event_confirmed_again_is_told_under_the_same_uid(told: Database, tmp_path: Path) -> None:
    uid = entry(told)[1]
    apply_file(told, write_programme(tmp_path, MEETING + "    status: cancelled\n"), CHANGED_AT)
    send(told, CHANGED_AT + HOLD)
    again = CHANGED_AT + timedelta(hours=1)

    apply_file(told, write_programme(tmp_path, MEETING), again)

    assert send(told, again + HOLD) == {"sent": 2}
    assert entry(told)[1] == uid
    assert [state for (state,) in notices(told, "change", "state")] == ["sent", "sent"]


def test_a_draft_has_no_notices(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, MEETING + "    status: draft\n"))

    assert query(database, "SELECT count(*) FROM notice") == [(0,)]


def test_a_postponed_meeting_is_told_once_and_reminds_nobody(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, MEETING + "    status: postponed\n"), CHANGED_AT)

    assert send(told, CHANGED_AT + HOLD) == {"sent": 2}
    assert [state for (state,) in notices(told, "change", "state")] == ["sent", "sent"]
    assert {state for (state,) in notices(told, "reminder", "state")} == {"cancelled"}


def test_who_left_the_group_is_told_once_if_told_before(told: Database, tmp_path: Path) -> None:
    postbox = Postbox()
    apply_file(told, write_programme(tmp_path, people=PEOPLE[:2]), CHANGED_AT)

    send(told, CHANGED_AT + timedelta(minutes=10), postbox)
    send(told, CHANGED_AT + timedelta(days=60), postbox)

    assert [recipient for recipient, _ in postbox.mails if recipient == VANNA] == [VANNA]
    assert notices(told, "cancellation", "address", "state") == [(VANNA, "sent")]


def test_who_left_the_group_before_being_told_is_removed_in_silence(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, people=PEOPLE[:2]), CHANGED_AT)
    postbox = Postbox()

    send(database, CHANGED_AT, postbox)

    assert [recipient for recipient, _ in postbox.mails] == [SOKHA]
    assert {
        state
        for (state,) in query(
            database,
            "SELECT state FROM notice JOIN person ON person.id = person_id WHERE address = ?",
            VANNA,
        )
    } == {"cancelled"}


def test_who_comes_back_is_invited_a_second_time(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, people=PEOPLE[:2]), CHANGED_AT)
    send(told, CHANGED_AT + HOLD)
    back = CHANGED_AT + timedelta(hours=1)

    apply_file(told, write_programme(tmp_path), back)

    assert send(told, back) == {"sent": 1}
    assert notices(told, "invitation", "address", "round", "state") == [
        (SOKHA, 1, "sent"),
        (VANNA, 1, "sent"),
        (VANNA, 2, "sent"),
    ]


def test_who_left_and_came_back_within_the_hold_hears_nothing_of_it(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, people=PEOPLE[:2]), CHANGED_AT)
    apply_file(told, write_programme(tmp_path), CHANGED_AT + timedelta(minutes=1))

    send(told, CHANGED_AT + timedelta(minutes=30))

    assert [state for (state,) in notices(told, "cancellation", "state")] == ["cancelled"]


def test_several_groups_give_one_invitation_and_an_explicit_role_wins(database: Database, tmp_path: Path) -> None:
    people = [PEOPLE[0], f'{SOKHA},"Participant 1, Cambodia",KH,km,observer,members;experts']
    both = MEETING.replace("invite: [members]", "invite: [members, {who: experts, role: speaker}]")
    apply_file(database, write_programme(tmp_path, both, people=people))

    assert notices(database, "invitation", "address", "role") == [(SOKHA, "speaker")]


def test_a_past_event_keeps_its_people(told: Database, tmp_path: Path) -> None:
    a_month_later = INVITED_AT + timedelta(days=30)

    apply_file(told, write_programme(tmp_path, people=PEOPLE[:2]), a_month_later)

    assert query(told, "SELECT count(*) FROM invitation WHERE left_at IS NULL") == [(2,)]


def test_was_renames_an_event_with_its_entries_and_its_people(told: Database, tmp_path: Path) -> None:
    id_, uid, *_ = entry(told)
    renamed = MEETING.replace("meeting:", "yearly-meeting:", 1) + "    was: meeting\n"

    applied = apply_file(told, write_programme(tmp_path, renamed), CHANGED_AT)

    assert entry(told)[:2] == (id_, uid)
    assert query(told, "SELECT slug FROM event") == [("yearly-meeting",)]
    assert (applied.deleted, len(applied.planned.mails), applied.planned.cancelled) == ([], 0, 0)


def test_the_uid_of_a_renamed_event_survives_a_database_made_again(database: Database, tmp_path: Path) -> None:
    renamed = MEETING.replace("meeting:", "yearly-meeting:", 1) + "    was: meeting\n"
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, renamed))

    with small_database(tmp_path / "again") as again:
        apply_file(again, write_programme(tmp_path, renamed))
        assert entry(again)[1] == entry(database)[1]


def test_every_name_that_an_event_had_may_leave_the_file_and_come_back(database: Database, tmp_path: Path) -> None:
    def applied(events: str) -> None:
        apply_file(database, write_programme(tmp_path, events))

    applied(MEETING)
    applied(MEETING.replace("meeting:", "second:\n    was: meeting"))
    applied(TWO_DAYS.replace("meeting:", "second:"))  # its second day came under its second name
    applied(TWO_DAYS.replace("meeting:", "third:\n    was: second"))
    applied(TWO_DAYS.replace("meeting:", "third:") + TWO_DAYS.replace("meeting:", "second:"))

    assert len({uid for (uid,) in query(database, "SELECT uid FROM day")}) == 4


def test_the_old_name_of_a_renamed_event_is_not_given_to_another(told: Database, tmp_path: Path) -> None:
    renamed = MEETING.replace("meeting:", "yearly-meeting:", 1)
    apply_file(told, write_programme(tmp_path, renamed + "    was: meeting\n"), CHANGED_AT)
    before = all_rows(told)

    with pytest.raises(ConflictError, match='"meeting" was the name of "yearly-meeting" before'):
        apply_file(told, write_programme(tmp_path, renamed + MEETING), CHANGED_AT)

    assert all_rows(told) == before


def test_a_cohort_follows_the_event_it_repeats_on_its_own_dates(database: Database, tmp_path: Path) -> None:
    cohort = "  second: {same_as: meeting, cohort: second team, starts: Mon 2020-02-03, invite: [members]}\n"
    apply_file(database, write_programme(tmp_path, TWO_DAYS + cohort))

    apply_file(database, write_programme(tmp_path, TWO_DAYS.replace("09:00", "10:00") + cohort), CHANGED_AT)

    sql = "SELECT event.slug, on_date, start_time, sequence FROM day JOIN event ON event.id = event_id ORDER BY 1, 2"
    assert query(database, sql) == [
        ("meeting", "2020-01-20", "10:00:00.000000", 1),
        ("meeting", "2020-01-21", "10:00:00.000000", 1),
        ("second", "2020-02-03", "10:00:00.000000", 1),
        ("second", "2020-02-04", "10:00:00.000000", 1),
    ]


def test_a_removed_day_stays_as_a_cancelled_entry_and_the_other_keeps_its_uid(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, TWO_DAYS), CHANGED_AT)
    first = entry(told, "d1")
    only_second = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21").replace(", to: 11:30", "")

    apply_file(told, write_programme(tmp_path, only_second), CHANGED_AT + timedelta(minutes=1))

    removed = "SELECT slug, removed_at IS NOT NULL, sequence FROM day ORDER BY slug"
    rows = query(told, removed)
    assert [row[:2] for row in rows] == [("d1", 1), ("d2", 0)]
    assert rows[0][2] == first[2] + 1  # type: ignore[operator]


def test_a_day_added_later_never_takes_the_id_of_a_removed_one(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, TWO_DAYS), CHANGED_AT)
    one_day = TWO_DAYS.replace(", {on: Tue 2020-01-21, from: 09:00}", "")
    apply_file(told, write_programme(tmp_path, one_day), CHANGED_AT + timedelta(minutes=1))
    other = TWO_DAYS.replace("Tue 2020-01-21", "Fri 2020-01-24")

    apply_file(told, write_programme(tmp_path, other), CHANGED_AT + timedelta(minutes=2))

    rows = query(told, "SELECT slug, on_date, removed_at IS NULL FROM day ORDER BY slug")
    assert rows == [("d1", "2020-01-20", 1), ("d2", "2020-01-21", 0), ("d3", "2020-01-24", 1)]


def test_a_meeting_that_was_held_is_not_moved(told: Database, tmp_path: Path) -> None:
    a_month_later = INVITED_AT + timedelta(days=30)

    with pytest.raises(ConflictError, match="was held"):
        apply_file(told, write_programme(tmp_path, MEETING.replace("Mon 2020-01-20", "Mon 2020-03-02")), a_month_later)


def test_history_is_taken_and_mails_nobody(database: Database) -> None:
    applied = apply_file(database, SHIPPED / "sgra-laos.yaml", datetime(2020, 1, 6, tzinfo=INVITED_AT.tzinfo))

    assert (applied.days, len(applied.planned.mails)) == (2, 0)
    assert applied.planned.never_due.total() > 0


def test_what_was_due_before_its_rule_was_applied_is_not_written(database: Database, tmp_path: Path) -> None:
    three_days_before = datetime(2020, 1, 17, 3, 0, tzinfo=INVITED_AT.tzinfo)

    applied = apply_file(database, write_programme(tmp_path), three_days_before)

    assert notices(database, "reminder", "due_at", "shifted_from") == [
        ("2020-01-17 10:00:00.000000", "2020-01-19T17:00:00"),
        ("2020-01-17 10:00:00.000000", "2020-01-19T17:00:00"),
    ]
    assert applied.planned.never_due.total() == 2


def test_a_filled_cell_changes_a_person_and_an_empty_one_never_clears(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    emptied = [PEOPLE[0], f"{SOKHA},,,,,members", PEOPLE[2].replace("KH,en", "KH,km")]

    applied = apply_file(database, write_programme(tmp_path, people=emptied), CHANGED_AT)

    assert applied.people.changed == {VANNA: ["language: en -> km"]}
    assert query(database, "SELECT name, country, language FROM person WHERE address = ?", SOKHA) == [
        ("Participant 1, Cambodia", "KH", "km")
    ]


def test_another_language_is_used_by_the_next_mail(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, people=[row.replace(",km,", ",ja,") for row in PEOPLE]), CHANGED_AT)

    assert notices(database, "invitation", "address", "notice.language") == [(SOKHA, "ja"), (VANNA, "en")]


def test_a_new_clock_moves_what_is_planned_in_every_programme_that_shares_the_person(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, programme="another"))
    moved = [row.replace(",KH,en,", ",JP,ja,") for row in PEOPLE]

    applied = apply_file(database, write_programme(tmp_path, people=moved), CHANGED_AT)

    of_both = "SELECT DISTINCT notice.timezone, notice.language FROM notice JOIN person ON person.id = person_id"
    assert query(database, f"{of_both} WHERE address = ?", VANNA) == [("Asia/Tokyo", "ja")]
    assert applied.planned.mails.kinds[NoticeKind.REMINDER].notices == 4
    again = apply_file(database, write_programme(tmp_path, programme="another", people=moved), CHANGED_AT)
    assert (again.planned.added, again.planned.changed, again.planned.cancelled) == (0, 0, 0)
