"""The comparison itself: it must see each kind of wrong, or the faults prove nothing."""

from dataclasses import replace

import pytest
from tests.faults.ledger import Comparison, DueNotice, compare
from tests.faults.scripted_smtp import Event, Step

from convene.rules.notice_states import NoticeState

KEY, READER = "abcdefgh23456789", "sokha@union-kh.example"
SENT = DueNotice(KEY, READER, NoticeState.SENT, uncertain=False, attempts=1, explained=False)
WRONGS = ("lost", "waiting", "unrecorded", "repeated", "differing", "undoubted", "overdoubted", "strangers")


def body(
    transaction: int, *steps: Step, sha256: str = "same", answer: str = "250 kept", to: str = READER
) -> list[Event]:
    """One transaction as the server writes it down: DATA always comes first, and knows no Message-ID yet."""
    known = {"recipient": to, "message_id": f"<{KEY}@organiser.example>", "sha256": sha256}
    events = [Event(Step.DATA, 0.0, 1, transaction, recipient=to)]
    return events + [Event(step, 0.0, 1, transaction, **known, answer=answer) for step in steps]


def well(transaction: int, sha256: str = "same") -> list[Event]:
    return body(transaction, Step.DOT, Step.KEPT, Step.ANSWERED, sha256=sha256)


def refused(transaction: int, answer: str, sha256: str = "same") -> list[Event]:
    return body(transaction, Step.DOT, Step.ANSWERED, answer=answer, sha256=sha256)


def wrong(compared: Comparison) -> set[str]:
    return {name for name in WRONGS if getattr(compared, name)}


def test_one_copy_that_was_answered_and_recorded_is_right() -> None:
    compared = compare([SENT], well(1))

    assert (wrong(compared), compared.copies, compared.sent, compared.repeats) == (set(), {KEY: 1}, 1, 0)


@pytest.mark.parametrize(
    ("state", "explained", "seen"),
    [
        (NoticeState.SENT, False, {"lost"}),
        (NoticeState.PLANNED, False, {"lost", "waiting"}),
        (NoticeState.DEFERRED, True, {"lost", "waiting"}),
        (NoticeState.FAILED, False, {"lost"}),
        (NoticeState.FAILED, True, set()),
        (NoticeState.MISSED, True, set()),
    ],
)
def test_what_never_arrived_is_lost_unless_it_ended_with_a_reason(
    state: NoticeState, explained: bool, seen: set[str]
) -> None:
    notice = replace(SENT, state=state, explained=explained)

    assert wrong(compare([notice], [])) == seen


def test_a_repeat_after_an_answer_that_never_came_is_right_where_it_is_owned_up() -> None:
    events = body(1, Step.DOT, Step.KEPT) + well(2)

    assert wrong(compare([replace(SENT, uncertain=True)], events)) == {"repeated"}
    assert wrong(compare([SENT], events)) == {"repeated", "undoubted"}
    assert compare([SENT], events).repeats == 1


def test_a_repeat_in_other_bytes_is_seen() -> None:
    events = body(1, Step.DOT, Step.KEPT) + well(2, sha256="other")

    assert wrong(compare([replace(SENT, uncertain=True)], events)) == {"repeated", "differing"}


def test_after_a_plain_refusal_the_next_try_may_be_written_anew() -> None:
    assert wrong(compare([SENT], refused(1, "451 later") + well(2, sha256="other"))) == set()


def test_a_doubt_needs_a_body_that_was_not_answered() -> None:
    doubted = replace(SENT, uncertain=True)

    assert wrong(compare([doubted], well(1))) == {"overdoubted"}
    assert wrong(compare([doubted], refused(1, "451 later") + well(2))) == {"overdoubted"}
    assert wrong(compare([doubted], body(1) + well(2))) == set()  # broke off in the middle: it may be doubted
    assert wrong(compare([SENT], body(1) + well(2))) == set()  # ... or not


def test_an_answer_that_makes_no_sense_is_none() -> None:
    events = refused(1, "what was that?") + well(2)

    assert wrong(compare([SENT], events)) == {"undoubted"}


def test_what_arrived_and_would_leave_again_is_unrecorded() -> None:
    for state in (NoticeState.PLANNED, NoticeState.BODY_SENT, NoticeState.FAILED):
        assert wrong(compare([replace(SENT, state=state, explained=True)], well(1))) == {"unrecorded"}


def test_a_mail_of_nobody_and_one_to_somebody_else_are_strangers() -> None:
    assert wrong(compare([], well(1))) == {"strangers"}
    other = body(1, Step.DOT, Step.KEPT, Step.ANSWERED, to="vanna@union-kh.example")
    assert wrong(compare([SENT], other)) == {"strangers"}
