"""The ledger of the scripted server against the database: what was lost, what came twice, whether that was owned up.

A notice and a mail belong together by the key in the Message-ID; a body that broke off, which has none, by its
recipient. So each person has one due notice at most in a database that is compared.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select
from tests.faults.scripted_smtp import Event, Step

from convene.model.notice import Notice
from convene.model.person import Person
from convene.rules.notice_states import NoticeState
from convene.store.notice_keys import key_of

_DEFINITE = re.compile(r"[245]\d\d(?:[ \r-]|$)")
_ENDED = (NoticeState.SENT, NoticeState.FAILED, NoticeState.CANCELLED, NoticeState.MISSED)


@dataclass(frozen=True)
class DueNotice:
    """A notice that is due. `explained`: the row says why it was not sent."""

    key: str
    recipient: str
    state: NoticeState
    uncertain: bool
    attempts: int
    explained: bool


@dataclass(frozen=True)
class SeenBody:
    """One body, or the beginning of one, as the server saw it. `answer` is None where it never came, or made no sense.

    `sha256` is empty where the final dot did not arrive.
    """

    recipient: str
    message_id: str
    sha256: str
    kept: bool
    answer: str | None


@dataclass
class Comparison:
    """The keys of the due notices, by what became of them.

    lost: neither kept by the server nor ended with a reason. waiting: of these, the ones that may still leave.
    unrecorded: kept, but the database would send it again, or calls it failed without owning up to a doubt.
    repeated: kept more than once; `copies` says how often. differing: bodies that may both have been kept are not the
    same bytes. undoubted: kept more than once, or unanswered after the final dot, and not marked uncertain.
    overdoubted: marked uncertain, though each of its bodies was answered. strangers: kept mails of no due notice, or to
    another address than its person's.
    """

    due: int = 0
    sent: int = 0
    copies: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    unrecorded: set[str] = field(default_factory=set)
    repeated: set[str] = field(default_factory=set)
    differing: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    undoubted: set[str] = field(default_factory=set)
    overdoubted: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)

    @property
    def repeats(self) -> int:
        """How many copies came beyond the first ones."""
        return sum(copies - 1 for copies in self.copies.values() if copies > 1)

    @property
    def most_copies(self) -> int:
        return max(self.copies.values(), default=0)


def due_notices(session: Session, now: datetime) -> list[DueNotice]:
    """The notices due at `now`, by their keys."""
    query = select(Notice, Person.address).join(Person, col(Person.id) == Notice.person_id)
    return [
        DueNotice(
            key=key_of(session, notice.id or 0),
            recipient=address,
            state=NoticeState(notice.state),
            uncertain=notice.uncertain,
            attempts=notice.attempts,
            explained=bool(notice.reason or notice.last_error),
        )
        for notice, address in session.exec(query.where(Notice.due_at <= now).order_by(col(Notice.id)))
    ]


def seen_bodies(events: Iterable[Event]) -> list[SeenBody]:
    """The bodies of a ledger, in the order in which they began."""
    found: dict[tuple[int, str], dict[str, str]] = {}
    for event in events:
        if event.step in (Step.DATA, Step.DOT, Step.KEPT, Step.ANSWERED):
            known = found.setdefault((event.transaction, event.recipient), {"recipient": event.recipient})
            known[event.step] = event.answer
            known |= {"message_id": event.message_id, "sha256": event.sha256}
    return [
        SeenBody(
            recipient=known["recipient"],
            message_id=known["message_id"],
            sha256=known["sha256"],
            kept=Step.KEPT in known,
            answer=known[Step.ANSWERED] if _DEFINITE.match(known.get(Step.ANSWERED, "")) else None,
        )
        for known in found.values()
    ]


def compare(notices: Iterable[DueNotice], events: Iterable[Event]) -> Comparison:
    """Hold the database against the ledger."""
    by_key = {notice.key: notice for notice in notices}
    key_to = {notice.recipient: notice.key for notice in by_key.values()}
    bodies: dict[str, list[SeenBody]] = defaultdict(list)
    compared = Comparison(due=len(by_key))
    for body in seen_bodies(events):
        key = body.message_id.strip("<>").partition("@")[0] or key_to.get(body.recipient, "")
        if key not in by_key or by_key[key].recipient != body.recipient:
            compared.strangers.add(key or body.recipient)
        bodies[key].append(body)
    for key, notice in by_key.items():
        _judge(compared, notice, bodies[key])
    return compared


def _judge(compared: Comparison, notice: DueNotice, bodies: list[SeenBody]) -> None:
    key, kept = notice.key, sum(body.kept for body in bodies)
    whole = [body for body in bodies if body.sha256]
    unanswered = [body for body in bodies if body.answer is None]
    ends = notice.state in _ENDED
    facts = {
        "lost": not kept and not (ends and notice.state is not NoticeState.SENT and notice.explained),
        "waiting": not kept and not ends,
        "unrecorded": kept > 0 and notice.state is not NoticeState.SENT and not (ends and notice.uncertain),
        "repeated": kept > 1,
        "differing": len({body.sha256 for body in whole if body.kept or body.answer is None}) > 1,
        "uncertain": notice.uncertain,
        "undoubted": not notice.uncertain and (kept > 1 or any(body in whole for body in unanswered)),
        "overdoubted": notice.uncertain and not unanswered,
    }
    for name, holds in facts.items():
        if holds:
            getattr(compared, name).add(key)
    compared.copies[key] = kept
    compared.sent += notice.state is NoticeState.SENT
