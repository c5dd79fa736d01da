"""Which clock a reader sees in a mail (design promise 2), and how deadlines and windows are written."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from tests.complete_languages import COMPLETE
from tests.mail.visible_text import in_latin_digits
from tests.sample_briefs import (
    BANGLADESH,
    CAMBODIA,
    dac_meeting,
    essays_deadline,
    ewc_seminar,
    letter,
    online_programme,
    reader,
    webinar,
    with_days,
)

from convene.mail.clock_lines import world_clock_line
from convene.mail.compose import compose
from convene.rules.facts import Whereabouts
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, Mode, NoticeKind


def test_somebody_elsewhere_reads_the_clock_of_the_venue_and_their_own_beneath() -> None:
    text = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("ja"))).text
    assert "9時00分～11時30分 · カンボジア時間 (UTC+7)\n  11時00分～13時30分 · 日本時間 (UTC+9)\n" in text


@pytest.mark.parametrize(
    ("language", "hours"),
    [("km", "ម៉ោង 12:00–14:30"), ("bn", "সকাল ১১:০০ – দুপুর ১:৩০"), ("ja", "14時00分～16時30分")],
)
def test_a_live_day_is_read_on_each_readers_own_clock(language: str, hours: str) -> None:
    now = datetime(2022, 1, 12, 2, tzinfo=UTC)
    about = letter(NoticeKind.REMINDER, online_programme(), reader(language), now, about_day="d4")
    assert unicodedata.normalize("NFC", hours) in compose(about).text


def test_a_webinar_is_announced_on_the_clocks_of_all_invited() -> None:
    text = compose(letter(NoticeKind.INVITATION, webinar(), reader("en"), datetime(2018, 6, 1, tzinfo=UTC))).text
    assert "Belgium 15:00 · India 18:30 · Cambodia and Thailand 20:00" in text


CASE_4 = {
    "BO": "America/La_Paz", "CM": "Africa/Douala", "GB": "Europe/London", "BE": "Europe/Brussels",
    "IN": "Asia/Kolkata", "NP": "Asia/Kathmandu", "BD": "Asia/Dhaka", "TH": "Asia/Bangkok", "KH": "Asia/Phnom_Penh",
    "LA": "Asia/Vientiane", "ID": "Asia/Jakarta", "PH": "Asia/Manila", "JP": "Asia/Tokyo",
}  # fmt: skip
"""The places of case 4 of `programmes.md`."""


@pytest.mark.parametrize(
    ("start", "line"),
    [
        (
            time(13),
            "Bolivia 09:00 · Cameroon and United Kingdom 14:00 · Belgium 15:00 · India 18:30 · Nepal 18:45 · "
            "Bangladesh 19:00 · Jakarta, Cambodia, Laos and Thailand 20:00 · Philippines 21:00 · Japan 22:00",
        ),
        (
            time(18),
            "Bolivia 14:00 · Cameroon and United Kingdom 19:00 · Belgium 20:00 · India 23:30 · Nepal 23:45 · "
            "Bangladesh 00:00 (13 June) · Jakarta, Cambodia, Laos and Thailand 01:00 (13 June) · "
            "Philippines 02:00 (13 June) · Japan 03:00 (13 June)",
        ),
    ],
)
def test_places_are_grouped_by_their_clock_with_the_day_where_it_differs(start: time, line: str) -> None:
    day = replace(webinar().facts.days[0], start=start, end=None)
    audience = tuple(Whereabouts(zone, country) for country, zone in CASE_4.items())

    assert world_clock_line(day, audience, reader("en", whereabouts=Whereabouts("Europe/Brussels", "BE"))) == line


def test_the_day_is_that_of_the_readers_own_clock() -> None:
    day = replace(webinar().facts.days[0], start=time(18), end=None)
    audience = (Whereabouts("Europe/Brussels", "BE"), Whereabouts("Asia/Tokyo", "JP"))

    line = world_clock_line(day, audience, reader("en", whereabouts=Whereabouts("Asia/Tokyo", "JP")))

    assert line == "Belgium 20:00 (12 June) · Japan 03:00"


def test_an_on_demand_window_has_dates_and_no_hours() -> None:
    brief = online_programme()
    words = compose(letter(NoticeKind.INVITATION, with_days(brief, brief.facts.days[0]), reader("en")))
    assert "Open from Monday, 10 January 2022 to Wednesday, 12 January 2022" in words.text
    assert not re.search(r"\d\d:\d\d", words.text)


@pytest.mark.parametrize("language", COMPLETE)
def test_a_day_without_an_hour_prints_none(language: str) -> None:
    text = compose(letter(NoticeKind.INVITATION, ewc_seminar(), reader(language))).text
    assert not re.search(r"\b(00|24)[:.]00|\b00\b|\b0時", in_latin_digits(text))
    assert len(re.findall(r"\n\n\n", text)) == 0


def test_a_day_over_midnight_shows_both_dates() -> None:
    brief = dac_meeting()
    night = replace(brief.facts.days[0], start=time(22), end=time(1))
    text = compose(letter(NoticeKind.REMINDER, with_days(brief, night), reader("en", whereabouts=CAMBODIA))).text
    assert "From Monday, 20 January 2020, 22:00 to Tuesday, 21 January 2020, 01:00" in text


@pytest.mark.parametrize(
    ("language", "moment"),
    [
        ("th", "วันจันทร์ที่ 20 มกราคม พ.ศ. 2563 (2020) เวลา 22.00 น."),
        ("fr", "lundi 20 janvier 2020 à 22h00"),
        ("vi", "22:00, Thứ Hai, ngày 20 tháng 1 năm 2020"),
    ],
)
def test_each_language_joins_date_and_hour_in_its_own_way(language: str, moment: str) -> None:
    brief = dac_meeting()
    night = with_days(brief, replace(brief.facts.days[0], start=time(22), end=time(1)))
    assert moment in compose(letter(NoticeKind.REMINDER, night, reader(language, whereabouts=CAMBODIA))).text


def test_thai_has_the_word_for_a_clock_between_place_and_hour() -> None:
    line = world_clock_line(webinar().facts.days[0], webinar().audience, reader("th"))
    assert line.startswith("เบลเยียม เวลา 15.00 น. · ")


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ({"en": "Essays are due"}, "Deadline: Essays are due · 11 February"),
        ({"en": "Deadline for essays"}, "Deadline for essays · 11 February"),
        ({}, "Deadline · 11 February"),
        ({"km": "ការប្រគល់អត្ថបទ"}, "Deadline · ការប្រគល់អត្ថបទ · 11 February"),
    ],
)
def test_nobody_is_invited_to_a_deadline(title: dict[str, str], subject: str) -> None:
    brief = replace(essays_deadline(), title=title)
    assert compose(letter(NoticeKind.INVITATION, brief, reader("en"))).subject == subject


def test_a_live_day_is_dated_on_the_readers_calendar() -> None:
    brief = webinar()
    late = replace(brief.facts.days[0], start=time(20), end=time(21))
    text = compose(letter(NoticeKind.INVITATION, with_days(brief, late), reader("km"))).text
    assert "ថ្ងៃពុធ ទី13 ខែមិថុនា ឆ្នាំ2018" in text
    assert "ម៉ោង 22:00 (12 មិថុនា)" in text


def test_a_deadline_lasts_until_its_day_ends() -> None:
    now = datetime(2022, 2, 10, 2, tzinfo=UTC)
    words = compose(letter(NoticeKind.REMINDER, essays_deadline(), reader("en", whereabouts=CAMBODIA), now))
    assert words.subject == "Tomorrow: Essays are due · 11 February"
    assert "The deadline is tomorrow, Friday, 11 February 2022." in words.text
    assert "Until the end of Friday, 11 February 2022\n" in words.text


def test_a_deadline_of_another_place_names_it_and_the_readers_own_moment() -> None:
    brief = essays_deadline()
    due = replace(brief.facts.days[0], zone="Asia/Tokyo", start=time(18))
    text = compose(letter(NoticeKind.INVITATION, with_days(brief, due), reader("en", whereabouts=CAMBODIA))).text
    assert "Until Friday, 11 February 2022, 18:00 · Japan time (UTC+9)\n" in text
    assert "  Until Friday, 11 February 2022, 16:00 · Cambodia time (UTC+7)\n" in text


def test_midnight_is_never_printed_as_an_hour() -> None:
    brief = essays_deadline()
    due = replace(brief.facts.days[0], zone=ANYWHERE_ON_EARTH)
    text = compose(letter(NoticeKind.INVITATION, with_days(brief, due), reader("en", whereabouts=BANGLADESH))).text
    assert "Until the end of Friday, 11 February 2022 · anywhere on Earth (UTC−12)\n" in text
    assert "  Until Saturday, 12 February 2022, 18:00 · Bangladesh time (UTC+6)\n" in text
    morning = with_days(brief, replace(due, zone="Asia/Tokyo", start=time(9)))
    text = compose(letter(NoticeKind.INVITATION, morning, reader("en", whereabouts=Whereabouts("Europe/London")))).text
    assert "Until Friday, 11 February 2022, 09:00 · Japan time (UTC+9)\n" in text
    assert "  Until the end of Thursday, 10 February 2022 · United Kingdom time (UTC)\n" in text


def test_a_hybrid_day_is_read_as_live_by_those_abroad() -> None:
    brief = dac_meeting()
    hybrid = with_days(brief, replace(brief.facts.days[0], mode=Mode.HYBRID, link="https://meet.example/dac"))
    abroad = compose(letter(NoticeKind.REMINDER, hybrid, reader("ja"))).text
    assert "11時00分～13時30分 · 日本時間 (UTC+9)\n  9時00分～11時30分 · カンボジア時間 (UTC+7)" in abroad
    at_home = compose(letter(NoticeKind.REMINDER, hybrid, reader("km"))).text
    assert "ម៉ោង 09:00–11:30\n" in at_home
