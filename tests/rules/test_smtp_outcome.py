"""What became of one SMTP transaction, and the reply as it may be stored."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.rules.notice_states import NoticeState, may_become
from convene.rules.smtp_outcome import Outcome, OutcomeKind, clean_reply, retry_delay, state_after

STATES = {
    OutcomeKind.ACCEPTED: NoticeState.SENT,
    OutcomeKind.RETRY: NoticeState.DEFERRED,
    OutcomeKind.REFUSED: NoticeState.FAILED,
    OutcomeKind.NOT_SENT: NoticeState.DEFERRED,
    OutcomeKind.UNKNOWN: NoticeState.UNCERTAIN,
    OutcomeKind.WITHDRAWN: NoticeState.PLANNED,
}


@pytest.mark.parametrize(("kind", "state"), STATES.items())
def test_each_outcome_leads_to_a_state_that_a_notice_in_flight_may_take(kind: OutcomeKind, state: NoticeState) -> None:
    assert state_after(Outcome(kind), uncertain_before=False) is state
    assert may_become(NoticeState.BODY_SENT, state) or may_become(NoticeState.CLAIMED, state)


def test_a_second_unknown_outcome_fails_because_two_copies_are_the_most_there_can_be() -> None:
    assert state_after(Outcome(OutcomeKind.UNKNOWN), uncertain_before=True) is NoticeState.FAILED


def test_a_deferred_notice_waits_twice_as_long_each_time_up_to_four_hours() -> None:
    assert [retry_delay(attempts) for attempts in (1, 2, 3)] == [timedelta(minutes=n) for n in (5, 10, 20)]
    assert retry_delay(7) == retry_delay(100) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("reply", "stored"),
    [
        ("2.0.0 Ok: queued as 4F1\r\n", "250 2.0.0 Ok: queued as 4F1"),
        ("first line\nsecond line", "250 first line second line"),
        ("nul \x00 inside", "250 nul inside"),
        ("surrogate \udce9 inside", "250 surrogate inside"),
        ("bell \x07 and \x1b[31mcolour", "250 bell and [31mcolour"),
        ("<p3@team.example>: Recipient ok", "250 <(address)>: Recipient ok"),
        ("to=p3@team.example, relay", "250 (address) relay"),
        ("អ្នក@ឧទាហរណ៍.example unknown", "250 (address) unknown"),
        ("", "250"),
    ],
)
def test_a_reply_is_cleaned_before_it_is_stored(reply: str, stored: str) -> None:
    assert clean_reply(250, reply).rstrip() == stored


@given(st.text(st.characters(exclude_categories=())))
def test_no_reply_can_keep_its_success_from_being_recorded(reply: str) -> None:
    cleaned = clean_reply(250, reply)

    assert cleaned.startswith("250")
    assert len(cleaned) <= 500
    assert "\x00" not in cleaned
    assert cleaned.isprintable()
    cleaned.encode("utf-8")


def test_a_long_reply_is_cut() -> None:
    assert len(clean_reply(550, "no " * 1000)) == 500
