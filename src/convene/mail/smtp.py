"""The SMTP conversation: MAIL, RCPT, DATA, body (RFC 5321), with or without PIPELINING (RFC 2920).

It runs on a connection that is open, secured and logged in (`smtp_pool.py`). It is our own because a library reports
the same error for a drop before MAIL and one after the final dot, and only the conversation knows which it was; and
because with PIPELINING a mail costs two round trips instead of four: the commands of the next mail leave together with
the body before it. Retrying is the caller's business.
"""

import asyncio
import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from convene.mail.relay import Desk, Outgoing
from convene.mail.smtp_replies import ReplyError, ReplyReader
from convene.rules.patience import Patience
from convene.rules.smtp_outcome import Outcome, OutcomeKind, Phase, Reply, clean_reply, judge

_GO_AHEAD = 354
_LINE_FEED = 0x0A
_LINE_OF_DOT = re.compile(rb"(?<![^\n])\.")
_NOT_IN_A_PATH = re.compile(r"[\x00-\x20\x7f<>\ud800-\udfff]")
_ENVELOPE = (Phase.SENDER, Phase.RECIPIENT, Phase.DATA)
_ACCEPTED = Outcome(OutcomeKind.ACCEPTED)
_ENDS_IT = (OutcomeKind.BUSY, OutcomeKind.PAUSE, OutcomeKind.UNKNOWN)
_Talk = Generator[None, Reply | bool | None, None]


@dataclass(frozen=True)
class Features:
    """What the server offers of the extensions that matter here."""

    pipelining: bool
    smtputf8: bool


@dataclass
class _Attempt:
    """One mail on this connection, and how far it came. `is_first`: the server took none before."""

    mail: Outgoing
    is_first: bool
    refusal: Outcome | None = None
    body_left: bool = False
    is_withdrawn: bool = False

    def refuse(self, phase: Phase, reply: Reply) -> None:
        refusal = judge(phase, reply)
        # Of a server that takes nothing from the sender, whose every mail is so answered, no reader may be why.
        may_be_why = self.is_first and phase is not Phase.SENDER
        self.refusal = replace(refusal, is_first=may_be_why) if refusal.kind is OutcomeKind.BUSY else refusal

    def outcome_without_connection(self, why: str) -> Outcome:
        if self.refusal is not None:
            return self.refusal
        if self.is_withdrawn:
            return Outcome(OutcomeKind.WITHDRAWN, why)
        if self.body_left:
            return Outcome(OutcomeKind.UNKNOWN, why, had_body=True)
        return Outcome(OutcomeKind.BUSY, why, is_first=self.is_first)


class Conversation(asyncio.Protocol):
    """One connection: it takes mails from a desk, one after the other, until there is none, and can be woken again.

    One recipient per transaction, so that what a server says of one reader never concerns another. `most` is how many
    mails it may carry: many servers set a limit and cut off there. `ended` is called once, when the connection is of
    no use any more and every mail that was taken is settled: with the reason, or None for an end in good order.
    `ended_idle`: it was cut off while it carried none; `ended_unknown`: a mail had left, and no answer to it came.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        features: Features,
        patience: Patience,
        most: int,
        ended: Callable[["Conversation", str | None], None],
    ) -> None:
        self.accepted = 0
        self.ended_idle = False
        self.ended_unknown = False
        self.is_closed = asyncio.Event()
        self._transport = transport
        self._features = features
        self._patience = patience
        self._may_take = most
        self._ended = ended
        self._now = asyncio.get_running_loop().time
        self._deadline: float | None = self._now() + patience.idle
        self._replies = ReplyReader()
        self._unanswered = 0
        self._says_too_much = False
        self._must_reset = False
        self._is_over = False
        self._talk: _Talk | None = None
        self._desk: Desk | None = None
        self._current: _Attempt | None = None
        self._following: _Attempt | None = None
        transport.set_protocol(self)

    @property
    def is_idle(self) -> bool:
        """Whether it could carry a mail now, and carries none."""
        return self._talk is None and not self._is_over

    def wake(self, desk: Desk) -> None:
        """Carry mails from `desk` until it has none. For an idle conversation."""
        self._desk = desk
        self._talk = self._mails(desk)
        self._advance(None)

    def check_time(self, now: float) -> None:
        """End it when something takes too long. `now` is the event loop's time."""
        if self._is_over or self._deadline is None or now < self._deadline:
            return
        if self._talk is None:
            self.say_goodbye()
        else:
            self._fail("no reply came in time")

    def end_soon(self) -> None:
        """Wait no longer than `patience.ending` for any reply before a body: its mail can leave another time."""
        self._patience = replace(self._patience, command=self._patience.ending)
        is_before_body = self._current is not None and not self._current.body_left
        if is_before_body and self._deadline is not None:
            self._deadline = min(self._deadline, self._now() + self._patience.ending)

    def hang_up(self) -> None:
        """Close the socket of a conversation that is over, whatever the server has still to say."""
        self._transport.abort()

    def say_goodbye(self) -> None:
        """End the connection: politely where it is idle, else at once."""
        if self._talk is not None:
            self._fail("the worker ends")
        elif not self._is_over:
            self._transport.write(b"QUIT\r\n")
            self._is_over = True
            self._transport.close()
            self._ended(self, None)

    def data_received(self, data: bytes) -> None:
        replies: Sequence[Reply]
        fault: str | None = None
        try:
            replies = self._replies.feed(data)
        except ReplyError as error:
            # What it said before that stands: a mail that it took is not to be repeated.
            replies, fault = error.before, str(error)
        asked_before = self._unanswered
        self._says_too_much = len(replies) > asked_before or fault is not None
        for number, reply in enumerate(replies):
            if number >= asked_before:
                # Nothing was asked when it was said: it would be taken for the answer to what is asked next, which may
                # be a whole mail. Most often it is a goodbye (421) behind the last answer.
                self._fail(f"the server said unasked: {clean_reply(reply)}")
            elif not self._is_over:
                self._unanswered -= 1
                self._advance(reply)
        if fault is not None:
            self._fail(fault)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed.set()
        self._fail("the connection was lost" + (f" ({type(exc).__name__})" if exc else ""))

    def _advance(self, answer: Reply | bool | None) -> None:
        """Go on with the talk: a reply came, or word whether a mail may leave."""
        if self._talk is None:
            return  # the connection ended while a mail waited to be cleared
        try:
            self._talk.send(answer)
        except StopIteration:
            self._talk = None
            self._deadline = self._now() + self._patience.idle
            if self._may_take == 0:
                self.say_goodbye()

    def _mails(self, desk: Desk) -> _Talk:
        self._current = self._announced(desk)
        while self._current is not None:
            yield from self._transaction(desk, self._current)
            if self._is_over:
                return
            self._current, self._following = self._following or self._announced(desk), None

    def _transaction(self, desk: Desk, attempt: _Attempt) -> _Talk:
        yield from self._envelope(attempt)
        if attempt.refusal is None and self._says_too_much:
            self._fail("the server answered a mail that had not left")
            return
        if attempt.refusal is None:
            self._deadline = None
            answer: Reply | bool | None = desk.clear(attempt.mail, self._advance)
            if answer is None:
                answer = yield
            if answer is not True:
                attempt.is_withdrawn = True
                self._fail("it was not to leave after all")  # after a go-ahead, only hanging up takes a mail back
                return
            yield from self._body(desk, attempt)
        outcome = attempt.refusal or _ACCEPTED
        self.accepted += attempt.refusal is None
        self._current = None
        desk.settle(attempt.mail, outcome)
        if outcome.kind in _ENDS_IT:
            self.ended_unknown = outcome.kind is OutcomeKind.UNKNOWN
            self._fail(outcome.reply)

    def _envelope(self, attempt: _Attempt) -> _Talk:
        """Up to the go-ahead, or the first refusal. With PIPELINING the commands have left already, and each of their
        replies must be read.
        """
        if self._must_reset:
            yield from self._command(b"RSET\r\n")
            self._must_reset = False
        for phase, command in zip(_ENVELOPE, self._commands(attempt.mail), strict=True):
            yield from self._command(command)
            expected = self._last_reply.code == _GO_AHEAD if phase is Phase.DATA else self._last_reply.code // 100 == 2
            if not expected and attempt.refusal is None:
                attempt.refuse(phase, self._last_reply)
                self._must_reset = True
                if not self._features.pipelining:
                    return
        if attempt.refusal is not None and self._last_reply.code == _GO_AHEAD:
            # RFC 2920 3.1: nobody is to get it and yet the server waits for a body: an empty one.
            self._ask(b".\r\n")
            yield from self._reply(self._patience.command)

    def _body(self, desk: Desk, attempt: _Attempt) -> _Talk:
        """The body and the final dot, and behind it the commands of the next mail where the server allows that."""
        data = [_with_dots_doubled(attempt.mail.body), b".\r\n"]
        attempt.body_left = True
        if self._features.pipelining:
            self._following = self._taken(desk)
            if self._following is not None:
                data += self._commands(self._following.mail)
        self._ask(*data, answers=len(data) - 1)
        yield from self._reply(self._patience.end_of_data)
        if self._last_reply.code // 100 != 2:
            attempt.refuse(Phase.BODY, self._last_reply)

    def _announced(self, desk: Desk) -> _Attempt | None:
        """The next mail; with PIPELINING its commands leave at once."""
        attempt = self._taken(desk)
        if attempt is not None and self._features.pipelining:
            reset = [b"RSET\r\n"] if self._must_reset else []
            self._ask(*reset, *self._commands(attempt.mail))
        return attempt

    def _taken(self, desk: Desk) -> _Attempt | None:
        """The next mail whose addresses can be written on this connection; the others are given up."""
        while self._may_take and (mail := desk.take()) is not None:
            fault = self._fault_of(mail)
            if fault is None:
                self._may_take -= 1
                return _Attempt(mail, is_first=self.accepted == 0 and self._current is None)
            desk.settle(mail, Outcome(OutcomeKind.GIVE_UP, fault))
        return None

    def _fault_of(self, mail: Outgoing) -> str | None:
        if _NOT_IN_A_PATH.search(mail.sender) or _NOT_IN_A_PATH.search(mail.recipient):
            return "an address holds what no address may hold"
        if not (self._features.smtputf8 or (mail.sender.isascii() and mail.recipient.isascii())):
            return "the SMTP server takes no addresses outside ASCII (RFC 6531)"
        return None

    def _commands(self, mail: Outgoing) -> list[bytes]:
        """MAIL, RCPT and DATA."""
        utf8 = b"" if mail.sender.isascii() and mail.recipient.isascii() else b" SMTPUTF8"
        return [
            b"MAIL FROM:<%b>%b\r\n" % (mail.sender.encode(), utf8),
            b"RCPT TO:<%b>\r\n" % mail.recipient.encode(),
            b"DATA\r\n",
        ]

    def _command(self, line: bytes) -> _Talk:
        """Send a command, unless it has left already, and wait for its reply."""
        if not self._features.pipelining:
            self._ask(line)
        yield from self._reply(self._patience.command)

    def _ask(self, *lines: bytes, answers: int | None = None) -> None:
        """Send what the server will answer, line by line; or with so many answers."""
        self._unanswered += len(lines) if answers is None else answers
        self._transport.writelines(lines)

    def _reply(self, seconds: float) -> _Talk:
        self._deadline = self._now() + seconds
        reply = yield
        assert isinstance(reply, Reply)  # nothing else is said while a reply is awaited
        self._last_reply = reply

    def _fail(self, why: str) -> None:
        """Hang up, and settle what was on its way."""
        if self._is_over:
            return
        self._is_over = True
        self.ended_idle = self._talk is None
        self._talk = None
        self._transport.abort()
        for attempt in (self._current, self._following):
            if attempt is not None:
                assert self._desk is not None  # it came from there
                outcome = attempt.outcome_without_connection(why)
                self.ended_unknown |= outcome.kind is OutcomeKind.UNKNOWN
                self._desk.settle(attempt.mail, outcome)
        self._current = self._following = None
        self._ended(self, why)


def _with_dots_doubled(body: bytes) -> bytes:
    """RFC 5321 4.5.2. The finished mail ends with a line end."""
    # base64 knows no dot: to look from dot to dot costs a tenth of a look for line ends.
    at = body.find(b".")
    while at > 0 and body[at - 1] != _LINE_FEED:
        at = body.find(b".", at + 1)
    return body if at < 0 else _LINE_OF_DOT.sub(b"..", body)
