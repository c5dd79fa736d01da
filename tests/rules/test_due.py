"""When a notice is due (`programme-file`, "Rules"): which date, which hour, on whose clock."""

from datetime import date, datetime, timedelta

import pytest
from tests.rules.planned_events import (
    BANGLADESH,
    BOLIVIA,
    CAMBODIA,
    JAPAN,
    PHNOM_PENH,
    about,
    day,
    deadline,
    facts,
    online_days,
    utc,
)

from convene.rules.due import Due, Subject, due, occurrence, subjects, unshifted
from convene.rules.facts import VenueFacts, Whereabouts
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import Mode, NoticeKind
from convene.rules.working_days import FreeDay, always_working

MEETING = about(day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH))
ONLINE_KH = about(*online_days("2022-01-10", "Asia/Phnom_Penh"))
ONLINE_BD = about(*online_days("2022-01-17", "Asia/Dhaka"))


def moment(
    rule: str,
    subject: Subject,
    reader: Whereabouts = CAMBODIA,
    is_free: FreeDay = always_working,
    joining: datetime | None = None,
) -> Due:
    found = due(parse_rule(rule), subject, reader, is_free, joining)
    assert found is not None
    return found


def local(rule: str, subject: Subject, reader: Whereabouts = CAMBODIA, is_free: FreeDay = always_working) -> str:
    return f"{moment(rule, subject, reader, is_free).local:%a %Y-%m-%d %H:%M}"


def nothing(rule: str, subject: Subject) -> bool:
    return due(parse_rule(rule), subject, CAMBODIA) is None


def bangladeshi_weekend(on: date) -> str | None:
    return "weekend" if on.weekday() in (4, 5) else None


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("7 days before at 09:00", "Mon 2020-01-13 09:00"),
        ("1 day before at 17:00", "Sun 2020-01-19 17:00"),
        ("2 weeks before", "Mon 2020-01-06 09:00"),
        ("1 month before", "Fri 2019-12-20 09:00"),
        ("0 days before at 06:30", "Mon 2020-01-20 06:30"),
        ("1 hour before", "Mon 2020-01-20 08:00"),
        ("90 minutes before", "Mon 2020-01-20 07:30"),
        ("30 minutes before end", "Mon 2020-01-20 11:00"),
        ("thanks 1 day after", "Tue 2020-01-21 10:00"),
        ("thanks 2 hours after", "Mon 2020-01-20 13:30"),
        ("progress 12 months after", "Wed 2021-01-20 10:00"),
        ("on Fri 2020-01-03 at 10:00", "Fri 2020-01-03 10:00"),
    ],
)
def test_rules_count_from_the_event(rule: str, expected: str) -> None:
    assert local(rule, MEETING) == expected


def test_before_counts_from_the_first_day_and_after_from_the_last() -> None:
    assert local("3 days before", ONLINE_BD, BANGLADESH) == "Fri 2022-01-14 09:00"
    assert local("thanks 1 day after", ONLINE_BD, BANGLADESH) == "Sat 2022-01-22 10:00"


@pytest.mark.parametrize(("months", "expected"), [("1 month", "02-14"), ("3 months", "04-14"), ("6 months", "07-14")])
def test_progress_of_the_cambodian_team_counts_from_14_january(months: str, expected: str) -> None:
    assert moment(f"progress {months} after", ONLINE_KH).local.isoformat() == f"2022-{expected}T10:00:00"


@pytest.mark.parametrize(("months", "expected"), [("1 month", "02-21"), ("3 months", "04-21"), ("6 months", "07-21")])
def test_progress_of_the_bangladeshi_team_counts_from_21_january(months: str, expected: str) -> None:
    assert moment(f"progress {months} after", ONLINE_BD, BANGLADESH).local.isoformat() == f"2022-{expected}T10:00:00"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("progress 1 month after", "Sun 2021-02-28 10:00"),
        ("progress 3 months after", "Fri 2021-04-30 10:00"),
        ("progress 12 months after", "Mon 2022-01-31 10:00"),
        ("2 months before", "Mon 2020-11-30 09:00"),
    ],
)
def test_months_keep_the_day_or_take_the_months_last_counted_from_the_event_each_time(rule: str, expected: str) -> None:
    assert local(rule, about(day("2021-01-31"))) == expected


def test_a_weekend_moves_a_reminder_to_the_working_day_before() -> None:
    found = moment("3 days before", ONLINE_BD, BANGLADESH, bangladeshi_weekend)

    assert f"{found.local:%a %Y-%m-%d %H:%M}" == "Thu 2022-01-13 09:00"
    assert (found.shifted_from, found.shifted_why) == (datetime(2022, 1, 14, 9, 0), "weekend")


def test_a_weekend_moves_a_follow_up_to_the_working_day_after() -> None:
    assert local("thanks 1 day after", ONLINE_BD, BANGLADESH, bangladeshi_weekend) == "Sun 2022-01-23 10:00"


def test_an_invitation_hours_and_written_dates_never_move() -> None:
    def always_free(_: date) -> str | None:
        return "holiday"

    invitation = due(parse_rule("7 days before", NoticeKind.INVITATION), MEETING, CAMBODIA, always_free)

    assert invitation is not None
    assert invitation.shifted_from is None
    assert moment("1 hour before", MEETING, is_free=always_free).shifted_from is None
    assert moment("on Fri 2020-01-03 at 10:00", MEETING, is_free=always_free).shifted_from is None


def test_the_unshifted_moment_is_the_one_before_the_shift() -> None:
    found = moment("3 days before", ONLINE_BD, BANGLADESH, bangladeshi_weekend)

    assert unshifted(found) == moment("3 days before", ONLINE_BD, BANGLADESH)
    assert unshifted(moment("7 days before", MEETING)) == moment("7 days before", MEETING)


def test_days_count_on_the_first_clock_printed_and_the_hour_is_the_readers() -> None:
    late = day("2018-06-12", "23:00", zone="UTC", mode=Mode.LIVE)

    assert local("1 day before at 17:00", about(late), JAPAN) == "Tue 2018-06-12 17:00"
    assert local("1 day before at 17:00", about(late), BOLIVIA) == "Mon 2018-06-11 17:00"
    assert local("1 day before at 17:00", MEETING, JAPAN) == "Sun 2020-01-19 17:00"
    assert moment("1 day before at 17:00", MEETING, JAPAN).at == utc(2020, 1, 19, 8)


def test_the_first_clock_of_an_in_person_day_is_the_venues_wherever_the_reader_lives() -> None:
    breakfast = about(day("2020-01-20", "06:00", venue=PHNOM_PENH))

    assert local("3 days before", breakfast, BOLIVIA) == "Fri 2020-01-17 09:00"


def test_venue_time_is_the_venues_clock_told_on_the_readers() -> None:
    found = moment("1 day before at 08:00 venue time", MEETING, JAPAN)

    assert found.at == utc(2020, 1, 19, 1)
    assert (found.zone, f"{found.local:%H:%M}") == ("Asia/Tokyo", "10:00")


def test_a_shift_in_venue_time_is_told_on_the_readers_clock_too() -> None:
    found = moment("3 days before at 08:00 venue time", MEETING, JAPAN, bangladeshi_weekend)

    assert (f"{found.local:%a %H:%M}", found.shifted_from) == ("Thu 10:00", datetime(2020, 1, 17, 10, 0))
    assert unshifted(found).at == utc(2020, 1, 17, 1)


def test_a_notice_in_venue_time_is_kept_off_the_readers_own_free_days() -> None:
    """It leaves in the evening of La Paz, which is the next morning in Tokyo."""

    def weekend(on: date) -> str | None:
        return "weekend" if on.weekday() in (5, 6) else None

    la_paz = VenueFacts({"en": "La Paz"}, "America/La_Paz", "BO")
    on_saturday, on_monday, on_tuesday = (
        about(day(on, "09:00", zone=la_paz.zone, venue=la_paz)) for on in ("2027-05-15", "2027-05-17", "2027-05-18")
    )
    rule = "1 day before at 20:00 venue time"

    assert local(rule, on_saturday, JAPAN, weekend) == "Fri 2027-05-14 09:00"
    assert moment(rule, on_saturday, JAPAN, weekend).shifted_from == datetime(2027, 5, 15, 9, 0)
    assert moment(rule, on_monday, JAPAN, weekend) == moment(rule, on_monday, JAPAN)
    assert local(rule, on_monday, JAPAN, weekend) == "Mon 2027-05-17 09:00"
    assert local(rule, on_tuesday, JAPAN, weekend) == "Tue 2027-05-18 09:00"


def test_hours_count_from_the_instant_across_a_change_of_the_clocks() -> None:
    spring = about(day("2026-03-29", "04:00", zone="Europe/Brussels"))

    assert local("3 hours before", spring, Whereabouts("Europe/Brussels", "BE")) == "Sun 2026-03-29 00:00"


PARIS = Whereabouts("Europe/Paris", "FR")


def test_at_an_hour_that_clocks_skip_a_rule_is_due_as_much_later_as_they_skip() -> None:
    assert moment("1 day before at 02:30", about(day("2027-03-29", zone="Europe/Paris")), PARIS).at == utc(
        2027, 3, 28, 1, 30
    )
    assert local("1 day before at 02:30", about(day("2027-03-29", zone="Europe/Paris")), PARIS) == (
        "Sun 2027-03-28 03:30"
    )
    assert local("on 2027-03-28 at 02:30", about(day("2027-04-09")), PARIS) == "Sun 2027-03-28 03:30"


def test_at_an_hour_that_clocks_show_twice_a_rule_is_due_the_first_time() -> None:
    found = moment("1 day before at 02:30", about(day("2027-11-01", zone="Europe/Paris")), PARIS)

    assert found.at == utc(2027, 10, 31, 0, 30)
    assert (found.local, found.local.fold) == (datetime(2027, 10, 31, 2, 30), 0)


def test_dhaka_skipped_an_hour_and_showed_another_twice_in_2009() -> None:
    assert local("0 days before at 23:30", about(day("2009-06-19", zone="Asia/Dhaka")), BANGLADESH) == (
        "Sat 2009-06-20 00:30"
    )
    assert moment("0 days before at 23:30", about(day("2009-12-31", zone="Asia/Dhaka")), BANGLADESH).at == utc(
        2009, 12, 31, 16, 30
    )


def test_a_shift_away_from_a_repeated_hour_remembers_which_of_the_two_it_was() -> None:
    def halloween(on: date) -> str | None:
        return "holiday" if on == date(2027, 10, 31) else None

    event = about(
        day("2027-11-01", "09:00", zone="Africa/Lagos", venue=VenueFacts({"en": "Lagos"}, "Africa/Lagos", "NG"))
    )
    found = moment("1 day before at 02:30 venue time", event, PARIS, halloween)

    assert unshifted(found) == moment("1 day before at 02:30 venue time", event, PARIS)
    assert unshifted(found).at == utc(2027, 10, 31, 1, 30)


@pytest.mark.parametrize(
    ("fold", "start", "hour_before", "end"),
    [
        (0, utc(2027, 10, 31, 0, 30), utc(2027, 10, 30, 23, 30), "02:45"),
        (1, utc(2027, 10, 31, 1, 30), utc(2027, 10, 31, 0, 30), "02:45"),
    ],
)
def test_an_event_in_a_repeated_hour_starts_and_ends_in_the_one_that_was_chosen(
    fold: int, start: datetime, hour_before: datetime, end: str
) -> None:
    night = day("2027-10-31", f"02:30-{end}", zone="Europe/Paris", fold=fold)

    assert (night.starts_at(), night.ends_at()) == (start, start + timedelta(minutes=15))
    assert moment("1 hour before", about(night), PARIS).at == hour_before


def test_an_on_demand_window_is_counted_in_dates_and_hours_before_its_start_give_nothing() -> None:
    window = about(day("2022-01-10", until="2022-01-31", mode=Mode.ON_DEMAND))

    assert local("7 days before", window, BOLIVIA) == "Mon 2022-01-03 09:00"
    assert local("7 days before closing", window, BOLIVIA) == "Mon 2022-01-24 09:00"
    assert local("progress 1 month after", window, BOLIVIA) == "Mon 2022-02-28 10:00"
    assert moment("3 hours before closing", window).at == utc(2022, 1, 31, 14)
    assert moment("3 hours before end", window).at == utc(2022, 1, 31, 14)
    assert nothing("1 hour before", window)


def test_each_window_closes_at_its_own_end_and_a_live_day_does_not() -> None:
    early, late = (
        day("2022-01-10", until=f"2022-01-{last}", mode=Mode.ON_DEMAND, slug=f"d{last}") for last in (14, 21)
    )
    live = day("2022-01-12", "09:00", mode=Mode.LIVE, slug="live")
    rule = parse_rule("1 day before closing each day")

    found = [due(rule, subject, CAMBODIA) for subject in subjects(rule, facts(early, late, live))]

    assert [moment.local.day if moment else None for moment in found] == [13, 20, None]
    assert local("1 day before closing", about(early, late, live)) == "Thu 2022-01-20 09:00"


def test_without_an_hour_days_still_count_and_hours_give_nothing() -> None:
    all_day = about(day("2020-01-21"))

    assert local("1 day before at 17:00", all_day) == "Mon 2020-01-20 17:00"
    assert nothing("1 hour before", all_day)
    assert nothing("thanks 2 hours after", all_day)
    assert nothing("thanks 2 hours after", about(day("2020-01-21", "09:00")))


def test_an_end_at_midnight_belongs_to_the_evening_before() -> None:
    assert local("thanks 1 day after", about(day("2020-01-20", "20:00-00:00"))) == "Tue 2020-01-21 10:00"
    assert local("thanks 1 day after", about(day("2020-01-20", "20:00-00:30"))) == "Wed 2020-01-22 10:00"


def test_joining_is_the_moment_when_the_invitation_took_effect() -> None:
    rule, joined = parse_rule("1 day after joining at 08:00"), utc(2020, 1, 5, 20)

    found = due(rule, MEETING, CAMBODIA, joining=joined)

    assert found is not None
    assert found.local == datetime(2020, 1, 7, 8, 0)  # 20:00 UTC on the 5th is the 6th in Phnom Penh
    assert moment("2 hours after joining", MEETING, joining=joined).at == utc(2020, 1, 5, 22)
    assert due(rule, MEETING, CAMBODIA) is None


def test_closing_is_the_end_of_the_on_demand_window_on_its_own_clock() -> None:
    assert local("1 day before closing", ONLINE_KH) == "Tue 2022-01-11 09:00"
    assert moment("2 hours before closing", ONLINE_KH).at == utc(2022, 1, 12, 15)
    assert nothing("1 day before closing", MEETING)


def test_a_follow_up_of_a_window_counts_from_its_last_date() -> None:
    window = about(day("2022-01-10", until="2022-01-12", mode=Mode.ON_DEMAND))

    assert local("thanks 1 day after", window, JAPAN) == "Thu 2022-01-13 10:00"
    assert local("1 day before", window, BOLIVIA) == "Sun 2022-01-09 09:00"


@pytest.mark.parametrize("zone", ["reader", "anywhere-on-earth", "Asia/Tokyo"])
@pytest.mark.parametrize("reader", [CAMBODIA, BOLIVIA, JAPAN])
def test_days_before_a_deadline_count_from_the_date_as_written(zone: str, reader: Whereabouts) -> None:
    assert local("3 days before", about(deadline("2022-02-11", zone=zone)), reader) == "Tue 2022-02-08 09:00"
    assert local("3 days before", about(deadline("2022-02-11", "01:00", zone)), reader) == "Tue 2022-02-08 09:00"


@pytest.mark.parametrize(
    ("at", "zone", "ends"),
    [
        ("", "reader", utc(2022, 2, 11, 17)),
        ("18:00", "reader", utc(2022, 2, 11, 11)),
        ("", "anywhere-on-earth", utc(2022, 2, 12, 12)),
        ("20:00", "Asia/Tokyo", utc(2022, 2, 11, 11)),
        ("", "Asia/Tokyo", utc(2022, 2, 11, 15)),
    ],
)
def test_hours_before_a_deadline_count_from_its_moment(at: str, zone: str, ends: datetime) -> None:
    essays = deadline("2022-02-11", at, zone)

    assert essays.ends_at(CAMBODIA.zone) == ends
    assert moment("1 hour before", about(essays)).at == ends - timedelta(hours=1)


def test_each_day_makes_one_notice_per_day_and_each_live_day_skips_the_videos() -> None:
    days = ONLINE_KH.facts

    assert len(subjects(parse_rule("1 day before"), days)) == 1
    assert len(subjects(parse_rule("1 day before each day"), days)) == 5
    live = subjects(parse_rule("1 hour before each live day"), days)
    assert [local("1 hour before each live day", subject) for subject in live] == [
        "Wed 2022-01-12 11:00",
        "Thu 2022-01-13 11:00",
        "Fri 2022-01-14 11:00",
    ]


def test_an_event_without_a_date_makes_no_notices() -> None:
    assert subjects(parse_rule("1 day before"), facts()) == ()
    assert nothing("1 day before", about())


def test_the_last_day_is_the_one_that_ends_last_wherever_its_clock_is() -> None:
    tokyo = day("2022-01-13", "14:00-16:00", zone="Asia/Tokyo", mode=Mode.LIVE)
    la_paz = day("2022-01-13", "09:00-11:00", slug="d2", zone="America/La_Paz", mode=Mode.LIVE)

    assert facts(tokyo, la_paz).last_day == la_paz


def test_a_notice_speaks_of_the_start_and_a_follow_up_of_the_end() -> None:
    assert occurrence(parse_rule("1 day before"), MEETING) == "2020-01-20T09:00 Asia/Phnom_Penh"
    assert occurrence(parse_rule("thanks 1 day after"), MEETING) == "2020-01-20T11:30 Asia/Phnom_Penh"
    assert occurrence(parse_rule("1 day before"), about(day("2020-01-21"))) == "2020-01-21 Asia/Phnom_Penh"
