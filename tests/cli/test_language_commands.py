"""`language status` and `language preview`: how far the languages are, and what their readers will see."""

import re
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import write_programme

from convene.language.languages import LANGUAGES
from convene.language.translation_state import folder_lacks, translation_state
from convene.rules.vocabulary import NoticeKind

DEADLINES = """\
  essays:
    kind: deadline
    title: {en: Essays are due}
    due: {on: Fri 2020-01-24}
    invite: [members]
  open:
    kind: meeting
    title: {en: A meeting some day}
    days: [{on: to be decided}]
    invite: [members]
"""

FAR_AWAY = """\
  night:
    kind: meeting
    timezone: America/New_York
    days: [{on: Wed 2020-01-22, from: 22:00, to: 23:00}]
    invite: [members]
  whole-day:
    kind: meeting
    timezone: Pacific/Auckland
    days: [{on: Wed 2020-01-22}]
    invite: [members]
"""


@pytest.fixture
def small(convene: Terminal) -> Terminal:
    write_programme(convene.folder)
    assert convene("apply", "small.yaml", "--yes").code == 0
    return convene


def test_the_status_tells_of_each_language_what_is_done_and_what_is_not(small: Terminal) -> None:
    rows = {row["code"]: row for row in small("language", "status", "--json").json("languages")}

    assert list(rows) == list(LANGUAGES)
    for code, row in rows.items():
        state = translation_state(code)
        assert (row["translated"], row["messages"]) == (state.translated, state.messages)
        assert len(row["questions"]) == len(state.doubts)
        assert row["lacks"] == []
    assert [code for code, row in rows.items() if row["reviewed"]] == ["en"]


def test_the_texts_that_lack_a_language_are_counted_with_their_readers(small: Terminal) -> None:
    rows = {row["code"]: row for row in small("language", "status", "--json").json("languages")}

    assert rows["km"]["texts"] == [
        {"programme": "small", "text": "programme.title", "shown": "en", "people": 1},
        {"programme": "small", "text": "events.meeting.title", "shown": "en", "people": 1},
    ]
    assert rows["lo"]["texts"] == []
    table = small("language", "status").out
    assert re.search(r"^km +Khmer +(\d+) of \1 +all of it, \d+ questions +2$", table, re.MULTILINE)
    assert re.search(r"^small +events\.meeting\.title +km 1 +English$", table, re.MULTILINE)


def test_without_a_programme_the_status_speaks_of_languages_alone(convene: Terminal) -> None:
    answer = convene("language", "status")

    assert answer.code == 0
    assert len(answer.out.splitlines()) == 1 + len(LANGUAGES)


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_preview_speaks_of_the_next_event(small: Terminal, kind: NoticeKind) -> None:
    mail = small("language", "preview", "Khmer", "--kind", kind, "--json").json("mail")

    assert (mail["language"], mail["kind"], mail["events"], mail["sample"]) == ("km", kind, ["small/meeting"], None)
    assert "Planning meeting" in mail["text"]
    assert mail["html"].startswith('<!DOCTYPE html>\n<html lang="km"')


def test_a_preview_prints_subject_and_text_and_writes_the_html(small: Terminal) -> None:
    answer = small("language", "preview", "en", "--kind", "reminder", "--event", "meeting", "--html", "mail.html")

    assert answer.out.startswith("Tomorrow: Planning meeting · 20 January\n\nDear N. N.,\n\nThe meeting is tomorrow")
    assert answer.err == "It speaks of small/meeting.\n"
    assert "Planning meeting" in (small.folder / "mail.html").read_text("utf-8")


@pytest.mark.parametrize(("event", "language"), [("night", "ja"), ("whole-day", "es")])
def test_a_reminder_is_that_of_the_day_before_wherever_the_event_is(
    convene: Terminal, event: str, language: str
) -> None:
    write_programme(convene.folder, FAR_AWAY)
    assert convene("apply", "small.yaml", "--yes").code == 0

    subject = convene("language", "preview", language, "--kind", "reminder", "--event", event).out.splitlines()[0]

    assert subject.startswith({"ja": "明日：", "es": "Mañana: "}[language])


def test_a_change_has_old_and_new(small: Terminal) -> None:
    text = small("language", "preview", "en", "--kind", "change").out

    assert "Before: Monday, 13 January 2020" in text
    assert "Now: Monday, 20 January 2020" in text


@pytest.mark.parametrize(("kind", "sample"), [("invitation", "seminar"), ("digest", "online-programme")])
def test_without_an_event_it_is_about_a_sample(convene: Terminal, kind: str, sample: str) -> None:
    answer = convene("language", "preview", "lo", "--kind", kind)

    assert answer.code == 0
    assert f"convene new {sample}" in answer.err
    assert convene("event", "list", "--json").json("events") == []


def test_nothing_reminds_of_an_event_without_a_date(convene: Terminal) -> None:
    write_programme(convene.folder, DEADLINES)
    assert convene("apply", "small.yaml", "--yes").code == 0

    assert convene("language", "preview", "en", "--kind", "invitation", "--event", "open").code == 0
    assert convene("language", "preview", "en", "--kind", "thanks", "--event", "open").code == 0
    reminder = convene("language", "preview", "en", "--kind", "reminder", "--event", "open")
    assert (reminder.code, reminder.out) == (1, "")
    assert '"small/open" has no date yet' in reminder.err
    assert convene("language", "preview", "en", "--kind", "invitation").out.startswith("Deadline: Essays are due · 24")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("xx", "--kind", "reminder"), 2, 'There is no language "xx".\n  write one of: km, lo, bn,'),
        (("Kmer", "--kind", "reminder"), 2, "did you mean Khmer?"),
        (("km", "--kind", "remind"), 2, 'There is no kind of mail "remind".'),
        (("km", "--kind", "reminder", "--event", "nothing"), 3, 'There is no event "nothing".'),
        (("km", "--kind", "reminder", "--programme", "nothing"), 3, 'There is no programme "nothing".'),
        (("km", "--kind", "reminder", "--programme", "small", "--event", "meeting"), 2, "not both"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    small: Terminal, words: tuple[str, ...], code: int, sentence: str
) -> None:
    answer = small("language", "preview", *words)

    assert (answer.code, answer.out) == (code, "")
    assert sentence in answer.err


@pytest.mark.parametrize("written", ["km", "KM", "km-KH", "km_KH", "Khmer", "ខ្មែរ"])
def test_a_language_may_be_written_in_many_ways(small: Terminal, written: str) -> None:
    assert small("language", "preview", written, "--kind", "thanks", "--json").json("mail")["language"] == "km"


def test_a_language_with_half_a_folder_says_what_is_missing(
    small: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convene.language.translation_state.style_path", lambda code: tmp_path / code)
    assert folder_lacks("km") != ()

    answer = small("language", "preview", "km", "--kind", "reminder")

    assert answer.code == 1
    assert "No mail can be written in Khmer yet." in answer.err
    assert "locales/km/language.toml" in answer.err
