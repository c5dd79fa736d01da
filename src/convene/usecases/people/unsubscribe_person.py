"""No more e-mail to one person, from one programme or from all; and the way back, which never reaches back (design
promise 4).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from convene.errors import ConflictError
from convene.model.event import Event
from convene.model.person import Invitation, OptOut, Person
from convene.model.programme import Programme
from convene.store.notices_of_person import cancel_unsubscribed
from convene.store.opt_outs import opt_outs_of
from convene.store.programme_rows import hold_person, hold_programmes_of, load_programme, row_id
from convene.usecases.planning.mails_ahead import MailsAhead
from convene.usecases.planning.plan_notices import replan

UNSUBSCRIBED = "the person unsubscribed"


class MailLeft(StrEnum):
    """What a programme still writes to a person, as they wish."""

    ALL = "all"
    CORRECTIONS = "corrections"
    NONE = "none"


@dataclass(frozen=True)
class Unsubscribed:
    """Whether that is anything new, and how many notices it cancelled."""

    changed: bool
    cancelled: int


def unsubscribe_person(
    session: Session, person: Person, programme: Programme | None, now: datetime, *, all_mail: bool = False
) -> Unsubscribed:
    """Write to the person no more for `programme`, or for every one there is and will be (None), and cancel what waits.

    Only what they were told is corrected where it changes or is cancelled; not even that with `all_mail`. They stay
    invited: lists and feeds keep them. Twice changes nothing.
    """
    hold_person(session, row_id(person))
    programme_id = row_id(programme) if programme else None
    held = next((each for each in opt_outs_of(session, row_id(person)) if each.programme_id == programme_id), None)
    changed = held is None or (all_mail and not held.all_mail)
    if held is None:
        session.add(OptOut(person_id=row_id(person), programme_id=programme_id, all_mail=all_mail, at=now))
    elif changed:
        held.all_mail = True
    session.flush()
    return Unsubscribed(changed, cancel_unsubscribed(session, row_id(person), UNSUBSCRIBED))


def subscribe_again(session: Session, person: Person, programme: Programme | None, now: datetime) -> MailsAhead | None:
    """Write to the person again for `programme`, or for all (None), as if they were invited now: what was due meanwhile
    is not written. None: they were written to already.

    An invitation that never left is due now, and so is the correction of facts that changed meanwhile. An address that
    a server refused is tried again, for every programme. Raises ConflictError for one programme of a person who
    unsubscribed from every one.
    """
    opt_outs = opt_outs_of(session, row_id(person))
    ended = [each for each in opt_outs if programme is None or each.programme_id == programme.id]
    if programme is not None and is_out_of_all(opt_outs):
        remedy = f"if they agree to all: convene person unsubscribe {person.address} --undo"
        raise ConflictError("They unsubscribed from every programme, not from that one.", remedy)
    if not ended and person.refused_at is None:
        return None
    hold_programmes_of(session, person.address)
    everywhere = person.refused_at is not None or is_out_of_all(ended)
    person.refused_at = person.refused_reply = None
    for opt_out in ended:
        session.delete(opt_out)
    mails = MailsAhead()
    only = None if everywhere else {each.programme_id for each in ended}
    for programme_id, events in _invited_to(session, person, only, now).items():
        session.flush()
        rows = load_programme(session, session.get_one(Programme, programme_id), events)
        mails += replan(session, rows, now, events).mails
    return mails


def is_out_of_all(opt_outs: Collection[OptOut]) -> bool:
    """Whether one of them is about every programme, those to come as well."""
    return any(each.programme_id is None for each in opt_outs)


def mail_left(opt_outs: Collection[OptOut], programme: Programme) -> MailLeft:
    """What the programme still writes to the person whose opt-outs these are."""
    held = [each for each in opt_outs if each.programme_id in (None, programme.id)]
    if not held:
        return MailLeft.ALL
    return MailLeft.NONE if any(each.all_mail for each in held) else MailLeft.CORRECTIONS


def _invited_to(
    session: Session, person: Person, only: Collection[int | None] | None, now: datetime
) -> dict[int, set[int]]:
    """By programme (`only` these), the events that the person is invited to, or was; those on whose list they are, from
    now on.
    """
    events: dict[int, set[int]] = defaultdict(set)
    query = select(Invitation, Event.programme_id).join(Event).where(Invitation.person_id == person.id)
    for invitation, programme_id in session.exec(query.order_by(col(Event.programme_id))):
        if only is not None and programme_id not in only:
            continue
        events[programme_id].add(invitation.event_id)
        if invitation.left_at is None:
            invitation.invited_at = now
    return events
