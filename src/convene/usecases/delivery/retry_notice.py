"""Retry: a notice that failed is planned again, at its old moment, which may be now."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, select

from convene.errors import ConflictError
from convene.model.notice import Cause, Notice, NoticePart
from convene.model.programme import Programme
from convene.rules.notice_states import IN_FLIGHT, UNSENT, NoticeState
from convene.rules.vocabulary import NoticeKind
from convene.rules.weekdays import written_moment
from convene.rules.zones import wall_clock
from convene.store.notice_retry import plan_failed_again
from convene.store.opt_outs import is_stopped, opt_outs_of
from convene.store.programme_rows import hold_programme, load_programme, row_id
from convene.usecases.delivery.show_pauses import show_pauses
from convene.usecases.people.unsubscribe_person import is_out_of_all
from convene.usecases.planning.list_notices import NoticeView, notice_named
from convene.usecases.planning.mails_ahead import FirstAhead, KindAhead, MailsAhead
from convene.usecases.planning.plan_notices import plan_programme

_SOON = timedelta(days=7)


@dataclass(frozen=True)
class Retried:
    """`notice` as it was before. `planned`: it is planned again; else it waits already, or is on its way."""

    notice: NoticeView
    planned: bool
    ask_above: int = 0
    mails: MailsAhead = field(default_factory=MailsAhead)


def retry_notice(session: Session, key: str, now: datetime) -> Retried:
    """Plan the failed notice `key` again; one that waits, or is on its way, is left alone.

    Raises NotFoundError for an unknown key, ConflictError with the reason for a notice that cannot be tried again, and
    for one that nothing calls for any more.
    """
    notice = notice_named(session, key)
    session.expunge(notice.row)  # it is shown as it was
    if NoticeState(notice.row.state) in (*UNSENT, *IN_FLIGHT):
        return Retried(notice, planned=False)
    _refuse(session, notice, now)
    plan_failed_again(session, row_id(notice.row))
    programme = session.get_one(Programme, notice.cause.programme_id)
    if not notice.row.uncertain:  # else the same bytes leave, or none: the worker compares what they tell
        _look_again(session, programme, notice, now)
    mails = _mails(notice, now)
    mails.pauses = show_pauses(session, [row_id(programme)])
    return Retried(notice, planned=True, ask_above=programme.ask_above, mails=mails)


def _look_again(session: Session, programme: Programme, notice: NoticeView, now: datetime) -> None:
    """Plan its events: no pass looks at what failed, and they may have been moved or cancelled since."""
    events = _events_of(session, notice)
    hold_programme(session, row_id(programme), events)
    plan_programme(session, load_programme(session, programme, events), now, events)
    query = select(Notice.state, Notice.reason).where(Notice.id == notice.row.id)
    state, reason = session.exec(query).one()
    if state != NoticeState.PLANNED:
        sentence = f'The notice "{notice.key}" is called for no more: {reason}.'
        raise ConflictError(sentence, "convene notice list shows what waits now")


def _events_of(session: Session, notice: NoticeView) -> set[int]:
    """The events that it speaks of; of a digest, those of its parts."""
    parts = select(Cause.event_id).where(NoticePart.cause_id == Cause.id, NoticePart.notice_id == notice.row.id)
    found = {notice.cause.event_id, *session.exec(parts)}
    return {event_id for event_id in found if event_id is not None}


def _refuse(session: Session, notice: NoticeView, now: datetime) -> None:
    row, person = notice.row, notice.person
    name = f'The notice "{notice.key}"'
    if row.state == NoticeState.SENT:
        copy = f"convene notice send-test {notice.key} --to ADDRESS sends you a copy"
        raise ConflictError(f"{name} was sent, and nothing is sent twice.", copy)
    if row.state == NoticeState.UNCERTAIN:
        raise ConflictError(f"{name} is uncertain: it may have arrived.", "the worker repeats it once, by itself")
    if row.state != NoticeState.FAILED:
        raise ConflictError(f"{name} is {row.state}: {row.reason or 'it has no use'}.", "only what failed is retried")
    if row.useful_until <= now:
        until = written_moment(wall_clock(row.useful_until, row.timezone))
        raise ConflictError(f"{name} has been of no use since {until} {row.timezone}.", "nothing can be done any more")
    programme = session.get_one(Programme, notice.cause.programme_id)
    one = "" if is_out_of_all(opt_outs_of(session, row_id(person))) else f" --programme {programme.slug}"
    undo = f"convene person unsubscribe {person.address}{one} --undo"
    if is_stopped(session, row_id(row)):
        raise ConflictError(f"{name} cannot leave: its reader unsubscribed.", f"if they agree: {undo}")
    if person.refused_at is not None:
        answer = f" ({person.refused_reply})" if person.refused_reply else ""
        remedy = f"once it works: {undo}"
        raise ConflictError(f"{name} cannot leave: a server refused its address{answer}.", remedy)


def _mails(notice: NoticeView, now: datetime) -> MailsAhead:
    """The one mail, as a preview counts it."""
    row, kind = notice.row, NoticeKind(notice.cause.kind)
    at_once, soon = row.due_at <= now, now < row.due_at <= now + _SOON
    ahead = KindAhead(int(at_once), int(soon), int(not at_once and not soon), {row.person_id: row.language})
    return MailsAhead({kind: ahead}, None if at_once else FirstAhead(kind, row.due_at, row.timezone))
