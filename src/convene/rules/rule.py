"""The rule grammar: "7 days before at 09:00", "progress 3 months after", "on Fri 2027-06-04 at 10:00".

    [thanks|action plan|progress] N minutes|hours|days|weeks|months before|after [start|end|joining|closing]
        [each day|each live day] [at HH:MM [venue time]]
    [thanks|action plan|progress] on [Fri] 2027-06-04 [at HH:MM [venue time]]

`Rule.text` is the canonical text and the rule's identity: however a coordinator spells it, one rule has one text.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from difflib import get_close_matches

from convene.errors import ConveneError
from convene.rules.vocabulary import NoticeKind
from convene.rules.weekdays import EARLIEST_YEAR, LATEST_YEAR, WeekdayError, parse_date

FOLLOW_UPS = {
    "thanks": NoticeKind.THANKS,
    "action plan": NoticeKind.ACTION_PLAN,
    "progress": NoticeKind.PROGRESS,
}
PARTICIPANTS_ONLY = (NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS)
"""What speakers, organisers, interpreters and observers do not get (design section 5)."""

UNITS = ("minutes", "hours", "days", "weeks", "months")
CLOCK_UNITS = ("minutes", "hours")
ANCHORS = ("start", "end", "joining", "closing")
_DEFAULT_REMINDER_TIME = time(9, 0)
_DEFAULT_FOLLOW_UP_TIME = time(10, 0)
_LARGEST = {"minutes": 10_000, "hours": 1_000, "days": 1_000, "weeks": 200, "months": 60}
_LENGTHS = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
    "months": timedelta(days=30),
}
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class RuleError(ConveneError):
    """A rule that cannot be read: `sentence` names the word that is wrong, `remedy` what to write."""


@dataclass(frozen=True)
class Rule:
    """When one notice is due. `amount` counts `unit`s from `anchor`; `on` replaces all three for a written date.

    `at` is a wall-clock time of the reader (or of the venue, with `venue_time`); None for minutes and hours.
    `each` is "", "day" or "live day": one notice per day instead of one per event.
    """

    kind: NoticeKind
    amount: int = 0
    unit: str = "days"
    after: bool = False
    anchor: str = "start"
    each: str = ""
    at: time | None = None
    venue_time: bool = False
    on: date | None = None

    @property
    def text(self) -> str:
        """The canonical words; parsing them gives an equal rule."""
        words = [*self._purpose_words(), *self._moment_words()]
        if self.at is not None:
            words += ["at", self.at.isoformat("minutes")]
        if self.venue_time:
            words += ["venue", "time"]
        return " ".join(words)

    @property
    def counts_instants(self) -> bool:
        """Minutes and hours count from the instant; they never move to a working day and never join a digest."""
        return self.on is None and self.unit in CLOCK_UNITS

    @property
    def distance(self) -> timedelta:
        """How long after the event its notice is due, or before it (less than nothing); near enough to put rules in
        order: a month counts as 30 days, a written date as none.
        """
        length = self.amount * _LENGTHS[self.unit]
        return length if self.after else -length

    @property
    def in_small_units(self) -> "Rule":
        """The rule in minutes or days: two that are equal so are due at one moment ("1 week", "7 days")."""
        unit, factor = {"hours": ("minutes", 60), "weeks": ("days", 7)}.get(self.unit, (self.unit, 1))
        return replace(self, unit=unit, amount=self.amount * factor)

    def _purpose_words(self) -> list[str]:
        return [words for words, kind in FOLLOW_UPS.items() if kind is self.kind]

    def _moment_words(self) -> list[str]:
        if self.on is not None:
            return ["on", self.on.isoformat()]
        unit = self.unit[:-1] if self.amount == 1 else self.unit
        words = [str(self.amount), unit, "after" if self.after else "before"]
        if self.anchor != ("end" if self.after else "start"):
            words.append(self.anchor)
        return words + (["each", self.each] if self.each else [])


def parse_rule(text: str, kind: NoticeKind = NoticeKind.REMINDER) -> Rule:
    """Read one rule. `kind` is what it makes unless it begins with thanks, action plan or progress.

    Raises RuleError, whose sentence names the first word that is wrong.
    """
    return _Reader(text, kind).rule()


class _Reader:
    """Walks over the words of one rule, from left to right."""

    def __init__(self, text: str, kind: NoticeKind) -> None:
        self._words: list[str] = text.split()
        self._text = " ".join(self._words)
        self._kind = kind
        self._place = 0

    def rule(self) -> Rule:
        self._read_purpose()
        rule = self._read_written_date() if self._peek() == "on" else self._read_relative()
        if self._place < len(self._words):
            raise self._wrong(self._words[self._place], "does not belong there", "leave out the rest, or correct it")
        return rule

    def _read_purpose(self) -> None:
        for words, kind in FOLLOW_UPS.items():
            if [word.lower() for word in self._words[: len(words.split())]] == words.split():
                self._kind, self._place = kind, len(words.split())

    def _read_relative(self) -> Rule:
        amount, unit = self._read_length()
        after = self._one_of(("before", "after"), "before or after") == "after"
        anchor = self._take() if self._peek() in ANCHORS else ("end" if after else "start")
        self._refuse_contradiction(after, anchor)
        each = self._read_each(anchor)
        at, venue_time = self._read_time(unit)
        return Rule(self._kind, amount, unit, after, anchor, each, at, venue_time)

    def _read_written_date(self) -> Rule:
        self._take()
        first = self._place
        if not self._next("a date such as Fri 2027-06-04")[:1].isdigit():
            self._next("a date such as Fri 2027-06-04")
        try:
            on = parse_date(" ".join(self._words[first : self._place]))
        except WeekdayError as error:
            raise RuleError(f'In the rule "{self._text}", {error.sentence}', error.remedy) from None
        if not EARLIEST_YEAR <= on.year <= LATEST_YEAR:
            written = " ".join(self._words[first : self._place])
            raise self._wrong(written, "is out of reach", f"years {EARLIEST_YEAR} to {LATEST_YEAR} are taken")
        at, venue_time = self._read_time("days")
        return Rule(self._kind, at=at, venue_time=venue_time, on=on)

    def _read_length(self) -> tuple[int, str]:
        word = self._next("a number, as in 7 days before")
        if not (word.isascii() and word.isdigit()):
            raise self._wrong(word, "is not a number", "a number first, as in: 7 days before at 09:00")
        unit = self._read_unit()
        digits = word.lstrip("0") or "0"
        # The length first: Python refuses to make a number of thousands of digits.
        if len(digits) > len(str(_LARGEST[unit])) or int(digits) > _LARGEST[unit]:
            raise self._wrong(word, "is too large", f"at most {_LARGEST[unit]} {unit}")
        return int(digits), unit

    def _read_unit(self) -> str:
        word = self._next("minutes, hours, days, weeks or months")
        unit = word if word in UNITS else word + "s"
        if unit not in UNITS:
            raise self._unknown(word, UNITS)
        return unit

    def _read_each(self, anchor: str) -> str:
        if self._peek() != "each":
            return ""
        word = self._take()
        if anchor == "joining":
            raise self._wrong(word, "does not go with joining", "a person joins once: leave the days out")
        if self._one_of(("day", "live"), "each day or each live day") == "day":
            return "day"
        if anchor == "closing":
            raise self._wrong("live", "does not go with closing", "only on-demand days close: write each day")
        return "live " + self._one_of(("day",), "each live day")

    def _read_time(self, unit: str) -> tuple[time | None, bool]:
        if self._peek() != "at":
            return (None if unit in CLOCK_UNITS else self._default_time()), False
        word = self._take()
        if unit in CLOCK_UNITS:
            raise self._wrong(word, f"does not go with {unit}", "leave the time out, or count in days")
        word = self._next("a time such as 09:00")
        match = _TIME_OF_DAY.fullmatch(word)
        if not match:
            raise self._wrong(word, "is not a time of day", "two digits, a colon, two digits, as in 09:00")
        return time(int(match[1]), int(match[2])), self._read_venue_time()

    def _read_venue_time(self) -> bool:
        if self._peek() != "venue":
            return False
        self._take()
        self._one_of(("time",), "venue time")
        return True

    def _default_time(self) -> time:
        return _DEFAULT_FOLLOW_UP_TIME if self._kind in FOLLOW_UPS.values() else _DEFAULT_REMINDER_TIME

    def _refuse_contradiction(self, after: bool, anchor: str) -> None:
        if self._kind in FOLLOW_UPS.values() and not after:
            raise self._wrong("before", f"does not go with {self._kind.value}", "follow-ups come after")
        if anchor == "joining" and not after:
            raise self._wrong("joining", "cannot be known before", "write: after joining")

    def _peek(self) -> str:
        return self._words[self._place].lower() if self._place < len(self._words) else ""

    def _take(self) -> str:
        self._place += 1
        return self._words[self._place - 1].lower()

    def _next(self, expected: str) -> str:
        if self._place >= len(self._words):
            raise RuleError(f'The rule "{self._text}" stops too early.', f"go on with {expected}")
        return self._take()

    def _one_of(self, words: tuple[str, ...], expected: str) -> str:
        word = self._next(expected)
        if word not in words:
            raise self._unknown(word, words)
        return word

    def _unknown(self, word: str, known: tuple[str, ...]) -> RuleError:
        near = get_close_matches(word, known, n=1)
        return self._wrong(word, "is not understood", f"did you mean {near[0]}?" if near else " or ".join(known))

    def _wrong(self, word: str, why: str, remedy: str) -> RuleError:
        return RuleError(f'In the rule "{self._text}", "{word}" {why}.', remedy)
