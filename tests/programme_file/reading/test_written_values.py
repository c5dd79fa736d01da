"""Names and numbers: what is refused says what to write instead."""

import pytest

from convene.programme_file.reading.findings import WrittenValueError
from convene.programme_file.reading.written_dates import fiscal_year_start, hold_minutes, quiet_hours
from convene.programme_file.reading.written_values import due_zone, secure_link, slug, web_link, zone_name


@pytest.mark.parametrize(
    ("zone", "remedy"),
    [
        ("GMT+6", "write the zone of a place, such as Asia/Dhaka"),
        ("+05:30", "write the zone of a place, such as Asia/Kolkata"),
        ("UTC+5:45", "write the zone of a place, such as Asia/Kathmandu"),
        ("Asia/Pnom_Penh", "did you mean Asia/Phnom_Penh?"),
        ("Phnom Penh", "did you mean Asia/Phnom_Penh?"),
        ("asia/dhaka", "did you mean Asia/Dhaka?"),
        ("Mars/Base", "write a zone such as Asia/Phnom_Penh"),
        ("../etc/passwd", "write a zone such as Asia/Phnom_Penh"),
    ],
)
def test_an_unknown_zone_names_one_that_exists(zone: str, remedy: str) -> None:
    with pytest.raises(WrittenValueError) as refusal:
        zone_name(zone)
    assert refusal.value.remedy == remedy


def test_a_deadline_may_end_wherever_its_reader_is() -> None:
    assert [due_zone(zone) for zone in ("reader", "anywhere-on-earth", "Asia/Dhaka")] == [
        "reader",
        "anywhere-on-earth",
        "Asia/Dhaka",
    ]


@pytest.mark.parametrize(
    "link", ["meet.example/4", "ftp://x.example", "https://", "https://a b.example", "http://x:y/", "data:x"]
)
def test_what_no_browser_should_open_is_no_link(link: str) -> None:
    with pytest.raises(WrittenValueError):
        web_link(link)


def test_a_map_must_be_https() -> None:
    assert secure_link("https://map.example/?q=Phnom%20Penh") == "https://map.example/?q=Phnom%20Penh"
    with pytest.raises(WrittenValueError):
        secure_link("http://map.example/")


def test_an_id_says_what_it_could_be() -> None:
    with pytest.raises(WrittenValueError) as refusal:
        slug("SGRA Cambodia")
    assert refusal.value.remedy == "write: sgra-cambodia"


@pytest.mark.parametrize("text", ["1 April", "04-01", "01 april"])
def test_the_fiscal_year_starts_on_a_day_of_each_year(text: str) -> None:
    assert fiscal_year_start(text) == (4, 1)


@pytest.mark.parametrize("text", ["29 February", "31 April", "13-01", "April", "2020-04-01"])
def test_other_starts_of_a_fiscal_year_are_refused(text: str) -> None:
    with pytest.raises(WrittenValueError):
        fiscal_year_start(text)


@pytest.mark.parametrize("text", ["10", "61 minutes", "2 hours", "-1 minutes", "soon"])
def test_a_hold_is_at_most_an_hour(text: str) -> None:
    with pytest.raises(WrittenValueError):
        hold_minutes(text)


def test_holds_and_quiet_hours_are_read() -> None:
    assert (hold_minutes("10 minutes"), hold_minutes("1 hour")) == (10, 60)
    begin, end = quiet_hours("21:00-07:00")
    assert (begin.hour, end.hour) == (21, 7)
