"""Real weekends and public holidays, and where they move the notices of case 1 (`programmes.md`)."""

from datetime import date

import pytest
from tests.rules.planned_events import BANGLADESH, CAMBODIA, LAOS, about, online_days

from convene.rules.due import Due, due
from convene.rules.facts import DayFacts, Whereabouts
from convene.rules.rule import parse_rule
from convene.usecases.planning.free_days import free_days

CAMBODIAN_TEAM = online_days("2022-01-10", "Asia/Phnom_Penh")
BANGLADESHI_TEAM = online_days("2022-01-17", "Asia/Dhaka")


def moment(rule: str, days: tuple[DayFacts, ...], reader: Whereabouts) -> Due:
    found = due(parse_rule(rule), about(*days), reader, free_days(reader.country, {}))
    assert found is not None
    return found


def local(rule: str, days: tuple[DayFacts, ...], reader: Whereabouts) -> str:
    return f"{moment(rule, days, reader).local:%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ("1 month", "Mon 2022-02-14 10:00"),
        ("3 months", "Mon 2022-04-18 10:00"),
        ("6 months", "Thu 2022-07-14 10:00"),
    ],
)
def test_progress_of_the_cambodian_team_steps_around_new_year_alone(months: str, expected: str) -> None:
    assert local(f"progress {months} after", CAMBODIAN_TEAM, CAMBODIA) == expected


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ("1 month", "Tue 2022-02-22 10:00"),
        ("3 months", "Thu 2022-04-21 10:00"),
        ("6 months", "Thu 2022-07-21 10:00"),
    ],
)
def test_progress_of_the_bangladeshi_team_steps_around_language_day_alone(months: str, expected: str) -> None:
    assert local(f"progress {months} after", BANGLADESHI_TEAM, BANGLADESH) == expected


def test_the_reminder_that_would_fall_on_a_bangladeshi_friday_leaves_on_thursday() -> None:
    found = moment("3 days before", BANGLADESHI_TEAM, BANGLADESH)

    assert f"{found.local:%a %Y-%m-%d %H:%M}" == "Thu 2022-01-13 09:00"
    assert f"{found.shifted_from:%a %Y-%m-%d %H:%M}" == "Fri 2022-01-14 09:00"
    assert found.shifted_why == "weekend"


def test_a_move_says_which_holiday_it_was() -> None:
    found = moment("progress 3 months after", CAMBODIAN_TEAM, CAMBODIA)

    assert found.shifted_why.startswith("holiday: ")
    assert "New Year" in found.shifted_why


@pytest.mark.parametrize("reader", [CAMBODIA, LAOS, BANGLADESH])
def test_14_april_is_new_year_in_cambodia_laos_and_bangladesh(reader: Whereabouts) -> None:
    assert free_days(reader.country, {})(date(2022, 4, 14))


@pytest.mark.parametrize("language", ["km", "ja", "en"])
def test_holidays_are_called_the_same_whatever_the_language_of_the_host(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    # Another weekend, so that the calendar is made anew.
    weekend = tuple({"km": (0,), "ja": (1,), "en": (3,)}[language])

    assert free_days("JP", {"JP": weekend})(date(2023, 5, 3)) == "holiday: Constitution Day"
    assert free_days("KH", {"KH": weekend})(date(2022, 4, 14)) == "holiday: Khmer New Year's Day"


def test_an_estimated_holiday_counts_and_is_called_so() -> None:
    end_of_ramadan = [free_days("BD", {})(date(2027, 3, day)) or "" for day in range(8, 13)]

    assert any("estimated" in why for why in end_of_ramadan)


@pytest.mark.parametrize(
    ("country", "weekend"), [("BD", {4, 5}), ("KH", {5, 6}), ("JP", {5, 6}), ("NP", {5}), ("XX", {5, 6})]
)
def test_every_country_has_its_weekend(country: str, weekend: set[int]) -> None:
    free = free_days(country, {})
    quiet_week = [date(2026, 6, day) for day in range(8, 15)]

    assert {on.weekday() for on in quiet_week if free(on) == "weekend"} <= weekend
    assert all(free(on) for on in quiet_week if on.weekday() in weekend)


def test_a_programme_may_name_other_weekends() -> None:
    two_days = free_days("NP", {"NP": (5, 6)})

    assert two_days(date(2026, 6, 14)) == "weekend"
    assert free_days("NP", {"KH": (5, 6)})(date(2026, 6, 14)) is None


def test_a_programme_may_name_no_weekend_at_all() -> None:
    assert free_days("NP", {"NP": ()})(date(2026, 6, 13)) is None


def test_of_a_reader_without_a_country_no_day_is_known_to_be_free() -> None:
    assert free_days(None, {})(date(2022, 1, 1)) is None


def test_of_a_country_that_nobody_knows_weekends_alone_are_free() -> None:
    is_free = free_days("XX", {})

    assert is_free(date(2022, 1, 1)) == "weekend"
    assert is_free(date(2024, 1, 1)) is None
