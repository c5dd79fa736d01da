"""What the unsubscribe page tells a person, in their language: which programmes it is about, and what is left."""

from dataclasses import dataclass

from sqlmodel import Session

from convene.language.texts import Spoken, pick_text
from convene.model.person import Person
from convene.model.programme import Programme
from convene.store.opt_outs import opt_outs_of
from convene.store.programme_rows import row_id
from convene.usecases.people.reader_language import language_of, programmes_of
from convene.usecases.people.unsubscribe_person import MailLeft, is_out_of_all, mail_left


@dataclass(frozen=True)
class UnsubscribeView:
    """`language` has a catalogue. `programmes` are the titles of those that it is about: the one of the link, or all of
    the person's where they unsubscribed from every one (`out_of_all`). `left` is what the one of the link still writes.
    """

    language: str
    programmes: tuple[Spoken, ...]
    left: MailLeft
    out_of_all: bool


def unsubscribe_view(session: Session, person: Person, programme: Programme) -> UnsubscribeView:
    opt_outs = opt_outs_of(session, row_id(person))
    out_of_all = is_out_of_all(opt_outs)
    language = language_of(session, person, [programme])
    about = programmes_of(session, person) if out_of_all else [programme]
    titles = [pick_text(each.title, language, each.language) for each in about]
    spoken = tuple(title for title in titles if title)
    return UnsubscribeView(language, spoken, mail_left(opt_outs, programme), out_of_all)
