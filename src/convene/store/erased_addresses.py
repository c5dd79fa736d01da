"""Addresses that were erased, as keyed hashes: enough to know one that comes again, and to read none."""

import hmac
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, select

from convene.model.installation import Installation
from convene.model.person import ErasedAddress


def remember_erased(session: Session, address: str, now: datetime) -> None:
    session.merge(ErasedAddress(hash=_hash(session, address), erased_at=now))


def erased_at(session: Session, address: str) -> datetime | None:
    """When the address was erased; None where it was not."""
    row = session.get(ErasedAddress, _hash(session, address))
    return row.erased_at if row else None


def forget_erased(session: Session, address: str) -> None:
    """The address may come back."""
    row = session.get(ErasedAddress, _hash(session, address))
    if row is not None:
        session.delete(row)
        session.flush()


def erased_among(session: Session, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that were erased."""
    erased = set(session.exec(select(ErasedAddress.hash)))
    return {address for address in addresses if _hash(session, address) in erased} if erased else set()


def _hash(session: Session, address: str) -> bytes:
    """HMAC-SHA256 with the installation's own secret; the purpose keeps it apart from the names of notices."""
    secret = session.exec(select(Installation.key_secret)).one()
    return hmac.digest(secret, f"erased address\0{address}".encode(), "sha256")
