"""`/s/<token>`: how to subscribe to a calendar, in its language. It changes nothing: there is no form.

Its QR code leads to the page itself: every phone opens a page, and few know what to do with webcal.
"""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from convene.store.database import Database
from convene.usecases.feeds.feed_addresses import feed_addresses
from convene.usecases.feeds.subscribe_link import open_subscribe
from convene.usecases.feeds.subscribe_view import subscribe_view
from convene.web.page_response import made_in_thread, not_found, page_response
from convene.web.qr_code import qr_svg


def subscribe_route(database: Database, keys: Sequence[bytes], base_url: str) -> Route:
    """`base_url`: the addresses on the page begin with it, whatever host was asked."""
    pages = _SubscribePages(database, keys, base_url)
    return Route("/s/{token}", pages.answer, methods=["GET"])


class _SubscribePages:
    """Every answer is made from the token and the rows behind it."""

    def __init__(self, database: Database, keys: Sequence[bytes], base_url: str) -> None:
        self._database = database
        self._keys = keys
        self._base_url = base_url

    async def answer(self, request: Request) -> Response:
        accepted = request.headers.get("accept-language", "")
        return await made_in_thread(partial(self._page, request.path_params["token"], accepted), accepted)

    def _page(self, token: str, accepted: str) -> Response:
        with self._database.reading() as session:
            opened = open_subscribe(session, token, self._keys)
            if opened.link is None:
                return not_found(accepted)
            language = opened.link.language
            if opened.revoked:
                return page_response("web/subscribe-revoked.html", language, 410)
            addresses = feed_addresses(self._base_url, opened.link, self._keys)
            view = subscribe_view(session, opened.link)
        return page_response("web/subscribe.html", language, view=view, addresses=addresses, qr=qr_svg(addresses.page))
