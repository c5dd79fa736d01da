"""The mail of a notice that waits, as it would leave at its moment if all stays as it is."""

from datetime import datetime

from sqlmodel import Session

from convene.model.notice import Notice
from convene.model.programme import Programme
from convene.rules.letter import Letter, Words
from convene.rules.notice_states import UNSENT, NoticeState
from convene.store.programme_rows import load_programme
from convene.usecases.describe_events import EventBriefs
from convene.usecases.list_notices import NoticeView
from convene.usecases.prepare_mail import Ready, prepare


def _nobody(key: str, letter: Letter, words: Words) -> None:
    """The witness of a mail that nobody follows."""


def preview_mail(session: Session, view: NoticeView, mail_from: str | None, now: datetime) -> bytes | None:
    """The bytes; None where the notice waits no more, or nothing would come of it. `mail_from` as in `prepare`."""
    if NoticeState(view.row.state) not in UNSENT:
        return None
    programme = session.get_one(Programme, view.cause.programme_id)
    briefs = EventBriefs(load_programme(session, programme))
    notice: Notice = view.row
    prepared = prepare(session, briefs, notice, mail_from, max(now, notice.due_at), _nobody)
    return prepared.body if isinstance(prepared, Ready) else None
