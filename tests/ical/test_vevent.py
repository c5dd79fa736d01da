"""One entry per day: its time, its state and its words, as a calendar program reads them back."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from icalendar import Event
from tests.sample_briefs import (
    LAOS_VENUE,
    dac_meeting,
    essays_deadline,
    online_programme,
    webinar,
    with_days,
    with_status,
)

from convene.ical.attendee import PLACEHOLDER
from convene.ical.vevent import View, vevent
from convene.rules.facts import DayFacts, Entry, EventBrief, Organiser
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, READER_ZONE, EventStatus, Mode

ENGLISH = View("en")
PERSONAL = View("en", links=True)
DAY = DayFacts("d1", date(2027, 6, 1), time(9), time(17), None, "Europe/Brussels", Mode.IN_PERSON)


def parsed(brief: EventBrief, view: View = ENGLISH, entry: Entry | None = None) -> Any:
    """The entry as the library reads it back: a mapping whose values have many types."""
    return Event.from_ical(vevent(brief, entry or brief.entries[0], view).body)


def of_day(view: View = ENGLISH, **facts: object) -> Any:
    """The entry of one day whose facts differ from `DAY` as given."""
    day = replace(DAY, **facts)  # type: ignore[arg-type]
    return parsed(with_days(dac_meeting(), day), view)


def test_a_timed_day_keeps_the_clock_and_the_zone_it_was_written_in() -> None:
    body = vevent(dac_meeting(), dac_meeting().entries[0], ENGLISH).body

    assert b"\r\nDTSTART;TZID=Asia/Phnom_Penh:20200120T090000\r\n" in body
    assert b"\r\nDTEND;TZID=Asia/Phnom_Penh:20200120T113000\r\n" in body


def test_utc_needs_no_zone() -> None:
    written = vevent(webinar(), webinar().entries[0], ENGLISH)

    assert b"\r\nDTSTART:20180612T130000Z\r\n" in written.body
    assert written.zone is None


def test_a_day_without_an_end_has_no_dtend() -> None:
    entry = of_day(end=None)

    assert entry.decoded("DTSTART").time() == time(9)
    assert "DTEND" not in entry


def test_an_end_at_or_before_the_start_lies_on_the_next_date() -> None:
    entry = of_day(start=time(22), end=time(2))

    assert entry.decoded("DTEND").replace(tzinfo=None) == datetime(2027, 6, 2, 2)


def test_an_hour_that_comes_twice_is_written_as_a_moment() -> None:
    night = date(2027, 10, 31)

    earlier, later = (of_day(on=night, start=time(2, 30), end=time(5), fold=fold) for fold in (0, 1))

    assert earlier.decoded("DTSTART") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert later.decoded("DTSTART") == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert earlier.decoded("DTEND") == later.decoded("DTEND") == datetime(2027, 10, 31, 4, 0, tzinfo=UTC)
    assert "TZID" not in earlier["DTSTART"].params


def test_an_end_that_comes_twice_is_written_as_a_moment_too() -> None:
    entry = of_day(zone="Australia/Lord_Howe", on=date(2002, 3, 30), start=time(22), end=time(1, 30))

    assert entry.decoded("DTEND") == datetime(2002, 3, 30, 14, 30, tzinfo=UTC)
    assert "TZID" not in entry["DTEND"].params


def test_a_day_without_an_hour_is_a_date_and_fills_it() -> None:
    entry = of_day(start=None, end=None)

    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (date(2027, 6, 1), date(2027, 6, 2))
    assert entry["DTSTART"].params["VALUE"] == "DATE"
    assert entry["TRANSP"] == "OPAQUE"


def test_an_on_demand_window_stands_free_on_its_first_date_and_says_until_when() -> None:
    entry = parsed(online_programme())

    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (date(2022, 1, 10), date(2022, 1, 11))
    assert entry["TRANSP"] == "TRANSPARENT"
    assert "Wednesday, 12 January 2022" in entry["DESCRIPTION"]


@pytest.mark.parametrize("hours", [{"start": None, "end": None}, {}])
def test_a_visit_is_one_free_bar_over_its_dates(hours: dict[str, None]) -> None:
    entry = of_day(ENGLISH, until=date(2027, 6, 4), **hours)

    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (date(2027, 6, 1), date(2027, 6, 5))
    assert entry["TRANSP"] == "TRANSPARENT"


def test_a_live_day_is_busy() -> None:
    assert parsed(webinar())["TRANSP"] == "OPAQUE"


@pytest.mark.parametrize("at", [None, time(18)])
@pytest.mark.parametrize("zone", [READER_ZONE, ANYWHERE_ON_EARTH])
def test_a_deadline_on_everybodys_clock_is_a_free_date(zone: str, at: time | None) -> None:
    entry = of_day(mode=Mode.DEADLINE, zone=zone, start=at, end=None)

    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (date(2027, 6, 1), date(2027, 6, 2))
    assert entry["TRANSP"] == "TRANSPARENT"
    assert ("18:00" in entry.get("DESCRIPTION", "")) == (at is not None)


def test_a_deadline_of_a_place_is_a_moment_where_it_has_an_hour_and_a_date_otherwise() -> None:
    timed = of_day(mode=Mode.DEADLINE, zone="Asia/Tokyo", start=time(18), end=None)
    dated = of_day(mode=Mode.DEADLINE, zone="Asia/Tokyo", start=None, end=None)

    assert timed.decoded("DTSTART").astimezone(UTC) == datetime(2027, 6, 1, 9, tzinfo=UTC)
    assert "DTEND" not in timed
    assert dated.decoded("DTSTART") == date(2027, 6, 1)


def test_identity_and_moments_come_from_the_entry() -> None:
    brief = dac_meeting()
    entry = replace(brief.entries[0], sequence=7, changed_at=datetime(2020, 1, 5, 12, 30, 15, 999, tzinfo=UTC))

    read = parsed(brief, entry=entry)

    assert read["UID"] == "dac-3-d1@convene.example"
    assert read["SEQUENCE"] == 7
    assert read.decoded("CREATED") == datetime(2020, 1, 1, 3, tzinfo=UTC)
    assert read.decoded("DTSTAMP") == read.decoded("LAST-MODIFIED") == datetime(2020, 1, 5, 12, 30, 15, tzinfo=UTC)


def test_who_left_or_came_back_gets_a_newer_entry_of_the_same_sequence() -> None:
    left_at, back_at = datetime(2020, 1, 6, 9, tzinfo=UTC), datetime(2020, 1, 7, 9, tzinfo=UTC)

    before, left, back = (
        parsed(dac_meeting(), view)
        for view in (PERSONAL, replace(PERSONAL, left_at=left_at), replace(PERSONAL, rejoined_at=back_at))
    )

    assert before["SEQUENCE"] == left["SEQUENCE"] == back["SEQUENCE"]
    assert [entry["STATUS"] for entry in (before, left, back)] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert left.decoded("LAST-MODIFIED") == left.decoded("DTSTAMP") == left_at
    assert back.decoded("LAST-MODIFIED") == back.decoded("DTSTAMP") == back_at


def test_the_hours_of_a_visit_stand_in_its_text() -> None:
    entry = of_day(until=date(2027, 6, 4))

    assert "From Tuesday, 1 June 2027 · 09:00 to Friday, 4 June 2027 · 17:00" in entry["DESCRIPTION"]


def test_an_entry_written_twice_is_the_same_bytes() -> None:
    assert vevent(webinar(), webinar().entries[0], PERSONAL) == vevent(webinar(), webinar().entries[0], PERSONAL)


def test_a_day_that_takes_place_is_confirmed() -> None:
    assert parsed(dac_meeting())["STATUS"] == "CONFIRMED"


@pytest.mark.parametrize(
    ("status", "word"), [(EventStatus.CANCELLED, "Cancelled"), (EventStatus.POSTPONED, "Postponed")]
)
def test_a_stopped_event_says_so_in_status_title_and_text(status: EventStatus, word: str) -> None:
    plain = parsed(dac_meeting())["SUMMARY"]

    entry = parsed(with_status(dac_meeting(), status, {"en": "The venue is flooded."}))

    assert entry["STATUS"] == "CANCELLED"
    assert entry["SUMMARY"] == f"{word} · {plain}"
    assert entry["TRANSP"] == "TRANSPARENT"
    assert "The venue is flooded." in entry["DESCRIPTION"]


def test_a_removed_day_of_an_event_that_goes_on_is_cancelled() -> None:
    brief = with_days(online_programme(), *(entry.day for entry in online_programme().entries[:4]))
    removed = brief.entries[-1]

    entry = parsed(brief, entry=removed)

    assert removed.removed
    assert entry["STATUS"] == "CANCELLED"
    assert entry["SUMMARY"].startswith("Cancelled · ")
    assert parsed(brief)["STATUS"] == "CONFIRMED"


def test_links_stand_in_personal_entries_alone() -> None:
    secret = "https://meet.example/5"

    personal, public = parsed(webinar(), PERSONAL), vevent(webinar(), webinar().entries[0], ENGLISH).body

    assert personal["URL"] == secret
    assert personal["CONFERENCE"] == secret
    assert dict(personal["CONFERENCE"].params) == {
        "VALUE": "URI",
        "FEATURE": ["AUDIO", "VIDEO"],
        "LABEL": "Join",
        "LANGUAGE": "en",
    }
    assert secret in personal["DESCRIPTION"]
    assert b"meet.example" not in public


def test_nobody_is_sent_to_the_room_of_a_cancelled_day() -> None:
    cancelled = with_status(webinar(), EventStatus.CANCELLED)

    assert b"meet.example" not in vevent(cancelled, cancelled.entries[0], PERSONAL).body


def test_a_video_is_no_conference() -> None:
    entry = parsed(online_programme(), PERSONAL)

    assert entry["URL"] == "https://video.example/1"
    assert "CONFERENCE" not in entry


def test_the_place_is_venue_and_address_in_the_language_it_is_written_in() -> None:
    entry = parsed(dac_meeting())

    assert entry["LOCATION"] == "Phnom Penh, 12 Sample Street, Phnom Penh"
    assert entry["LOCATION"].params["LANGUAGE"] == "en"
    assert of_day(View("km"), venue=LAOS_VENUE)["LOCATION"].params["LANGUAGE"] == "en"
    assert of_day(View("lo"), venue=LAOS_VENUE)["LOCATION"] == "ສປປ ລາວ"


def test_a_live_day_has_the_place_online_and_an_unknown_place_is_left_out() -> None:
    assert parsed(webinar())["LOCATION"] == "Online"
    assert "LOCATION" not in of_day()


def test_a_short_title_is_spelled_out_in_the_text() -> None:
    entry = parsed(dac_meeting())

    assert entry["SUMMARY"] == "3rd DAC meeting"
    assert entry["DESCRIPTION"].startswith("3rd Dissemination Advisory Committee meeting\n")


def test_the_organiser_is_named_and_so_is_another_sender() -> None:
    own = parsed(dac_meeting(), replace(ENGLISH, sent_by="SGRA@jilaf.example"))["ORGANIZER"]
    other = parsed(dac_meeting(), replace(ENGLISH, sent_by="notices@convene.example"))["ORGANIZER"]

    assert (str(own), own.params["CN"]) == ("mailto:sgra@jilaf.example", "JILAF")
    assert "SENT-BY" not in own.params
    assert other.params["SENT-BY"] == "mailto:notices@convene.example"


def test_an_entry_of_a_feed_names_nobody_invited() -> None:
    assert "ATTENDEE" not in parsed(dac_meeting(), PERSONAL)


def test_an_entry_of_a_mail_keeps_one_whole_line_free_for_its_reader() -> None:
    view = replace(PERSONAL, attended=True)

    body = vevent(dac_meeting(), dac_meeting().entries[0], view).body.decode()

    assert body.count(PLACEHOLDER) == body.count("ATTENDEE") == 1


def test_a_person_without_a_name_has_no_common_name() -> None:
    brief = replace(dac_meeting(), organiser=Organiser("", "sgra@jilaf.example"))

    assert "CN" not in parsed(brief)["ORGANIZER"].params


def test_a_deadline_of_the_readers_own_day_says_no_hour() -> None:
    body = vevent(essays_deadline(), essays_deadline().entries[0], ENGLISH).body.decode()

    assert "00:00" not in body
    assert "24:00" not in body
