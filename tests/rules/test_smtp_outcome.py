"""What became of one SMTP transaction, what follows from it, and the reply as it may be stored."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.rules.notice_states import NoticeState, may_become
from convene.rules.smtp_outcome import (
    REFUSALS,
    Outcome,
    OutcomeKind,
    Phase,
    Reply,
    clean_reply,
    is_attempt,
    judge,
    retry_delay,
    state_after,
)

DUE = datetime(2020, 1, 6, 3, 0, tzinfo=UTC)
_BEFORE = (Phase.GREETING, Phase.HELLO, Phase.LOGIN)
_MAIL = (Phase.SENDER, Phase.RECIPIENT, Phase.DATA, Phase.BODY)
_READER = (Phase.RECIPIENT, Phase.DATA, Phase.BODY)

# One entry for each row of the table, in its order: the phases, replies that it decides, and what they mean.
CASES: list[tuple[tuple[Phase, ...], list[str], OutcomeKind]] = [
    ((Phase.BODY,), ["421 4.3.2 closing", "421"], OutcomeKind.RETRY),
    (tuple(phase for phase in Phase if phase is not Phase.BODY), ["421 4.7.0 too many connections"], OutcomeKind.BUSY),
    (_BEFORE, ["454 4.7.0 temporary failure", "450 wait"], OutcomeKind.BUSY),
    (_BEFORE, ["535 5.7.8 wrong password", "554 no service", "550 5.1.1 odd"], OutcomeKind.PAUSE),
    (_MAIL, ["530 5.7.0 log in first", "535 5.7.8 no", "538 5.7.11 no"], OutcomeKind.PAUSE),
    (
        _MAIL,
        ["550 5.7.1 blocked", "554 5.7.8 no", "550 5.7.23 SPF", "550 5.7.25 no PTR", "550 5.7.26 unauthenticated mail"],
        OutcomeKind.PAUSE,
    ),
    (_MAIL, ["550 5.7.60 no permission to send as this sender", "554 5.2.252 SendAsDenied"], OutcomeKind.PAUSE),
    (
        _MAIL,
        [
            "550 5.7.705 tenant has exceeded threshold",
            "550 5.7.708 not from this IP",
            "550 5.7.750 unregistered domain",
        ],
        OutcomeKind.PAUSE,
    ),
    (_MAIL, ["553 5.1.8 bad sender", "550 5.1.7 bad sender's address"], OutcomeKind.PAUSE),
    (
        _MAIL,
        [
            "554 Message rejected: Email address is not verified. The following identities failed the check",
            "554 Message rejected: Sending paused for this account.",
            "550 The from address does not match a verified Sender Identity. Mail cannot be sent until then",
        ],
        OutcomeKind.PAUSE,
    ),
    (
        _MAIL,
        ["550 5.4.5 Daily user sending limit exceeded", "550 5.1.90 daily limit", "550 5.7.233 tenant's limit"],
        OutcomeKind.RETRY,
    ),
    (_MAIL, ["552 message too large"], OutcomeKind.RETRY_ONCE),
    (_MAIL, ["552 5.3.4 too big", "554 5.2.3 too long"], OutcomeKind.RETRY_ONCE),
    (_MAIL, ["554 5.6.0 malformed", "550 5.6.7 needs SMTPUTF8"], OutcomeKind.GIVE_UP),
    ((Phase.SENDER,), ["550 who are you", "553 5.1.0 no", "501 5.5.4 no"], OutcomeKind.PAUSE),
    (_READER, ["550 5.1.1 no such user", "553 5.1.3 bad address", "550 5.1.10 null MX"], OutcomeKind.SUPPRESS),
    (_MAIL, ["451 4.3.0 later", "450 4.2.1 greylisted", "452 4.2.2 full"], OutcomeKind.RETRY),
    (_READER, ["550 no such user", "552 5.2.2 mailbox full", "554 5.7.7 no", "550 5.1.11x"], OutcomeKind.GIVE_UP),
]


def reply(text: str) -> Reply:
    code, _, rest = text.partition(" ")
    return Reply(int(code), rest)


@pytest.mark.parametrize(
    ("phase", "said", "row"),
    [(phase, said, row) for row, (phases, replies, _) in enumerate(CASES) for phase in phases for said in replies],
)
def test_each_row_of_the_table_decides_its_replies(phase: Phase, said: str, row: int) -> None:
    assert judge(phase, reply(said)) == Outcome(CASES[row][2], said, had_body=phase is Phase.BODY)


def test_every_row_of_the_table_has_cases() -> None:
    assert [kind for _, _, kind in CASES] == [row.kind for row in REFUSALS]
    assert all(set(phases) <= set(row.phases) for (phases, _, _), row in zip(CASES, REFUSALS, strict=True))


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("code", [250, 299, 354])
def test_a_reply_that_nobody_understands_leaves_the_outcome_unknown_only_after_the_body(
    phase: Phase, code: int
) -> None:
    expected = OutcomeKind.UNKNOWN if phase is Phase.BODY else OutcomeKind.BUSY

    assert judge(phase, Reply(code, "what was that?")).kind is expected


@given(st.sampled_from(Phase), st.integers(400, 599), st.text(max_size=40))
def test_no_refusal_is_taken_for_a_success_and_none_before_the_body_for_an_unknown_outcome(
    phase: Phase, code: int, text: str
) -> None:
    assert judge(phase, Reply(code, text)).kind not in (OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN)


@given(st.sampled_from(Phase), st.integers(400, 499), st.text(max_size=40))
def test_a_temporary_refusal_fails_no_notice_and_suppresses_nobody(phase: Phase, code: int, text: str) -> None:
    assert judge(phase, Reply(code, text)).kind in (OutcomeKind.RETRY, OutcomeKind.BUSY)


@pytest.mark.parametrize("status", ["5.1.1", "5.7.1", "5.1.8"])
def test_a_status_counts_only_where_it_stands_first_and_alone(status: str) -> None:
    assert Reply(550, f"{status} no").status == Reply(550, status).status == status
    assert Reply(550, f"see {status}").status == Reply(550, f"{status}.1 no").status == Reply(550, "").status == ""


def after(kind: OutcomeKind, *, attempts: int = 1, uncertain: bool = False, late: timedelta = timedelta(0)) -> str:
    return became(Outcome(kind), attempts=attempts, uncertain=uncertain, late=late)


def became(
    outcome: Outcome,
    *,
    attempts: int = 1,
    uncertain: bool = False,
    last_error: str | None = None,
    late: timedelta = timedelta(0),
) -> NoticeState:
    return state_after(
        outcome,
        attempts=attempts,
        uncertain_before=uncertain,
        last_error=last_error,
        due_at=DUE,
        now=DUE + late,
    )


STATES = {
    OutcomeKind.ACCEPTED: NoticeState.SENT,
    OutcomeKind.RETRY: NoticeState.DEFERRED,
    OutcomeKind.RETRY_ONCE: NoticeState.DEFERRED,
    OutcomeKind.GIVE_UP: NoticeState.FAILED,
    OutcomeKind.SUPPRESS: NoticeState.FAILED,
    OutcomeKind.PAUSE: NoticeState.PLANNED,
    OutcomeKind.BUSY: NoticeState.PLANNED,
    OutcomeKind.UNKNOWN: NoticeState.UNCERTAIN,
    OutcomeKind.WITHDRAWN: NoticeState.PLANNED,
}


@pytest.mark.parametrize("kind", OutcomeKind)
def test_each_outcome_leads_to_a_state_that_a_notice_in_flight_may_take(kind: OutcomeKind) -> None:
    assert after(kind) == STATES[kind]
    assert may_become(NoticeState.BODY_SENT, STATES[kind])


@pytest.mark.parametrize("kind", [OutcomeKind.PAUSE, OutcomeKind.BUSY])
def test_a_refusal_of_us_after_the_body_puts_the_notice_off(kind: OutcomeKind) -> None:
    refused = Outcome(kind, had_body=True)

    assert became(refused) is NoticeState.DEFERRED


def test_a_second_unknown_outcome_fails_because_two_copies_are_the_most_there_can_be() -> None:
    assert after(OutcomeKind.UNKNOWN, attempts=2, uncertain=True) == NoticeState.FAILED


@pytest.mark.parametrize("said", ["552 too much", "552", "552 5.3.4 too big", "554 5.2.3 too long"])
def test_what_is_too_large_is_tried_twice_and_no_more(said: str) -> None:
    too_large = Outcome(OutcomeKind.RETRY_ONCE, said)

    assert became(too_large) is NoticeState.DEFERRED
    assert became(too_large, attempts=2, last_error=said) is NoticeState.FAILED


@pytest.mark.parametrize("earlier", ["451 4.3.0 later", "550 5.7.1 not you", "it cannot be built (552)", ""])
def test_what_is_too_large_has_its_second_try_whatever_went_wrong_before(earlier: str) -> None:
    """Some servers say it for a while only, and a "later" before it is no first "too large"."""
    assert became(Outcome(OutcomeKind.RETRY_ONCE), attempts=2, last_error=earlier) is NoticeState.DEFERRED


def test_what_is_too_large_now_and_then_is_put_off_for_48_hours_like_any_other() -> None:
    too_large = Outcome(OutcomeKind.RETRY_ONCE)

    assert became(too_large, attempts=20, last_error="451 later", late=timedelta(hours=48)) is NoticeState.FAILED


def test_what_was_put_off_for_48_hours_after_it_was_due_is_given_up() -> None:
    almost = timedelta(hours=48) - timedelta(microseconds=1)

    assert after(OutcomeKind.RETRY, attempts=20, late=almost) == NoticeState.DEFERRED
    assert after(OutcomeKind.RETRY, attempts=20, late=timedelta(hours=48)) == NoticeState.FAILED


@pytest.mark.parametrize("jitter", [0, 1])
def test_what_waited_for_us_is_put_off_for_48_hours_like_any_other(jitter: int) -> None:
    """A pause may hold a mail for days: the first server that greylists must not be its end."""
    late, tries = timedelta(days=3), 1
    while after(OutcomeKind.RETRY, attempts=tries, late=late) == NoticeState.DEFERRED:
        late += retry_delay(tries, jitter)
        tries += 1

    assert timedelta(hours=40) <= late - timedelta(days=3) <= timedelta(hours=52)


@pytest.mark.parametrize("jitter", [0, 1])
def test_what_was_tried_from_the_start_is_given_up_with_the_first_try_after_48_hours(jitter: int) -> None:
    late, tries = timedelta(0), 1
    while after(OutcomeKind.RETRY, attempts=tries, late=late) == NoticeState.DEFERRED:
        late += retry_delay(tries, jitter)
        tries += 1

    assert timedelta(hours=48) <= late < timedelta(hours=48) + retry_delay(tries, jitter)


def test_a_fault_of_ours_or_of_the_connection_never_ends_a_notice_however_late_it_is() -> None:
    for kind in (OutcomeKind.PAUSE, OutcomeKind.BUSY, OutcomeKind.WITHDRAWN):
        assert after(kind, attempts=99, late=timedelta(days=30)) == NoticeState.PLANNED


def test_a_try_counts_unless_the_fault_is_ours_or_the_connections() -> None:
    for last_error in (None, "the connection was lost"):
        uncounted = {kind for kind in OutcomeKind if not is_attempt(Outcome(kind), last_error=last_error)}

        assert uncounted == {OutcomeKind.BUSY, OutcomeKind.PAUSE, OutcomeKind.WITHDRAWN}


@pytest.mark.parametrize("is_first", [False, True])
@pytest.mark.parametrize("last_error", [None, "the connection was lost"])
def test_a_mail_at_which_connections_fail_from_the_start_is_put_off_the_second_time_and_never_given_up(
    is_first: bool, last_error: str | None
) -> None:
    busy = Outcome(OutcomeKind.BUSY, is_first=is_first)
    counts = is_first and last_error is not None

    assert is_attempt(busy, last_error=last_error) is counts
    assert became(busy, attempts=99, last_error=last_error, late=timedelta(days=30)) is (
        NoticeState.DEFERRED if counts else NoticeState.PLANNED
    )


def test_a_deferred_notice_waits_twice_as_long_each_time_up_to_four_hours() -> None:
    assert [retry_delay(attempts, 0) for attempts in (0, 1, 2, 3)] == [timedelta(minutes=n) for n in (5, 5, 10, 20)]
    assert retry_delay(7, 0) == retry_delay(1_000_000, 0) == timedelta(hours=4)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_jitter_makes_a_retry_later_by_at_most_a_fifth_and_never_earlier(attempts: int, jitter: float) -> None:
    plain = retry_delay(attempts, 0)

    assert plain <= retry_delay(attempts, jitter) <= plain * 1.2


@pytest.mark.parametrize(
    ("said", "stored"),
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
def test_a_reply_is_cleaned_before_it_is_stored(said: str, stored: str) -> None:
    assert clean_reply(Reply(250, said)) == stored


@given(st.text(st.characters(exclude_categories=())))
def test_no_reply_can_keep_its_success_from_being_recorded(said: str) -> None:
    cleaned = clean_reply(Reply(250, said))

    assert cleaned.startswith("250")
    assert len(cleaned) <= 500
    assert "\x00" not in cleaned
    assert cleaned.isprintable()
    cleaned.encode("utf-8")


def test_a_long_reply_is_cut() -> None:
    assert len(clean_reply(Reply(550, "no " * 1000))) == 500
