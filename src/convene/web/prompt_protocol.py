"""A connection that sends what is at hand by itself: to make uvicorn's scope, cycle, task and timer, and ASGI's
messages, takes longer than finding the answer.
"""

from time import perf_counter
from typing import Any

from convene.store.content_watch import Seen
from convene.web.answer import Answer, header_lines
from convene.web.bounded_protocol import BoundedProtocol
from convene.web.feed_app import FeedApp
from convene.web.feed_shelf import Held
from convene.web.wakefulness import Wakefulness

_UNUSUAL_HEADERS = frozenset((b"content-length", b"transfer-encoding", b"expect", b"upgrade"))


class PromptProtocol(BoundedProtocol):
    """One connection. What is not at hand, and what is out of the ordinary, goes the usual way.

    Who was answered from here and falls silent is closed as any silent connection is (`SILENCE_SECONDS`): there is no
    need for uvicorn's timer.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._held: Held | None = None  # what was asked for, until it is sent or the question goes the usual way
        self._wakefulness = Wakefulness(self.loop, perf_counter)

    def connection_lost(self, exc: Exception | None) -> None:
        self._held = None
        super().connection_lost(exc)

    def shutdown(self) -> None:
        self._go_the_usual_way()
        super().shutdown()

    def send_400_response(self, msg: str) -> None:
        self._go_the_usual_way()
        super().send_400_response(msg)

    def data_received(self, data: bytes) -> None:
        """Whatever is answered was read before the look at the database that it is answered by."""
        super().data_received(data)
        # Not before all of it is read: another question behind the first ends the connection, and the answer says so.
        if self._held is None:
            return
        if len(self.connections) == 1:
            self._answer(self.app.feeds.see())
        else:
            # Others may ask in this turn of the event loop, and then one look is for all.
            self.app.feeds.see_soon(self._answer)

    def on_message_complete(self) -> None:
        if self._held is None:
            super().on_message_complete()

    @property
    def _is_answering(self) -> bool:
        return self._held is not None or super()._is_answering

    def _begin_question(self) -> None:
        # Without uvicorn's scope; `_make_cycle` makes that for those who need it.
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def _begin_answer(self) -> None:
        parser = self.parser
        if (
            parser.get_method() == b"GET"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and _UNUSUAL_HEADERS.isdisjoint(dict(self.headers))
            and isinstance(self.app, FeedApp)
        ):
            self._held = self.app.kept(self.url)
        if self._held is None:
            self._make_cycle()

    def _answer(self, seen: Seen | None) -> None:
        held = self._held
        if held is None:
            return
        try:
            answer = None if self.flow.write_paused else self.app.at_hand(held, seen, self.headers)
        except Exception:  # the usual way comes to it again, says so and notes it down
            answer = None
        if answer is None:
            self._go_the_usual_way()
        else:
            self._held = None
            self._send(answer)

    def _go_the_usual_way(self) -> None:
        if self._held is not None:
            self._held = None
            self._make_cycle()
            super().on_message_complete()

    def _make_cycle(self) -> None:
        url, headers, expect_100_continue = self.url, self.headers, self.expect_100_continue
        super()._begin_question()
        self.url = url
        self.headers.extend(headers)
        self.expect_100_continue = expect_100_continue
        super()._begin_answer()

    def _send(self, answer: Answer) -> None:
        self.server_state.total_requests += 1
        self.transport.write(b"%b%b\r\n" % (answer.head, header_lines(*self.server_state.default_headers)))
        if answer.body:
            self.transport.write(answer.body)
        if len(self.connections) == 1:
            # Among many somebody else mostly asks before the loop could fall asleep.
            self._wakefulness.stay()
