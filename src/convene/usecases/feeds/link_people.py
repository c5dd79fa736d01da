"""Whose calendars belong to an event or a programme: those of its people, each of whom has one for all they attend."""

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.person import Invitation, Membership, Person
from convene.store.programme_rows import programme_named, row_id
from convene.usecases.events.list_events import event_named
from convene.usecases.feeds.publish_feed import FeedSubject


def feeds_of_people(session: Session, of: FeedSubject) -> list[FeedSubject]:
    """By address, the calendars of everybody who is invited to an event; of a programme's members too.

    `of` is about an event or a programme. Raises NotFoundError for an unknown one.
    """
    invited = select(Invitation.person_id).where(col(Invitation.left_at).is_(None))
    if of.event is not None:
        _, event = event_named(session, of.event)
        belongs: ColumnElement[bool] = col(Person.id).in_(invited.where(Invitation.event_id == row_id(event)))
    else:
        programme_id = row_id(programme_named(session, of.programme or ""))
        members = select(Membership.person_id).where(Membership.programme_id == programme_id)
        invited = invited.join(Event).where(Event.programme_id == programme_id)
        belongs = col(Person.id).in_(invited) | col(Person.id).in_(members)
    addresses = session.exec(select(Person.address).where(belongs).order_by(Person.address))
    return [FeedSubject(person=address) for address in addresses]
