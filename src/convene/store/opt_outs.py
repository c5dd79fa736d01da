"""Who unsubscribed from which programme, and which mails that ends; their row of every programme counts for each."""

from sqlalchemy import text
from sqlmodel import Session, col, select

from convene.model.person import OptOut
from convene.rules.corrections import CORRECTIONS

CORRECTIONS_SQL = ", ".join(f"'{kind.value}'" for kind in CORRECTIONS)


def is_ended(person_id: str) -> str:
    """The condition, in SQL, that this person wants no mail for the reason in the row of `cause`."""
    return f"""EXISTS (
        SELECT 1 FROM optout
        WHERE optout.person_id = {person_id}
            AND (optout.programme_id = cause.programme_id OR optout.programme_id IS NULL)
            AND (optout.all_mail OR cause.kind NOT IN ({CORRECTIONS_SQL}))
    )"""


_STOPPED = text(f"""
    SELECT {is_ended("notice.person_id")} FROM notice JOIN cause ON cause.id = notice.cause_id
    WHERE notice.id = :notice_id
""")


def is_stopped(session: Session, notice_id: int) -> bool:
    """Whether its reader unsubscribed from mail such as this notice."""
    return bool(session.execute(_STOPPED, {"notice_id": notice_id}).scalar_one())


def opt_outs_of(session: Session, person_id: int) -> list[OptOut]:
    """All of one person, by when they were made."""
    query = select(OptOut).where(OptOut.person_id == person_id).order_by(col(OptOut.at), col(OptOut.id))
    return list(session.exec(query))
