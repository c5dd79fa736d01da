"""The life of a notice: who may become what (design section 5). The store writes a state only along this table."""

from enum import StrEnum


class NoticeState(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"
    BODY_SENT = "body_sent"
    SENT = "sent"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"
    MISSED = "missed"


_S = NoticeState

TRANSITIONS: dict[NoticeState, frozenset[NoticeState]] = {
    _S.PLANNED: frozenset({_S.CLAIMED, _S.CANCELLED, _S.MISSED}),
    _S.CLAIMED: frozenset({_S.BODY_SENT, _S.PLANNED, _S.DEFERRED, _S.FAILED, _S.CANCELLED, _S.MISSED}),
    _S.BODY_SENT: frozenset({_S.SENT, _S.DEFERRED, _S.FAILED, _S.UNCERTAIN, _S.PLANNED}),
    _S.DEFERRED: frozenset({_S.CLAIMED, _S.CANCELLED, _S.MISSED, _S.FAILED}),
    _S.UNCERTAIN: frozenset({_S.CLAIMED, _S.CANCELLED, _S.MISSED, _S.FAILED}),
    _S.FAILED: frozenset({_S.PLANNED}),
    _S.SENT: frozenset(),
    # Wanted again: an event confirmed anew, or moved back to where it was before anything left.
    _S.CANCELLED: frozenset({_S.PLANNED}),
    # An invitation that came too late to the date before, of an event that has got a later one.
    _S.MISSED: frozenset({_S.PLANNED}),
}

UNSENT = (_S.PLANNED, _S.DEFERRED)
"""Waiting for their moment."""

REPLANNABLE = (*UNSENT, _S.CLAIMED)
"""What the planner may re-time or cancel: also what a worker has in hand, as long as no byte of it has left."""

CLAIMABLE = (_S.PLANNED, _S.DEFERRED, _S.UNCERTAIN)
"""What a worker may take when it is due."""

IN_FLIGHT = (_S.CLAIMED, _S.BODY_SENT)
"""In a worker's hands."""


def state_diagram() -> str:
    """The table as a Mermaid diagram: `docs/delivery.md` shows it, and is made from it by `make states`."""
    arrows = (
        f"    {old.value} --> {new.value}" for old in NoticeState for new in NoticeState if new in TRANSITIONS[old]
    )
    return "\n".join(("stateDiagram-v2", f"    [*] --> {_S.PLANNED.value}", *arrows)) + "\n"


def may_become(old: NoticeState, new: NoticeState) -> bool:
    return new in TRANSITIONS[old]


def states_before(new: NoticeState) -> tuple[NoticeState, ...]:
    """The states from which `new` may be reached: the guard of every UPDATE."""
    return tuple(old for old, following in TRANSITIONS.items() if new in following)
