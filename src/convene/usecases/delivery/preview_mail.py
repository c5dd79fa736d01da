"""The mail of a notice that waits, as it would leave at its moment if all stays as it is."""

from contextlib import nullcontext
from datetime import datetime

from sqlmodel import Session, select

from convene.model.installation import Installation
from convene.rules.notice_states import UNSENT, NoticeState
from convene.store.due_notices import notice_to_come
from convene.store.programme_rows import row_id
from convene.usecases.delivery.known_content import KnownContent
from convene.usecases.delivery.make_mail import DueMail, Office, ReaderLinks, make_mail
from convene.usecases.planning.list_notices import NoticeView


def preview_mail(
    session: Session, view: NoticeView, mail_from: str | None, links: ReaderLinks | None, now: datetime
) -> bytes | None:
    """The bytes; None where the notice waits no more, or nothing would come of it."""
    if NoticeState(view.row.state) not in UNSENT:
        return None
    moment = max(now, view.row.due_at)
    notice = notice_to_come(session, row_id(view.row), moment)
    installation = session.exec(select(Installation)).one()
    content = KnownContent(installation.content_version)
    content.read(session, [notice])
    made = make_mail(
        lambda: nullcontext(session), Office(installation.key_secret, mail_from, links), content, notice, moment
    )
    return made.body if isinstance(made, DueMail) else None
