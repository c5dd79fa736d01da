"""What `apply` and `diff` say, whole: as the coordinator reads it in the terminal."""

import asyncio
import re
from datetime import datetime, timedelta

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import INVITED_AT, MEETING, PEOPLE, SHIPPED, send_due, write_programme

from convene.store.database import open_database

IN_DHAKA = 'p3@team.example,"Participant 3, Bangladesh",BD,bn,,members'
NEW_YEAR = "2022-01-01T03:00:00Z"
"""Sat 1 January 2022, 10:00 in Phnom Penh."""

CASE_1 = """\
              now   in 7 days   later   people   languages
invitation     15           -       -       15   km 7  bn 8
reminder        -          14      61       15   km 7  bn 8
follow-up       -           -      75       15   km 7  bn 8
"""
CASE_1_MOVED = """\
  moved  1 day before, Cambodia        Sun 9 Jan is the weekend   -> Thu 6 Jan 17:00, 7 people
  moved  thanks 1 day, Cambodia        Sat 15 Jan is the weekend  -> Mon 17 Jan 10:00, 7 people
  moved  thanks 1 day, Bangladesh      Sat 22 Jan is the weekend  -> Sun 23 Jan 10:00, 8 people
  moved  progress 1 month, Bangladesh  Mon 21 Feb is a holiday (Martyrs' Day and International Mother Language Day)  \
-> Tue 22 Feb 10:00, 8 people
  moved  progress 3 months, Cambodia   Thu 14 Apr is a holiday (Khmer New Year's Day)  -> Mon 18 Apr 10:00, 7 people
"""
FIRST = (
    "First reminder: Mon 3 Jan 09:00 Phnom Penh (in 2 days).   Look at them first: convene rehearse online-2022.yaml\n"
)
DONE = """\
Done: 2 events, 10 days, 165 mails planned. Nothing leaves before `convene worker` or `convene up` runs.
Look at any: convene notice show KEY --eml   (convene notice list has the keys)
"""


@pytest.fixture
def case_1(convene: Terminal) -> Terminal:
    """The two cohorts of case 1 without the staff, and with nothing that a file would be noted for."""
    text = (SHIPPED / "online-2022.yaml").read_text("utf-8").replace(", staff]", "]")
    without = [line for line in text.splitlines() if "Labour Foundation" not in line and "連合広島}" not in line]
    text = "\n".join(without).replace("organisations:\n", "")
    (convene.folder / "online-2022.yaml").write_text(text + "\n", "utf-8")
    people = (SHIPPED / "online-2022.people.csv").read_text("utf-8").splitlines()
    (convene.folder / "online-2022.people.csv").write_text("\n".join(people[:16]) + "\n", "utf-8")
    convene.settings["NOW"] = NEW_YEAR
    return convene


@pytest.fixture
def told(convene: Terminal) -> Terminal:
    """Two people were invited to the meeting by mail."""
    write_programme(convene.folder, people=[row.replace(",en,", ",km,") for row in PEOPLE])
    convene("apply", "small.yaml", "--yes")
    send(convene, INVITED_AT)
    return convene


def send(convene: Terminal, now: datetime) -> None:
    database = open_database(f"sqlite:///{convene.database}")
    try:
        asyncio.run(send_due(database, now))
    finally:
        database.close()


def diff(convene: Terminal, events: str, **settings: str) -> str:
    """What `diff` prints of the small programme with these events instead, without the table."""
    write_programme(convene.folder, events, people=[row.replace(",en,", ",km,") for row in PEOPLE])
    answer = convene("diff", "small.yaml", **settings)
    assert answer.code == 0
    return re.split(r"^ +now +in 7 days", answer.out, maxsplit=1, flags=re.MULTILINE)[0]


def words_alone(said: str) -> str:
    """Without the notes of the file."""
    return said.removeprefix("online-2022.yaml\n")


def test_case_1_is_previewed_as_the_specification_prints_it(case_1: Terminal) -> None:
    answer = case_1("apply", "online-2022.yaml", "--dry-run")

    assert (answer.code, answer.out) == (0, CASE_1)
    assert words_alone(answer.err) == CASE_1_MOVED + FIRST + "Nothing was changed: this was a dry run.\n"


def test_case_1_asks_for_15_people_and_without_an_answer_changes_nothing(case_1: Terminal) -> None:
    before = case_1.rows()

    answer = case_1("apply", "online-2022.yaml")

    assert (answer.code, answer.out) == (4, CASE_1)
    assert words_alone(answer.err) == (
        f"{CASE_1_MOVED}{FIRST}15 people will be written to.\n"
        "Nobody is there to ask, so nothing was changed.\n  look at what is shown above, then add --yes\n"
    )
    assert case_1.rows() == before


def test_case_1_is_done_with_165_mails(case_1: Terminal) -> None:
    answer = case_1("apply", "online-2022.yaml", "--yes")

    assert (answer.code, answer.out) == (0, CASE_1)
    assert words_alone(answer.err) == CASE_1_MOVED + FIRST + DONE


def test_applying_it_again_says_that_nothing_follows(case_1: Terminal) -> None:
    case_1("apply", "online-2022.yaml", "--yes")

    answer = case_1("apply", "online-2022.yaml")

    assert (answer.code, answer.out) == (0, "")
    assert words_alone(answer.err) == (
        "Done: 2 events, 10 days, 0 mails planned. Nothing leaves before `convene worker` or `convene up` runs.\n"
    )


def test_of_several_files_each_is_named(convene: Terminal) -> None:
    for programme in ("first", "second"):
        write_programme(convene.folder, MEETING + "    status: draft\n", programme=programme)

    answer = convene("apply", "first.yaml", "second.yaml")

    assert [line for line in answer.err.splitlines() if line.startswith("Done")] == [
        f"Done: {programme}: 1 event, 1 day, 0 mails planned. Nothing leaves before "
        "`convene worker` or `convene up` runs."
        for programme in ("first", "second")
    ]


def test_diff_shows_old_and_new_side_by_side_who_was_told_and_what_leaves_when(told: Terminal) -> None:
    moved = MEETING.replace("Mon 2020-01-20, from: 09:00, to: 11:30", "Tue 2020-01-21, from: 10:00, to: 12:00")

    assert diff(told, moved) == (
        "small.yaml\n"
        "  ~ events.meeting.days.d1.on: Mon 2020-01-20 -> Tue 2020-01-21\n"
        "  ~ events.meeting.days.d1.from: 09:00 -> 10:00\n"
        "  ~ events.meeting.days.d1.to: 11:30 -> 12:00\n"
        "small/meeting\n"
        "  d1  date   Mon 2020-01-20  ->  Tue 2020-01-21\n"
        "      hours  09:00-11:30     ->  10:00-12:00\n"
        "  2 people were told the old facts: 2 mails correct it, in 10 minutes if it stays so "
        "(Mon 6 Jan 10:10 Phnom Penh).\n"
    )


def test_a_correction_of_what_begins_soon_leaves_at_once(told: Terminal) -> None:
    said = diff(told, MEETING.replace("to: 11:30", "to: 12:00"), NOW="2020-01-20T01:00:00Z")

    assert said.splitlines()[-2:] == [
        "  d1  hours  09:00-11:30  ->  09:00-12:00",
        "  2 people were told the old facts: 2 mails correct it, at once.",
    ]


def test_a_cancellation_in_a_file_is_shown_with_its_mails(told: Terminal) -> None:
    said = diff(told, MEETING + "    status: cancelled\n")

    assert said.splitlines()[-2:] == [
        "  status  confirmed  ->  cancelled",
        "  2 people were told the old facts: 2 mails correct it, in 10 minutes if it stays so "
        "(Mon 6 Jan 10:10 Phnom Penh).",
    ]


def test_who_knows_of_the_cancellation_is_told_the_new_date(told: Terminal) -> None:
    told("event", "cancel", "meeting", "--yes")
    send(told, INVITED_AT + timedelta(hours=1))

    answer = told("event", "move", "meeting", "--on", "Wed 2020-01-22", "--dry-run", NOW="2020-01-06T05:00:00Z")

    corrected = "2 mails correct it, in 10 minutes if it stays so (Mon 6 Jan 12:10 Phnom Penh)"
    assert f"  2 people were told the old facts: {corrected}." in answer.out.splitlines()


def test_a_change_of_title_mails_nobody_and_says_so(told: Terminal) -> None:
    assert diff(told, MEETING.replace("Planning meeting", "Another title")) == (
        "small.yaml\n"
        "  ~ events.meeting.title.en: Planning meeting -> Another title\n"
        "small/meeting\n"
        "  Date, hour, zone, mode, venue, link and status stay: calendars show the rest, nobody is mailed.\n"
    )


def test_of_what_nobody_was_told_the_invitation_is_said_to_bring_the_news(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")

    assert diff(convene, MEETING.replace("09:00", "10:00")).splitlines()[-2:] == [
        "  Nobody was told the old facts, so nobody is corrected.",
        "  2 people were told nothing yet: the invitation will have the new facts.",
    ]


def test_what_is_called_off_is_said_with_its_reason(told: Terminal) -> None:
    answer = told("event", "cancel", "meeting", "--dry-run")

    assert answer.err.splitlines() == [
        "First cancellation: Mon 6 Jan 10:10 Phnom Penh (in 10 minutes).",
        "6 planned mails are called off: the event was cancelled.",
        "Nothing was changed: this was a dry run.",
    ]
    assert answer.out.splitlines()[1:4] == [
        "small/meeting",
        "  status  confirmed  ->  cancelled",
        "  2 people were told the old facts: 2 mails correct it, in 10 minutes if it stays so "
        "(Mon 6 Jan 10:10 Phnom Penh).",
    ]


def test_a_move_calls_off_nothing_that_is_planned_anew(told: Terminal) -> None:
    answer = told("event", "move", "meeting", "--by", "1 day", "--dry-run")

    assert answer.code == 0
    assert "called off" not in answer.err


def test_apply_counts_in_the_end_what_it_called_off_before(told: Terminal) -> None:
    write_programme(told.folder, keys="reminders: []\n", people=[row.replace(",en,", ",km,") for row in PEOPLE])

    answer = told("apply", "small.yaml", "--yes")

    assert "4 planned mails are called off: its rule was removed." in answer.err.splitlines()
    assert "0 mails planned, 4 mails called off." in answer.err


def test_what_is_not_written_for_several_reasons_is_counted_for_each(convene: Terminal) -> None:
    rules = "reminders: [7 days before, 3 days before, 2 days after]\nfollow_ups: []\n"
    write_programme(convene.folder, keys=rules)

    answer = convene("apply", "small.yaml", "--yes", NOW="2020-01-18T03:00:00Z")

    assert (
        "6 mails are not written: 4 due before the rule was applied (7 days before at 09:00, 3 days before at 09:00); "
        "2 due only after what it speaks of (2 days after at 09:00)."
    ) in answer.err.splitlines()


def test_the_rules_of_what_is_not_written_stand_in_the_order_in_which_they_are_due(convene: Terminal) -> None:
    reminders = "1 hour before, 1 day before at 17:00, 1 day before, 7 days before, 9 days before, 2 weeks before"
    follow_ups = "progress 1 month after, thanks 1 day after, progress 12 months after, action plan 3 days after"
    write_programme(convene.folder, keys=f"reminders: [{reminders}]\nfollow_ups: [{follow_ups}]\n")

    answer = convene("apply", "small.yaml", "--yes", NOW="2021-06-01T03:00:00Z")

    assert (
        "20 mails are not written: due before the rule was applied (2 weeks before at 09:00, 9 days before at 09:00, "
        "7 days before at 09:00, 1 day before at 09:00, 1 day before at 17:00, 1 hour before, "
        "thanks 1 day after at 10:00, action plan 3 days after at 10:00, progress 1 month after at 10:00, "
        "progress 12 months after at 10:00)."
    ) in answer.err.splitlines()


def test_what_quiet_hours_move_is_said_with_both_hours(convene: Terminal) -> None:
    settings = "  quiet_hours: 21:00-07:00\n"
    write_programme(convene.folder, keys="reminders: [3 days before at 22:30]\nfollow_ups: []\n", settings=settings)

    answer = convene("apply", "small.yaml", "--yes")

    assert [line for line in answer.err.splitlines() if "moved" in line] == [
        "  moved  3 days before, Cambodia  Fri 17 Jan 22:30 falls into quiet hours  -> Sat 18 Jan 07:00, 2 people"
    ]


def test_where_others_of_its_kind_leave_at_once_the_first_that_waits_is_the_next(convene: Terminal) -> None:
    write_programme(convene.folder, settings="  quiet_hours: 20:00-09:30\n", people=[*PEOPLE, IN_DHAKA])

    answer = convene("apply", "small.yaml", "--yes", NOW="2020-01-06T03:00:00Z")

    assert "Next invitation: Mon 6 Jan 09:30 Dhaka (in 30 minutes)." in answer.err


def test_a_command_too_says_what_is_not_written(told: Terminal) -> None:
    answer = told("event", "move", "meeting", "--on", "Tue 2020-01-14", "--dry-run", NOW="2020-01-08T03:00:00Z")

    why = "due before the event was confirmed for its present date (7 days before at 09:00)"
    assert f"2 mails are not written: {why}." in answer.err.splitlines()
