"""What the database knows of sending: what is due, who looks for it, what went wrong."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from convene.model.columns import UtcMoment
from convene.model.event import Event
from convene.model.notice import WAITING_SQL, Notice
from convene.model.person import OptOut, Person
from convene.model.programme import Programme
from convene.model.worker import Worker
from convene.rules.notice_states import NoticeState

_WAITING = text(WAITING_SQL)


def due_notices(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many notices are due and wait, paused or not, and since when (UTC) the first of them does."""
    query: Any = select(func.count(), func.min(col(Notice.due_at), type_=UtcMoment()))
    count, since = session.execute(query.select_from(Notice).where(_WAITING, col(Notice.due_at) <= now)).one()
    return count, since


def last_sweep(session: Session) -> datetime | None:
    """When any worker last looked for what is due (UTC); None where no worker is written down."""
    swept_at: datetime | None = session.execute(select(func.max(col(Worker.swept_at), type_=UtcMoment()))).scalar_one()
    return swept_at


def relay_trouble(session: Session, after: datetime) -> tuple[str | None, datetime | None]:
    """Why, and since when (UTC), the SMTP server is of no use to any worker that looked `after` that moment; None where
    one of them can use it, or none did.
    """
    looking = [worker for worker in workers(session) if worker.swept_at >= after]
    since = [worker.relay_trouble_since for worker in looking if worker.relay_trouble_since is not None]
    if not looking or len(since) < len(looking):
        return None, None
    return looking[-1].relay_trouble, max(since)


def workers(session: Session) -> list[Worker]:
    """Every worker that is written down, also those whose lease ran out."""
    return list(session.execute(select(Worker).order_by(col(Worker.id))).scalars())


def waiting_count(session: Session) -> int:
    """How many notices wait, due or not."""
    return int(session.execute(select(func.count()).select_from(Notice).where(_WAITING)).scalar_one())


def busiest_day(session: Session, now: datetime) -> tuple[int, date | None]:
    """The most notices that are due on one day from `now` on, and that day, as the database counts days."""
    day, mails = func.date(col(Notice.due_at)), func.count()
    query: Any = select(mails, day).select_from(Notice).where(_WAITING, col(Notice.due_at) >= now)
    row = session.execute(query.group_by(day).order_by(mails.desc(), day).limit(1)).first()
    if row is None:
        return 0, None
    return row[0], date.fromisoformat(str(row[1]))


def failed_and_uncertain(session: Session) -> tuple[int, int]:
    """How many notices failed, and how many have an outcome that stayed unknown at least once."""
    failed = select(func.count()).select_from(Notice).where(col(Notice.state) == NoticeState.FAILED)
    uncertain = select(func.count()).select_from(Notice).where(col(Notice.uncertain))
    return int(session.execute(failed).scalar_one()), int(session.execute(uncertain).scalar_one())


def last_failed(session: Session, most: int) -> list[int]:
    """The ids of the notices made last among those that failed."""
    query: Any = select(col(Notice.id)).where(col(Notice.state) == NoticeState.FAILED)
    return list(session.scalars(query.order_by(col(Notice.id).desc()).limit(most)))


def silenced_people(session: Session) -> tuple[int, int]:
    """How many people unsubscribed from any programme, and how many have an address that a server refused."""
    unsubscribed = select(func.count(col(OptOut.person_id).distinct()))
    refused = select(func.count(col(Person.refused_at)))
    return int(session.execute(unsubscribed).scalar_one()), int(session.execute(refused).scalar_one())


def organiser_domains(session: Session) -> set[str]:
    """The domains of all organisers, of programmes and of single events."""
    addresses = set(session.execute(select(col(Programme.organiser_email))).scalars())
    own = session.execute(select(col(Event.organiser)).where(col(Event.organiser).is_not(None))).scalars()
    addresses |= {organiser["email"] for organiser in own if isinstance(organiser, dict) and "email" in organiser}
    return {address.rpartition("@")[2] for address in addresses}
