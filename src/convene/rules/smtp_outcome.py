"""What became of one SMTP transaction, and what follows from it for the notice."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from convene.rules.notice_states import NoticeState

_LONGEST_REPLY = 500
_FIRST_RETRY = timedelta(minutes=5)
_LONGEST_RETRY = timedelta(hours=4)
_MOST_DOUBLINGS = 6
"""Beyond the longest wait already; a notice deferred for weeks would double past what a timedelta holds."""


class OutcomeKind(StrEnum):
    """How far a transaction came."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Outcome:
    """`reply` is the server's answer, cleaned, or what happened instead of one.

    ACCEPTED: 250 after the body. RETRY, REFUSED: a 4xx or 5xx. NOT_SENT: the connection failed before the body.
    UNKNOWN: the body may have arrived, no reply came. WITHDRAWN: the facts changed just before the body.
    """

    kind: OutcomeKind
    reply: str = ""


def state_after(outcome: Outcome, *, uncertain_before: bool) -> NoticeState:
    """The state that an outcome leads to. A second unknown outcome ends it: two copies are the most there can be."""
    if outcome.kind is OutcomeKind.ACCEPTED:
        return NoticeState.SENT
    if outcome.kind is OutcomeKind.REFUSED:
        return NoticeState.FAILED
    if outcome.kind is OutcomeKind.UNKNOWN:
        return NoticeState.FAILED if uncertain_before else NoticeState.UNCERTAIN
    if outcome.kind is OutcomeKind.WITHDRAWN:
        return NoticeState.PLANNED
    return NoticeState.DEFERRED


def retry_delay(attempts: int) -> timedelta:
    """How long a deferred notice waits after its n-th attempt: 5 minutes, doubling, at most 4 hours."""
    doublings = min(max(attempts - 1, 0), _MOST_DOUBLINGS)
    return min(_FIRST_RETRY * (1 << doublings), _LONGEST_RETRY)


def clean_reply(code: int, text: str) -> str:
    """A server's reply as it may be stored: one line, no control characters, NUL or lone surrogates, no addresses.

    PostgreSQL stores no NUL and SQLite no surrogate; recording a success must never fail for the reply's sake.
    """
    printable = "".join(c if c.isprintable() else " " for c in text)
    without_addresses = re.sub(r"[^\s<>]+@[^\s<>]+", "(address)", printable)
    return f"{code} {' '.join(without_addresses.split())}"[:_LONGEST_REPLY]
