"""Commands that change events: the same as editing the file in that one place and applying it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, and_, col, select
from tests.programmes import (
    INVITED_AT,
    MEETING,
    PEOPLE,
    SOKHA,
    VANNA,
    Postbox,
    all_rows,
    apply_file,
    query,
    send_due,
    write_programme,
)

from convene.errors import ConflictError, ContentError, ConveneError, NotFoundError, UsageError
from convene.model.notice import EventRevision, Told
from convene.programme_file.edits.moved_event import Move
from convene.programme_file.reading.read_programme import read_programme
from convene.rules.vocabulary import NoticeKind
from convene.store.database import Database
from convene.usecases.events.add_event import add_event
from convene.usecases.events.change_event import ChangedEvent
from convene.usecases.events.edit_event import Edit, edit_event
from convene.usecases.events.move_event import move_event
from convene.usecases.events.set_event_aside import cancel_event, postpone_event
from convene.usecases.programmes.export_programme import export_programme

LATER = INVITED_AT + timedelta(hours=1)
HOLD = timedelta(minutes=10)
AFTERWARDS = INVITED_AT + timedelta(days=16)
SERIES = """\
series:
  dac: {kind: committee-meeting, title: {en: Advisory Committee}}
venues:
  hall: {title: {en: The hall}, timezone: Asia/Phnom_Penh, country: KH}
"""
TWO_DAYS = MEETING.replace("to: 11:30}]", "to: 11:30}, {on: Tue 2020-01-21, from: 09:00}]")
ESSAYS = "  essays: {kind: deadline, title: {en: Essays}, due: {on: Fri 2020-02-14}, invite: [members]}\n"
COHORT = "  second: {same_as: meeting, cohort: Second team, starts: Mon 2020-02-03, invite: [members]}\n"
PLENTY = """\
  extra:
    series: dac
    number: 7
    cohort: First team
    title: {en: Extra, km: បន្ថែម}
    short_title: {en: X}
    description: {en: "One, two"}
    status: postponed
    reason: {en: Flood}
    part_of: meeting
    venue: hall
    timezone: Asia/Tokyo
    organiser: {name: The hall, email: hall@organiser.example}
    days:
      - {on: Mon 2020-02-10, from: 09:00, to: 11:30, link: "https://meet.example/4", mode: hybrid, id: opening}
      - {on: Tue 2020-02-11, until: Wed 2020-02-12, mode: on-demand, title: {en: Video, km: វីដេអូ}, id: video}
    capacity: 30
    target: over 15
    invite: [{who: members, role: observer}, new@union-kh.example]
    invitations: by hand
    reminders: [3 days before, 1 hour before]
    follow_ups: []
    announced_as: 9h Tokyo
    spoken: [km, en]
    materials: [{title: {en: Handout}, link: "https://x.example/a.pdf"}]
    alarms: [30 minutes before]
"""
PLENTY_WORDS = {
    "series": ["dac"],
    "number": ["7"],
    "cohort": ["First team"],
    "title": ["Extra", "km=បន្ថែម"],
    "short_title": ["X"],
    "description": ["One, two"],
    "status": ["postponed"],
    "reason": ["Flood"],
    "part_of": ["meeting"],
    "venue": ["hall"],
    "timezone": ["Asia/Tokyo"],
    "organiser": ["The hall <hall@organiser.example>"],
    "days": [
        "Mon 2020-02-10 09:00-11:30, link: https://meet.example/4, mode: hybrid, id: opening",
        "Tue 2020-02-11 until Wed 2020-02-12, mode: on-demand, title: {en: Video, km: វីដេអូ}, id: video",
    ],
    "capacity": ["30"],
    "target": ["over 15"],
    "invite": ["members, role: observer", "new@union-kh.example"],
    "invitations": ["by hand"],
    "reminders": ["3 days before", "1 hour before"],
    "follow_ups": ["none"],
    "announced_as": ["9h Tokyo"],
    "spoken": ["km", "en"],
    "materials": ["Handout, link: https://x.example/a.pdf"],
    "alarms": ["30 minutes before"],
}

Change = Callable[[Session], ChangedEvent]


def edited(**words: list[str]) -> Change:
    return lambda session: edit_event(session, "meeting", Edit(words), LATER)


def moved(move: Move, name: str = "meeting") -> Change:
    return lambda session: move_event(session, name, move, LATER)


# Each command beside the file that says the same.
EQUAL = {
    "add": (
        MEETING,
        lambda session: add_event(session, "small/extra", PLENTY_WORDS, LATER),
        MEETING + PLENTY,
    ),
    "add a deadline": (
        MEETING,
        lambda session: add_event(
            session,
            "small/essays",
            {"kind": ["deadline"], "title": ["Essays"], "due": ["Fri 2020-02-14"], "invite": ["members"]},
            LATER,
        ),
        MEETING + ESSAYS,
    ),
    "add a cohort": (
        MEETING,
        lambda session: add_event(
            session,
            "small/second",
            {"same_as": ["meeting"], "cohort": ["Second team"], "starts": ["Mon 2020-02-03"], "invite": ["members"]},
            LATER,
        ),
        MEETING + COHORT,
    ),
    "edit a title": (
        MEETING,
        edited(title=["km=ការប្រជុំ", "Yearly meeting"]),
        MEETING.replace("{en: Planning meeting}", "{en: Yearly meeting, km: ការប្រជុំ}"),
    ),
    "edit a day": (
        TWO_DAYS,
        edited(days=["Mon 2020-01-20 10:00, id: d1", "Thu 2020-01-23"]),
        TWO_DAYS.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: Mon 2020-01-20, from: 10:00}").replace(
            "from: 09:00}]", "from: 09:00}, {on: Thu 2020-01-23}]"
        ),
    ),
    "remove a day and a group": (
        TWO_DAYS,
        lambda session: edit_event(session, "meeting", Edit({}, ["d1"], ["members"]), LATER),
        TWO_DAYS.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}, {on", "{id: d2, on").replace(
            "[members]", "[]"
        ),
    ),
    "leave a key out": (MEETING + "    reminders: []\n", edited(reminders=[""]), MEETING),
    "rename": (
        MEETING + COHORT,
        lambda session: edit_event(session, "meeting", Edit(rename="yearly"), LATER),
        (MEETING + "    was: meeting\n" + COHORT.replace("same_as: meeting", "same_as: yearly")).replace(
            "meeting:", "yearly:", 1
        ),
    ),
    "move": (MEETING, moved(Move(on="Wed 2020-01-22")), MEETING.replace("Mon 2020-01-20", "Wed 2020-01-22")),
    "move by a span": (
        TWO_DAYS,
        moved(Move(by="1 week")),
        TWO_DAYS.replace("Mon 2020-01-20", "Mon 2020-01-27").replace("Tue 2020-01-21", "Tue 2020-01-28"),
    ),
    "move one day": (
        TWO_DAYS,
        moved(Move(on="Wed 2020-01-22", day="d2", keys=[("from", "10:00"), ("venue", "hall")])),
        TWO_DAYS.replace("{on: Tue 2020-01-21, from: 09:00}", "{on: Wed 2020-01-22, from: 10:00, venue: hall}"),
    ),
    "move a cohort": (
        MEETING + COHORT,
        moved(Move(by="1 week"), "second"),
        MEETING + COHORT.replace("2020-02-03", "2020-02-10"),
    ),
    "move a deadline": (
        MEETING + ESSAYS,
        moved(Move(on="Fri 2020-02-21", keys=[("at", "18:00")]), "essays"),
        MEETING + ESSAYS.replace("Fri 2020-02-14", "Fri 2020-02-21, at: 18:00"),
    ),
    "move with what is announced": (
        MEETING + "    announced_as: 11h Tokyo\n",
        moved(Move(keys=[("from", "10:00")], announced_as="12h Tokyo")),
        MEETING.replace("from: 09:00", "from: 10:00") + "    announced_as: 12h Tokyo\n",
    ),
    "move and announce nothing": (
        MEETING + "    announced_as: 11h Tokyo\n",
        moved(Move(keys=[("from", "10:00")], announced_as="")),
        MEETING.replace("from: 09:00", "from: 10:00"),
    ),
    "postpone": (
        MEETING,
        lambda session: postpone_event(session, "meeting", ["Flood", "km=ទឹកជំនន់"], LATER),
        MEETING + "    status: postponed\n    reason: {en: Flood, km: ទឹកជំនន់}\n",
    ),
    "cancel": (
        MEETING,
        lambda session: cancel_event(session, "meeting", [], LATER),
        MEETING + "    status: cancelled\n",
    ),
    "confirm by a new date": (
        MEETING + "    status: postponed\n    reason: {en: Flood}\n",
        moved(Move(on="Mon 2020-01-27")),
        MEETING.replace("Mon 2020-01-20", "Mon 2020-01-27"),
    ),
    "confirm again": (
        MEETING + "    status: cancelled\n    reason: {en: Flood}\n",
        edited(status=["confirmed"]),
        MEETING,
    ),
}  # fmt: skip


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Database:
    """Both people were invited to the meeting by mail."""
    apply_file(database, write_programme(tmp_path, keys=SERIES))
    asyncio.run(send_due(database, INVITED_AT))
    return database


def change(database: Database, command: Change) -> ChangedEvent:
    with database.writing() as session:
        return command(session)


def export(database: Database) -> str:
    with database.reading() as session:
        return export_programme(session, "small")


@pytest.mark.parametrize("name", EQUAL)
def test_a_command_does_what_the_equal_file_does(database: Database, tmp_path: Path, name: str) -> None:
    before, command, after = EQUAL[name]
    apply_file(database, write_programme(tmp_path, before, keys=SERIES))

    change(database, command)
    rows = all_rows(database, "applied_at", "source", "content_version")
    exported = read_programme(export(database), "exported").document
    equal = write_programme(tmp_path, after, keys=SERIES)
    apply_file(database, equal, LATER)

    assert exported == read_programme(equal.read_text("utf-8"), "equal").document
    assert all_rows(database, "applied_at", "source", "content_version") == rows


@pytest.mark.parametrize("name", EQUAL)
def test_an_older_file_is_a_conflict_until_it_overwrites(database: Database, tmp_path: Path, name: str) -> None:
    before, command, _ = EQUAL[name]
    older = write_programme(tmp_path, before, keys=SERIES)
    apply_file(database, older)
    change(database, command)
    rows = all_rows(database)

    with pytest.raises(ConflictError, match="Commands changed") as refused:
        apply_file(database, older, LATER)

    assert refused.value.exit_code == 4
    assert all_rows(database) == rows


def test_a_file_made_from_the_present_state_may_change_what_no_command_changed(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path, keys=SERIES))
    change(database, moved(Move(by="2 days")))
    present = export(database)
    further = write_programme(tmp_path, keys=SERIES)
    further.write_text(present.replace("invite: [members]", "invite: [members, staff@team.example]"), "utf-8")

    apply_file(database, further, LATER)

    assert export(database) == further.read_text("utf-8") != present


@pytest.mark.parametrize("name", ["add", "edit a day", "move", "move by a span", "cancel"])
def test_overwrite_brings_the_older_file_back(database: Database, tmp_path: Path, name: str) -> None:
    before, command, _ = EQUAL[name]
    older = write_programme(tmp_path, before, keys=SERIES)
    apply_file(database, older)
    change(database, command)

    apply_file(database, older, LATER, overwrite=True)

    assert export(database) == older.read_text("utf-8")


def test_comments_and_order_of_the_file_survive_a_command(database: Database, tmp_path: Path) -> None:
    path = write_programme(tmp_path, MEETING.replace("11:30}]", "11:30}]   # in the hall") + "# the end\n", keys=SERIES)
    apply_file(database, path)

    change(database, moved(Move(by="2 days", keys=[("to", "12:00")])))

    text = path.read_text("utf-8")
    assert export(database) == text.replace("Mon 2020-01-20", "Wed 2020-01-22").replace("to: 11:30", "to: 12:00")


def test_who_was_told_otherwise_gets_one_mail_after_the_hold(told: Database) -> None:
    postbox = Postbox()

    planned = change(told, moved(Move(by="2 days"))).applied.planned
    asyncio.run(send_due(told, LATER, postbox))
    assert postbox.mails == []
    asyncio.run(send_due(told, LATER + HOLD, postbox))

    assert sorted(recipient for recipient, _ in postbox.mails) == [SOKHA, VANNA]
    assert planned.mails.kinds[NoticeKind.CHANGE].notices == 2


def test_a_second_run_of_the_same_move_to_a_date_changes_nothing(told: Database) -> None:
    change(told, moved(Move(on="Wed 2020-01-22")))
    before = all_rows(told, "content_version")

    again = change(told, moved(Move(on="Wed 2020-01-22")))

    assert all_rows(told, "content_version") == before
    assert (again.applied.before, len(again.applied.planned.mails)) == (again.applied.after, 0)


def test_an_event_cannot_be_added_twice(told: Database) -> None:
    words = {"kind": ["meeting"], "days": ["Mon 2020-02-10"]}
    change(told, lambda session: add_event(session, "small/extra", words, LATER))

    with pytest.raises(ConflictError, match="already"):
        change(told, lambda session: add_event(session, "small/extra", words, LATER))


def test_postponing_twice_is_a_conflict(told: Database) -> None:
    change(told, lambda session: postpone_event(session, "meeting", [], LATER))

    with pytest.raises(ConflictError, match="postponed already"):
        change(told, lambda session: postpone_event(session, "meeting", [], LATER))


def test_a_postponed_meeting_is_revived_by_its_new_date_under_the_same_uid(told: Database) -> None:
    entry = "SELECT uid, sequence FROM day"
    [(uid, sequence)] = query(told, entry)

    change(told, lambda session: postpone_event(session, "meeting", ["Flood"], LATER))
    change(told, moved(Move(on="Mon 2020-01-27")))

    assert query(told, entry) == [(uid, sequence + 2)]
    assert query(told, "SELECT status, reason FROM event") == [("confirmed", None)]


def test_whoever_is_invited_by_a_new_address_is_a_person(told: Database) -> None:
    changed = change(told, edited(invite=["new@union-kh.example, role: speaker"]))

    [warning] = [problem for problem in changed.problems if problem.level == "warning"]
    assert "in no people file" in warning.what
    assert query(told, "SELECT role FROM invitation ORDER BY id DESC LIMIT 1") == [("speaker",)]


@pytest.mark.parametrize(
    ("words", "where", "what"),
    [
        ({"days": ["Tue 2020-01-20"]}, "events.meeting.days[2].on", '"Tue 2020-01-20" is a Monday.'),
        ({"days": ["2027-02-29"]}, "events.meeting.days[2].on", '"2027-02-29" is not in the calendar.'),
        ({"days": ["Mon 2020-01-20 09:00, id: d1, until: Mon 2020-02-20"]}, "events.meeting.days[1].until", "is a Thu"),
        ({"venue": ["halll"]}, "events.meeting.venue", 'There is no venue "halll".'),
        ({"series": ["dax"]}, "events.meeting.series", 'There is no series "dax".'),
        ({"invite": ["membres"]}, "events.meeting.invite", 'no group "membres".'),
        ({"timezone": ["Mars/Base"]}, "events.meeting.timezone", 'There is no zone "Mars/Base".'),
        ({"kind": ["congress"]}, "events.meeting.kind", 'There is no kind "congress".'),
        ({"status": ["on"]}, "events.meeting.status", 'There is no status "on".'),
        ({"number": ["third"]}, "events.meeting.number", '"third" is not a positive number.'),
        ({"reminders": ["7 fortnights before"]}, "events.meeting.reminders[1]", "fortnights"),
        ({"starts": ["Mon 2020-02-03"]}, "events.meeting.starts", "starts goes with same_as alone"),
        ({"part_of": ["meeting"]}, "events.meeting.part_of", "part_of goes in a circle"),
    ],
)
def test_wrong_words_are_refused_in_the_words_of_the_file(
    told: Database, words: dict[str, list[str]], where: str, what: str
) -> None:
    before = all_rows(told)

    with pytest.raises(ContentError) as refused:
        change(told, edited(**words))

    found = [(problem.where, problem.what) for problem in refused.value.problems if problem.is_error]
    assert [place for place, _ in found] == [where]
    assert what in found[0][1]
    assert all_rows(told) == before


def test_what_was_wrong_before_does_not_stop_a_command(told: Database) -> None:
    with told.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM groupmember")

    changed = change(told, edited(title=["Yearly meeting"]))

    assert not any(problem.is_error for problem in changed.problems)


def test_a_name_that_leads_nowhere_is_said(told: Database) -> None:
    with pytest.raises(NotFoundError, match="no-such-event"):
        change(told, lambda session: edit_event(session, "no-such-event", Edit(), LATER))
    with pytest.raises(NotFoundError, match="no-such-programme"):
        change(told, lambda session: add_event(session, "no-such-programme/x", {}, LATER))
    with pytest.raises(UsageError, match="names no programme"):
        change(told, lambda session: add_event(session, "x", {}, LATER))
    with pytest.raises(ConveneError, match="is not an id"):
        change(told, lambda session: add_event(session, "small/No Id", {}, LATER))
    with pytest.raises(ConflictError, match='"meeting" already'):
        change(told, lambda session: edit_event(session, "meeting", Edit(rename="meeting"), LATER))


@pytest.mark.parametrize(
    "command",
    [
        moved(Move(on="Sun 2020-01-05")),
        moved(Move(on="Mon 2020-01-06", keys=[("from", "11:00"), ("to", "12:00")])),
        edited(days=["Sun 2020-01-05"]),
        lambda session: add_event(session, "small/x", {"kind": ["meeting"], "days": ["Sun 2020-01-05"]}, LATER),
    ],
)
def test_a_start_that_has_passed_is_refused(told: Database, command: Change) -> None:
    before = all_rows(told)

    with pytest.raises(ConveneError, match="which has passed") as refused:
        change(told, command)

    assert "--past" in refused.value.remedy
    assert all_rows(told) == before


def test_a_span_that_brings_a_day_onto_the_start_of_one_that_has_begun_is_refused(
    database: Database, tmp_path: Path
) -> None:
    two_days = MEETING.replace("to: 11:30}]", "to: 11:30}, {on: Tue 2020-01-21, from: 09:00, to: 11:30}]")
    apply_file(database, write_programme(tmp_path, two_days))
    on_the_second_day = datetime(2020, 1, 21, 3, tzinfo=UTC)

    with pytest.raises(ConveneError, match="which has passed"):
        change(database, lambda session: move_event(session, "meeting", Move(by="1 day"), on_the_second_day))


def test_history_is_taken_with_past_and_mails_nobody(told: Database) -> None:
    words = {"kind": ["meeting"], "days": ["Mon 2019-01-21 09:00"], "invite": ["members"]}

    changed = change(told, lambda session: add_event(session, "small/history", words, LATER, past=True))

    assert len(changed.applied.planned.mails) == 0


def test_today_without_an_hour_has_not_passed(told: Database) -> None:
    changed = change(told, moved(Move(on="Mon 2020-01-06", keys=[("from", ""), ("to", "")])))

    [day] = changed.applied.after.events["meeting"].days or ()
    assert day.on == date(2020, 1, 6)


def test_a_cancelled_event_whose_dates_have_passed_is_not_confirmed_without_past(told: Database) -> None:
    change(told, lambda session: cancel_event(session, "meeting", [], LATER))
    confirm = Edit({"status": ["confirmed"]})

    with pytest.raises(ConveneError, match="have passed"):
        change(told, lambda session: edit_event(session, "meeting", confirm, AFTERWARDS))
    change(told, lambda session: edit_event(session, "meeting", confirm, AFTERWARDS, past=True))


@pytest.mark.parametrize(
    "command",
    [
        lambda session: move_event(session, "meeting", Move(on="Mon 2020-03-02"), AFTERWARDS),
        lambda session: cancel_event(session, "meeting", [], AFTERWARDS),
        lambda session: postpone_event(session, "meeting", [], AFTERWARDS),
        lambda session: edit_event(session, "meeting", Edit({"series": ["dac"], "number": ["4"]}), AFTERWARDS),
        lambda session: edit_event(session, "meeting", Edit({"days": ["Tue 2020-01-21"]}), AFTERWARDS, past=True),
    ],
)
def test_what_was_held_stays_as_it_was(told: Database, command: Change) -> None:
    before = all_rows(told)

    with pytest.raises(ConflictError, match="was held"):
        change(told, command)

    assert all_rows(told) == before


def correct(database: Database, **words: list[str]) -> ChangedEvent:
    return change(database, lambda session: edit_event(session, "meeting", Edit(words), AFTERWARDS, correct=True))


def test_the_record_of_a_held_event_is_mended_and_nobody_is_mailed(told: Database) -> None:
    postbox = Postbox()
    asyncio.run(send_due(told, AFTERWARDS))

    corrected = correct(told, days=["Sun 2020-01-19 10:00-12:00, id: d1"])
    asyncio.run(send_due(told, AFTERWARDS + timedelta(days=100), postbox))

    assert len(corrected.applied.planned.mails) == 0
    assert postbox.mails == []
    assert query(told, "SELECT on_date, start_time FROM day") == [("2020-01-19", "10:00:00.000000")]
    assert told_dates(told) == {"2020-01-19"}


def told_dates(database: Database) -> set[str]:
    """The dates of the first day as people were told them last."""
    same = and_(col(EventRevision.event_id) == Told.event_id, col(EventRevision.revision) == Told.revision)
    with database.reading() as session:
        return {facts["days"][0]["on"] for facts in session.exec(select(EventRevision.facts).join(Told, same))}


@pytest.mark.parametrize("moved_before", [False, True])
def test_who_was_thanked_is_not_thanked_again_for_a_corrected_date(told: Database, moved_before: bool) -> None:
    if moved_before:  # away from the day that the record is corrected to
        change(told, moved(Move(on="Tue 2020-01-21")))
        change(told, moved(Move(on="Mon 2020-01-20")))
    thanked_at = datetime(2020, 1, 21, 5, tzinfo=UTC)
    for moment in (LATER + HOLD, INVITED_AT + timedelta(days=7), INVITED_AT + timedelta(days=13, hours=12), thanked_at):
        asyncio.run(send_due(told, moment))
    edit = Edit({"days": ["Tue 2020-01-21 09:00-10:30, id: d1"]})
    postbox = Postbox()

    corrected = change(told, lambda session: edit_event(session, "meeting", edit, thanked_at, correct=True))
    asyncio.run(send_due(told, thanked_at + timedelta(days=2), postbox))

    assert len(corrected.applied.planned.mails) == 0
    assert postbox.mails == []


def test_a_correction_leaves_the_event_held(told: Database) -> None:
    with pytest.raises(ConflictError, match="leaves it so"):
        correct(told, days=["Mon 2020-03-02, id: d1"])
    with pytest.raises(ConflictError, match="leaves it so"):
        correct(told, status=["cancelled"])


def test_what_lies_ahead_has_no_record_to_correct(told: Database) -> None:
    with pytest.raises(ConflictError, match="not held yet"):
        change(told, lambda session: edit_event(session, "meeting", Edit(), LATER, correct=True))


def test_the_number_of_a_held_event_that_nobody_was_told_of_is_mended_and_free_again(
    database: Database, tmp_path: Path
) -> None:
    numbered = MEETING.replace("kind: meeting", "series: dac\n    number: 3")
    apply_file(database, write_programme(tmp_path, numbered, keys=SERIES))
    correct(database, number=["2"])

    words = {"series": ["dac"], "number": ["3"], "days": ["Mon 2020-05-04"]}
    change(database, lambda session: add_event(session, "small/dac-3", words, AFTERWARDS))

    assert query(database, "SELECT number FROM event ORDER BY 1") == [(2,), (3,)]


def test_a_number_that_people_know_is_refused_to_a_command_too(told: Database) -> None:
    change(told, edited(series=["dac"], number=["3"], kind=[""]))
    change(told, edited(number=["5"]))

    words = {"series": ["dac"], "number": ["3"], "days": ["Mon 2020-05-04"]}
    with pytest.raises(ConflictError, match='Number 3 of dac stays with "meeting"'):
        change(told, lambda session: add_event(session, "small/dac-3", words, LATER))


def test_a_command_leaves_the_notices_of_other_events_alone(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, MEETING + ESSAYS, keys=SERIES))
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE notice SET reason = 'untouched'")

    change(database, moved(Move(by="1 week")))

    planned = "SELECT DISTINCT slug, notice.reason FROM notice JOIN cause ON cause.id = cause_id JOIN event ON event.id"
    assert query(database, f"{planned} = event_id WHERE slug = 'essays'") == [("essays", "untouched")]


def test_people_of_the_programme_stay_as_they_are(told: Database) -> None:
    sql = "SELECT group_name, count(*) FROM groupmember GROUP BY 1"
    before = query(told, sql)

    change(told, edited(title=["Yearly meeting"]))

    assert query(told, sql) == before == [("members", len(PEOPLE) - 1)]
