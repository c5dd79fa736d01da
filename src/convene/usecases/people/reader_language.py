"""Which programmes write to a person, and the language of what belongs to none of them alone: pages, and their feed."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from convene.language.languages import has_catalogue
from convene.model.event import Event
from convene.model.person import Invitation, Membership, Person
from convene.model.programme import Programme
from convene.rules.language_chain import ENGLISH
from convene.store.programme_rows import load_programme
from convene.usecases.events.describe_events import standing


def programmes_of(session: Session, person: Person) -> list[Programme]:
    """The programmes that the person is invited in, the latest invitation first, then those they only belong to."""
    invited = (
        select(Event.programme_id)
        .join(Invitation)
        .where(Invitation.person_id == person.id, col(Invitation.left_at).is_(None))
        .order_by(col(Invitation.id).desc())
    )
    member = select(Membership.programme_id).where(Membership.person_id == person.id).order_by(col(Membership.id))
    ids = dict.fromkeys([*session.exec(invited), *session.exec(member)])
    return [session.get_one(Programme, programme_id) for programme_id in ids]


def language_of(session: Session, person: Person, programmes: Sequence[Programme]) -> str:
    """By the chain of design promise 3; that of the first of their programmes, where they do not agree."""
    if programmes:
        return standing(load_programme(session, programmes[0], ()), person).language.language
    return person.language if person.language and has_catalogue(person.language) else ENGLISH
