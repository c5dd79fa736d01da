"""What became of one SMTP transaction, and what follows from it for the notice, its reader and the whole queue."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from convene.rules.notice_states import NoticeState

_LONGEST_REPLY = 500
_FIRST_RETRY = timedelta(minutes=5)
_LONGEST_RETRY = timedelta(hours=4)
_MOST_DOUBLINGS = 6
"""Beyond the longest wait already; a notice deferred for weeks would double past what a timedelta holds."""
_GIVE_UP_AFTER = timedelta(hours=48)
_MOST_JITTER = 0.2
"""A retry is never early, since a server that greylists counts from the first try."""


class Phase(StrEnum):
    """What the server was answering to."""

    GREETING = "greeting"
    HELLO = "EHLO"
    LOGIN = "AUTH"
    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"
    BODY = "body"


class OutcomeKind(StrEnum):
    """What one transaction came to."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    RETRY_ONCE = "retry once"
    GIVE_UP = "give up"
    SUPPRESS = "suppress the address"
    PAUSE = "pause"
    BUSY = "busy"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Outcome:
    """`reply` is the server's answer, cleaned, or what happened instead of one; empty where the mail was taken.

    - ACCEPTED: 2xx after the body.
    - RETRY: a 4xx for this mail. RETRY_ONCE: a 5xx that may pass (too large for now), which is tried a second time.
    - GIVE_UP: a 5xx for this mail. SUPPRESS: the same, because there is no such address.
    - PAUSE: the server refuses us, whoever the reader is: nothing more is sent until somebody looks.
    - BUSY: the connection failed before the body, or the server takes nothing at present; the try does not count,
      unless this mail itself may be why.
    - UNKNOWN: the body may have arrived, no reply came. WITHDRAWN: it was not to leave after all.

    `had_body`: the refusal came after the body. `is_first`: of BUSY, that its connection had taken no mail before, and
    that the server had not refused the sender already.
    """

    kind: OutcomeKind
    reply: str = ""
    had_body: bool = False
    is_first: bool = False


@dataclass(frozen=True)
class Reply:
    """An answer of a server: its code, and its text with the enhanced status in front (RFC 3463) where it has one."""

    code: int
    text: str = ""

    @property
    def status(self) -> str:
        """The enhanced status code ("5.1.1"); empty where there is none."""
        found = re.match(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)", self.text)
        return found[0] if found else ""


@dataclass(frozen=True)
class Row:
    """One class of refusals: in any of `phases`, a code and a status that fit the patterns whole, and `words` somewhere
    in the text, in capitals or not.
    """

    phases: tuple[Phase, ...]
    codes: str
    statuses: str
    kind: OutcomeKind
    why: str
    words: str = ""

    def fits(self, phase: Phase, reply: Reply) -> bool:
        return (
            phase in self.phases
            and re.fullmatch(self.codes, str(reply.code)) is not None
            and re.fullmatch(self.statuses, reply.status) is not None
            and re.search(self.words, reply.text, re.IGNORECASE) is not None
        )


_ANY = tuple(Phase)
_BEFORE_MAIL = (Phase.GREETING, Phase.HELLO, Phase.LOGIN)
_OF_A_MAIL = (Phase.SENDER, Phase.RECIPIENT, Phase.DATA, Phase.BODY)
_OF_A_READER = (Phase.RECIPIENT, Phase.DATA, Phase.BODY)

_UNVERIFIED = "email address is not verified|verified sender identity|sending (paused|suspended|disabled)"

REFUSALS = (
    Row((Phase.BODY,), "421", ".*", OutcomeKind.RETRY, "the server closes after the body: this mail is tried again"),
    Row(_ANY, "421", ".*", OutcomeKind.BUSY, "the server takes nothing at present"),
    Row(_BEFORE_MAIL, "4..", ".*", OutcomeKind.BUSY, "the server takes nothing at present"),
    Row(_BEFORE_MAIL, "5..", ".*", OutcomeKind.PAUSE, "the server does not serve us, or not with this password"),
    Row(_OF_A_MAIL, "530|534|535|538", ".*", OutcomeKind.PAUSE, "it wants another way to log in"),
    Row(_OF_A_MAIL, "5..", r"5\.7\.(1|8|2[0-7])", OutcomeKind.PAUSE, "it does not let us send"),
    # Microsoft 365 says so of every mail, most often behind its body, to a user who is not the sender.
    Row(_OF_A_MAIL, "5..", r"5\.(7\.60|2\.252)", OutcomeKind.PAUSE, "this user may not send as that sender"),
    Row(_OF_A_MAIL, "5..", r"5\.7\.(705|708|750)", OutcomeKind.PAUSE, "Microsoft 365 has blocked who sends"),
    Row(_OF_A_MAIL, "5..", r"5\.1\.[78]", OutcomeKind.PAUSE, "it refuses the sender's address"),
    # Amazon SES (also of a reader, as long as the account is on trial) and SendGrid say it behind the body, in words.
    Row(_OF_A_MAIL, "5..", "", OutcomeKind.PAUSE, "it has not verified who sends", _UNVERIFIED),
    Row(_OF_A_MAIL, "5..", r"5\.(4\.5|1\.90|7\.23[236])", OutcomeKind.RETRY, "as much as it takes from us in a day"),
    Row(_OF_A_MAIL, "552", "", OutcomeKind.RETRY_ONCE, "too large, which some say only for a while"),
    Row(_OF_A_MAIL, "5..", r"5\.(3\.4|2\.3)", OutcomeKind.RETRY_ONCE, "too large, which some say only for a while"),
    Row(_OF_A_MAIL, "5..", r"5\.6\.\d+", OutcomeKind.GIVE_UP, "it cannot carry a mail of this form"),
    Row((Phase.SENDER,), "5..", ".*", OutcomeKind.PAUSE, "it refuses the sender"),
    Row(_OF_A_READER, "5..", r"5\.1\.(1|2|3|4|6|10)", OutcomeKind.SUPPRESS, "there is no such address"),
    Row(_OF_A_MAIL, "4..", ".*", OutcomeKind.RETRY, "not now"),
    Row(_OF_A_MAIL, "5..", ".*", OutcomeKind.GIVE_UP, "not this mail"),
)
"""The classes of refusals; the first row that fits decides. Sources: RFC 5321 4.2, RFC 3463, RFC 4954 6, RFC 7372,
and what Google, Microsoft, Amazon and SendGrid publish of their own.
"""


def judge(phase: Phase, reply: Reply) -> Outcome:
    """What a reply that does not let the mail pass means. One that nobody understands is BUSY before the body, and
    UNKNOWN after it.
    """
    said = clean_reply(reply)
    after_body = phase is Phase.BODY
    for row in REFUSALS:
        if row.fits(phase, reply):
            return Outcome(row.kind, said, after_body)
    return Outcome(OutcomeKind.UNKNOWN if after_body else OutcomeKind.BUSY, said, after_body)


def state_after(
    outcome: Outcome, *, attempts: int, uncertain_before: bool, last_error: str | None, due_at: datetime, now: datetime
) -> NoticeState:
    """The state that an outcome leads to. `attempts` counts this one, where it counts (`is_attempt`); `last_error` is
    what went wrong at the try before.

    A second unknown outcome ends it: two copies are the most there can be; and so does "too large" behind another. A
    mail that the server put off for 48 hours after it was due (UTC) is given up, unless its tries are too few for that:
    a pause held it, or no worker ran. One that may be why its connections fail is given up when it is of no use any
    more.
    """
    if _may_be_why(outcome, last_error):
        return NoticeState.DEFERRED
    match outcome.kind:
        case OutcomeKind.ACCEPTED:
            return NoticeState.SENT
        case OutcomeKind.GIVE_UP | OutcomeKind.SUPPRESS:
            return NoticeState.FAILED
        case OutcomeKind.UNKNOWN:
            return NoticeState.FAILED if uncertain_before else NoticeState.UNCERTAIN
        case OutcomeKind.RETRY_ONCE if attempts > 1 and _was_too_large(last_error):
            return NoticeState.FAILED
        case OutcomeKind.RETRY | OutcomeKind.RETRY_ONCE if (
            now - due_at >= _GIVE_UP_AFTER and _longest_tried(attempts) >= _GIVE_UP_AFTER
        ):
            return NoticeState.FAILED
        case OutcomeKind.RETRY | OutcomeKind.RETRY_ONCE:
            return NoticeState.DEFERRED
        case _:
            return NoticeState.DEFERRED if outcome.had_body else NoticeState.PLANNED


def is_attempt(outcome: Outcome, *, last_error: str | None) -> bool:
    """Whether the notice's tries go up by one: not where the fault lies with us, or with the connection."""
    uncounted = outcome.kind in (OutcomeKind.BUSY, OutcomeKind.PAUSE, OutcomeKind.WITHDRAWN)
    return not uncounted or _may_be_why(outcome, last_error)


def _may_be_why(outcome: Outcome, last_error: str | None) -> bool:
    """Whether a mail may be why its connection fails: time and again, at its very beginning. It is put off, or those
    that are due after it would never leave.
    """
    return outcome.kind is OutcomeKind.BUSY and outcome.is_first and last_error is not None


def _was_too_large(last_error: str | None) -> bool:
    """Whether the try before ended with a refusal that is tried once more, whatever it was an answer to."""
    code, _, text = (last_error or "").partition(" ")
    return code.isdecimal() and judge(Phase.BODY, Reply(int(code), text)).kind is OutcomeKind.RETRY_ONCE


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long a deferred notice waits after its n-th attempt: 5 minutes, doubling, at most 4 hours.

    `jitter` from 0 to 1 adds up to a fifth, so that what failed together does not come back together.
    """
    doublings = min(max(attempts - 1, 0), _MOST_DOUBLINGS)
    return min(_FIRST_RETRY * (1 << doublings), _LONGEST_RETRY) * (1 + _MOST_JITTER * jitter)


def _longest_tried(attempts: int) -> timedelta:
    """How long ago the first of so many tries may have been, where each followed as soon as it could."""
    return sum((retry_delay(tried, 1) for tried in range(1, attempts)), timedelta(0))


def clean_reply(reply: Reply) -> str:
    """A server's reply as it may be stored: one line, no control characters, NUL or lone surrogates, no addresses.

    PostgreSQL stores no NUL and SQLite no surrogate; recording a success must never fail for the reply's sake.
    """
    text = reply.text[: 4 * _LONGEST_REPLY]
    printable = "".join(c if c.isprintable() else " " for c in text)
    without_addresses = re.sub(r"[^\s<>]+@[^\s<>]+", "(address)", printable)
    return f"{reply.code} {' '.join(without_addresses.split())}"[:_LONGEST_REPLY].rstrip()
