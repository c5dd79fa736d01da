"""An SMTP server that misbehaves on purpose, byte by byte, and keeps a ledger of what it took.

    with scripted_smtp(folder) as server:
        server.next(Phase.RCPT, reply("451 4.3.0 later"), None)   # the first time, then as usual
        server.always(Phase.BANNER, lambda turn: reply("421 4.3.2 busy") if busy() else None)
        ...
        server.events(Step.KEPT)

It listens on a free port of loopback, in a thread of its own. Each event is one line of `ledger.jsonl`; a mail that is
taken is on the disk, with its bytes in `bodies/`, before anything is answered. Nothing here knows convene.
"""

import asyncio
import base64
import hashlib
import json
import os
import re
import ssl
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10485760")

_LONGEST_LINE = 1 << 20
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>\r\n]*>)")
_PATH = re.compile(r"<([^>]*)>")


class Phase(StrEnum):
    """Where a conversation can be scripted. MID_BODY: while the body arrives; AFTER_DOT: the answer to its end."""

    BANNER = "banner"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    MID_BODY = "mid-body"
    AFTER_DOT = "after-dot"
    RSET = "rset"
    QUIT = "quit"


class Then(StrEnum):
    """What follows an answer."""

    GO_ON = "go on"
    CLOSE = "close"
    HANG = "hang"


@dataclass(frozen=True)
class Answer:
    """What the server does at one phase: wait, write `data` as it is (None: the usual answer), and what comes `then`.

    `keeps`, after the final dot: whether the mail is taken; None: where the answer begins with a 2. `endless` writes
    `data` again and again until the client has gone. `after`, in the middle of a body: so many bytes are read first.
    """

    data: bytes | None = None
    wait: float = 0.0
    then: Then = Then.GO_ON
    keeps: bool | None = None
    endless: bool = False
    after: int = 0


def reply(*lines: str, wait: float = 0.0) -> Answer:
    """One reply of one or more lines, or several replies at once: `reply("250-one", "250 two")`."""
    return Answer("".join(f"{line}\r\n" for line in lines).encode(), wait)


def delayed(seconds: float) -> Answer:
    """The usual answer, late."""
    return Answer(wait=seconds)


def raw(data: bytes, then: Then = Then.GO_ON) -> Answer:
    """These bytes, whatever they are."""
    return Answer(data, then=then)


def half(text: str) -> Answer:
    """The beginning of a reply, and never its end."""
    return Answer(text.encode(), then=Then.HANG)


def endless(line: bytes = b"250-and another thing\r\n") -> Answer:
    """A reply that does not end as long as anybody listens."""
    return Answer(line, endless=True, then=Then.CLOSE)


CLOSE = Answer(b"", then=Then.CLOSE)
"""No answer: the connection ends. After the final dot: the mail is thrown away."""

HANG = Answer(b"", then=Then.HANG)
"""No answer, ever; the connection stays until the client ends it."""

KEEP_THEN_CLOSE = Answer(b"", then=Then.CLOSE, keeps=True)
"""After the final dot: the mail is taken, and the connection ends without a word."""


@dataclass(frozen=True)
class Turn:
    """What a rule may look at. `recipient` is known from RCPT on, `message_id` after the final dot."""

    phase: Phase
    connection: int
    sender: str = ""
    recipient: str = ""
    message_id: str = ""


Rule = Callable[[Turn], Answer | None]
"""The answer for a turn; None: the usual one."""


class Step(StrEnum):
    """What the ledger tells. DATA: the body may come; DOT: it is complete; KEPT: the server is now answerable for it;
    ANSWERED: the whole of an answer to its final dot was written to a client that was there.
    """

    CONNECTED = "connected"
    LOGGED_IN = "logged in"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"
    KEPT = "kept"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Event:
    """One line of the ledger. `at` is seconds since 1970; `transaction` counts the MAIL commands of all connections.

    `answer` is the beginning of what was answered, of an ANSWERED event.
    """

    step: Step
    at: float
    connection: int
    transaction: int = 0
    message_id: str = ""
    recipient: str = ""
    sha256: str = ""
    answer: str = ""


def read_ledger(path: Path) -> list[Event]:
    """The events of a ledger file, in order."""
    lines = path.read_text("utf-8").splitlines()
    return [Event(**{**json.loads(line), "step": Step(json.loads(line)["step"])}) for line in lines]


class ScriptedSmtp:
    """The server, as a test sees it. `login`: the only user and password taken; `tls`: STARTTLS is offered with it."""

    def __init__(
        self,
        folder: Path,
        extensions: tuple[str, ...] = EXTENSIONS,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.folder, self.extensions, self.login, self.tls = folder, extensions, login, tls
        self.host, self.port = "127.0.0.1", 0
        self.ledger = folder / "ledger.jsonl"
        self._bodies = folder / "bodies"
        self._bodies.mkdir(parents=True, exist_ok=True)
        self._file = self.ledger.open("a", encoding="utf-8")
        self._events: list[Event] = []
        self._happened: Counter[Step] = Counter()
        self._changed = threading.Condition()
        self._queued: dict[Phase, deque[Answer | None]] = {phase: deque() for phase in Phase}
        self._rules: dict[Phase, Rule] = {}
        self._counters = {"connection": 0, "transaction": 0}

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    def next(self, phase: Phase, *answers: Answer | None) -> None:
        """Script the next answers at `phase`; they come before the rule. None: the usual one."""
        self._queued[phase].extend(answers)

    def always(self, phase: Phase, rule: Rule | Answer) -> None:
        """From now on `rule` decides at `phase`."""
        self._rules[phase] = rule if callable(rule) else lambda _: rule

    def behave(self) -> None:
        """Forget every script."""
        self._rules.clear()
        for queue in self._queued.values():
            queue.clear()

    def events(self, *steps: Step) -> list[Event]:
        """What happened so far, of all steps or of these."""
        with self._changed:
            return [event for event in self._events if not steps or event.step in steps]

    def body(self, sha256: str) -> bytes:
        """The bytes of a body that arrived, without the dots of the transfer."""
        return (self._bodies / f"{sha256}.eml").read_bytes()

    def wait_for(self, step: Step, count: int, seconds: float = 60) -> None:
        """Wait until `step` has happened so often; a test fails where nothing at all happens for so long."""
        with self._changed:
            while self._happened[step] < count:
                moves = self._changed.wait(seconds)
                assert moves, f"{step} happened {self._happened[step]} times, not {count}, and nothing for {seconds} s"

    def answer_to(self, turn: Turn) -> Answer:
        """What the script says; the usual answer where it says nothing."""
        queue, rule = self._queued[turn.phase], self._rules.get(turn.phase)
        scripted = queue.popleft() if queue else rule(turn) if rule else None
        return scripted or Answer()

    def count(self, what: str) -> int:
        self._counters[what] += 1
        return self._counters[what]

    def note(self, event: Event) -> None:
        """Write an event down; a mail that is taken is on the disk when this returns."""
        self._file.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
        self._file.flush()
        if event.step is Step.KEPT:
            os.fsync(self._file.fileno())
        with self._changed:
            self._events.append(event)
            self._happened[event.step] += 1
            self._changed.notify_all()

    def store(self, body: bytes) -> str:
        """Keep the bytes of a body under their hash."""
        digest = hashlib.sha256(body).hexdigest()
        path = self._bodies / f"{digest}.eml"
        if not path.exists():
            path.write_bytes(body)
        return digest

    def close(self) -> None:
        self._file.close()


class _GoneError(Exception):
    """The conversation is over."""


@dataclass
class _Conversation:
    """One connection."""

    server: ScriptedSmtp
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    transaction: int = 0
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)

    async def hold(self) -> None:
        self._note(Step.CONNECTED)
        await self._say(Phase.BANNER, b"220 scripted.example ESMTP\r\n")
        while line := await self.reader.readline():
            words = line.decode("utf-8", "replace").strip()
            command = words.split(" ", 1)[0].upper()
            handler = getattr(self, f"_on_{command.lower()}", None)
            if handler is None:
                await self._write(b"500 5.5.1 unknown command\r\n")
            else:
                await handler(words)

    async def _on_ehlo(self, _: str) -> None:
        lines = ["scripted.example", *self.server.extensions]
        lines += ["AUTH PLAIN LOGIN"] if self.server.login else []
        lines += ["STARTTLS"] if self.server.tls and not self.writer.get_extra_info("sslcontext") else []
        told = "".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}\r\n"
        await self._say(Phase.EHLO, told.encode())

    async def _on_helo(self, _: str) -> None:
        await self._say(Phase.EHLO, b"250 scripted.example\r\n")

    async def _on_starttls(self, _: str) -> None:
        if self.server.tls is None:
            await self._write(b"502 5.5.1 no\r\n")
        elif await self._say(Phase.STARTTLS, b"220 2.0.0 go ahead\r\n"):
            await self.writer.start_tls(self.server.tls)

    async def _on_auth(self, words: str) -> None:
        how, _, given = words.removeprefix("AUTH").strip().partition(" ")
        if how.upper() == "LOGIN":
            user = given or await self._asked("VXNlcm5hbWU6")
            login = (_decoded(user), _decoded(await self._asked("UGFzc3dvcmQ6")))
        else:
            parts = _decoded(given or await self._asked("")).split("\0")
            login = (parts[-2], parts[-1]) if len(parts) > 1 else ("", "")
        right = login == self.server.login
        self._note(Step.LOGGED_IN, answer="235" if right else "535")
        usual = b"235 2.7.0 welcome\r\n" if right else b"535 5.7.8 wrong user or password\r\n"
        await self._say(Phase.AUTH, usual)

    async def _asked(self, prompt: str) -> str:
        await self._write(f"334 {prompt}\r\n".encode())
        return (await self.reader.readline()).decode("ascii", "replace").strip()

    async def _on_mail(self, words: str) -> None:
        self.sender, self.recipients = _path(words), []
        self.transaction = self.server.count("transaction")
        self._note(Step.MAIL)
        if not await self._say(Phase.MAIL, b"250 2.1.0 ok\r\n"):
            self.sender = None

    async def _on_rcpt(self, words: str) -> None:
        if self.sender is None:
            await self._write(b"503 5.5.1 MAIL first\r\n")
            return
        recipient = _path(words)
        self._note(Step.RCPT, recipient=recipient)
        if await self._say(Phase.RCPT, b"250 2.1.5 ok\r\n", recipient):
            self.recipients.append(recipient)

    async def _on_data(self, _: str) -> None:
        if not self.recipients:
            await self._write(b"503 5.5.1 RCPT first\r\n")
            return
        usual = b"354 go ahead\r\n"
        answer = self.server.answer_to(self._turn(Phase.DATA, self.recipients[0]))
        if (usual if answer.data is None else answer.data).startswith(b"3"):
            self._note(Step.DATA, recipient=self.recipients[0])
        if not await self._carry_out(answer, usual):
            return
        body = await self._read_body()
        message_id = _message_id(body)
        known = {"message_id": message_id, "sha256": self.server.store(body)}
        for recipient in self.recipients:
            self._note(Step.DOT, recipient=recipient, **known)
        await self._answer_body(known)
        self.sender, self.recipients = None, []

    async def _read_body(self) -> bytes:
        answer = self.server.answer_to(self._turn(Phase.MID_BODY, self.recipients[0]))
        body = bytearray()
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                raise _GoneError
            body += line[1:] if line.startswith(b".") else line
            if answer != Answer() and len(body) >= answer.after:
                await self._carry_out(answer, b"")
                answer = Answer()
        return bytes(body)

    async def _answer_body(self, known: dict[str, str]) -> None:
        answer = self.server.answer_to(self._turn(Phase.AFTER_DOT, self.recipients[0], known["message_id"]))
        usual = b"250 2.0.0 kept\r\n"
        data = usual if answer.data is None else answer.data
        if data.startswith(b"2") if answer.keeps is None else answer.keeps:
            for recipient in self.recipients:
                self._note(Step.KEPT, recipient=recipient, **known)
        await self._carry_out(answer, usual)
        if data.endswith(b"\n") and not self.reader.at_eof():
            told = data.decode("utf-8", "backslashreplace").strip()[:80]
            for recipient in self.recipients:
                self._note(Step.ANSWERED, recipient=recipient, answer=told, **known)

    async def _on_rset(self, _: str) -> None:
        self.sender, self.recipients = None, []
        await self._say(Phase.RSET, b"250 2.0.0 ok\r\n")

    async def _on_noop(self, _: str) -> None:
        await self._write(b"250 2.0.0 ok\r\n")

    async def _on_quit(self, _: str) -> None:
        await self._say(Phase.QUIT, b"221 2.0.0 bye\r\n")
        raise _GoneError

    async def _say(self, phase: Phase, usual: bytes, recipient: str = "") -> bool:
        """Answer at `phase`; whether the answer was a consent."""
        return await self._carry_out(self.server.answer_to(self._turn(phase, recipient)), usual)

    async def _carry_out(self, answer: Answer, usual: bytes) -> bool:
        if answer.wait:
            await asyncio.sleep(answer.wait)
        data = usual if answer.data is None else answer.data
        while answer.endless:
            await self._write(data)
        await self._write(data)
        if answer.then is Then.HANG:
            while await self.reader.read(1 << 16):
                pass
            raise _GoneError
        if answer.then is Then.CLOSE:
            raise _GoneError
        return data[:1] in (b"2", b"3")

    async def _write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
        if self.writer.is_closing():
            raise _GoneError

    def _turn(self, phase: Phase, recipient: str = "", message_id: str = "") -> Turn:
        return Turn(phase, self.number, self.sender or "", recipient, message_id)

    def _note(self, step: Step, **more: str) -> None:
        self.server.note(Event(step, time.time(), self.number, self.transaction, **more))


def _path(words: str) -> str:
    found = _PATH.search(words)
    return found.group(1) if found else ""


def _message_id(body: bytes) -> str:
    found = _MESSAGE_ID.search(body.partition(b"\r\n\r\n")[0])
    return found.group(1).decode("ascii", "replace") if found else ""


def _decoded(text: str) -> str:
    with suppress(ValueError):
        return base64.b64decode(text, validate=True).decode()
    return ""


@contextmanager
def scripted_smtp(
    folder: Path,
    extensions: tuple[str, ...] = EXTENSIONS,
    login: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[ScriptedSmtp]:
    """A server that listens while the block runs; ledger and bodies lie in `folder`."""
    server, loop = ScriptedSmtp(folder, extensions, login, tls), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="scripted-smtp", daemon=True)
    thread.start()
    talking: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # asyncio runs this as one
        talking.add(task)
        try:
            await _Conversation(server, reader, writer, server.count("connection")).hold()
        except (_GoneError, OSError, asyncio.LimitOverrunError, ValueError, asyncio.CancelledError):
            pass
        finally:
            talking.discard(task)
            writer.close()

    async def stop() -> None:
        listener.close()
        others = list(talking)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    try:
        listening = asyncio.start_server(accept, server.host, 0, limit=_LONGEST_LINE)
        listener = asyncio.run_coroutine_threadsafe(listening, loop).result()
        server.port = listener.sockets[0].getsockname()[1]
        yield server
        asyncio.run_coroutine_threadsafe(stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        server.close()
