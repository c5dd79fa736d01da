"""One letter for each thing that may happen to an event or a date: `TURNS` by name, for a reader of a language."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from tests.sample_briefs import (
    LAOS_VENUE,
    PHNOM_PENH,
    dac_meeting,
    essays_deadline,
    ewc_seminar,
    letter,
    online_programme,
    reader,
    webinar,
    with_days,
    with_status,
)

from convene.rules.facts import DayFacts, EventBrief, EventFacts, VenueFacts
from convene.rules.letter import Letter, Part
from convene.rules.vocabulary import EventKind, EventStatus, Mode, NoticeKind

REASON = {"en": "The minister is travelling.", "km": "ឯកឧត្តមរដ្ឋមន្ត្រីជាប់បេសកកម្ម។"}
HALL = VenueFacts({"en": "Siem Reap", "km": "សៀមរាប"}, "Asia/Phnom_Penh", "KH")


def exchange_visit() -> EventBrief:
    """Four days in Phnom Penh as one entry, without an hour."""
    visit = DayFacts("d1", date(2020, 1, 19), None, None, date(2020, 1, 22), PHNOM_PENH.zone, Mode.IN_PERSON)
    brief = replace(dac_meeting(), kind=EventKind.EXCHANGE_VISIT, number=None, title={"en": "Mission", "km": "បេសកកម្ម"})
    return replace(with_days(brief, visit), series_title={}, series_short_title={})


def _changed(before: EventBrief, language: str, **facts: object) -> Letter:
    """The first day of `before` has other facts now."""
    day, *others = before.facts.days
    now = with_days(before, replace(day, **facts), *others)  # type: ignore[arg-type]
    return letter(NoticeKind.CHANGE, now, reader(language), told=before.facts)


def _window_opens(language: str) -> Letter:
    return letter(NoticeKind.REMINDER, online_programme(), reader(language), datetime(2022, 1, 9, 2, tzinfo=UTC))


def _window_closes(language: str) -> Letter:
    now = datetime(2022, 1, 9, 2, tzinfo=UTC)
    return letter(NoticeKind.REMINDER, online_programme(), reader(language), now, about_day="d2", anchor="closing")


def _ends(language: str) -> Letter:
    now = datetime(2022, 1, 13, 2, tzinfo=UTC)
    return letter(NoticeKind.REMINDER, online_programme(), reader(language), now, anchor="end")


def _digest(language: str) -> Letter:
    """A window that closes, a deadline, two days without an hour and a visit."""
    now = datetime(2022, 1, 11, 2, tzinfo=UTC)
    seminar = ewc_seminar()
    days = (replace(day, on=date(2022, 1, 17 + place)) for place, day in enumerate(seminar.facts.days))
    visit = exchange_visit()
    away = replace(visit.facts.days[0], on=date(2022, 1, 12), until=date(2022, 1, 14))
    videos = with_days(online_programme(), *online_programme().facts.days[:2])
    parts = (
        Part(videos, anchor="closing"),
        Part(with_days(visit, away)),
        Part(with_days(seminar, *days)),
        Part(essays_deadline()),
    )
    return replace(letter(NoticeKind.DIGEST, videos, reader(language), now), parts=parts)


def _date_known(language: str) -> Letter:
    """The reader knows that the event goes on, and that its date is open."""
    told = EventFacts(EventStatus.CONFIRMED, ())
    return letter(NoticeKind.CHANGE, dac_meeting(), reader(language), told=told)


def _date_unknown(language: str) -> Letter:
    open_again = replace(with_days(dac_meeting()), undated=("d1",))
    return letter(NoticeKind.CHANGE, open_again, reader(language), told=dac_meeting().facts)


def _hour_known(language: str) -> Letter:
    return _changed(ewc_seminar(), language, start=time(9), end=time(16))


def _hour_unknown(language: str) -> Letter:
    return _changed(dac_meeting(), language, start=None, end=None)


def _deadline_moved(language: str) -> Letter:
    return _changed(essays_deadline(), language, on=date(2022, 2, 18))


def _visit_longer(language: str) -> Letter:
    return _changed(exchange_visit(), language, until=date(2020, 1, 24))


def _window_longer(language: str) -> Letter:
    return _changed(online_programme(), language, until=date(2022, 1, 13))


def _window_became_live(language: str) -> Letter:
    return _changed(online_programme(), language, mode=Mode.LIVE, until=None, start=time(9), end=time(11))


def _postponed(language: str) -> Letter:
    brief = with_status(dac_meeting(), EventStatus.POSTPONED, REASON)
    return letter(NoticeKind.CHANGE, brief, reader(language), told=dac_meeting().facts)


def _confirmed_again(language: str) -> Letter:
    told = EventFacts(EventStatus.POSTPONED, dac_meeting().facts.days)
    later = with_days(dac_meeting(), replace(dac_meeting().facts.days[0], on=date(2020, 2, 10)))
    return letter(NoticeKind.CHANGE, later, reader(language), told=told)


def _day_added(language: str) -> Letter:
    third = DayFacts("d3", date(2015, 7, 4), None, None, None, LAOS_VENUE.zone, Mode.IN_PERSON, 0, LAOS_VENUE)
    brief = with_days(ewc_seminar(), *ewc_seminar().facts.days, third)
    return letter(NoticeKind.CHANGE, brief, reader(language), told=ewc_seminar().facts)


def _day_removed(language: str) -> Letter:
    brief = with_days(ewc_seminar(), ewc_seminar().facts.days[0])
    return letter(NoticeKind.CHANGE, brief, reader(language), told=ewc_seminar().facts)


def _venue_changed(language: str) -> Letter:
    return _changed(dac_meeting(), language, venue=HALL)


def _moved_online(language: str) -> Letter:
    return _changed(dac_meeting(), language, mode=Mode.LIVE, venue=None, link="https://meet.example/3")


def _link_changed(language: str) -> Letter:
    return _changed(webinar(), language, link="https://meet.example/5-new")


def _news_in_a_reminder(language: str) -> Letter:
    """It comes due before the correction of the hour."""
    return replace(_changed(dac_meeting(), language, start=time(10), end=time(12)), kind=NoticeKind.REMINDER)


def _news_in_a_digest(language: str) -> Letter:
    """The seminar takes place after all; nothing is new of the meeting."""
    now = datetime(2015, 7, 1, 2, tzinfo=UTC)
    seminar, days = ewc_seminar(), dac_meeting().facts.days
    meeting = with_days(dac_meeting(), replace(days[0], on=seminar.facts.days[0].on))
    told = EventFacts(EventStatus.POSTPONED, seminar.facts.days)
    return replace(
        letter(NoticeKind.DIGEST, seminar, reader(language), now), parts=(Part(meeting), Part(seminar, told=told))
    )


def _person_removed(language: str) -> Letter:
    return letter(NoticeKind.CANCELLATION, dac_meeting(), reader(language), told=dac_meeting().facts, left=True)


def _person_added_again(language: str) -> Letter:
    return letter(NoticeKind.INVITATION, dac_meeting(), reader(language))


TURNS: dict[str, Callable[[str], Letter]] = {
    "window-opens": _window_opens,
    "window-closes": _window_closes,
    "ends": _ends,
    "digest-of-dates": _digest,
    "date-known": _date_known,
    "date-unknown": _date_unknown,
    "hour-known": _hour_known,
    "hour-unknown": _hour_unknown,
    "deadline-moved": _deadline_moved,
    "visit-longer": _visit_longer,
    "window-longer": _window_longer,
    "window-became-live": _window_became_live,
    "postponed": _postponed,
    "confirmed-again": _confirmed_again,
    "day-added": _day_added,
    "day-removed": _day_removed,
    "venue-changed": _venue_changed,
    "moved-online": _moved_online,
    "link-changed": _link_changed,
    "news-in-a-reminder": _news_in_a_reminder,
    "news-in-a-digest": _news_in_a_digest,
    "person-removed": _person_removed,
    "person-added-again": _person_added_again,
}
