"""A small programme in a database of its own, changed by applying files and by sending what is due."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select
from tests.rules.planned_events import utc
from tests.usecases.spoken_of import events_spoken_of

from convene.model.notice import Cause, Notice, NoticePart, Told
from convene.model.person import Invitation, Person
from convene.rules.zones import wall_clock
from convene.store.database import Database
from convene.store.delivery_records import bodies_leave, record_sent
from convene.store.notice_queue import claim_due, miss_overtaken, miss_useless
from convene.store.programme_rows import ProgrammeRows, load_programme, programme_named, row_id
from convene.store.worker_rows import end_worker, register_worker
from convene.usecases.planning.plan_notices import Planned, plan_programme
from convene.usecases.programmes.apply_programme import apply_programme
from convene.usecases.programmes.change_programme import Applied
from convene.usecases.programmes.read_files import read_checked

NOW = utc(2020, 1, 1, 3)
HEAD = """\
convene: 1
programme:
  id: sgra
  title: {en: SGRA project}
  timezone: Asia/Phnom_Penh
  language: en
  organiser: {name: JILAF, email: sgra@jilaf.example}
people: [people.csv]
"""
PEOPLE = """\
email,name,country,language,role,groups
p1@team.example,"Participant 1, Cambodia",KH,km,,team
p2@team.example,"Participant 2, Cambodia",KH,km,observer,team
p3@team.example,"Participant 3, Japan",JP,ja,,guests
"""
MEETING = """\
  dac-3:
    kind: committee-meeting
    title: {en: Meeting}
    days: [{on: 2020-01-20, from: 09:00, to: 11:30}]
    invite: [team]
"""
TRAINING = """\
  tot-2:
    kind: meeting
    title: {en: Training}
    days: [{on: 2020-01-20}]
    invite: [team]
"""


@dataclass(frozen=True)
class StoredNotice:
    """A notice with its cause, as tests look at it."""

    row: Notice
    cause: Cause

    @property
    def kind(self) -> str:
        return self.cause.kind

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def reason(self) -> str | None:
        return self.row.reason

    @property
    def due_local(self) -> str:
        """The due moment on the reader's clock."""
        return wall_clock(self.row.due_at, self.row.timezone).isoformat(timespec="seconds")


@dataclass
class Planner:
    """One programme, `sgra`, in one database."""

    folder: Path
    database: Database

    def apply(self, events: str = MEETING, now: datetime = NOW, people: str = PEOPLE, general: str = "") -> Applied:
        with self.database.writing() as session:
            return self.apply_in(session, events, now, people, general)

    def apply_in(
        self, session: Session, events: str, now: datetime, people: str = PEOPLE, general: str = ""
    ) -> Applied:
        (self.folder / "people.csv").write_text(people, "utf-8")
        file = self.folder / "programme.yaml"
        file.write_text(f"{HEAD}events:\n{events}{general}", "utf-8")
        return apply_file(session, file, now)

    def apply_file(self, path: Path, now: datetime) -> Applied:
        with self.database.writing() as session:
            return apply_file(session, path, now)

    def plan_again(self, now: datetime, programme: str = "sgra") -> Planned:
        with self.database.writing() as session:
            return plan_again(session, now, programme)

    def send_due(self, now: datetime) -> Counter[str]:
        with self.database.writing() as session:
            return send_due(session, now)

    def notices(self, kind: str = "", address: str = "", state: str = "") -> list[StoredNotice]:
        """By due moment; empty filters let everything through."""
        with self.database.reading() as session:
            query = (
                select(Notice, Cause)
                .join(Cause, col(Cause.id) == Notice.cause_id)
                .join(Person, col(Person.id) == Notice.person_id)
                .order_by(col(Notice.due_at), col(Notice.id))
            )
            for column, value in ((Cause.kind, kind), (Person.address, address), (Notice.state, state)):
                query = query.where(col(column) == value) if value else query
            return [StoredNotice(*found) for found in session.exec(query)]

    def due(self, kind: str, address: str = "p1@team.example") -> list[str]:
        """When the waiting notices of one person are due, on that person's clock."""
        return [notice.due_local for notice in self.notices(kind, address, "planned")]

    def stored(self) -> list[str]:
        with self.database.reading() as session:
            return stored(session)


def apply_file(session: Session, path: Path, now: datetime) -> Applied:
    checked = read_checked(path)
    return apply_programme(session, checked.checked_document, checked.people, checked.source, now)


def plan_again(
    session: Session, now: datetime, programme: str = "sgra", events: Collection[int] | None = None
) -> Planned:
    session.flush()
    return plan_programme(session, load_programme(session, programme_named(session, programme)), now, events)


def stored(session: Session) -> list[str]:
    """Every column of every notice, part and cause, to see that nothing changed."""
    rows = [*session.exec(select(Notice)), *session.exec(select(NoticePart)), *session.exec(select(Cause))]
    return sorted(repr(sorted(row.model_dump().items())) for row in rows)


def send_due(session: Session, now: datetime) -> Counter[str]:
    """What a worker does at `now`, without the mail: miss, claim, send, and remember what was told; kinds sent."""
    sent: Counter[str] = Counter()
    rows = load_programme(session, programme_named(session, "sgra"))
    miss_useless(session, now)
    miss_overtaken(session, now)
    connection = session.connection()
    worker = register_worker(connection, "test", 1, now)
    claim_due(connection, worker, now, now, 1000)
    mine = select(Notice).where(Notice.claimed_by == worker).order_by(col(Notice.due_at), col(Notice.id))
    claimed = session.exec(mine.execution_options(populate_existing=True)).all()
    ids = [row_id(notice) for notice in claimed]
    bodies_leave(connection, worker, ids)
    record_sent(connection, worker, ids, now)
    session.expire_all()
    for notice in claimed:
        cause = session.get_one(Cause, notice.cause_id)
        sent[cause.kind] += 1
        _remember(session, rows, notice, cause.kind, now)
    end_worker(connection, worker)
    session.flush()
    return sent


def _remember(session: Session, rows: ProgrammeRows, notice: Notice, kind: str, now: datetime) -> None:
    for event_id in events_spoken_of(session, notice):
        invited = select(Invitation).where(Invitation.event_id == event_id, Invitation.person_id == notice.person_id)
        told = Told(
            person_id=notice.person_id,
            event_id=event_id,
            revision=rows.events_by_id[event_id].revision,
            ended=kind == "cancellation",
            round=session.exec(invited).one().round,
            notice_id=row_id(notice),
            told_at=now,
        )
        session.merge(told)
