"""The connections to a real SMTP server: how many, how long, how fast, and what is told of a server that is no use."""

import asyncio
import gc
import warnings
from collections.abc import Callable, Iterator

import pytest
from tests.mail.small_desk import BODY, OTHER, READER, SENDER, SmallDesk, SmallMail
from tests.smtp_inbox import CERTIFICATE, DROP, Inbox, free_port, listening_inbox

from convene.mail.relay import Trouble
from convene.mail.smtp_pool import RelayLimits, SmtpRelay
from convene.rules.patience import Patience
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.smtp_server import Security, SmtpServer, parse_smtp_url

ONE = RelayLimits(connections=1)
ACCEPTED = Outcome(OutcomeKind.ACCEPTED)
_NO_TLS = b"454 4.7.0 no TLS at present\r\n"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening_inbox() as listening:
        yield listening


def hand_over(
    server: SmtpServer, *mails: SmallMail, limits: RelayLimits = ONE, patience: Patience | None = None
) -> tuple[SmallDesk, Trouble | None]:
    """Hand mails to one relay until all are settled or it finds trouble; the desk, and the trouble."""

    async def run() -> tuple[SmallDesk, Trouble | None]:
        relay, desk = SmtpRelay(server, limits, patience), SmallDesk(*mails)
        relay.wake(desk)
        await desk.all_is_settled()
        trouble = relay.trouble
        await relay.close()
        return desk, trouble

    return asyncio.run(run())


def some(count: int) -> list[SmallMail]:
    return [SmallMail(f"reader{number}@union-kh.example") for number in range(count)]


def test_a_mail_arrives_byte_for_byte_in_one_piece(inbox: Inbox) -> None:
    desk, trouble = hand_over(inbox.server, SmallMail())

    assert (desk.outcomes, trouble) == ([ACCEPTED], None)
    assert [(mail.sender, mail.recipient, mail.body) for mail in inbox.mails] == [(SENDER, READER, BODY)]


def test_one_connection_carries_many_mails(inbox: Inbox) -> None:
    hand_over(inbox.server, *some(5))

    assert [mail.recipient for mail in inbox.mails] == [mail.recipient for mail in some(5)]
    assert inbox.connections == 1


def test_several_connections_share_the_mails_and_none_arrives_twice(inbox: Inbox) -> None:
    desk, _ = hand_over(inbox.server, *some(60), limits=RelayLimits(connections=4))

    assert desk.outcomes == [ACCEPTED] * 60
    assert sorted(mail.recipient for mail in inbox.mails) == sorted(mail.recipient for mail in some(60))
    assert inbox.connections <= 4


@pytest.mark.parametrize("connections", [2, 4])
def test_while_mails_wait_as_many_connections_work_as_may(inbox: Inbox, connections: int) -> None:
    async def run() -> None:
        relay, desk = SmtpRelay(inbox.server, RelayLimits(connections)), SmallDesk(*some(10))
        with inbox.silent():
            relay.wake(desk)
            await until(lambda: len(inbox.mails) == connections)
        await desk.all_is_settled()
        await relay.close()

    asyncio.run(run())

    assert inbox.connections == connections


def test_no_more_connections_are_opened_than_there_are_mails(inbox: Inbox) -> None:
    hand_over(inbox.server, SmallMail(), limits=RelayLimits(connections=4))

    assert inbox.connections == 1


def test_a_connection_carries_so_many_mails_and_another_one_the_rest(inbox: Inbox) -> None:
    desk, _ = hand_over(inbox.server, *some(7), limits=RelayLimits(connections=1, mails=3))

    assert desk.outcomes == [ACCEPTED] * 7
    assert inbox.connections == 3


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "BODY"])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [("451 4.3.0 try again later", OutcomeKind.RETRY), ("550 5.1.1 no such user", OutcomeKind.SUPPRESS)],
)
def test_a_refusal_of_one_mail_at_any_stage_is_reported_and_the_next_one_goes_on(
    inbox: Inbox, stage: str, reply: str, kind: OutcomeKind
) -> None:
    inbox.answers(stage, reply)

    desk, trouble = hand_over(inbox.server, SmallMail(), SmallMail(OTHER))

    assert desk.outcomes == [Outcome(kind, reply, had_body=stage == "BODY"), ACCEPTED]
    assert (trouble, inbox.connections) == (None, 1)


@pytest.mark.parametrize("reply", ["550 5.7.1 you may not send from there", "553 who are you?"])
def test_a_refused_sender_is_no_fault_of_the_mail(inbox: Inbox, reply: str) -> None:
    inbox.answers("MAIL", reply)

    desk, trouble = hand_over(inbox.server, SmallMail(), SmallMail(OTHER))

    assert desk.outcomes == [Outcome(OutcomeKind.PAUSE, reply)]
    assert (desk.waiting, inbox.mails) == (0, [])
    assert trouble is not None


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_body_means_that_nothing_was_sent(inbox: Inbox, stage: str) -> None:
    inbox.answers(stage, DROP)

    desk, trouble = hand_over(inbox.server, SmallMail(), SmallMail(OTHER))

    assert desk.kinds == [OutcomeKind.BUSY]
    assert (inbox.mails, len(desk.queue)) == ([], 1)  # the other one waits until the server is tried again
    assert trouble == Trouble("the connection was lost")


def test_a_connection_lost_after_the_final_dot_leaves_the_outcome_unknown(inbox: Inbox) -> None:
    inbox.answers("BODY", DROP)

    desk, _ = hand_over(inbox.server, SmallMail())

    assert (desk.kinds, inbox.bodies) == ([OutcomeKind.UNKNOWN], [BODY])


def test_a_server_that_has_taken_mails_and_hangs_up_is_connected_to_again(inbox: Inbox) -> None:
    inbox.answers("BODY", "250 kept", DROP)

    desk, trouble = hand_over(inbox.server, *some(3))

    assert desk.kinds == [OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN, OutcomeKind.ACCEPTED]
    assert (inbox.connections, trouble) == (2, None)


# A server that is no use at present, or at all.


def test_where_nobody_listens_no_mail_is_taken_and_the_reason_is_told() -> None:
    nobody = SmtpServer("127.0.0.1", free_port(), Security.NONE)

    desk, trouble = hand_over(nobody, *some(3), limits=RelayLimits(connections=4))

    assert (desk.outcomes, len(desk.queue)) == ([], 3)
    assert trouble == Trouble("it cannot be reached (SMTPConnectError)")


@pytest.mark.parametrize("greeting", ["421 4.3.2 busy", DROP])
def test_a_server_that_takes_nobody_for_now_is_tried_by_one_connection_alone(inbox: Inbox, greeting: str) -> None:
    inbox.answers("GREETING", greeting)

    desk, trouble = hand_over(inbox.server, *some(8), limits=RelayLimits(connections=4))

    assert (desk.outcomes, inbox.connections) == ([], 1)
    assert trouble is not None
    assert not trouble.pauses


def test_a_server_that_refuses_to_serve_us_pauses_everything(inbox: Inbox) -> None:
    inbox.answers("GREETING", "554 5.3.2 no service here")

    desk, trouble = hand_over(inbox.server, SmallMail())

    assert desk.outcomes == []
    assert trouble == Trouble("it refused the connection: 554 5.3.2 no service here", pauses=True)


@pytest.mark.parametrize("workers", [1, 4])
def test_while_there_is_trouble_nobody_connects_and_afterwards_one_does(inbox: Inbox, workers: int) -> None:
    """Who shares the server with others tries so much less often: together they try as often as one."""
    inbox.answers("GREETING", "421 4.3.2 busy")

    async def run() -> SmallDesk:
        relay, desk = SmtpRelay(inbox.server, RelayLimits(), Patience(reconnect=3600)), SmallDesk(*some(3))
        relay.workers = workers
        relay.wake(desk)
        await desk.all_is_settled()
        desk.is_open = True
        relay.wake(desk)
        assert inbox.connections == 1
        loop = asyncio.get_running_loop()
        began = loop.time()
        loop.time = lambda: began + workers * 3600 - 60  # type: ignore[method-assign]
        assert relay.trouble is not None
        loop.time = lambda: began + workers * 3600 + 1  # type: ignore[method-assign]
        assert relay.trouble is None
        relay.wake(desk)
        await desk.all_is_settled()
        await relay.close()
        return desk

    assert asyncio.run(run()).kinds == [OutcomeKind.ACCEPTED] * 3


def test_a_server_that_never_answers_a_body_is_tried_ever_more_seldom_until_it_takes_one(inbox: Inbox) -> None:
    """Else each mail in the queue would soon be one that may have arrived twice."""

    async def run() -> list[int]:
        relay, desk = SmtpRelay(inbox.server, ONE, Patience(reconnect=10)), SmallDesk(*some(9))
        loop = asyncio.get_running_loop()
        clock = loop.time()
        loop.time = lambda: clock  # type: ignore[method-assign]
        waited = []
        for answers in ([DROP], ["999 what"], [DROP], ["250 kept", DROP, DROP]):
            inbox.answers("BODY", *answers)
            desk.is_open = True
            relay.wake(desk)
            await desk.all_is_settled()
            began = clock
            while relay.trouble is not None:
                clock += 5
            waited.append(round(clock - began))
        await relay.close()
        return waited

    assert asyncio.run(run()) == [10, 20, 40, 20]


def test_where_the_server_takes_no_more_connections_those_that_are_open_carry_the_rest(inbox: Inbox) -> None:
    inbox.answers("GREETING", "220 inbox.example", *["421 4.7.0 too many connections"] * 3)

    desk, trouble = hand_over(inbox.server, *some(30), limits=RelayLimits(connections=4))

    assert desk.outcomes == [ACCEPTED] * 30
    assert trouble is None
    assert inbox.connections <= 4


@pytest.mark.parametrize(
    ("stage", "answers", "early_connections"),
    [("BODY", [DROP] * 4, 4), ("GREETING", ["220 inbox.example", *["421 4.7.0 too many connections"] * 3], 1)],
)
def test_after_a_fault_as_many_connections_work_as_before(
    inbox: Inbox, stage: str, answers: list[str], early_connections: int
) -> None:
    inbox.answers(stage, *answers)
    relay = SmtpRelay(inbox.server, RelayLimits(connections=4, mails=4), Patience(reconnect=0))

    async def hand_over_by(connections: int) -> None:
        desk = SmallDesk(*some(4))
        inbox.mails.clear()
        with inbox.silent():
            relay.wake(desk)
            await until(lambda: len(inbox.mails) == connections and not others_run())
        await desk.all_is_settled()

    async def run() -> None:
        async with asyncio.timeout(10):
            await hand_over_by(early_connections)
            await hand_over_by(4)
            await relay.close()

    asyncio.run(run())

    assert len(inbox.mails) == 4


def test_a_server_that_ends_an_idle_connection_is_no_trouble_though_it_took_no_mail(inbox: Inbox) -> None:
    inbox.answers("RCPT", "450 4.7.1 come back later\r\n421 4.4.2 nothing to do here")

    async def run() -> tuple[SmallDesk, Trouble | None]:
        relay, desk = SmtpRelay(inbox.server, ONE), SmallDesk(SmallMail())
        relay.wake(desk)
        await settled(desk, 1)
        await asyncio.sleep(0)
        trouble = relay.trouble
        desk.queue.append(SmallMail())
        relay.wake(desk)
        await desk.all_is_settled()
        await relay.close()
        return desk, trouble

    desk, trouble = asyncio.run(run())

    assert trouble is None
    assert desk.kinds == [OutcomeKind.RETRY, OutcomeKind.ACCEPTED]
    assert inbox.connections == 2


def others_run() -> bool:
    """Whether a connection is being opened."""
    return len(asyncio.all_tasks()) > 1


# TLS and the log-in.


def with_security(inbox: Inbox, security: Security, host: str = "localhost") -> SmtpServer:
    return SmtpServer(host, inbox.port, security)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_nobody_vouches_for_ends_it_before_anything_is_said(security: Security) -> None:
    with listening_inbox(security=security) as inbox:
        desk, trouble = hand_over(with_security(inbox, security), SmallMail())

    assert (desk.outcomes, inbox.mails) == ([], [])
    assert trouble is not None
    assert trouble.why.startswith("its certificate is not valid (")
    assert not trouble.pauses


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_with_a_sound_certificate_the_mail_leaves_over_tls(security: Security, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with listening_inbox(security=security) as inbox:
        desk, _ = hand_over(with_security(inbox, security), SmallMail())

    assert desk.outcomes == [ACCEPTED]


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS, Security.TLS])
def test_a_closed_relay_leaves_no_socket_open(security: Security, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with listening_inbox(security=security) as inbox, warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always", ResourceWarning)
        hand_over(with_security(inbox, security), *some(10), limits=RelayLimits(mails=2))
        gc.collect()

    assert [str(complaint.message) for complaint in complaints] == []


def test_a_relay_that_was_closed_amid_its_mails_works_as_before(inbox: Inbox) -> None:
    limits = RelayLimits(connections=4)

    async def run() -> None:
        relay, given_up, desk = SmtpRelay(inbox.server, limits), SmallDesk(*some(4)), SmallDesk(*some(10))
        with inbox.silent():
            relay.wake(given_up)
            await until(lambda: len(inbox.mails) == limits.connections)
            await relay.close()
            assert relay.trouble is None
            inbox.mails.clear()
            relay.wake(desk)
            await until(lambda: len(inbox.mails) == limits.connections)
        await desk.all_is_settled()
        await relay.close()

    asyncio.run(run())


def test_where_tls_is_asked_for_and_not_offered_nothing_is_sent_in_the_clear(inbox: Inbox) -> None:
    desk, trouble = hand_over(with_security(inbox, Security.STARTTLS), SmallMail())

    assert (desk.outcomes, inbox.mails) == ([], [])
    assert trouble is not None
    assert trouble.why.startswith("it lacks what the settings ask for")


@pytest.mark.parametrize(
    ("offer", "told"),
    [
        ("STARTTLS", "it refused the connection: 454 4.7.0 no TLS at present"),
        ("AUTH NTLM", "it lacks what the settings ask for: No suitable authentication method found"),
    ],
)
def test_a_server_that_offers_no_way_in_is_told_by_what_it_lacks_or_says(offer: str, told: str) -> None:
    async def run() -> Trouble | None:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 here\r\n")
            while command := await reader.readline():
                writer.write(f"250-here\r\n250 {offer}\r\n".encode() if command[:4] == b"EHLO" else _NO_TLS)
            writer.close()

        async with await asyncio.start_server(speak, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            security = Security.STARTTLS if offer == "STARTTLS" else Security.NONE
            relay, desk = SmtpRelay(SmtpServer("127.0.0.1", port, security, "me", "a/secret")), SmallDesk(SmallMail())
            relay.wake(desk)
            await desk.all_is_settled()
            trouble = relay.trouble
            await relay.close()
        return trouble

    assert asyncio.run(run()) == Trouble(told)


def test_a_user_is_logged_in_before_the_first_mail() -> None:
    with listening_inbox(login=("me", "a/secret")) as inbox:
        desk, _ = hand_over(parse_smtp_url(f"smtp://me:a%2Fsecret@127.0.0.1:{inbox.port}"), SmallMail())

    assert desk.outcomes == [ACCEPTED]


def test_a_refused_log_in_pauses_everything_and_tells_no_password() -> None:
    with listening_inbox(login=("me", "a/secret")) as inbox:
        desk, trouble = hand_over(parse_smtp_url(f"smtp://me:wrong-word@127.0.0.1:{inbox.port}"), SmallMail())

    assert trouble is not None
    assert trouble.pauses
    assert trouble.why.startswith("it refused the user or the password of CONVENE_SMTP_URL: 535")
    assert "wrong-word" not in repr(trouble)
    assert (desk.outcomes, inbox.mails) == ([], [])


@pytest.mark.parametrize("behind_it", [b"", b"421 4.7.0 too many errors\r\n"])
def test_a_refused_log_in_pauses_everything_also_where_the_server_then_hangs_up(behind_it: bytes) -> None:
    async def run() -> Trouble | None:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 here\r\n")
            for answer in (b"250-here\r\n250 AUTH PLAIN LOGIN\r\n", b"535 5.7.8 no\r\n", behind_it):
                await reader.readline()
                writer.write(answer)
            writer.close()

        async with await asyncio.start_server(speak, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            relay, desk = SmtpRelay(SmtpServer("127.0.0.1", port, Security.NONE, "me", "no")), SmallDesk(SmallMail())
            relay.wake(desk)
            await desk.all_is_settled()
            trouble = relay.trouble
            await relay.close()
        return trouble

    said = "it refused the user or the password of CONVENE_SMTP_URL: 535 5.7.8 no"
    assert asyncio.run(run()) == Trouble(said, pauses=True)


def test_an_address_in_another_script_needs_and_gets_smtputf8(inbox: Inbox) -> None:
    hand_over(inbox.server, SmallMail("សុខា@union-kh.example"))

    assert [(mail.recipient, "SMTPUTF8" in mail.options) for mail in inbox.mails] == [("សុខា@union-kh.example", True)]


@pytest.mark.parametrize("unknown", ["500 5.5.1 what?", "502 not here"])
def test_a_server_that_knows_helo_alone_gets_mails_in_the_plainest_way(inbox: Inbox, unknown: str) -> None:
    inbox.answers("EHLO", unknown)

    desk, trouble = hand_over(inbox.server, *some(2))

    assert (desk.outcomes, trouble) == ([ACCEPTED, ACCEPTED], None)
    assert [mail.options for mail in inbox.mails] == [(), ()]


def test_a_server_that_refuses_the_hello_itself_is_not_asked_again(inbox: Inbox) -> None:
    inbox.answers("EHLO", "550 5.7.1 we do not serve you")

    desk, trouble = hand_over(inbox.server, SmallMail())

    assert (desk.outcomes, inbox.connections) == ([], 1)
    assert trouble is not None
    assert "550 5.7.1" in trouble.why


def test_what_a_server_says_is_kept_on_one_line_and_without_addresses(inbox: Inbox) -> None:
    inbox.answers("RCPT", "550-5.1.1 <sokha@union-kh.example>\r\n550 no\tsuch user")

    desk, _ = hand_over(inbox.server, SmallMail())

    assert desk.outcomes[0].reply == "550 5.1.1 <(address)> no such user"


# Pace.


class SteppedLoop(asyncio.SelectorEventLoop):
    """Time stands still while anything can happen, and jumps to the next timer when nothing can."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def time(self) -> float:
        return self.at


def test_a_pace_lets_one_mail_leave_every_so_many_seconds(inbox: Inbox) -> None:
    loop = SteppedLoop()
    left_at: list[float] = []

    class WatchedDesk(SmallDesk):
        def take(self) -> SmallMail | None:
            mail = super().take()
            if mail is not None:
                left_at.append(loop.at)
            return mail

    async def run() -> None:
        relay, desk = SmtpRelay(inbox.server, RelayLimits(connections=4, rate=30)), WatchedDesk(*some(4))
        relay.wake(desk)
        for count in (1, 2, 3, 4):
            await settled(desk, count)
            assert desk.waiting == 4 - count
            loop.at += 2
        await relay.close()

    loop.run_until_complete(run())
    loop.close()

    assert left_at == [0, 2, 4, 6]
    assert len(inbox.mails) == 4
    assert inbox.connections == 1


def test_while_no_mail_may_leave_by_its_pace_no_connection_is_opened(inbox: Inbox) -> None:
    loop = SteppedLoop()

    async def run() -> None:
        relay, desk = (
            SmtpRelay(inbox.server, RelayLimits(connections=4, rate=1), Patience(idle=30)),
            SmallDesk(*some(2)),
        )
        relay.wake(desk)
        await settled(desk, 1)
        for _ in range(59):
            loop.at += 1
            relay.wake(desk)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert inbox.connections == 1
        loop.at += 1
        await settled(desk, 2)
        await relay.close()

    loop.run_until_complete(run())
    loop.close()

    assert inbox.connections == 2


async def settled(desk: SmallDesk, count: int) -> None:
    await until(lambda: len(desk.outcomes) == count)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0)


def test_an_idle_connection_is_closed_by_the_relay_itself(inbox: Inbox) -> None:
    loop = SteppedLoop()

    async def run() -> None:
        relay = SmtpRelay(inbox.server, ONE, Patience(idle=30))
        for _ in range(2):
            desk = SmallDesk(SmallMail())
            relay.wake(desk)
            await settled(desk, 1)
        assert inbox.connections == 1
        for _ in range(40):
            loop.at += 1
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        desk = SmallDesk(SmallMail())
        relay.wake(desk)
        await settled(desk, 1)
        await relay.close()

    loop.run_until_complete(run())
    loop.close()

    assert inbox.connections == 2
