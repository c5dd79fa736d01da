"""A person, and what ties them to programmes and events."""

import secrets
from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from convene.model.columns import UtcMoment

REFUSED_SQL = "refused_at IS NOT NULL"
"""Whose address was refused, in the words of the index: SQLite uses it only for a query that says exactly this."""
_EVERY_PROGRAMME_SQL = "programme_id IS NULL"


def new_public_id() -> str:
    """A name for a person that says nothing of them."""
    return secrets.token_hex(8)


class Person(SQLModel, table=True):
    """One address over all programmes: NFC, case-folded, the domain in ASCII.

    Nothing is written to an address that a server refused as unknown (`refused_reply` says in which words).
    `public_id` and `link_generation` make the tokens of the unsubscribe links.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    link_generation: int = 1
    address: str = Field(unique=True)
    name: str = ""
    salutation: str = ""
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    digits: str | None = None
    gender: str | None = None
    organisation: str | None = None
    side: str | None = None
    refused_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    refused_reply: str | None = None
    created_at: datetime = Field(sa_type=UtcMoment)

    __table_args__ = (
        # Few among many: planning leaves them out, and asks for no other person's row.
        Index("person_refused", "id", sqlite_where=text(REFUSED_SQL), postgresql_where=text(REFUSED_SQL)),
    )


class OptOut(SQLModel, table=True):
    """A person unsubscribed, from one programme or from every one (`programme_id` None), those to come as well.

    What they were told is still corrected where it changes or is cancelled, unless they want no mail at all
    (`all_mail`).
    """

    __table_args__ = (
        UniqueConstraint("person_id", "programme_id"),
        # In a unique constraint one NULL is not the other.
        Index(
            "optout_of_every_programme",
            "person_id",
            unique=True,
            sqlite_where=text(_EVERY_PROGRAMME_SQL),
            postgresql_where=text(_EVERY_PROGRAMME_SQL),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    all_mail: bool = False
    at: datetime = Field(sa_type=UtcMoment)


class ErasedAddress(SQLModel, table=True):
    """An address that was erased, as a keyed hash: it is not imported again by mistake, and nobody can read it here."""

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    erased_at: datetime = Field(sa_type=UtcMoment)


class Membership(SQLModel, table=True):
    """A person in a programme, with the role that its CSV gives them there."""

    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str | None = None


class GroupMember(SQLModel, table=True):
    """A person in a group of a programme."""

    programme_id: int = Field(foreign_key="programme.id", primary_key=True)
    group_name: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)


class Invitation(SQLModel, table=True):
    """A person invited to an event. `left_at` ends the round; `rejoined_at` is when they were put on the list again.

    That begins a further round, unless they came back before they heard that they had left: as if they never had.

    `answer` is None until they answer: accepted, declined or maybe. Nothing due before `invited_at` is written to them:
    it is when this round began, or when they wanted e-mails again.
    """

    __table_args__ = (UniqueConstraint("event_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    round: int = 1
    answer: str | None = None
    invited_at: datetime = Field(sa_type=UtcMoment)
    left_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    rejoined_at: datetime | None = Field(default=None, sa_type=UtcMoment)
