"""One letter of each kind, as the golden mails show them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from tests.sample_briefs import (
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

from convene.rules.facts import DayFacts
from convene.rules.letter import Letter
from convene.rules.vocabulary import EventStatus, Mode, NoticeKind

FUNDER = {"en": "Ministry of Health, Labour and Welfare", "ja": "厚生労働省"}
PRIVACY = "https://privacy.example/"
UNSUBSCRIBE = "https://convene.example/u/0123456789abcdef.aaaabbbbccccddddeeeeffffgggghhhh"


def sample_letter(kind: NoticeKind, language: str) -> Letter:
    """The letter of `kind` to the sample reader of `language`, at a moment at which such a letter leaves."""
    made = {
        NoticeKind.INVITATION: _invitation,
        NoticeKind.REMINDER: _reminder,
        NoticeKind.DIGEST: _digest,
        NoticeKind.CHANGE: _change,
        NoticeKind.CANCELLATION: _cancellation,
        NoticeKind.THANKS: _thanks,
        NoticeKind.ACTION_PLAN: _action_plan,
        NoticeKind.PROGRESS: _progress,
    }[kind](language)
    return replace(made, unsubscribe_link=UNSUBSCRIBE)


def _invitation(language: str) -> Letter:
    now = datetime(2018, 6, 1, 2, tzinfo=UTC)
    to = reader(language)
    return letter(NoticeKind.INVITATION, webinar(), to, now, funder=FUNDER, privacy_link=PRIVACY)


def _reminder(language: str) -> Letter:
    return letter(NoticeKind.REMINDER, dac_meeting(), reader(language))


def _digest(language: str) -> Letter:
    parts = (online_programme(), essays_deadline())
    return letter(NoticeKind.DIGEST, parts, reader(language), datetime(2022, 1, 7, 2, tzinfo=UTC))


def _change(language: str) -> Letter:
    """Moved from Monday to Tuesday and from 09:00 to 10:00, and a second day is added."""
    before = dac_meeting()
    moved = replace(before.facts.days[0], on=date(2020, 1, 21), start=time(10), end=time(12))
    added = DayFacts("d2", date(2020, 1, 22), time(9), None, None, PHNOM_PENH.zone, Mode.IN_PERSON, 0, PHNOM_PENH)
    return letter(NoticeKind.CHANGE, with_days(before, moved, added), reader(language), told=before.facts)


def _cancellation(language: str) -> Letter:
    brief = with_status(dac_meeting(), EventStatus.CANCELLED, {"en": "Flood in the city.", "km": "ទឹកជំនន់នៅក្នុងទីក្រុង។"})
    return letter(NoticeKind.CANCELLATION, brief, reader(language), told=dac_meeting().facts)


def _thanks(language: str) -> Letter:
    return letter(NoticeKind.THANKS, webinar(), reader(language), datetime(2018, 6, 13, 3, tzinfo=UTC))


def _action_plan(language: str) -> Letter:
    return letter(NoticeKind.ACTION_PLAN, ewc_seminar(), reader(language), datetime(2015, 7, 6, 3, tzinfo=UTC))


def _progress(language: str) -> Letter:
    return letter(NoticeKind.PROGRESS, ewc_seminar(), reader(language), datetime(2015, 8, 3, 3, tzinfo=UTC))
