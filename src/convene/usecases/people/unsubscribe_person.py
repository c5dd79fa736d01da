"""No more e-mail to one person, in any programme; and the way back, which never reaches back (design promise 4)."""

from collections import defaultdict
from datetime import datetime

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.person import Invitation, Person
from convene.model.programme import Programme
from convene.store.notices_of_person import cancel_waiting
from convene.store.programme_rows import hold_programmes_of, load_programme, row_id
from convene.usecases.planning.mails_ahead import MailsAhead
from convene.usecases.planning.plan_notices import replan

UNSUBSCRIBED = "the person unsubscribed"


def unsubscribe_person(session: Session, person: Person, now: datetime) -> int:
    """Write to the person no more, and cancel what waits; how many notices that are. Twice changes nothing.

    They stay invited: lists and feeds keep them.
    """
    if person.unsubscribed_at is None:
        person.unsubscribed_at = now
        session.flush()
    return cancel_waiting(session, row_id(person), UNSUBSCRIBED)


def subscribe_again(session: Session, person: Person, now: datetime) -> MailsAhead:
    """Write to the person again, as if they were invited now: what was due meanwhile is not written.

    An invitation that never left is due now, and so is the correction of facts that changed meanwhile. An address that
    a server refused is tried again. Twice changes nothing.
    """
    mails = MailsAhead()
    if not gets_no_mail(person):
        return mails
    hold_programmes_of(session, person.address)
    person.unsubscribed_at = person.refused_at = person.refused_reply = None
    for programme, events in _invited_to(session, person, now).items():
        session.flush()
        rows = load_programme(session, session.get_one(Programme, programme), events)
        mails += replan(session, rows, now, events).mails
    return mails


def gets_no_mail(person: Person) -> bool:
    return person.unsubscribed_at is not None or person.refused_at is not None


def _invited_to(session: Session, person: Person, now: datetime) -> dict[int, set[int]]:
    """By programme, the events that the person is invited to, or was; those on whose list they are, from now on."""
    events: dict[int, set[int]] = defaultdict(set)
    query = select(Invitation, Event.programme_id).join(Event).where(Invitation.person_id == person.id)
    for invitation, programme in session.exec(query.order_by(col(Event.programme_id))):
        events[programme].add(invitation.event_id)
        if invitation.left_at is None:
            invitation.invited_at = now
    return events
