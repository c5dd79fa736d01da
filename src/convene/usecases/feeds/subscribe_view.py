"""What the subscribe page says of a calendar: its title, in the language of the feed."""

from dataclasses import dataclass

from sqlmodel import Session

from convene.language.digits import localise_digits
from convene.language.texts import Spoken, pick_text
from convene.language.titles import event_title
from convene.language.zone_labels import country_name
from convene.model.event import Event
from convene.model.link import FeedLink
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.vocabulary import Digits
from convene.store.programme_rows import load_programme, row_id
from convene.usecases.events.describe_events import event_brief

_OUTLOOK_HOURS = "3–24"
"""In the browser and the new Outlook about 3, in the classic one of Windows a day."""


@dataclass(frozen=True)
class SubscribeView:
    """`title` by its parts, each with its language; none for the calendar of a person, since a page names nobody.

    `outlook_hours`: how often Outlook looks for changes, about, in the reader's digits.
    """

    title: tuple[Spoken, ...]
    outlook_hours: str


def subscribe_view(session: Session, link: FeedLink) -> SubscribeView:
    person = session.get_one(Person, link.person_id) if link.person_id is not None else None
    digits = Digits(person.digits) if person and person.digits else None
    title = () if person else _title(session, link)
    return SubscribeView(title, localise_digits(_OUTLOOK_HOURS, link.language, digits))


def _title(session: Session, link: FeedLink) -> tuple[Spoken, ...]:
    if link.event_id is not None:
        event = session.get_one(Event, link.event_id)
        rows = load_programme(session, session.get_one(Programme, event.programme_id), [row_id(event)])
        return event_title(event_brief(rows, event), link.language).parts
    if link.programme_id is not None:
        programme = session.get_one(Programme, link.programme_id)
        title = pick_text(programme.title, link.language, programme.language)
        return (title or Spoken(programme.slug, link.language),)
    return (Spoken(country_name(link.country or "", link.language), link.language),)
