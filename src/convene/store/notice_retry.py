"""The one way back from `failed` (`rules/notice_states.py`)."""

from sqlmodel import Session, col, update

from convene.model.notice import Notice
from convene.rules.notice_states import NoticeState


def plan_failed_again(session: Session, notice_id: int) -> bool:
    """Plan a failed notice again, with its tries and its back-off forgotten; False where it is not failed (any more).

    What went wrong last stays to be read, and `uncertain` stays for good: then the same bytes leave once more.
    """
    result = session.execute(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == NoticeState.FAILED)
        .values(state=NoticeState.PLANNED, attempts=0, next_try_at=None, reason=None)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
