"""`diff`, `apply` and `export` as a coordinator types them, and what `check` and `apply` say alike."""

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import MEETING, PEOPLE, SHIPPED, SOKHA, query, write_programme

FAULTY = """\
convene: 1
programme:
  id: Faulty Programme
  title: {en: A faulty programme}
  timezone: Asia/Phnom_Pen
  language: kmer
  organiser: {name: The office, email: office at organiser}
  colour: blue
people: [faulty.people.csv]
events:
  meeting:
    kind: meating
    title: {en: Planning meeting}
    days: [{on: Tue 2020-01-20, from: 09:00, to: 25:30}]
    invite: [memebers]
  other:
    kind: meeting
    title: {en: Another meeting}
    venue: nowhere
    days: [{on: 2020-02-30}]
reminders: [soon]
"""
FAULTS = {
    "Faulty Programme": "faulty-programme",
    "Asia/Phnom_Pen": "did you mean Asia/Phnom_Penh?",
    "kmer": "did you mean Khmer?",
    "office at organiser": "name@",
    "colour": "",
    "meating": "did you mean meeting?",
    "Tue 2020-01-20": "Mon 2020-01-20",
    "25:30": "09:00",
    "memebers": "did you mean members?",
    "nowhere": "",
    "2020-02-30": "",
    "soon": "7 days before",
}
"""What is wrong in that file, in order, and what the message proposes."""


def errors(report: str) -> list[str]:
    """The lines of a report that are errors."""
    return [line.strip() for line in report.splitlines() if line.strip().startswith("error")]


def place_of(fault: str) -> str:
    """Line and column of a fault in `FAULTY`, from 1."""
    before, _, _ = FAULTY.partition(fault)
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_every_fault_gives_one_message_with_its_place_and_nothing_is_written(convene: Terminal) -> None:
    (convene.folder / "faulty.yaml").write_text(FAULTY, "utf-8")
    (convene.folder / "faulty.people.csv").write_text("\n".join(PEOPLE) + "\n", "utf-8")
    before = convene.rows()

    answer = convene("apply", "faulty.yaml", "--yes")

    messages = errors(answer.err)
    assert (answer.code, answer.out) == (1, "")
    assert [message.split()[1].rstrip(",") for message in messages] == [place_of(fault) for fault in FAULTS]
    proposals = zip(messages, FAULTS.values(), strict=True)
    assert [message for message, proposal in proposals if proposal not in message] == []
    assert answer.err.rstrip().endswith("12 errors: nothing was changed.")
    assert convene.rows() == before


def test_check_says_the_same_as_apply(convene: Terminal) -> None:
    (convene.folder / "faulty.yaml").write_text(FAULTY, "utf-8")
    (convene.folder / "faulty.people.csv").write_text("\n".join(PEOPLE) + "\n", "utf-8")

    checked, applied = convene("check", "faulty.yaml"), convene("apply", "faulty.yaml", "--yes")

    assert (checked.code, errors(checked.out)) == (applied.code, errors(applied.err))
    assert len(errors(checked.out)) == 12


def test_a_weekday_that_contradicts_its_date_is_refused_with_the_right_one(convene: Terminal) -> None:
    write_programme(convene.folder, MEETING.replace("Mon 2020-01-20", "Tue 2020-01-20"))

    answer = convene("apply", "small.yaml", "--yes")

    assert answer.code == 1
    assert "Mon 2020-01-20" in answer.err
    assert query(convene.database, "SELECT count(*) FROM programme") == [(0,)]


def test_a_row_without_an_address_names_its_line(convene: Terminal) -> None:
    write_programme(convene.folder, people=[*PEOPLE, ',"Participant 3, Cambodia",KH,km,,members'])

    answer = convene("apply", "small.yaml", "--yes")

    [error] = errors(answer.err)
    assert answer.code == 1
    assert "small.people.csv" in answer.err
    assert error.split()[1].rstrip(",") == "4"
    assert query(convene.database, "SELECT count(*) FROM person") == [(0,)]


def test_of_two_files_none_is_written_when_one_has_errors(convene: Terminal) -> None:
    write_programme(convene.folder, programme="good")
    write_programme(convene.folder, MEETING.replace("Mon", "Tue"), programme="bad")
    before = convene.rows()

    answer = convene("apply", "good.yaml", "bad.yaml", "--yes")

    assert answer.code == 1
    assert convene.rows() == before


def test_of_two_files_none_is_written_when_one_is_a_conflict(convene: Terminal) -> None:
    write_programme(convene.folder, programme="second")
    convene("apply", "second.yaml", "--yes")
    convene("event", "cancel", "second/meeting", "--yes")
    write_programme(convene.folder, programme="first")
    before = convene.rows()

    answer = convene("apply", "first.yaml", "second.yaml", "--yes")

    assert answer.code == 4
    assert convene.rows() == before


def test_apply_says_first_how_many_mails_to_whom_in_which_languages_and_when(convene: Terminal) -> None:
    answer = convene("apply", SHIPPED / "online-2022.yaml", "--yes", NOW="2022-01-01T03:00:00Z")

    table = {line.split()[0]: line.split()[1:] for line in answer.out.splitlines()[1:]}
    assert answer.code == 0
    assert table["invitation"] == ["19", "-", "-", "17", "km", "7", "bn", "8", "ja", "2"]
    assert set(table) == {"invitation", "reminder", "digest", "follow-up"}
    assert "Done: 2 events, 10 days" in answer.err
    assert "Nothing leaves before" in answer.err


def test_without_a_terminal_and_without_yes_nothing_is_written(convene: Terminal) -> None:
    write_programme(convene.folder)
    before = convene.rows()

    answer = convene("apply", "small.yaml")

    assert answer.code == 4
    assert "2 people will be written to" in answer.err
    assert "--yes" in answer.err
    assert convene.rows() == before


def test_what_causes_no_mail_asks_nothing(convene: Terminal) -> None:
    write_programme(convene.folder, MEETING + "    status: draft\n")

    assert convene("apply", "small.yaml").code == 0
    assert query(convene.database, "SELECT count(*) FROM event") == [(1,)]


def test_a_dry_run_shows_everything_and_writes_nothing(convene: Terminal) -> None:
    write_programme(convene.folder)
    before = convene.rows()

    dry, real = convene("apply", "small.yaml", "--dry-run"), convene("apply", "small.yaml", "--yes")

    assert (dry.code, dry.out) == (0, real.out)
    assert "dry run" in dry.err
    assert convene.rows() != before == before


def test_apply_says_what_clashes_before_it_asks_also_with_other_programmes(convene: Terminal) -> None:
    write_programme(convene.folder, programme="first")
    convene("apply", "first.yaml", "--yes")
    write_programme(convene.folder, programme="second")

    answer = convene("apply", "second.yaml")

    said = answer.err.splitlines()
    clash = said.index("  clash  Mon 20 Jan 2020, first/meeting and second/meeting  2 people are in both")
    assert clash < said.index("2 people will be written to.")
    assert answer.code == 4


def test_a_dry_run_reports_a_conflict_too(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    convene("event", "cancel", "meeting", "--yes")

    assert convene("apply", "small.yaml", "--dry-run").code == 4


def test_a_conflict_after_event_cancel_ends_4_until_overwrite(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    convene("event", "cancel", "meeting", "--yes")

    refused, settled = convene("apply", "small.yaml", "--yes"), convene("apply", "small.yaml", "--yes", "--overwrite")

    assert (refused.code, settled.code) == (4, 0)
    assert "convene export small" in refused.err
    assert "meeting" in refused.err


def test_the_exported_file_applies_without_a_conflict(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    convene("event", "cancel", "meeting", "--reason", "The hall was flooded", "--yes")
    (convene.folder / "small.yaml").write_text(convene("export", "small").out, "utf-8")

    answer = convene("apply", "small.yaml")

    assert answer.code == 0
    assert "0 mails planned" in answer.err


def test_export_prints_the_applied_file_byte_for_byte(convene: Terminal) -> None:
    convene("apply", SHIPPED / "sgra-laos.yaml", "--yes")

    answer = convene("export", "sgra-laos")

    assert (answer.code, answer.out) == (0, (SHIPPED / "sgra-laos.yaml").read_text("utf-8"))
    assert answer.err == ""


def test_a_diff_with_differences_ends_0_and_writes_nothing(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    write_programme(convene.folder, MEETING.replace("09:00", "10:00"), people=PEOPLE[:2])
    before = convene.rows()

    answer = convene("diff", "small.yaml")

    assert answer.code == 0
    assert "~ events.meeting.days.d1.from: 09:00 -> 10:00" in answer.out
    assert convene.rows() == before


def test_a_diff_without_differences_says_so(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")

    assert convene("diff", "small.yaml").out.splitlines() == ["small.yaml", "  no differences"]


def test_a_diff_says_who_joins_and_leaves_groups_and_has_another_role(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    header, first, second = PEOPLE
    moved = [header, first.replace(",members", ",others"), second.replace(",,members", ",speaker,members")]
    write_programme(convene.folder, people=[*moved, "p3@team.example,Participant 3,KH,km,,members"])

    answer = convene("diff", "small.yaml")

    assert answer.out.splitlines()[1:6] == [
        "  + 1 person is new",
        "  + group members: 1 person joins",
        "  + group others: 1 person joins",
        "  - group members: 1 person leaves",
        "  ~ role speaker: 1 person has it now",
    ]


def test_a_diff_names_the_other_programmes_that_share_a_changed_person(convene: Terminal) -> None:
    write_programme(convene.folder, programme="first")
    write_programme(convene.folder, programme="second")
    convene("apply", "first.yaml", "second.yaml", "--yes")
    write_programme(convene.folder, programme="second", people=[row.replace(",km,", ",ja,") for row in PEOPLE])

    answer = convene("diff", "second.yaml")

    assert "language: km -> ja" in answer.out
    assert "also in first" in answer.out


def test_how_a_moved_day_was_matched_is_shown_by_diff(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    write_programme(convene.folder, MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21"))

    answer = convene("diff", "small.yaml")

    assert "~ events.meeting.days.d1.on: Mon 2020-01-20 -> Tue 2020-01-21" in answer.out


def test_what_is_not_written_because_its_moment_has_passed_is_counted(convene: Terminal) -> None:
    write_programme(convene.folder)

    answer = convene("apply", "small.yaml", "--yes", NOW="2020-01-17T03:00:00Z")

    said = "2 mails are not written: due before the rule was applied (7 days before at 09:00)."
    assert said in answer.err.splitlines()


def test_a_file_in_another_encoding_is_refused_with_a_sentence(convene: Terminal) -> None:
    write_programme(convene.folder)
    text = (convene.folder / "small.yaml").read_text("utf-8")
    (convene.folder / "small.yaml").write_bytes(text.replace("Planning", "Réunion").encode("latin-1"))

    answer = convene("check", "small.yaml")

    assert answer.code == 1
    assert "UTF-8" in answer.out


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"- a\n- list\n", b"convene: 1\n", b"{" * 2000, b"a: &a [*a]\n"]
)
def test_whatever_the_file_holds_the_answer_is_a_sentence(convene: Terminal, content: bytes) -> None:
    (convene.folder / "odd.yaml").write_bytes(content)

    answer = convene("apply", "odd.yaml", "--yes")

    assert answer.code == 1
    assert "nothing was changed" in answer.err
    assert "failed:" not in answer.err
    assert SOKHA not in repr(convene.rows())
