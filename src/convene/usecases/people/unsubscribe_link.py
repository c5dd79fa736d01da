"""The link under every mail that stops them: made from the person's row and the secret key, and looked up again."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class PageLinks:
    """Makes the links of mails that only their reader has (`make_mail.ReaderLinks`)."""

    base_url: str
    keys: tuple[bytes, ...]

    @property
    def one_click(self) -> bool:
        """Whether mail programs may unsubscribe by themselves: RFC 8058 allows it over https alone."""
        return self.base_url.startswith("https://")

    def unsubscribe(self, public_id: str, generation: int) -> str:
        """The address of the page that stops a person's mails; microseconds, since every mail asks."""
        return f"{self.base_url}/u/{make_token(public_id, UNSUBSCRIBE_PURPOSE, generation, self.keys)}"


def page_links(base_url: str, keys: Sequence[bytes]) -> PageLinks | None:
    """None without a key, and where the base address is this machine: a mail links only to pages that answer."""
    if not keys or is_loopback(urlsplit(base_url).hostname or ""):
        return None
    return PageLinks(base_url.rstrip("/"), tuple(keys))


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
