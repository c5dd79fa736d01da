"""One mail before it has words: who reads it, what it speaks of, and when. Pure values; `mail/compose` words them."""

from dataclasses import dataclass
from datetime import date, datetime

from convene.rules.facts import EventBrief, EventFacts, Text, Whereabouts
from convene.rules.vocabulary import Digits, Gender, NoticeKind, Role


@dataclass(frozen=True)
class Reader:
    """The person addressed. `language` is one that has a catalogue; `digits` None means the language's own habit.

    `address` goes into the calendar part alone, never into the words.
    """

    address: str
    name: str
    salutation: str
    gender: Gender | None
    whereabouts: Whereabouts
    language: str
    digits: Digits | None
    role: Role


@dataclass(frozen=True)
class Part:
    """What one rule speaks of: an event, or the day `about_day` (slug) of it, and the moment it counts from.

    `anchor` is that of the rule: "closing" and "end" speak of the end, all else of the start. `rejoined_at` (UTC) is
    when the reader was put on the list of the event again; None: they never left it. `told` is what the reader was told
    last, which is printed as "before": of a change or a cancellation, and of a reminder that tells something else.
    """

    event: EventBrief
    about_day: str | None = None
    anchor: str = "start"
    rejoined_at: datetime | None = None
    told: EventFacts | None = None


@dataclass(frozen=True)
class Letter:
    """What one notice says. `parts` holds one part, or those of a digest by date; never none.

    `left` marks the cancellation that only this person gets, because they were taken off the list. `today` is the date
    on the reader's clock at `now` (UTC). `privacy_link` and `funder` come from the programme, for the footer;
    `unsubscribe_link` is the reader's own.
    """

    kind: NoticeKind
    reader: Reader
    parts: tuple[Part, ...]
    now: datetime
    today: date
    left: bool = False
    funder: Text | None = None
    privacy_link: str | None = None
    unsubscribe_link: str | None = None

    @property
    def part(self) -> Part:
        """The one part; of a digest, the earliest."""
        return self.parts[0]

    @property
    def event(self) -> EventBrief:
        """The event of a mail that speaks of one; of a digest, the earliest."""
        return self.part.event

    @property
    def events(self) -> tuple[EventBrief, ...]:
        """Each event once: two reminders of a digest may speak of one."""
        return tuple({part.event.slug: part.event for part in self.parts}.values())

    def parts_of(self, event: EventBrief) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.event.slug == event.slug)


@dataclass(frozen=True)
class Words:
    """A mail in words: NFC, without ZWSP in the subject. `html` is a whole document with its `lang`."""

    language: str
    subject: str
    text: str
    html: str
