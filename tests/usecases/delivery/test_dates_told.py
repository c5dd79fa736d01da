"""What people are told of dates: windows, cohorts, days whose date or hour comes or goes; from the file to the mail."""

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import select
from tests.programmes import Postbox, apply_file, plain_text, query, send_due, write_programme

from convene.model.event import Event
from convene.store.database import Database
from convene.usecases.feeds.publish_feed import FeedSubject, publish_feed

BEGIN = datetime(2022, 1, 1, 3, tzinfo=UTC)
A = "a@union.example"
B = "b@union.example"
PEOPLE = (
    "email,name,country,language,role,groups",
    f'{A},"Participant 1, Cambodia",KH,en,,team-kh',
    f'{B},"Participant 2, Bangladesh",BD,en,,team-bd',
)
VIDEO = """\
  online-kh:
    kind: online-programme
    cohort: cambodia
    title: {en: Online programme}
    days: [{on: Mon 2022-01-10, mode: on-demand, link: "https://video.example/1", until: Wed 2022-01-12}]
    invite: [team-kh]
    reminders: [3 days before, 1 day before closing]
"""
LIVE = """\
  online-kh:
    kind: online-programme
    cohort: cambodia
    title: {en: Online programme}
    days:
      - {on: Mon 2022-01-10, mode: on-demand, link: "https://video.example/1", until: Wed 2022-01-12}
      - {on: Thu 2022-01-13, mode: live, from: 14:00, to: 16:30, timezone: Asia/Tokyo, link: "https://meet.example/4"}
    invite: [team-kh]
"""
COHORT = """\
  online-bd: {same_as: online-kh, cohort: bangladesh, starts: Mon 2022-01-17, timezone: Asia/Dhaka, invite: [team-bd]}
"""
MEETING = """\
  meeting:
    kind: meeting
    title: {en: Planning meeting}
    days: [{on: Thu 2022-01-20, from: 09:00, to: 11:30}]
    invite: [team-kh]
"""
UNDATED = MEETING.replace("{on: Thu 2022-01-20, from: 09:00, to: 11:30}", "{on: to be decided}")


class Programme:
    """One programme whose file is applied anew, and the mails that left, by person."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self._folder = folder

    def apply(self, events: str, now: datetime = BEGIN, people: tuple[str, ...] = PEOPLE) -> None:
        apply_file(self.database, write_programme(self._folder, events, people=people), now)

    def send(self, now: datetime) -> list[tuple[str, bytes]]:
        """The mails that are due at `now`: recipient and bytes."""
        postbox = Postbox()
        asyncio.run(send_due(self.database, now, postbox))
        return postbox.mails

    def sequence_and_status(self) -> list[tuple[str, int, str]]:
        """Start, SEQUENCE and STATUS of the entries in the feed of the first person."""
        with self.database.reading() as session:
            calendar = Calendar.from_ical(publish_feed(session, FeedSubject(person=A), None).body)
        entries: list[Any] = [entry for entry in calendar.walk("VEVENT") if "SEQUENCE" in entry]
        return [(entry["DTSTART"].to_ical().decode(), entry["SEQUENCE"], entry["STATUS"]) for entry in entries]


def subject(mail: tuple[str, bytes]) -> str:
    return str(make_header(decode_header(message_from_bytes(mail[1])["Subject"])))


def text_of(mail: tuple[str, bytes]) -> str:
    return plain_text(mail[1]).replace("\r\n", "\n")


def calendar_of(mail: tuple[str, bytes]) -> str:
    """The calendar part of a mail, unfolded."""
    for part in message_from_bytes(mail[1]).walk():
        if part.get_content_type() == "text/calendar":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode().replace("\r\n ", "").replace("\r\n", "\n")
    raise AssertionError("it has no calendar")


def test_a_window_is_announced_to_open_and_then_to_close(database: Database, tmp_path: Path) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(VIDEO)
    programme.send(BEGIN)

    [opens] = programme.send(datetime(2022, 1, 7, 2, tzinfo=UTC))
    [closes] = programme.send(datetime(2022, 1, 11, 2, tzinfo=UTC))

    assert subject(opens) == "Opens in 3 days: Online programme · 10–12 January"
    assert "The on-demand video of the online programme opens in 3 days, on Monday, 10 January 2022." in text_of(opens)
    assert subject(closes) == "Closes tomorrow: Online programme · 12 January"
    assert "closes tomorrow, at the end of Wednesday, 12 January 2022." in text_of(closes)
    assert "00:00" not in text_of(opens) + text_of(closes)


def test_a_digest_says_of_each_part_what_its_rule_speaks_of(database: Database, tmp_path: Path) -> None:
    programme = Programme(database, tmp_path)
    essays = """\
  essays:
    {kind: deadline, title: {en: Essays}, due: {on: 2022-01-14}, invite: [team-kh], reminders: [3 days before]}
"""
    programme.apply(VIDEO + essays)
    programme.send(BEGIN)

    [digest] = programme.send(datetime(2022, 1, 11, 2, tzinfo=UTC))

    text = text_of(digest)
    assert subject(digest).startswith("2 events ahead")
    assert "The on-demand video of the online programme closes tomorrow" in text
    assert "The deadline is in 3 days, on Friday, 14 January 2022." in text


def test_each_cohort_is_told_its_own_dates(database: Database, tmp_path: Path) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(LIVE + COHORT)

    mails = {mail[0]: text_of(mail) for mail in programme.send(BEGIN)}

    assert "Open from Monday, 10 January 2022 to Wednesday, 12 January 2022" in mails[A]
    assert "Date: Thursday, 13 January 2022\nTime: 12:00–14:30" in mails[A]
    assert "Open from Monday, 17 January 2022 to Wednesday, 19 January 2022" in mails[B]
    assert "Date: Thursday, 20 January 2022\nTime: 11:00–13:30" in mails[B]
    assert ("17 January" in mails[A], "10 January" in mails[B]) == (False, False)


def test_what_changes_in_the_source_moves_the_cohorts_and_corrects_the_people_of_both(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(LIVE + COHORT)
    programme.send(BEGIN)
    later = BEGIN + timedelta(hours=1)

    programme.apply(
        LIVE.replace("Thu 2022-01-13", "Fri 2022-01-14").replace("Wed 2022-01-12", "Thu 2022-01-13") + COHORT, later
    )
    mails = {mail[0]: text_of(mail) for mail in programme.send(later + timedelta(minutes=10))}

    assert "Before: Thursday, 13 January 2022\n  Now: Friday, 14 January 2022" in mails[A]
    assert "Before: Thursday, 20 January 2022\n  Now: Friday, 21 January 2022" in mails[B]
    assert "Now: Open from Monday, 17 January 2022 to Thursday, 20 January 2022" in mails[B]
    assert programme.send(later + timedelta(hours=2)) == []


def test_a_cohort_that_starts_on_another_date_corrects_its_own_people_alone(database: Database, tmp_path: Path) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(LIVE + COHORT)
    programme.send(BEGIN)
    later = BEGIN + timedelta(hours=1)

    programme.apply(LIVE + COHORT.replace("2022-01-17", "2022-01-24"), later)
    [mail] = programme.send(later + timedelta(minutes=10))

    assert mail[0] == B
    assert "Before: Thursday, 20 January 2022\n  Now: Thursday, 27 January 2022" in text_of(mail)


def test_an_event_without_a_date_is_in_no_feed_and_its_people_are_invited_once_it_has_one(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(UNDATED)
    assert programme.send(BEGIN) == []
    assert programme.sequence_and_status() == []
    later = BEGIN + timedelta(days=15)

    programme.apply(MEETING, later)

    [invitation] = programme.send(later)
    assert subject(invitation) == "Invitation: Planning meeting · 20 January"
    assert programme.sequence_and_status() == [("20220120T090000", 0, "CONFIRMED")]
    reminders = "SELECT due_at, state FROM notice JOIN cause ON cause.id = cause_id WHERE kind = 'reminder' ORDER BY 1"
    assert query(database, reminders) == [("2022-01-19 10:00:00.000000", "planned")]


def test_a_date_that_is_open_again_and_then_fixed_is_told_each_time_and_calendars_follow(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(MEETING)
    programme.send(BEGIN)
    later, fixed = BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=5)

    programme.apply(UNDATED, later)
    [opened] = programme.send(later + timedelta(minutes=10))
    in_between = programme.sequence_and_status()
    programme.apply(MEETING.replace("Thu 2022-01-20", "Fri 2022-01-28"), fixed)
    [told] = programme.send(fixed + timedelta(minutes=10))

    assert "Date\n  Before: Thursday, 20 January 2022\n  Now: not yet known" in text_of(opened)
    assert "No longer takes place" not in text_of(opened)
    assert "METHOD:CANCEL\n" in calendar_of(opened)
    assert in_between == [("20220120T090000", 1, "CANCELLED")]
    assert "Date\n  Before: not yet known\n  Now: Friday, 28 January 2022" in text_of(told)
    assert "METHOD:REQUEST\n" in calendar_of(told)
    assert programme.sequence_and_status() == [("20220128T090000", 2, "CONFIRMED")]


def test_a_second_day_whose_date_becomes_known_is_new_and_the_first_keeps_its_entry(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    two_days = MEETING.replace("to: 11:30}]", "to: 11:30}, {on: October 2022}]")
    programme.apply(two_days)
    [invitation] = programme.send(BEGIN)
    later, open_again = BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=5)

    programme.apply(two_days.replace("October 2022", "Mon 2022-10-03"), later)
    [added] = programme.send(later + timedelta(minutes=10))
    programme.apply(two_days, open_again)
    [opened] = programme.send(open_again + timedelta(minutes=10))

    assert "Day 1" not in text_of(invitation)
    assert "New day\nDate: Monday, 3 October 2022\n" in text_of(added)
    assert "Date\n  Before: Monday, 3 October 2022\n  Now: not yet known\n" in text_of(opened)
    assert "No longer takes place" not in text_of(opened)
    [first, second] = programme.sequence_and_status()
    assert (first[0], first[2]) == ("20220120T090000", "CONFIRMED")
    assert (second[0], second[2]) == ("20221003", "CANCELLED")


def test_words_for_a_date_that_is_still_open_change_no_entry(database: Database, tmp_path: Path) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(MEETING)
    programme.apply(MEETING.replace("to: 11:30}]", "to: 11:30}, {on: October 2022}]"), BEGIN + timedelta(hours=1))

    assert programme.sequence_and_status() == [("20220120T090000", 0, "CONFIRMED")]
    assert [recipient for recipient, _ in programme.send(BEGIN + timedelta(hours=2))] == [A]


def test_an_event_postponed_without_a_date_is_withdrawn_from_calendars_and_revived_under_its_uid(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(MEETING)
    [invitation] = programme.send(BEGIN)
    later, fixed = BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=5)

    programme.apply(UNDATED + "    status: postponed\n    reason: {en: The minister is travelling.}\n", later)
    [postponed] = programme.send(later + timedelta(minutes=10))
    in_between = programme.sequence_and_status()
    programme.apply(MEETING.replace("Thu 2022-01-20", "Fri 2022-01-28"), fixed)
    [revived] = programme.send(fixed + timedelta(minutes=10))

    text = text_of(postponed)
    assert subject(postponed) == "Postponed: Planning meeting"
    assert "It was planned for:" in text
    assert "Date: Thursday, 20 January 2022" in text
    assert "Reason: The minister is travelling." in text
    assert "METHOD:CANCEL\n" in calendar_of(postponed)
    assert in_between == [("20220120T090000", 1, "CANCELLED")]
    assert subject(revived) == "Confirmed again: Planning meeting · 28 January"
    assert _uid(calendar_of(invitation)) == _uid(calendar_of(postponed)) == _uid(calendar_of(revived))


def test_a_date_that_is_written_while_a_meeting_is_postponed_is_told_once_it_is_confirmed(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(MEETING)
    programme.send(BEGIN)
    put_off, moments = "    status: postponed\n", [BEGIN + timedelta(hours=hours) for hours in (1, 2, 3, 4)]

    mails = []
    for events, now in zip(
        (
            MEETING + put_off,
            UNDATED + put_off,
            MEETING.replace("Thu 2022-01-20", "Fri 2022-01-28") + put_off,
            MEETING.replace("Thu 2022-01-20", "Fri 2022-01-28"),
        ),
        moments,
        strict=True,
    ):
        programme.apply(events, now)
        mails += programme.send(now + timedelta(minutes=10))

    assert [subject(mail) for mail in mails] == [
        "Postponed: Planning meeting",
        "Confirmed again: Planning meeting · 28 January",
    ]
    assert "Before: Thursday, 20 January 2022\n  Now: Friday, 28 January 2022" in text_of(mails[1])


def test_an_hour_that_becomes_known_or_unknown_is_told_and_never_printed_as_midnight(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(MEETING.replace(", from: 09:00, to: 11:30", ""))
    [invitation] = programme.send(BEGIN)
    later, last = BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=5)

    programme.apply(MEETING, later)
    [known] = programme.send(later + timedelta(minutes=10))
    programme.apply(MEETING.replace(", from: 09:00, to: 11:30", ""), last)
    [unknown] = programme.send(last + timedelta(minutes=10))

    assert "Time\n  Before: not yet known\n  Now: 09:00–11:30" in text_of(known)
    assert "Time\n  Before: 09:00–11:30\n  Now: not yet known" in text_of(unknown)
    assert "DTSTART;VALUE=DATE:20220120\n" in calendar_of(unknown)
    assert not any("00:00" in text_of(mail) for mail in (invitation, known, unknown))


def test_a_reminder_that_is_due_before_a_change_shows_old_beside_new_and_the_change_does_not_leave(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(MEETING)
    programme.send(BEGIN)
    changed_at = datetime(2022, 1, 13, 1, 55, tzinfo=UTC)  # the reminder of 7 days before is due five minutes later

    programme.apply(MEETING.replace("to: 11:30", "to: 12:00"), changed_at)
    [reminder] = programme.send(changed_at + timedelta(minutes=5))

    assert subject(reminder) == "In 7 days: Planning meeting · 20 January"
    assert "has changed. Please note what is new." in text_of(reminder)
    assert "Time\n  Before: 09:00–11:30\n  Now: 09:00–12:00" in text_of(reminder)
    assert programme.send(changed_at + timedelta(minutes=10)) == []
    assert ("change", "cancelled", "another mail told the new facts") in query(
        database, "SELECT kind, state, reason FROM notice JOIN cause ON cause.id = notice.cause_id"
    )


def test_of_the_parts_of_a_digest_those_that_changed_show_old_beside_new(database: Database, tmp_path: Path) -> None:
    programme = Programme(database, tmp_path)
    both = MEETING + MEETING.replace("meeting:", "training:").replace("Planning meeting", "Training")
    programme.apply(both)
    programme.send(BEGIN)
    changed_at = datetime(2022, 1, 13, 1, 55, tzinfo=UTC)

    programme.apply(MEETING + both.removeprefix(MEETING).replace("to: 11:30", "to: 12:00"), changed_at)
    [digest] = programme.send(changed_at + timedelta(minutes=5))

    _, planning, training = text_of(digest).split("The meeting is in 7 days")
    assert "has changed" not in planning
    assert "Time\n  Before: 09:00–11:30\n  Now: 09:00–12:00" in training
    assert programme.send(changed_at + timedelta(minutes=10)) == []


def test_who_knows_of_no_event_before_its_reminder_is_told_of_no_change(database: Database, tmp_path: Path) -> None:
    programme = Programme(database, tmp_path)
    by_hand = MEETING + "    invitations: by hand\n"
    programme.apply(by_hand)
    changed_at = datetime(2022, 1, 13, 1, 55, tzinfo=UTC)

    programme.apply(by_hand.replace("to: 11:30", "to: 12:00"), changed_at)
    [reminder] = programme.send(changed_at + timedelta(minutes=5))

    assert "09:00–12:00" in text_of(reminder)
    assert "has changed" not in text_of(reminder)


DAYS = """\
  course:
    kind: meeting
    title: {en: Course}
    days:
      - {on: Mon 2022-01-10, mode: on-demand, link: "https://video.example/1", until: Wed 2022-01-12}
      - {on: Thu 2022-01-13, mode: live, from: 14:00, to: 16:30, link: "https://meet.example/4"}
      - {on: Fri 2022-01-14, mode: live, from: 14:00, to: 16:30, link: "https://meet.example/4"}
    invite: [team-kh]
"""


@pytest.mark.parametrize(
    ("rule", "due_at"),
    [
        ("1 hour before each live day", datetime(2022, 1, 13, 6, tzinfo=UTC)),
        ("1 day before closing", datetime(2022, 1, 11, 2, tzinfo=UTC)),
        ("1 day before each live day at 17:00", datetime(2022, 1, 12, 10, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in a digest"])
def test_a_reminder_of_some_days_takes_no_news_of_the_others_off_the_way(
    database: Database, tmp_path: Path, rule: str, due_at: datetime, alone: bool
) -> None:
    programme = Programme(database, tmp_path)
    events = f"{DAYS}    reminders: [{rule}]\n"
    if not alone:
        events += f"{DAYS}    reminders: [{rule}]\n".replace("course:", "other:").replace("Course", "Other course")
    programme.apply(events)
    programme.send(BEGIN)

    programme.apply(events.replace("Fri 2022-01-14", "Sat 2022-01-15", 1), due_at - timedelta(minutes=5))
    programme.send(due_at)
    [change] = programme.send(due_at + timedelta(minutes=5))

    assert "Before: Friday, 14 January 2022\n  Now: Saturday, 15 January 2022" in text_of(change)
    assert programme.send(due_at + timedelta(hours=1)) == []


def test_who_was_told_of_no_day_before_knows_of_an_event_by_the_reminder_of_one(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    events = f"{DAYS}    reminders: [1 hour before each live day]\n    invitations: by hand\n"
    programme.apply(events)
    [reminder] = programme.send(datetime(2022, 1, 13, 6, tzinfo=UTC))
    moved_at = datetime(2022, 1, 13, 10, tzinfo=UTC)

    programme.apply(events.replace("Fri 2022-01-14", "Sat 2022-01-15"), moved_at)
    [change] = programme.send(moved_at + timedelta(minutes=10))

    assert subject(reminder) == "Today: Course · Day 2 · 13 January"
    assert "Before: Friday, 14 January 2022\n  Now: Saturday, 15 January 2022" in text_of(change)


def test_somebody_who_left_and_was_added_again_is_told_both(database: Database, tmp_path: Path) -> None:
    programme = Programme(database, tmp_path)
    programme.apply(MEETING)
    programme.send(BEGIN)
    later, back = BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=5)
    without = (PEOPLE[0], PEOPLE[1].replace("team-kh", "others"), PEOPLE[2], "c@union.example,,KH,en,,team-kh")

    programme.apply(MEETING, later, without)
    [left] = [mail for mail in programme.send(later + timedelta(minutes=10)) if mail[0] == A]
    programme.apply(MEETING, back)
    [again] = [mail for mail in programme.send(back) if mail[0] == A]

    assert subject(left) == "No longer on the list: Planning meeting · 20 January"
    assert subject(again) == "Invitation: Planning meeting · 20 January"


def test_counts_that_are_unknown_or_bounded_are_kept_as_written_and_in_no_mail(
    database: Database, tmp_path: Path
) -> None:
    programme = Programme(database, tmp_path)
    bounded = "    target: over 15\n    capacity: 40\n"
    programme.apply(MEETING + bounded + MEETING.replace("meeting:", "other:"))

    mails = programme.send(BEGIN)

    with database.reading() as session:
        counts = {event.slug: (event.target, event.capacity) for event in session.exec(select(Event))}
    assert counts == {"meeting": ([15, "over"], 40), "other": (None, None)}
    texts = "".join(map(text_of, mails))
    assert len(mails) == 2
    assert not any(words in texts for words in ("15", "40", "None", ": 0\n"))


def _uid(calendar: str) -> str:
    [uid] = [line for line in calendar.splitlines() if line.startswith("UID:")]
    return uid
