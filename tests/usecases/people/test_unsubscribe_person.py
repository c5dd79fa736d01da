"""Who unsubscribed gets no more mail, and keeps their place; who comes back gets what lies ahead alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import HEAD, MEETING, NOW, PEOPLE, TRAINING, Planner, plan_again

from convene.model.event import Event
from convene.model.notice import Notice
from convene.model.person import Person
from convene.rules.notice_states import NoticeState
from convene.store.delivery_records import bodies_leave
from convene.store.notice_queue import claim_due
from convene.store.notices_of_person import cancel_waiting
from convene.store.programme_rows import person_at, row_id
from convene.store.worker_rows import register_worker
from convene.usecases.people.unsubscribe_person import UNSUBSCRIBED, subscribe_again, unsubscribe_person
from convene.usecases.planning.mails_ahead import MailsAhead

P1, P2 = "p1@team.example", "p2@team.example"
LATER = NOW + timedelta(hours=1)
MOVED = MEETING.replace("2020-01-20", "2020-01-22")
AFTER_THE_FIRST_REMINDER = utc(2020, 1, 14)


def unsubscribe(planner: Planner, address: str = P1, now: datetime = LATER) -> int:
    with planner.database.writing() as session:
        return unsubscribe_person(session, person_at(session, address), now)


def come_back(planner: Planner, now: datetime) -> MailsAhead:
    with planner.database.writing() as session:
        return subscribe_again(session, person_at(session, P1), now)


def refuse(planner: Planner) -> None:
    """What the delivery notes of an address that a server does not know."""
    with planner.database.recording() as session:
        person = person_at(session, P1)
        person.refused_at, person.refused_reply = LATER, "550 5.1.1 no such user"


def states(planner: Planner, address: str) -> dict[str, str]:
    """By the rule of the notice; an invitation has none that tells it apart."""
    return {f"{notice.kind} {notice.cause.rule}": notice.state for notice in planner.notices(address=address)}


def write_another(planner: Planner, folder: Path) -> Path:
    """A second programme with the same people."""
    other = folder / "another"
    other.mkdir()
    (other / "people.csv").write_text(PEOPLE, "utf-8")
    path = other / "another.yaml"
    path.write_text(f"{HEAD.replace('id: sgra', 'id: another')}events:\n{TRAINING}", "utf-8")
    return path


def test_everything_that_waits_is_cancelled_in_every_programme(planner: Planner, tmp_path: Path) -> None:
    planner.apply()
    planner.apply_file(write_another(planner, tmp_path), NOW)
    others = states(planner, P2)
    waiting = len(planner.notices(address=P1, state="planned"))

    cancelled = unsubscribe(planner)

    assert cancelled == waiting > 4
    assert {(notice.state, notice.reason) for notice in planner.notices(address=P1)} == {("cancelled", UNSUBSCRIBED)}
    assert states(planner, P2) == others


@pytest.mark.parametrize("state", NoticeState)
def test_what_has_not_left_is_cancelled_in_whatever_state_it_is(planner: Planner, state: NoticeState) -> None:
    planner.apply()
    with planner.database.writing() as session:
        session.connection().exec_driver_sql(f"UPDATE notice SET state = '{state.value}'")

    unsubscribe(planner)

    waits = state in (NoticeState.PLANNED, NoticeState.DEFERRED, NoticeState.UNCERTAIN, NoticeState.CLAIMED)
    after = {"cancelled"} if waits else {state.value}
    assert {notice.state for notice in planner.notices(address=P1)} == after
    assert {notice.state for notice in planner.notices(address=P2)} == {state.value}


def test_a_worker_that_holds_a_notice_finds_its_write_touching_no_row(planner: Planner) -> None:
    planner.apply()
    with planner.database.recording() as session:
        connection = session.connection()
        worker = register_worker(connection, "host", 1, NOW)
        claimed = claim_due(connection, worker, NOW, NOW, 16)
        held = [row_id(notice) for notice in session.exec(select(Notice).where(Notice.claimed_by == worker))]

    unsubscribe(planner)

    with planner.database.recording() as session:
        left = bodies_leave(session.connection(), worker, held)
    assert (len(claimed), len(left)) == (2, 1)
    assert {notice.state for notice in planner.notices(address=P1)} == {"cancelled"}


def test_a_digest_is_cancelled_like_any_notice(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)
    assert planner.notices("digest", P1, "planned")

    unsubscribe(planner)
    planner.plan_again(LATER)

    assert {notice.state for notice in planner.notices("digest", P1)} == {"cancelled"}
    assert planner.notices("digest", P2, "planned")


def test_twice_changes_nothing(planner: Planner) -> None:
    planner.apply()
    unsubscribe(planner)
    before = planner.stored()

    again = unsubscribe(planner, now=LATER + timedelta(days=1))

    assert again == 0
    assert planner.stored() == before
    with planner.database.reading() as session:
        assert person_at(session, P1).unsubscribed_at == LATER


@pytest.mark.parametrize("silence", [unsubscribe, refuse])
def test_planning_writes_nothing_to_who_gets_no_mail(planner: Planner, silence: Callable[[Planner], object]) -> None:
    planner.apply()
    planner.send_due(NOW)
    silence(planner)

    planner.apply(MOVED + TRAINING, LATER)
    planner.plan_again(LATER + timedelta(days=1))

    assert planner.notices(address=P1, state="planned") == []
    assert planner.notices("change", P1) == []
    assert planner.notices("change", P2, "planned")
    with planner.database.reading() as session:
        assert person_at(session, P1).id in _invited(session)


def test_planning_one_event_alone_revives_no_digest_of_who_gets_no_mail(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)
    refuse(planner)

    with planner.database.writing() as session:
        [training] = (event.id for event in session.exec(select(Event).where(Event.slug == "tot-2")))
        plan_again(session, LATER, events=[training or 0])
        cancel_waiting(session, row_id(person_at(session, P1)), "refused")
        plan_again(session, LATER, events=[training or 0])

    assert planner.notices(address=P1, state="planned") == []
    assert planner.notices("digest", P2, "planned")


def _invited(session: Session) -> set[int]:
    rows = session.connection().exec_driver_sql("SELECT person_id FROM invitation WHERE left_at IS NULL")
    return {person_id for (person_id,) in rows}


def test_who_comes_back_gets_what_lies_ahead_and_nothing_that_was_due_meanwhile(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    unsubscribe(planner)
    assert states(planner, P2)["reminder 7 days before at 09:00"] == "planned"

    mails = come_back(planner, AFTER_THE_FIRST_REMINDER)

    found = states(planner, P1)
    assert found["invitation at once"] == "sent"
    assert found["reminder 7 days before at 09:00"] == "cancelled"
    assert found["reminder 1 day before at 17:00"] == "planned"
    assert {kind.value for kind in mails.kinds} == {
        notice.kind for notice in planner.notices(address=P1, state="planned")
    }
    assert len(mails) == len(planner.notices(address=P1, state="planned"))
    assert all(notice.row.due_at > AFTER_THE_FIRST_REMINDER for notice in planner.notices(address=P1, state="planned"))


def test_who_comes_back_is_corrected_once_where_facts_changed_meanwhile(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    unsubscribe(planner)
    planner.apply(MOVED, LATER)

    come_back(planner, AFTER_THE_FIRST_REMINDER)

    assert [notice.row.due_at for notice in planner.notices("change", P1, "planned")] == [AFTER_THE_FIRST_REMINDER]


def test_who_was_invited_meanwhile_is_invited_when_they_come_back(planner: Planner) -> None:
    planner.apply()
    unsubscribe(planner)
    planner.apply(MEETING + TRAINING.replace("2020-01-20", "2020-01-27"), LATER)

    come_back(planner, AFTER_THE_FIRST_REMINDER)

    waiting = planner.notices("invitation", P1, "planned")
    assert [notice.row.due_at for notice in waiting] == [AFTER_THE_FIRST_REMINDER] * 2


def test_coming_back_twice_changes_nothing(planner: Planner) -> None:
    planner.apply()
    unsubscribe(planner)
    come_back(planner, AFTER_THE_FIRST_REMINDER)
    before = planner.stored()

    again = come_back(planner, AFTER_THE_FIRST_REMINDER + timedelta(hours=1))

    assert len(again) == 0
    assert planner.stored() == before


def test_an_address_that_was_refused_is_tried_again(planner: Planner) -> None:
    planner.apply()
    refuse(planner)

    come_back(planner, LATER)

    with planner.database.reading() as session:
        person: Person = person_at(session, P1)
    assert (person.refused_at, person.refused_reply) == (None, None)
    assert planner.notices(address=P1, state="planned")
