"""The link under every mail that stops those of its programme: made from the person's row, the number of the programme
and the secret key, and looked up again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.person import Invitation, Membership, Person
from convene.model.programme import Programme
from convene.rules.link_token import check_token, is_revoked_token, make_token, parse_token
from convene.smtp_server import is_loopback
from convene.store.programme_rows import row_id


class Reachable(Protocol):
    """A person, or as much of their row as the link is made from."""

    @property
    def public_id(self) -> str: ...
    @property
    def link_generation(self) -> int: ...


@dataclass(frozen=True)
class OpenedUnsubscribe:
    """Whose mails a token stops, and of which programme. `revoked` tells a token that was right once."""

    person: Person
    programme: Programme
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

    def unsubscribe(self, public_id: str, programme_id: int, generation: int) -> str:
        """The address of the page that stops a programme's mails to a person; microseconds, since every mail asks."""
        return f"{self.base_url}/u/{make_token(public_id, _purpose(programme_id), generation, self.keys)}"


def page_links(base_url: str, keys: Sequence[bytes]) -> PageLinks | None:
    """None without a key, and where the base address is this machine: a mail links only to pages that answer."""
    if not keys or is_loopback(urlsplit(base_url).hostname or ""):
        return None
    return PageLinks(base_url.rstrip("/"), tuple(keys))


def open_unsubscribe(session: Session, token: str, keys: Sequence[bytes]) -> OpenedUnsubscribe | None:
    """The person and the programme behind a token. Unknown and foreign tokens open nothing (None), and look alike.

    The programme is the one for which the token is signed, among those that can have written to the person. All are
    tried, so that it takes the same time whichever it is.
    """
    parsed = parse_token(token)
    person = session.exec(select(Person).where(Person.public_id == parsed[0])).first() if parsed else None
    if person is None:
        return None
    valid, revoked = [], []
    for programme in _programmes_that_wrote(session, person):
        opened = OpenedUnsubscribe(person, programme)
        purpose = _purpose(row_id(programme))
        valid += [opened] * check_token(token, purpose, person.link_generation, keys)
        revoked += [replace(opened, revoked=True)] * is_revoked_token(token, purpose, person.link_generation, keys)
    return next(iter([*valid, *revoked]), None)


def _purpose(programme_id: int) -> str:
    """What the token is signed for."""
    return f"unsubscribe {programme_id}"


def _programmes_that_wrote(session: Session, person: Person) -> Sequence[Programme]:
    """Those that the person is, or was, invited in, and those they belong to."""
    invited = select(Event.programme_id).join(Invitation).where(Invitation.person_id == person.id)
    member = select(Membership.programme_id).where(Membership.person_id == person.id)
    known = col(Programme.id).in_(invited) | col(Programme.id).in_(member)
    return session.exec(select(Programme).where(known).options(defer(Programme.source))).all()  # type: ignore[arg-type]
