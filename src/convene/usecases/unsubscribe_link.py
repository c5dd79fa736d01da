"""The link under every mail that stops them: made from the person's row and the secret key, and looked up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from sqlmodel import Session, select

from convene.model.person import Person
from convene.rules.link_token import check_token, is_revoked_token, make_token, parse_token
from convene.smtp_server import is_loopback

UNSUBSCRIBE_PURPOSE = "unsubscribe"


class Reachable(Protocol):
    """A person, or as much of their row as the link is made from."""

    @property
    def public_id(self) -> str: ...
    @property
    def link_generation(self) -> int: ...


@dataclass(frozen=True)
class OpenedUnsubscribe:
    """Whose mails a token stops; nobody's where it is unknown. `revoked` tells a token that was right once."""

    person: Person | None = None
    revoked: bool = False


def unsubscribe_link(base_url: str, person: Reachable, keys: Sequence[bytes]) -> str | None:
    """The address of the page that stops the person's mails; microseconds, so that every mail may ask.

    None without a key, and where the base address is this machine: a mail links only to pages that answer.
    """
    pages = _pages(base_url)
    if not keys or pages is None:
        return None
    return pages + make_token(person.public_id, UNSUBSCRIBE_PURPOSE, person.link_generation, keys)


def open_unsubscribe(session: Session, token: str, keys: Sequence[bytes]) -> OpenedUnsubscribe:
    """The person behind a token. Unknown and foreign tokens open nothing, and look alike."""
    parsed = parse_token(token)
    person = session.exec(select(Person).where(Person.public_id == parsed[0])).first() if parsed else None
    if person is None:
        return OpenedUnsubscribe()
    if check_token(token, UNSUBSCRIBE_PURPOSE, person.link_generation, keys):
        return OpenedUnsubscribe(person)
    if is_revoked_token(token, UNSUBSCRIBE_PURPOSE, person.link_generation, keys):
        return OpenedUnsubscribe(person, revoked=True)
    return OpenedUnsubscribe()


@lru_cache(maxsize=8)
def _pages(base_url: str) -> str | None:
    """What stands before the tokens; None where nobody else could follow it."""
    if is_loopback(urlsplit(base_url).hostname or ""):
        return None
    return f"{base_url.rstrip('/')}/u/"
