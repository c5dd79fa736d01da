"""The link to a subscribe page: which calendar its token is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from convene.model.link import FeedLink
from convene.rules.link_token import check_token, is_revoked_token, parse_token

SUBSCRIBE_PURPOSE = "subscribe"
"""The page has tokens of its own over the row of its feed: neither opens the other, and both are revoked together."""


@dataclass(frozen=True)
class OpenedSubscribe:
    """The calendar whose page a token opens; none where it is unknown. `revoked` tells a token that was right once."""

    link: FeedLink | None = None
    revoked: bool = False


def open_subscribe(session: Session, token: str, keys: Sequence[bytes]) -> OpenedSubscribe:
    """The link behind a token. Unknown and foreign tokens open nothing, and look alike."""
    parsed = parse_token(token)
    link = session.exec(select(FeedLink).where(FeedLink.public_id == parsed[0])).first() if parsed else None
    if link is None:
        return OpenedSubscribe()
    if check_token(token, SUBSCRIBE_PURPOSE, link.generation, keys):
        return OpenedSubscribe(link)
    if is_revoked_token(token, SUBSCRIBE_PURPOSE, link.generation, keys):
        return OpenedSubscribe(link, revoked=True)
    return OpenedSubscribe()
