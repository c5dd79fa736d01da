"""Who unsubscribed gets no more mail, and keeps their place; who comes back gets what lies ahead alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import HEAD, MEETING, NOW, PEOPLE, TRAINING, Planner, plan_again

from convene.errors import ConflictError
from convene.model.event import Event
from convene.model.notice import Notice
from convene.model.person import Person
from convene.rules.notice_states import NoticeState
from convene.store.delivery_records import bodies_leave
from convene.store.notice_queue import claim_due
from convene.store.opt_outs import opt_outs_of
from convene.store.programme_rows import person_at, programme_named, row_id
from convene.store.worker_rows import register_worker
from convene.usecases.people.unsubscribe_person import UNSUBSCRIBED, subscribe_again, unsubscribe_person
from convene.usecases.planning.mails_ahead import MailsAhead

P1, P2 = "p1@team.example", "p2@team.example"
LATER = NOW + timedelta(hours=1)
MOVED = MEETING.replace("2020-01-20", "2020-01-22")
AFTER_THE_FIRST_REMINDER = utc(2020, 1, 14)


def unsubscribe(
    planner: Planner, address: str = P1, now: datetime = LATER, programme: str | None = "sgra", all_mail: bool = False
) -> int:
    with planner.database.writing() as session:
        named = programme_named(session, programme) if programme else None
        return unsubscribe_person(session, person_at(session, address), named, now, all_mail=all_mail).cancelled


def unsubscribe_from_all_mail(planner: Planner) -> int:
    return unsubscribe(planner, all_mail=True)


def unsubscribe_everywhere(planner: Planner) -> int:
    return unsubscribe(planner, programme=None, all_mail=True)


def come_back(planner: Planner, now: datetime, programme: str | None = None) -> MailsAhead | None:
    with planner.database.writing() as session:
        named = programme_named(session, programme) if programme else None
        return subscribe_again(session, person_at(session, P1), named, now)


def kept(planner: Planner, address: str = P1) -> list[tuple[int | None, bool, datetime]]:
    """The opt-outs of a person: programme, whether they end corrections too, since when."""
    with planner.database.reading() as session:
        found = opt_outs_of(session, row_id(person_at(session, address)))
    return [(each.programme_id, each.all_mail, each.at) for each in found]


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


def waiting_in(planner: Planner, programme_id: int, address: str = P1) -> int:
    return sum(
        notice.cause.programme_id == programme_id for notice in planner.notices(address=address, state="planned")
    )


def test_what_waits_is_cancelled_in_that_programme_alone(planner: Planner, tmp_path: Path) -> None:
    planner.apply()
    planner.apply_file(write_another(planner, tmp_path), NOW)
    others, elsewhere, waiting = states(planner, P2), waiting_in(planner, 2), waiting_in(planner, 1)

    cancelled = unsubscribe(planner)
    planner.plan_again(LATER)
    planner.plan_again(LATER, "another")

    assert (cancelled, waiting_in(planner, 1), waiting_in(planner, 2)) == (waiting, 0, elsewhere)
    assert {notice.reason for notice in planner.notices(address=P1, state="cancelled")} == {UNSUBSCRIBED}
    assert min(waiting, elsewhere) > 1
    assert states(planner, P2) == others


@pytest.mark.parametrize("all_mail", [False, True])
def test_everything_that_waits_is_cancelled_in_every_programme_and_in_later_ones(
    planner: Planner, tmp_path: Path, all_mail: bool
) -> None:
    planner.apply()
    others, waiting = states(planner, P2), len(planner.notices(address=P1, state="planned"))

    cancelled = unsubscribe(planner, programme=None, all_mail=all_mail)
    planner.apply_file(write_another(planner, tmp_path), LATER)

    assert cancelled == waiting > 2
    assert {(notice.state, notice.reason) for notice in planner.notices(address=P1)} == {("cancelled", UNSUBSCRIBED)}
    assert waiting_in(planner, 2, P2) > 2
    assert states(planner, P2).items() >= others.items()


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
    assert kept(planner) == [(1, False, LATER)]


def test_unsubscribing_again_never_brings_more_mail(planner: Planner) -> None:
    planner.apply()
    unsubscribe(planner)
    unsubscribe(planner, all_mail=True)
    unsubscribe(planner)
    unsubscribe(planner, programme=None)

    assert kept(planner) == [(1, True, LATER), (None, False, LATER)]


def test_who_was_told_and_unsubscribed_is_corrected_and_gets_nothing_else(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    unsubscribe(planner)

    planner.apply(MOVED + TRAINING, LATER)
    planner.plan_again(LATER + timedelta(minutes=1))
    moved = [(notice.kind, notice.state) for notice in planner.notices(address=P1, state="planned")]
    sent = planner.send_due(LATER + timedelta(minutes=11))
    planner.apply(
        (MOVED + TRAINING).replace("    invite", "    status: cancelled\n    invite"), LATER + timedelta(hours=1)
    )
    ended = [notice.cause.event_id for notice in planner.notices("cancellation", P1, "planned")]

    assert moved == [("change", "planned")]
    assert sent["change"] == 2
    assert ended == [1]
    assert [notice.kind for notice in planner.notices(address=P1, state="planned")] == ["cancellation"]


def test_a_correction_that_waits_is_left_unless_they_want_no_mail_at_all(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    planner.apply(MOVED, LATER)

    unsubscribe(planner)
    first = [notice.kind for notice in planner.notices(address=P1, state="planned")]
    cancelled = unsubscribe(planner, all_mail=True)

    assert (first, cancelled) == (["change"], 1)
    assert planner.notices(address=P1, state="planned") == []
    assert planner.notices("change", P2, "planned")


def test_who_was_told_nothing_is_corrected_in_nothing(planner: Planner) -> None:
    planner.apply()
    unsubscribe(planner)

    planner.apply(MOVED, LATER)
    planner.apply(MOVED.replace("    invite", "    status: cancelled\n    invite"), LATER)

    assert planner.notices(address=P1, state="planned") == []


def test_who_is_taken_off_a_list_is_told_though_they_unsubscribed(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    unsubscribe(planner)

    planner.apply(people=PEOPLE.replace("KH,km,,team", "KH,km,,"), now=LATER)

    assert [notice.kind for notice in planner.notices(address=P1, state="planned")] == ["cancellation"]


def test_who_was_added_again_and_will_not_be_invited_is_corrected(planner: Planner) -> None:
    """Off the list and on it again before that was told: what they know is the old round's."""
    planner.apply()
    planner.send_due(NOW)
    planner.apply(people=PEOPLE.replace("KH,km,,team", "KH,km,,"), now=LATER)
    planner.apply(now=LATER)
    unsubscribe(planner)

    planner.apply(MOVED, LATER + timedelta(minutes=1))

    assert [notice.kind for notice in planner.notices(address=P1, state="planned")] == ["change"]


@pytest.mark.parametrize("silence", [unsubscribe_from_all_mail, unsubscribe_everywhere, refuse])
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
        for notice in session.exec(select(Notice).where(Notice.person_id == person_at(session, P1).id)):
            notice.state = NoticeState.CANCELLED
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

    mails = come_back(planner, AFTER_THE_FIRST_REMINDER, "sgra")

    assert mails is not None
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
    unsubscribe(planner, all_mail=True)
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

    assert again is None
    assert planner.stored() == before


def test_an_address_that_was_refused_is_tried_again(planner: Planner) -> None:
    planner.apply()
    refuse(planner)

    come_back(planner, LATER)

    with planner.database.reading() as session:
        person: Person = person_at(session, P1)
    assert (person.refused_at, person.refused_reply) == (None, None)
    assert planner.notices(address=P1, state="planned")


def test_coming_back_to_one_programme_leaves_the_others_as_they_are(planner: Planner, tmp_path: Path) -> None:
    planner.apply()
    planner.apply_file(write_another(planner, tmp_path), NOW)
    unsubscribe(planner)
    unsubscribe(planner, programme="another")
    before = [notice.row for notice in planner.notices(address=P1) if notice.cause.programme_id == 2]

    come_back(planner, LATER, "sgra")

    assert (waiting_in(planner, 1) > 2, waiting_in(planner, 2)) == (True, 0)
    assert [notice.row for notice in planner.notices(address=P1) if notice.cause.programme_id == 2] == before
    assert [programme_id for programme_id, *_ in kept(planner)] == [2]


def test_one_programme_is_not_taken_back_by_who_left_every_one(planner: Planner) -> None:
    planner.apply()
    unsubscribe(planner, programme=None)

    with pytest.raises(ConflictError, match="every programme"):
        come_back(planner, LATER, "sgra")
    come_back(planner, LATER)

    assert kept(planner) == []
    assert planner.notices(address=P1, state="planned")


def test_unsubscribing_and_coming_back_at_once_calls_for_what_was_planned(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)
    planner.send_due(NOW)
    before = states(planner, P1)

    for all_mail in (False, True):
        unsubscribe(planner, all_mail=all_mail)
        come_back(planner, LATER)

    assert states(planner, P1) == before
