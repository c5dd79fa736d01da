"""Mail after mail, a person's calendar holds what holds: invited, moved, called off, taken off the list, back on it."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.mail_program import MailProgram
from tests.programmes import INVITED_AT, MEETING, PEOPLE, SOKHA, VANNA, Postbox, apply_file, send_due, write_programme

from convene.store.database import Database

TUESDAY = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
CANCELLED = MEETING + "    status: cancelled\n"
POSTPONED = MEETING + "    status: postponed\n"
TWO_DAYS = MEETING.replace("11:30}]", "11:30}, {on: Tue 2020-01-21}]")
WITHOUT_VANNA = PEOPLE[:2]
TWO_MEETINGS = MEETING + MEETING.replace("meeting:", "other:").replace("09:00, to: 11:30", "14:00, to: 15:30")


class Correspondence:
    """A coordinator who changes a file, a worker who sends, and the mail programs of two people."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._now = INVITED_AT
        self._programs = {address: MailProgram(address) for address in (SOKHA, VANNA)}

    def tell(self, events: str = MEETING, people: tuple[str, ...] = PEOPLE, settings: str = "") -> None:
        """Apply the file, send what follows, and let an hour pass."""
        apply_file(self._database, write_programme(self._folder, events, people=people, settings=settings), self._now)
        postbox = Postbox()
        asyncio.run(send_due(self._database, self._now + timedelta(minutes=15), postbox))
        for recipient, body in postbox.mails:
            self._programs[recipient].open(body)
        self._now += timedelta(hours=1)

    def wait(self, days: int) -> None:
        self._now += timedelta(days=days)

    @property
    def sokha(self) -> MailProgram:
        return self._programs[SOKHA]

    @property
    def vanna(self) -> MailProgram:
        return self._programs[VANNA]


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Correspondence:
    return Correspondence(database, tmp_path)


def dates(program: MailProgram) -> list[date]:
    return sorted(
        kept.start.date() if isinstance(kept.start, datetime) else kept.start for kept in program.shown.values()
    )


def test_an_invitation_is_an_entry_that_offers_an_answer(told: Correspondence) -> None:
    told.tell()

    [kept] = told.vanna.shown.values()
    assert kept.offers_answer
    assert (kept.organiser, dates(told.vanna)) == ("mailto:office@organiser.example", [date(2020, 1, 20)])


def test_a_change_updates_the_entry_and_makes_no_second_one(told: Correspondence) -> None:
    told.tell()
    told.tell(TUESDAY)

    assert dates(told.vanna) == dates(told.sokha) == [date(2020, 1, 21)]
    assert told.vanna.methods == ["REQUEST", "REQUEST"]


def test_a_cancellation_takes_the_entry_away(told: Correspondence) -> None:
    told.tell()
    told.tell(CANCELLED)

    assert told.vanna.shown == {}
    assert told.vanna.methods == ["REQUEST", "CANCEL"]


def test_what_was_postponed_comes_back_with_its_new_date(told: Correspondence) -> None:
    told.tell()
    told.tell(POSTPONED)
    assert dates(told.vanna) == []
    told.tell(TUESDAY)

    assert dates(told.vanna) == [date(2020, 1, 21)]
    assert told.vanna.methods == ["REQUEST", "CANCEL", "REQUEST"]


def test_taking_one_person_off_the_list_leaves_the_others_their_entry(told: Correspondence) -> None:
    told.tell()
    told.tell(people=WITHOUT_VANNA)

    assert dates(told.vanna) == []
    assert dates(told.sokha) == [date(2020, 1, 20)]
    assert (told.vanna.methods, told.sokha.methods) == (["REQUEST", "CANCEL"], ["REQUEST"])


def test_who_is_put_on_the_list_again_gets_the_entry_back(told: Correspondence) -> None:
    told.tell()
    told.tell(people=WITHOUT_VANNA)
    told.tell()

    assert dates(told.vanna) == [date(2020, 1, 20)]
    assert told.vanna.ignored == 0


def test_who_is_put_on_the_list_again_is_told_a_later_change_too(told: Correspondence) -> None:
    told.tell()
    told.tell(people=WITHOUT_VANNA)
    told.tell()
    told.tell(TUESDAY)

    assert dates(told.vanna) == dates(told.sokha) == [date(2020, 1, 21)]


def test_a_digest_is_newer_too_than_what_took_its_reader_off_the_list(told: Correspondence) -> None:
    told.tell(TWO_MEETINGS)
    told.tell(TWO_MEETINGS.replace("[members]", f"[{SOKHA}]", 1))
    assert len(told.vanna.shown) == 1
    told.tell(by_hand := TWO_MEETINGS.replace("[members]", "[members]\n    invitations: by hand", 1))
    told.wait(days=7)
    told.tell(by_hand)  # the reminders of both meetings, in one mail

    assert told.vanna.methods[-2:] == ["CANCEL", "PUBLISH"]
    assert len(told.vanna.shown) == 2


def test_several_days_come_and_go_as_a_published_calendar(told: Correspondence) -> None:
    told.tell(TWO_DAYS)
    assert dates(told.vanna) == [date(2020, 1, 20), date(2020, 1, 21)]
    told.tell(MEETING)
    assert dates(told.vanna) == [date(2020, 1, 20)]
    told.tell(CANCELLED)

    assert dates(told.vanna) == []


def test_a_second_day_joins_the_first(told: Correspondence) -> None:
    told.tell()
    told.tell(TWO_DAYS)

    assert dates(told.vanna) == [date(2020, 1, 20), date(2020, 1, 21)]
    assert told.vanna.methods == ["REQUEST", "PUBLISH"]


def test_who_is_taken_off_several_days_and_put_on_them_again_has_them_all_again(told: Correspondence) -> None:
    told.tell(TWO_DAYS)
    told.tell(TWO_DAYS, people=WITHOUT_VANNA)
    assert dates(told.vanna) == []
    told.tell(TWO_DAYS)

    assert dates(told.vanna) == [date(2020, 1, 20), date(2020, 1, 21)]


def test_a_programme_whose_readers_subscribe_sends_no_entries(told: Correspondence) -> None:
    told.tell(settings="  calendar: feed\n")
    told.tell(TUESDAY, settings="  calendar: feed\n")

    assert told.vanna.methods == []
