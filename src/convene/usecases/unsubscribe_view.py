"""What the unsubscribe page tells a person: in their language, which programmes write to them, and whether they do."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from convene.language.languages import has_catalogue
from convene.language.texts import Spoken, pick_text
from convene.model.event import Event
from convene.model.person import Invitation, Membership, Person
from convene.model.programme import Programme
from convene.rules.language_chain import ENGLISH
from convene.store.programme_rows import load_programme
from convene.usecases.describe_events import standing


@dataclass(frozen=True)
class UnsubscribeView:
    """`language` has a catalogue. `programmes` are titles, that of the latest invitation first."""

    language: str
    programmes: tuple[Spoken, ...]
    unsubscribed: bool


def unsubscribe_view(session: Session, person: Person) -> UnsubscribeView:
    programmes = _programmes(session, person)
    language = _language(session, person, programmes)
    titles = [pick_text(programme.title, language, programme.language) for programme in programmes]
    return UnsubscribeView(language, tuple(title for title in titles if title), person.unsubscribed_at is not None)


def _programmes(session: Session, person: Person) -> list[Programme]:
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


def _language(session: Session, person: Person, programmes: list[Programme]) -> str:
    """By the chain of design promise 3; that of the latest programme, where they do not agree."""
    if programmes:
        return standing(load_programme(session, programmes[0], ()), person).language.language
    return person.language if person.language and has_catalogue(person.language) else ENGLISH
