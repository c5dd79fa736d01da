"""A connection that sends what is at hand by itself: a task and ASGI's messages take longer than finding the answer."""

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from convene.web.answer import Answer, header_lines
from convene.web.bounded_protocol import BoundedProtocol
from convene.web.feed_app import FeedApp


class PromptProtocol(BoundedProtocol):
    """One connection. What is not at hand, and what is out of the ordinary, goes the usual way."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        # Not at once: one look at the database is for all requests that are read in this turn of the event loop.
        self.loop.call_soon(self._start, cycle, app)

    def _start(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        answer = None
        if isinstance(app, FeedApp) and cycle.keep_alive and not cycle.disconnected and not self.flow.write_paused:
            answer = app.at_hand(cycle.scope["method"], cycle.scope["path"], cycle.scope["headers"])
        if answer is None:
            super()._start_asgi_task(cycle, app)
        else:
            self._send(cycle, answer)

    def _send(self, cycle: RequestResponseCycle, answer: Answer) -> None:
        self.transport.write(b"%b%b\r\n" % (answer.head, header_lines(self.server_state.default_headers)))
        if answer.body:
            self.transport.write(answer.body)
        cycle.response_started = cycle.response_complete = True
        self.on_response_complete()
