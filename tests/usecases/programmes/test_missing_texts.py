"""Which texts lack a language that somebody reads: counted person by person, of what mails still speak of."""

from datetime import UTC, datetime
from pathlib import Path

from tests.programmes import PEOPLE, apply_file, write_programme

from convene.store.database import Database
from convene.usecases.programmes.missing_texts import missing_texts

BEFORE = datetime(2020, 1, 6, 3, tzinfo=UTC)
PROGRESS = datetime(2020, 2, 1, 3, tzinfo=UTC)
LATER = datetime(2022, 1, 1, 3, tzinfo=UTC)

EVENTS = """\
  seminar:
    series: ewc
    number: 2
    description: {en: What helps members, km: អ្វីដែលជួយសមាជិក}
    days:
      - {on: Mon 2020-01-20, from: 09:00, to: 11:30, venue: hall, title: {en: Rules}}
      - {on: Tue 2020-01-21, from: 09:00, to: 11:30}
    materials: [{title: {en: Background paper}, link: "https://files.example/1"}]
    invite: [members]
  again:
    same_as: seminar
    starts: Mon 2020-02-10
    number: 3
    invite: [members]
"""
KEYS = """\
series:
  ewc: {kind: seminar, title: {en: Enlarged Working Committee}, short_title: {en: EWC}}
venues:
  hall: {title: {en: Phnom Penh, km: ភ្នំពេញ}, timezone: Asia/Phnom_Penh, country: KH, address: {en: Main street 1}}
"""


def lacking(database: Database, now: datetime) -> dict[str, tuple[str, str, int]]:
    """By text: the language it lacks, the one shown, and how many read it."""
    with database.reading() as session:
        return {row.where: (row.language, row.shown, row.people) for row in missing_texts(session, now)}


def test_each_text_that_a_reader_is_shown_in_another_language_is_named_once(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, EVENTS, keys=KEYS))

    found = lacking(database, BEFORE)

    assert set(found) == {
        "programme.title",
        "series.ewc.title",
        "events.seminar.materials[1].title",
        "events.seminar.days.d1.title",
        "events.again.days.d1.title",
        "venues.hall.address",
    }
    assert set(found.values()) == {("km", "en", 1)}


def test_readers_are_counted_and_not_their_invitations(database: Database, tmp_path: Path) -> None:
    people = (*PEOPLE, 'dara@union-kh.example,"Participant 3, Cambodia",KH,km,,members')
    apply_file(database, write_programme(tmp_path, EVENTS, keys=KEYS, people=people))

    assert lacking(database, BEFORE)["series.ewc.title"] == ("km", "en", 2)


def test_what_is_over_and_told_needs_no_translation(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, keys="follow_ups: [progress 1 month after]\n"))
    assert "events.meeting.title" in lacking(database, PROGRESS)

    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE notice SET state = 'sent'")

    assert "events.meeting.title" in lacking(database, BEFORE)
    assert lacking(database, PROGRESS) == lacking(database, LATER) == {}


def test_a_text_that_has_every_language_read_is_not_named(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, EVENTS, keys=KEYS))

    assert {"events.seminar.description", "venues.hall.title"}.isdisjoint(lacking(database, BEFORE))
