"""The pages behind a bound for each peer: on forms sent, and on addresses that lead nowhere."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from convene.web.page_response import try_later
from convene.web.peer_limits import PeerLimits

_RETRY_AFTER_SECONDS = "60"


class LimitedPages:
    """A page that exists is never refused for the addresses that do not."""

    def __init__(self, pages: ASGIApp, limits: PeerLimits) -> None:
        self._pages = pages
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and not self._limits.may_send(scope):
            await self._refuse(scope, receive, send)
            return
        refused = False

        async def watched(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] == 404:
                refused = not self._limits.may_miss(scope)
                if refused:
                    await self._refuse(scope, receive, send)
            if not refused:
                await send(message)

        await self._pages(scope, receive, watched)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = Headers(scope=scope).get("accept-language", "")
        answer = try_later(accepted, 429, _RETRY_AFTER_SECONDS)
        await answer(scope, receive, send)
