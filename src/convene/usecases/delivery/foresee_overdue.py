"""What becomes of a notice that was due and has not left: it leaves with the next pass of a worker, or why not."""

from datetime import datetime

from sqlmodel import Session

from convene.rules.weekdays import written_moment
from convene.rules.zones import wall_clock
from convene.store.notice_queue import why_missed
from convene.store.programme_rows import row_id
from convene.usecases.delivery.show_pauses import show_pauses
from convene.usecases.planning.list_notices import NoticeView


def foresee_overdue(session: Session, view: NoticeView, now: datetime) -> str:
    """A sentence about a notice that waits and was due by `now` (UTC)."""
    row = view.row
    missed = why_missed(session, row_id(row), now)
    if missed:
        return f"A worker marks it missed with its next pass: {missed}."
    for pause in show_pauses(session, {view.cause.programme_id}):
        return pause.sentence
    if row.next_try_at:
        again = written_moment(wall_clock(row.next_try_at, row.timezone))
        return f"It is tried again with the first pass of a worker after {again}."
    return "It leaves with the next pass of a worker."
