"""The keys of notices: a row's number as the name that people and Message-IDs carry, and back."""

from sqlmodel import Session, select

from convene.model.installation import Installation
from convene.rules.notice_key import notice_key, notice_number

_SECRET = "notice key secret"


def key_of(session: Session, notice_id: int) -> str:
    """The key of a stored notice."""
    return notice_key(notice_id, secret_of(session))


def id_of(session: Session, key: str) -> int | None:
    """The row's number behind a key; None where it is no key of this database."""
    return notice_number(key, secret_of(session))


def secret_of(session: Session) -> bytes:
    """The secret of the keys, read once for each session."""
    if _SECRET not in session.info:
        session.info[_SECRET] = session.exec(select(Installation.key_secret)).one()
    secret: bytes = session.info[_SECRET]
    return secret
