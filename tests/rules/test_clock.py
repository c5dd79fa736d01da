"""Which clock a reader sees (design promise 2), mode by mode, and the world-clock line of those invited."""

from datetime import date

import pytest
from tests.rules.planned_events import BANGLADESH, BOLIVIA, CAMBODIA, JAPAN, LAOS, PHNOM_PENH, day, deadline

from convene.rules.clock import Clocks, clocks, first_clock_zone, world_clock
from convene.rules.facts import DayFacts, VenueFacts, Whereabouts
from convene.rules.vocabulary import Mode
from convene.rules.zones import wall_clock

MEETING = day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH)
LIVE = day("2022-01-13", "14:00-16:30", zone="Asia/Tokyo", mode=Mode.LIVE)
HYBRID = day("2020-01-20", "09:00-11:30", mode=Mode.HYBRID, venue=PHNOM_PENH)


def test_in_person_shows_the_venues_clock_and_beneath_it_the_readers_where_it_differs() -> None:
    assert clocks(MEETING, JAPAN) == Clocks("Asia/Phnom_Penh", beneath="Asia/Tokyo", label_first=True)


def test_in_person_shows_one_clock_to_a_reader_at_the_same_offset() -> None:
    assert clocks(MEETING, LAOS).beneath is None


def test_a_single_clock_has_no_label_where_reader_and_venue_share_the_country() -> None:
    assert clocks(MEETING, CAMBODIA) == Clocks("Asia/Phnom_Penh")
    assert clocks(MEETING, LAOS).label_first


def test_offsets_are_compared_on_the_day_itself() -> None:
    """Lagos keeps its clocks all year; Brussels shows the same hour in winter alone."""
    venue = VenueFacts({"en": "Brussels"}, "Europe/Brussels", "BE")
    lagos = Whereabouts("Africa/Lagos", "NG")
    winter = day("2026-01-20", "09:00", zone="Europe/Brussels", venue=venue)
    summer = day("2026-07-20", "09:00", zone="Europe/Brussels", venue=venue)

    assert clocks(winter, lagos).beneath is None
    assert clocks(summer, lagos).beneath == "Africa/Lagos"


def test_without_an_hour_there_is_nothing_to_put_beneath() -> None:
    assert clocks(day("2020-01-20", venue=PHNOM_PENH), JAPAN).beneath is None


@pytest.mark.parametrize("reader", [CAMBODIA, BANGLADESH, JAPAN, BOLIVIA])
def test_live_shows_the_readers_clock_alone(reader: Whereabouts) -> None:
    shown = clocks(LIVE, reader)

    assert (shown.first, shown.beneath) == (reader.zone, None)


def test_hybrid_reads_as_in_person_in_the_venues_country() -> None:
    assert clocks(HYBRID, CAMBODIA) == clocks(MEETING, CAMBODIA)
    assert clocks(HYBRID, Whereabouts("Asia/Tokyo", "KH")).first == "Asia/Phnom_Penh"


def test_hybrid_reads_as_live_elsewhere_with_the_venues_clock_beneath() -> None:
    assert clocks(HYBRID, JAPAN) == Clocks("Asia/Tokyo", beneath="Asia/Phnom_Penh")
    assert clocks(HYBRID, LAOS) == Clocks("Asia/Vientiane")


def test_on_demand_shows_dates_in_the_days_zone_and_never_another() -> None:
    window = day("2022-01-10", until="2022-01-12", mode=Mode.ON_DEMAND)

    assert clocks(window, JAPAN) == Clocks("Asia/Phnom_Penh")
    assert first_clock_zone(window, JAPAN) == "Asia/Phnom_Penh"


def test_a_deadline_wherever_you_are_shows_the_readers_clock() -> None:
    essays = deadline("2022-02-11")

    assert clocks(essays, JAPAN) == Clocks("Asia/Tokyo")
    assert first_clock_zone(essays, BOLIVIA) == "America/La_Paz"


def test_a_deadline_in_a_zone_shows_the_readers_own_moment_beneath() -> None:
    shown = clocks(deadline("2022-02-11", "20:00", "Asia/Tokyo"), CAMBODIA)

    assert (shown.first, shown.beneath) == ("Asia/Tokyo", "Asia/Phnom_Penh")
    assert clocks(deadline("2022-02-11", "20:00", "Asia/Phnom_Penh"), LAOS).beneath is None


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "anywhere-on-earth"])
def test_a_deadline_without_an_hour_still_ends_at_another_hour_elsewhere(zone: str) -> None:
    assert clocks(deadline("2022-02-11", zone=zone), CAMBODIA).beneath == "Asia/Phnom_Penh"


def hours(day: DayFacts, *zones: str) -> dict[str, str]:
    entries = world_clock(day, [Whereabouts(zone) for zone in zones])
    return {place.zone: f"{entry.local:%H:%M}" for entry in entries for place in entry.whereabouts}


def test_the_world_clock_of_the_ripess_webinar_is_the_published_one() -> None:
    webinar = day("2018-06-12", "13:00", zone="UTC", mode=Mode.LIVE)
    published = {
        "America/La_Paz": "09:00",
        "Africa/Douala": "14:00",
        "Europe/London": "14:00",
        "Europe/Brussels": "15:00",
        "Asia/Kolkata": "18:30",
        "Asia/Kathmandu": "18:45",
        "Asia/Dhaka": "19:00",
        "Asia/Bangkok": "20:00",
        "Asia/Phnom_Penh": "20:00",
        "Asia/Vientiane": "20:00",
        "Asia/Jakarta": "20:00",
        "Asia/Manila": "21:00",
        "Asia/Tokyo": "22:00",
    }

    assert hours(webinar, *published) == published


def test_the_same_line_is_another_one_in_january() -> None:
    january = day("2018-01-09", "13:00", zone="UTC", mode=Mode.LIVE)

    assert hours(january, "Europe/Brussels", "Asia/Bangkok") == {"Europe/Brussels": "14:00", "Asia/Bangkok": "20:00"}


def test_day_4_of_the_online_programme_is_noon_in_phnom_penh_and_eleven_in_dhaka() -> None:
    assert hours(LIVE, "Asia/Tokyo", "Asia/Phnom_Penh", "Asia/Dhaka") == {
        "Asia/Tokyo": "14:00",
        "Asia/Phnom_Penh": "12:00",
        "Asia/Dhaka": "11:00",
    }
    assert f"{wall_clock(LIVE.starts_at(), clocks(LIVE, CAMBODIA).first):%H:%M}" == "12:00"
    assert f"{wall_clock(LIVE.starts_at(), clocks(LIVE, BANGLADESH).first):%H:%M}" == "11:00"


def test_places_at_one_offset_share_an_entry_and_entries_go_from_west_to_east() -> None:
    entries = world_clock(LIVE, [JAPAN, LAOS, BOLIVIA, CAMBODIA, LAOS])

    assert [entry.whereabouts for entry in entries] == [(BOLIVIA,), (CAMBODIA, LAOS), (JAPAN,)]


def test_an_entry_carries_its_date_where_the_day_differs() -> None:
    evening = day("2022-01-13", "09:00", zone="Asia/Tokyo", mode=Mode.LIVE)

    assert [entry.local.date() for entry in world_clock(evening, [BOLIVIA, JAPAN])] == [
        date(2022, 1, 12),
        date(2022, 1, 13),
    ]


def test_where_everybody_lives_at_one_offset_there_is_no_world_clock() -> None:
    assert world_clock(LIVE, [CAMBODIA, LAOS]) == ()
    assert world_clock(LIVE, []) == ()
    assert world_clock(day("2022-01-13", mode=Mode.LIVE), [CAMBODIA, JAPAN]) == ()
