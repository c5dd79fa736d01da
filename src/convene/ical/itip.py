"""The calendar part of a mail: which method, and which entries (RFC 5546, RFC 6047; design section 6).

A REQUEST or CANCEL may hold one UID only, so an event with one timed day has them and all else is a PUBLISH.
"""

from convene.ical.attendee import PLACEHOLDER
from convene.ical.entry_dates import is_all_day
from convene.ical.vcalendar import calendar
from convene.ical.vevent import View, has_fallen, vevent
from convene.rules.calendar_part import CalendarPart
from convene.rules.facts import DayFacts, Entry, EventBrief
from convene.rules.letter import Letter
from convene.rules.vocabulary import Mode, NoticeKind

_WITHOUT_CALENDAR = (NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS)


def calendar_part(letter: Letter, from_address: str) -> CalendarPart | None:
    """The calendar part of `letter`, or None for mails about what is over. `from_address` is the mail's From.

    - One timed day that takes place: REQUEST, the reader as its only ATTENDEE.
    - One timed day that was cancelled or postponed: CANCEL. RFC 5546 lets a REQUEST say CONFIRMED or TENTATIVE only
      (3.2.2), so a postponed day is withdrawn; its new date is a REQUEST with the same UID and a higher SEQUENCE.
    - One timed day of an event that goes on without the reader: CANCEL without STATUS (3.2.5), with the entry's own
      SEQUENCE, since the entry did not change, and the moment of the letter as DTSTAMP, which makes it the newer one.
    - Who is put on the list again gets a REQUEST newer than that CANCEL: its DTSTAMP is the moment they were put on it.
    - Several days, windows, deadlines, digests: PUBLISH of all entries, CANCELLED those that fell away. So is the
      change of an event with one day left, when the reader was told of the others.
    """
    if letter.kind in _WITHOUT_CALENDAR:
        return None
    single = _single_timed_entry(letter)
    if single is None:
        return _publish(letter, from_address)
    view = _view(letter, letter.event, from_address, personal=True)
    method = "CANCEL" if has_fallen(letter.event, single, view) else "REQUEST"
    entry = vevent(letter.event, single, view)
    before, _, after = calendar([entry], language=view.language, method=method).decode().partition(PLACEHOLDER)
    return CalendarPart(method, before + "\r\n", after, attended=True)


def _publish(letter: Letter, from_address: str) -> CalendarPart | None:
    views = [(brief, _view(letter, brief, from_address, personal=False)) for brief in letter.events]
    entries = [vevent(brief, entry, view) for brief, view in views for entry in brief.entries]
    return CalendarPart("PUBLISH", calendar(entries, language=letter.reader.language).decode()) if entries else None


def _view(letter: Letter, brief: EventBrief, from_address: str, *, personal: bool) -> View:
    return View(
        language=letter.reader.language,
        digits=letter.reader.digits,
        links=True,
        sent_by=from_address,
        attended=personal,
        left_at=letter.now if letter.left else None,
        rejoined_at=letter.parts_of(brief)[0].rejoined_at,
    )


def _single_timed_entry(letter: Letter) -> Entry | None:
    """The one entry that a REQUEST or CANCEL can speak of."""
    if letter.kind is NoticeKind.DIGEST or _told_of_a_removed_day(letter):
        return None
    entries = _standing(letter.event)
    return entries[0] if len(entries) == 1 and _is_timed(entries[0].day) else None


def _is_timed(day: DayFacts) -> bool:
    """Whether people meet at an hour. Nobody is asked to come to a deadline, though it may have one."""
    return day.mode is not Mode.DEADLINE and not is_all_day(day)


def _standing(brief: EventBrief) -> tuple[Entry, ...]:
    """The days that stand; of an event that lost its last one (postponed without a date), those it had."""
    return tuple(entry for entry in brief.entries if not entry.removed) or brief.entries


def _told_of_a_removed_day(letter: Letter) -> bool:
    told = letter.part.told
    if told is None or len(letter.event.entries) == 1:
        return False
    return any(entry.removed and told.day(entry.day.slug) for entry in letter.event.entries)
