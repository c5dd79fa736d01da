"""Facts as they are told: their moments, and the plain form in which "told" is stored."""

import json
from dataclasses import replace
from datetime import date, time

from tests.rules.planned_events import PHNOM_PENH, day, deadline, facts, online_days, utc

from convene.rules.facts import VenueFacts, facts_from_json, facts_to_json
from convene.rules.vocabulary import Mode


def test_a_day_begins_and_ends_on_the_clock_of_its_zone() -> None:
    live = day("2022-01-13", "14:00-16:30", zone="Asia/Tokyo", mode=Mode.LIVE)

    assert (live.starts_at(), live.ends_at()) == (utc(2022, 1, 13, 5), utc(2022, 1, 13, 7, 30))


def test_an_end_at_or_before_the_start_lies_on_the_next_date() -> None:
    evening = day("2020-01-20", "20:00-02:00")

    assert evening.end_date == date(2020, 1, 21)
    assert evening.ends_at() == utc(2020, 1, 20, 19)
    assert day("2020-01-20", "20:00-00:00").ends_at() == utc(2020, 1, 20, 17)
    assert day("2020-01-20", "20:00-02:00", until="2020-01-20").ends_at() == evening.ends_at()


def test_a_day_without_hours_is_the_whole_date() -> None:
    visit = day("2020-01-19", until="2020-01-22")

    assert (visit.starts_at(), visit.ends_at()) == (utc(2020, 1, 18, 17), utc(2020, 1, 22, 17))


def test_a_deadline_wherever_you_are_ends_with_the_readers_own_day() -> None:
    essays = deadline("2022-02-11")

    assert essays.ends_at("Asia/Phnom_Penh") == utc(2022, 2, 11, 17)
    assert essays.ends_at("America/La_Paz") == utc(2022, 2, 12, 4)


def test_a_deadline_with_an_hour_ends_at_that_hour() -> None:
    assert deadline("2022-02-11", "18:00", "Asia/Tokyo").ends_at("Asia/Dhaka") == utc(2022, 2, 11, 9)


def test_of_two_equal_hours_fold_picks_the_later() -> None:
    earlier = day("2026-10-25", "02:30-03:30", zone="Europe/Brussels")

    assert earlier.starts_at() == utc(2026, 10, 25, 0, 30)
    assert replace(earlier, fold=1).starts_at() == utc(2026, 10, 25, 1, 30)


def test_what_was_told_is_read_back_as_it_was() -> None:
    told = facts(*online_days("2022-01-10", "Asia/Phnom_Penh"), day("2022-01-20", "09:00", slug="d6", venue=PHNOM_PENH))

    assert facts_from_json(json.loads(json.dumps(facts_to_json(told)))) == told


def test_equal_facts_have_one_stored_form_in_whatever_order_a_text_was_written() -> None:
    one = day("2020-01-20", venue=VenueFacts({"en": "Phnom Penh", "km": "ភ្នំពេញ"}, "Asia/Phnom_Penh"))
    other = day("2020-01-20", venue=VenueFacts({"km": "ភ្នំពេញ", "en": "Phnom Penh"}, "Asia/Phnom_Penh"))

    assert json.dumps(facts_to_json(facts(one))) == json.dumps(facts_to_json(facts(other)))


def test_a_day_is_found_by_its_id() -> None:
    online = facts(*online_days("2022-01-10", "Asia/Phnom_Penh"))
    fourth = online.day("d4")

    assert fourth is not None
    assert fourth.start == time(14)
    assert online.day("d9") is None
