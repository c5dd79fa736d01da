"""The SMTP conversation, burst by burst: what is sent when, and what is reported for every way it can go."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any

import pytest
from tests.mail.small_desk import BODY, OTHER, READER, SENDER, SmallDesk, SmallMail
from tests.mail.wire import wire

from convene.rules.patience import Patience
from convene.rules.smtp_outcome import Outcome, OutcomeKind

ON_THE_WIRE = "Subject: hello\r\n\r\n..a line with a dot\r\n..\r\nMAIL FROM:<other@example.org>\r\nthe end\r\n.\r\n"
MAIL, RCPT, DATA = f"MAIL FROM:<{SENDER}>\r\n", f"RCPT TO:<{READER}>\r\n", "DATA\r\n"
ENVELOPE = MAIL + RCPT + DATA
OK, GO, KEPT, NO, LATER = "250 ok", "354 go ahead", "250 kept", "550 5.1.1 no such user", "451 4.3.0 later"
ACCEPTED = Outcome(OutcomeKind.ACCEPTED)


def conversation(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test in an event loop of its own."""

    @wraps(test)
    def run(*args: Any, **values: Any) -> None:
        asyncio.run(test(*args, **values))

    return run


# One after the other: the server offers no PIPELINING.


@conversation
async def test_without_pipelining_each_command_waits_for_the_answer_to_the_one_before() -> None:
    desk = SmallDesk(SmallMail())
    async with wire(desk=desk) as server:
        assert await server.hears() == MAIL
        assert await server.answers(OK) == RCPT
        assert await server.answers(OK) == DATA
        assert await server.answers(GO) == ON_THE_WIRE
        await server.says(KEPT)
        await desk.all_is_settled()

    assert desk.outcomes == [ACCEPTED]


@conversation
async def test_without_pipelining_the_next_mail_begins_when_the_last_one_is_taken() -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(desk=desk) as server:
        await server.hears()
        for answer in (OK, OK):
            await server.answers(answer)
        assert await server.answers(GO) == ON_THE_WIRE
        assert await server.answers(KEPT) == MAIL
        assert await server.answers(OK) == f"RCPT TO:<{OTHER}>\r\n"

    assert desk.outcomes[0] == ACCEPTED


@pytest.mark.parametrize(("answers", "refusal"), [((OK, NO), "RCPT"), ((OK, OK, NO), "DATA")])
@conversation
async def test_without_pipelining_a_refusal_ends_the_transaction_and_the_next_one_begins_with_a_reset(
    answers: tuple[str, ...], refusal: str
) -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(desk=desk) as server:
        heard = await server.hears()
        for answer in answers:
            assert heard.startswith(refusal) or answer == OK
            heard = await server.answers(answer)
        assert heard == "RSET\r\n"
        assert await server.answers(OK) == MAIL

        assert desk.outcomes == [Outcome(OutcomeKind.SUPPRESS, NO)]


@pytest.mark.parametrize("pipelining", [False, True])
@conversation
async def test_a_server_that_refuses_the_sender_gets_no_further_mail_on_this_connection(pipelining: bool) -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=pipelining, desk=desk) as server:
        await server.hears()
        await server.says(NO, *["503 5.5.1 MAIL first"] * 2 * pipelining)
        await server.is_over()

        assert await server.hears() == ""
    assert (desk.outcomes, desk.waiting) == ([Outcome(OutcomeKind.PAUSE, NO)], 1)


# All at once: PIPELINING.


@conversation
async def test_with_pipelining_the_whole_envelope_leaves_at_once() -> None:
    desk = SmallDesk(SmallMail())
    async with wire(pipelining=True, desk=desk) as server:
        assert await server.hears() == ENVELOPE
        assert await server.answers(OK, OK, GO) == ON_THE_WIRE
        await server.says(KEPT)
        await desk.all_is_settled()

    assert desk.outcomes == [ACCEPTED]


@conversation
async def test_with_pipelining_the_next_mails_commands_leave_with_the_body() -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER), SmallMail())
    to_the_other = ENVELOPE.replace(READER, OTHER)
    async with wire(pipelining=True, desk=desk) as server:
        assert await server.hears() == ENVELOPE
        assert await server.answers(OK, OK, GO) == ON_THE_WIRE + to_the_other
        assert await server.answers(KEPT, OK, OK, GO) == ON_THE_WIRE + ENVELOPE
        assert await server.answers(KEPT, OK, OK, GO) == ON_THE_WIRE
        await server.says(KEPT)
        await desk.all_is_settled()

    assert desk.outcomes == [ACCEPTED] * 3


@conversation
async def test_no_body_leaves_before_the_go_ahead_even_when_half_of_it_is_there() -> None:
    desk = SmallDesk(SmallMail())
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.says(OK, OK)
        await server.says_bytes(b"354 go ah")
        assert await server.answers("ead") == ON_THE_WIRE


@conversation
async def test_with_pipelining_every_reply_of_a_refused_transaction_is_read_and_the_next_one_begins_with_a_reset() -> (
    None
):
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.says(OK, NO)
        assert await server.answers("503 5.5.1 RCPT first") == "RSET\r\n" + ENVELOPE.replace(READER, OTHER)
        assert await server.answers(OK, OK, OK, GO) == ON_THE_WIRE
        await server.says(KEPT)
        await desk.all_is_settled()

    assert desk.outcomes == [Outcome(OutcomeKind.SUPPRESS, NO), ACCEPTED]


@conversation
async def test_a_refusal_whose_commands_left_with_a_body_is_followed_by_a_reset_too() -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER), SmallMail())
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        assert await server.answers(OK, OK, GO) == ON_THE_WIRE + ENVELOPE.replace(READER, OTHER)
        assert await server.answers(KEPT, OK, LATER, "503 5.5.1 RCPT first") == "RSET\r\n" + ENVELOPE
        assert await server.answers(OK, OK, OK, GO) == ON_THE_WIRE

    assert desk.kinds[:2] == [OutcomeKind.ACCEPTED, OutcomeKind.RETRY]


@conversation
async def test_a_go_ahead_after_the_only_recipient_was_refused_gets_an_empty_body() -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        assert await server.answers(OK, NO, GO) == ".\r\n"
        assert await server.answers("554 5.5.1 no valid recipients") == "RSET\r\n" + ENVELOPE.replace(READER, OTHER)

    assert desk.outcomes[0] == Outcome(OutcomeKind.SUPPRESS, NO)


@conversation
async def test_a_refusal_after_the_body_concerns_its_own_mail_alone() -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.answers(OK, OK, GO)
        assert await server.answers("554 5.6.0 malformed", OK, OK, GO) == ON_THE_WIRE
        await server.says(KEPT)
        await desk.all_is_settled()

    assert desk.outcomes == [Outcome(OutcomeKind.GIVE_UP, "554 5.6.0 malformed", had_body=True), ACCEPTED]


# The same with and without PIPELINING.


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("said", [(), (OK,), (OK, OK)])
@conversation
async def test_a_connection_lost_before_the_body_leaves_the_mail_unsent(pipelining: bool, said: tuple[str]) -> None:
    desk = SmallDesk(SmallMail())
    async with wire(pipelining=pipelining, desk=desk) as server:
        await server.hears()
        for answer in said:
            await server.says(answer)
            if not pipelining:
                await server.hears()
        await server.hangs_up()

        assert desk.kinds == [OutcomeKind.BUSY]
        assert not desk.outcomes[0].had_body
        assert len(server.ends) == 1


@pytest.mark.parametrize("said", [b"", b"25", b"250 almost", b"250-and\r\n"])
@conversation
async def test_a_connection_lost_after_the_final_dot_leaves_its_outcome_unknown_and_the_next_mail_unsent(
    said: bytes,
) -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.answers(OK, OK, GO)
        await server.says_bytes(said)
        await server.hangs_up()

    assert desk.kinds == [OutcomeKind.UNKNOWN, OutcomeKind.BUSY]
    assert not desk.outcomes[1].is_first


@pytest.mark.parametrize("hangs_up", [False, True])
@conversation
async def test_a_mail_that_does_not_leave_behind_one_that_did_is_not_the_first(hangs_up: bool) -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(desk=desk) as server:
        await server.hears()
        for answer in (OK, OK, GO, OK):
            await server.answers(answer)
        if hangs_up:
            await server.hangs_up()
        else:
            await server.says("421 4.3.2 closing")
        await server.is_over()

    assert desk.kinds == [OutcomeKind.ACCEPTED, OutcomeKind.BUSY]
    assert not desk.outcomes[1].is_first


@pytest.mark.parametrize("said", [b"what was that?\r\n", b"\x00\xff\r\n", b"999 beyond\r\n", b"354 go on\r\n"])
@conversation
async def test_an_answer_to_the_body_that_nobody_understands_leaves_the_outcome_unknown_and_ends_it(
    said: bytes,
) -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.answers(OK, OK, GO)
        await server.says_bytes(said)
        await server.is_over()

    assert desk.kinds == [OutcomeKind.UNKNOWN, OutcomeKind.BUSY]


@pytest.mark.parametrize("pipelining", [False, True])
@conversation
async def test_an_answer_to_the_body_counts_whatever_the_server_says_behind_it(pipelining: bool) -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=pipelining, desk=desk) as server:
        await server.hears()
        for answers in [(OK, OK, GO)] if pipelining else [(OK,), (OK,), (GO,)]:
            await server.answers(*answers)
        await server.says_bytes(f"{KEPT}\r\nwhat was that?\r\n".encode())
        await server.is_over()

        assert server.ends == ["what it says is no reply"]
    assert desk.kinds == [OutcomeKind.ACCEPTED, OutcomeKind.BUSY]


@conversation
async def test_an_endless_answer_is_not_heard_out() -> None:
    desk = SmallDesk(SmallMail())
    async with wire(desk=desk) as server:
        await server.hears()
        await server.says_bytes(b"250-and another thing\r\n" * 4_000)
        await server.is_over()

    assert desk.outcomes == [Outcome(OutcomeKind.BUSY, "the reply has no end", is_first=True)]


@pytest.mark.parametrize("pipelining", [False, True])
@conversation
async def test_a_server_that_closes_before_the_body_takes_nothing_more(pipelining: bool) -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=pipelining, desk=desk) as server:
        await server.hears()
        await server.says("421 4.3.2 closing")
        if pipelining:
            await server.hangs_up()
        await server.is_over()

        assert server.ends != [None]
    assert desk.outcomes[0] == Outcome(OutcomeKind.BUSY, "421 4.3.2 closing")
    assert desk.waiting == 1


@pytest.mark.parametrize("said", ["421 4.4.2 idle for too long", "250 kept again", "550 5.1.1 <a@b.example>"])
@conversation
async def test_a_reply_that_nobody_asked_for_ends_an_idle_connection(said: str) -> None:
    async with wire(pipelining=True) as server:
        await server.says(said)
        await server.is_over()

        assert server.ends == [f"the server said unasked: {said.replace('a@b.example', '(address)')}"]


@conversation
async def test_a_second_answer_to_one_body_is_not_taken_for_that_of_the_next() -> None:
    desk = SmallDesk(SmallMail(), clears=True)
    async with wire(desk=desk) as server:
        await server.hears()
        for answer in (OK, OK, GO):
            await server.answers(answer)
        await server.says(KEPT, NO)
        await server.is_over()

    assert desk.outcomes == [ACCEPTED]


# Whether a body may leave.


@pytest.mark.parametrize("pipelining", [False, True])
@conversation
async def test_a_body_waits_until_it_is_on_record_that_it_leaves(pipelining: bool) -> None:
    desk = SmallDesk(SmallMail(), clears=None)
    async with wire(pipelining=pipelining, desk=desk) as server:
        await up_to_the_go_ahead(server.hears, server.answers, server.says, pipelining)
        await until(lambda: bool(desk.asking))
        desk.asking[0](True)
        assert await server.hears() == ON_THE_WIRE


@pytest.mark.parametrize("clears", [None, False])
@conversation
async def test_a_mail_that_must_not_leave_after_all_never_arrives(clears: bool | None) -> None:
    desk = SmallDesk(SmallMail(), clears=clears)
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.says(OK, OK, GO)
        if clears is None:
            await until(lambda: bool(desk.asking))
            desk.asking[0](False)
        await server.is_over()

        assert await server.hears() == ""
    assert desk.kinds == [OutcomeKind.WITHDRAWN]


@conversation
async def test_a_connection_lost_while_a_mail_waits_to_be_cleared_leaves_it_unsent() -> None:
    desk = SmallDesk(SmallMail(), clears=None)
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.says(OK, OK, GO)
        await until(lambda: bool(desk.asking))
        await server.hangs_up()
        desk.asking[0](True)  # too late

    assert desk.kinds == [OutcomeKind.BUSY]


async def up_to_the_go_ahead(
    hears: Callable[[], Awaitable[str]],
    answers: Callable[..., Awaitable[str]],
    says: Callable[..., Awaitable[None]],
    pipelining: bool,
) -> None:
    await hears()
    if pipelining:
        await says(OK, OK, GO)
        return
    await answers(OK)
    await answers(OK)
    await says(GO)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0)


# Patience.


@conversation
async def test_a_command_without_an_answer_is_given_up_after_its_time() -> None:
    desk = SmallDesk(SmallMail())
    async with wire(desk=desk, patience=Patience(command=300)) as server:
        await server.hears()
        server.waits(299)
        assert desk.outcomes == []
        server.waits(301)

    assert desk.outcomes == [Outcome(OutcomeKind.BUSY, "no reply came in time", is_first=True)]


@pytest.mark.parametrize("answered", [0, 1, 2])
@conversation
async def test_a_worker_that_is_to_end_soon_waits_ten_seconds_for_a_reply_before_the_body(answered: int) -> None:
    desk = SmallDesk(SmallMail())
    async with wire(desk=desk) as server:
        await server.hears()
        for _ in range(answered):
            await server.answers(OK)
        server.conversation.end_soon()
        server.waits(9)
        assert desk.outcomes == []
        server.waits(11)

    assert desk.outcomes == [Outcome(OutcomeKind.BUSY, "no reply came in time", is_first=True)]


@conversation
async def test_a_worker_that_is_to_end_soon_waits_no_longer_for_the_replies_that_follow() -> None:
    desk = SmallDesk(SmallMail())
    async with wire(desk=desk) as server:
        await server.hears()
        server.conversation.end_soon()
        await server.answers(OK)
        server.waits(11)

    assert desk.kinds == [OutcomeKind.BUSY]


@conversation
async def test_a_worker_that_is_to_end_soon_still_waits_for_the_answer_to_a_final_dot() -> None:
    desk = SmallDesk(SmallMail())
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.answers(OK, OK, GO)
        server.conversation.end_soon()
        server.waits(590)
        assert desk.outcomes == []
        await server.says(KEPT)
        await desk.all_is_settled()

    assert desk.outcomes == [ACCEPTED]


@conversation
async def test_the_answer_to_the_final_dot_is_waited_for_ten_minutes() -> None:
    desk = SmallDesk(SmallMail())
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.answers(OK, OK, GO)
        server.waits(590)
        assert desk.outcomes == []
        server.waits(660)

    assert desk.outcomes == [Outcome(OutcomeKind.UNKNOWN, "no reply came in time", had_body=True)]


@conversation
async def test_an_idle_connection_says_goodbye_after_a_while() -> None:
    async with wire(patience=Patience(idle=30)) as server:
        server.waits(29)
        assert server.ends == []
        server.waits(31)

        assert server.ends == [None]
        assert await server.hears() == "QUIT\r\n"


@conversation
async def test_a_connection_carries_so_many_mails_and_says_goodbye() -> None:
    desk = SmallDesk(*(SmallMail() for _ in range(3)))
    async with wire(pipelining=True, most=2, desk=desk) as server:
        assert await server.hears() == ENVELOPE
        assert await server.answers(OK, OK, GO) == ON_THE_WIRE + ENVELOPE
        assert await server.answers(KEPT, OK, OK, GO) == ON_THE_WIRE
        assert await server.answers(KEPT) == "QUIT\r\n"

        assert server.ends == [None]
    assert (desk.outcomes, desk.waiting) == ([ACCEPTED] * 2, 1)


@conversation
async def test_a_worker_that_ends_hangs_up_on_what_is_unsent_and_leaves_the_sent_unknown() -> None:
    desk = SmallDesk(SmallMail(), SmallMail(OTHER))
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        await server.answers(OK, OK, GO)
        server.conversation.say_goodbye()

    assert desk.kinds == [OutcomeKind.UNKNOWN, OutcomeKind.BUSY]


@conversation
async def test_an_idle_conversation_goes_on_when_it_is_woken() -> None:
    async with wire(pipelining=True) as server:
        for _ in range(2):
            desk = SmallDesk(SmallMail())
            server.conversation.wake(desk)
            assert await server.hears() == ENVELOPE
            assert await server.answers(OK, OK, GO) == ON_THE_WIRE
            assert not server.conversation.is_idle
            await server.says(KEPT)
            await desk.all_is_settled()
            assert server.conversation.is_idle


# Addresses.


@conversation
async def test_an_address_in_another_script_gets_smtputf8() -> None:
    async with wire(pipelining=True, desk=SmallDesk(SmallMail("សុខា@union-kh.example"))) as server:
        heard = await server.hears()

    assert heard == f"MAIL FROM:<{SENDER}> SMTPUTF8\r\nRCPT TO:<សុខា@union-kh.example>\r\nDATA\r\n"


@conversation
async def test_where_a_server_takes_no_such_address_its_mail_is_given_up_and_the_others_leave() -> None:
    desk = SmallDesk(SmallMail("សុខា@union-kh.example"), SmallMail())
    async with wire(pipelining=True, smtputf8=False, desk=desk) as server:
        assert await server.hears() == ENVELOPE

        assert desk.kinds == [OutcomeKind.GIVE_UP]
        assert "6531" in desk.outcomes[0].reply


@pytest.mark.parametrize(
    "address", ["a@b.example>\r\nRCPT TO:<other@example.org", "a@b.example\n", "a b@c.example", "a@\x00", "\ud800@b"]
)
@conversation
async def test_an_address_can_smuggle_nothing_in(address: str) -> None:
    desk = SmallDesk(SmallMail(address), SmallMail(sender=address), SmallMail(OTHER))
    async with wire(pipelining=True, desk=desk) as server:
        assert await server.hears() == ENVELOPE.replace(READER, OTHER)

        assert desk.kinds == [OutcomeKind.GIVE_UP] * 2


@pytest.mark.parametrize("body", [b".\r\n", b".\r\n.\r\n", BODY, b"\r\n.\r\n\r\n..\r\n"])
@conversation
async def test_no_dot_in_a_body_ends_it(body: bytes) -> None:
    desk = SmallDesk(SmallMail(body=body))
    async with wire(pipelining=True, desk=desk) as server:
        await server.hears()
        heard = (await server.answers(OK, OK, GO)).encode()

    lines = heard.removesuffix(b".\r\n").split(b"\r\n")
    assert b"." not in lines
    assert b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines) == body
