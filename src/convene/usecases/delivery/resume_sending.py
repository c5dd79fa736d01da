"""Resume: a pause ends, and what waited behind it may leave."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from convene.errors import ConflictError
from convene.model.installation import Installation
from convene.store.notice_queue import miss_overtaken, miss_useless
from convene.store.pauses import pause_of
from convene.store.programme_rows import programme_named, row_id
from convene.store.waiting_notices import least_ask_above, skip_due
from convene.store.worker_rows import overrule_moments
from convene.usecases.delivery.show_pauses import PauseView, show_pauses
from convene.usecases.planning.mails_ahead import MailsAhead, mails_waiting

AFTER_RESTORE = (
    "The database was put back from a copy. What left after that copy was made is written down in it as not sent, and "
    "would leave a second time; events, people and changes that came after it are missing. First apply your files "
    "again. Then: convene resume --after-restore sends what is due by now, also what may have left before; with "
    "--skip-due nothing that is due by now leaves, also what never did."
)
_SKIPPED = "it was due when sending was resumed, and left out then"


@dataclass(frozen=True)
class Resumed:
    """What ends a pause. `ended` None: there was none. `remaining` are the pauses that still hold.

    `mails` are those that may leave now, of which `mails.now` are due; `skipped` were due and are left out; `too_late`
    are missed, as they are of no use any more, or a later one leaves in their place.
    """

    ended: PauseView | None
    remaining: list[PauseView]
    mails: MailsAhead = field(default_factory=MailsAhead)
    ask_above: int = 0
    skipped: int = 0
    too_late: int = 0


def resume_sending(
    session: Session,
    programme: str | None,
    now: datetime,
    *,
    after_restore: bool,
    skip: bool,
    real_now: datetime | None = None,
) -> Resumed:
    """End the pause of `programme` (its slug), or of everything (None); `skip`: what is due by now never leaves.

    A pause made for a restored copy is ended with `after_restore` alone: raises ConflictError without. Raises
    NotFoundError for an unknown programme. `real_now` is what a clock says that nobody froze: whoever resumes
    everything takes it for right.
    """
    row = programme_named(session, programme) if programme else None
    programme_id = row_id(row) if row else None
    pause = pause_of(session, programme_id)
    before = show_pauses(session)
    if pause is None:
        return Resumed(None, before)
    [ended] = [view for view in before if view.programme == programme]
    if ended.after_restore and not after_restore:
        raise ConflictError(ended.sentence, AFTER_RESTORE)
    session.delete(pause)
    if programme_id is None and real_now is not None:
        overrule_moments(session, real_now)  # or the next worker would take the clock for wrong again
    if ended.after_restore:
        _count_restore(session, now)
    session.flush()
    skipped = skip_due(session, now, programme_id, _SKIPPED) if skip else 0
    waiting = len(mails_waiting(session, now, programme_id))
    miss_useless(session, now)
    miss_overtaken(session, now)
    mails = mails_waiting(session, now, programme_id)
    return Resumed(
        ended=ended,
        remaining=[view for view in before if view != ended],
        mails=mails,
        ask_above=row.ask_above if row else least_ask_above(session),
        skipped=skipped,
        too_late=waiting - len(mails),
    )


def _count_restore(session: Session, now: datetime) -> None:
    """The worker's guard counts anew from here. The number is the minute, so that it is new also in a copy that was
    made before an earlier restore.
    """
    installation = session.exec(select(Installation)).one()
    installation.restores = max(installation.restores + 1, int(now.timestamp()) // 60)
