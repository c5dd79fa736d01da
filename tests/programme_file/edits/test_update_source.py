"""Write back: what is read again is what was wanted, and nothing else of the file changed."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.programme_file.random_documents import documents

from convene.errors import ContentError
from convene.programme_file.document import DayEntry, ProgrammeDocument, RulePlan
from convene.programme_file.edits.update_source import update_source
from convene.programme_file.edits.write_document import document_to_yaml
from convene.programme_file.reading.read_programme import read_programme
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import EventStatus

SOURCE = """\
# Kept for years.
convene: 1
programme:
  id: sgra
  title: {en: "SGRA", km: 'គម្រោង'}     # two languages
  timezone: Asia/Phnom_Penh
  language: en
  organiser: {name: JILAF, email: SGRA@jilaf.example}

events:
  # The committee.
  dac-3:
    kind: committee-meeting
    status: confirmed    # so far
    description: |
      First line.

      Second paragraph.

    days: [{on: 2020-01-20, from: 09:00, to: 11:30}]   # in the morning
    invite:
      - dac-members      # nine of them
      - {who: lecturer@zenrosai.example, role: speaker}

  # The seminar.
  seminar: {kind: seminar, days: [{on: Tue 2020-01-21}], invite: [all]}
reminders: [7 days before,   1 day before]
# The end.
"""


def document(text: str) -> ProgrammeDocument:
    result = read_programme(text, "programme.yaml")
    assert result.document is not None, result.problems
    return result.document


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def first_day(wanted: ProgrammeDocument, slug: str) -> DayEntry:
    days = wanted.events[slug].days
    assert days
    return days[0]


def with_event(wanted: ProgrammeDocument, slug: str, **changes: Any) -> ProgrammeDocument:
    return replace(wanted, events={**wanted.events, slug: replace(wanted.events[slug], **changes)})


def updated(wanted: ProgrammeDocument, source: str = SOURCE) -> str:
    text = update_source(source, wanted)
    assert document(text) == wanted
    return text


def test_a_file_that_says_what_is_wanted_is_given_back_byte_for_byte() -> None:
    assert update_source(SOURCE, document(SOURCE)) == SOURCE


def test_a_cancelled_event_changes_its_status_alone() -> None:
    text = updated(with_event(document(SOURCE), "dac-3", status=EventStatus.CANCELLED))
    assert changed_lines(SOURCE, text) == (
        ["    status: confirmed    # so far"],
        ["    status: cancelled    # so far"],
    )


def test_a_reason_is_written_behind_the_status() -> None:
    wanted = with_event(document(SOURCE), "dac-3", status=EventStatus.CANCELLED, reason={"en": "Flood", "km": "ទឹកជំនន់"})
    assert "    status: cancelled    # so far\n    reason: {en: Flood, km: ទឹកជំនន់}\n" in updated(wanted)


def test_a_moved_day_changes_its_date_and_hour_alone() -> None:
    day = first_day(document(SOURCE), "dac-3")
    wanted = with_event(document(SOURCE), "dac-3", days=(replace(day, on=date(2020, 1, 22), start=time(10)),))
    _, new = changed_lines(SOURCE, updated(wanted))
    assert new == ["    days: [{on: Wed 2020-01-22, from: 10:00, to: 11:30}]   # in the morning"]


def test_a_day_gets_its_id_in_front() -> None:
    day = first_day(document(SOURCE), "seminar")
    text = updated(with_event(document(SOURCE), "seminar", days=(replace(day, id="d2"),)))
    assert "  seminar: {kind: seminar, days: [{id: d2, on: Tue 2020-01-21}], invite: [all]}\n" in text


def test_a_day_more_is_written_beside_the_others() -> None:
    days = (first_day(document(SOURCE), "seminar"), DayEntry(date(2020, 1, 22), start=time(9)))
    text = updated(with_event(document(SOURCE), "seminar", days=days))
    assert "days: [{on: Tue 2020-01-21}, {on: Wed 2020-01-22, from: 09:00}], invite" in text


def test_a_removed_event_takes_nothing_else_along() -> None:
    wanted = document(SOURCE)
    wanted = replace(wanted, events={"dac-3": wanted.events["dac-3"]})
    assert updated(wanted) == SOURCE.replace(
        "  seminar: {kind: seminar, days: [{on: Tue 2020-01-21}], invite: [all]}\n", ""
    )


def test_a_new_event_is_written_behind_the_last_one() -> None:
    wanted = document(SOURCE)
    wanted = replace(wanted, events={**wanted.events, "launch": replace(wanted.events["seminar"], id="launch")})
    gone, new = changed_lines(SOURCE, updated(wanted))
    assert not gone
    assert new == ["  launch:", "    kind: seminar", "    days:", "      - {on: Tue 2020-01-21}", "    invite: [all]"]


def test_rules_change_one_by_one() -> None:
    rules = RulePlan(reminders=(parse_rule("1 day before"), parse_rule("2 hours before")))
    text = updated(replace(document(SOURCE), rules=rules))
    assert "reminders: [1 day before, 2 hours before]\n# The end.\n" in text


def test_an_item_of_an_indented_list_goes_with_its_comment() -> None:
    invite = document(SOURCE).events["dac-3"].invite or ()
    text = updated(with_event(document(SOURCE), "dac-3", invite=invite[1:]))
    assert text == SOURCE.replace("      - dac-members      # nine of them\n", "")


def test_quotes_stay_the_kind_they_were() -> None:
    wanted = document(SOURCE)
    title = {"en": "SGRA 2020", "km": "គម្រោង ២"}
    text = updated(replace(wanted, programme=replace(wanted.programme, title=title)))
    assert "title: {en: \"SGRA 2020\", km: 'គម្រោង ២'}     # two languages" in text


def test_another_language_of_plain_texts_gives_each_text_its_language() -> None:
    source = SOURCE.replace("{en: \"SGRA\", km: 'គម្រោង'}", "SGRA")
    wanted = document(source)
    wanted = replace(wanted, programme=replace(wanted.programme, language="km"))
    text = updated(wanted, source)
    assert "title: {en: SGRA}     # two languages" in text
    assert "# The committee." in text


def test_line_ends_of_another_system_stay() -> None:
    source = SOURCE.replace("\n", "\r\n")
    text = updated(with_event(document(source), "dac-3", cohort="Phnom Penh"), source)
    assert "    cohort: Phnom Penh\r\n" in text
    assert text.count("\n") == text.count("\r\n")


def test_a_file_that_cannot_be_read_is_not_touched() -> None:
    with pytest.raises(ContentError):
        update_source("convene: [", document(SOURCE))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), documents())
def test_whatever_is_wanted_is_what_the_file_then_says(before: ProgrammeDocument, wanted: ProgrammeDocument) -> None:
    assert document(update_source(document_to_yaml(before), wanted)) == wanted


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_events_put_into_a_written_file_leave_its_comments(other: ProgrammeDocument) -> None:
    wanted = document(SOURCE)
    language = wanted.programme.language
    events = {slug: event for slug, event in other.events.items() if slug not in wanted.events}
    text = update_source(SOURCE, replace(wanted, events={**wanted.events, **events}))
    assert document(text).events == {**wanted.events, **events}
    assert document(text).programme.language == language
    assert [line for line in SOURCE.splitlines() if line not in text.splitlines()] == []
