"""What the unsubscribe page tells a person: in their language, which programmes write to them, and whether they do."""

from dataclasses import dataclass

from sqlmodel import Session

from convene.language.texts import Spoken, pick_text
from convene.model.person import Person
from convene.usecases.people.reader_language import language_of, programmes_of


@dataclass(frozen=True)
class UnsubscribeView:
    """`language` has a catalogue. `programmes` are titles, that of the latest invitation first."""

    language: str
    programmes: tuple[Spoken, ...]
    unsubscribed: bool


def unsubscribe_view(session: Session, person: Person) -> UnsubscribeView:
    programmes = programmes_of(session, person)
    language = language_of(session, person, programmes)
    titles = [pick_text(programme.title, language, programme.language) for programme in programmes]
    return UnsubscribeView(language, tuple(title for title in titles if title), person.unsubscribed_at is not None)
