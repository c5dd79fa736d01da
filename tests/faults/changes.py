"""What changes while mails are on their way: events (F20, F21), people (F24), and a row that cannot be built (F25)."""

import time
from collections.abc import Iterable
from datetime import timedelta
from email import message_from_bytes

from sqlmodel import Session, col, select
from tests.faults.scene import IN_FLIGHT, Scene, address, scenario
from tests.faults.scripted_smtp import Event, Step
from tests.programmes import all_rows, query

from convene.model.notice import Notice
from convene.model.programme import Programme
from convene.programme_file.edits.moved_event import Move
from convene.store.notice_keys import key_of
from convene.store.programme_rows import person_at
from convene.usecases.events.move_event import move_event
from convene.usecases.events.set_event_aside import cancel_event
from convene.usecases.people.erase_person import erase_person
from convene.usecases.people.unsubscribe_person import unsubscribe_person

EVENT = "small/meeting"
OLD, NEW = "20200120T090000", "20200121T090000"


def calendar_of(scene: Scene, event: Event) -> str:
    """The calendar part of a mail that was kept, on long lines; empty where there is none."""
    for part in message_from_bytes(scene.server.body(event.sha256)).walk():
        if part.get_content_type() == "text/calendar":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode().replace("\r\n ", "")
    return ""


def last_calendars(scene: Scene, events: Iterable[Event]) -> list[str]:
    """The calendar part of the last mail that each person got."""
    return [calendar_of(scene, event) for event in {event.recipient: event for event in events}.values()]


def move(scene: Scene, session: Session, on: str, seconds: float) -> None:
    move_event(session, EVENT, Move(on=on), scene.now + timedelta(seconds=seconds))


@scenario("F20a", "an event is moved between the claim and DATA")
def moved_while_claimed(scene: Scene) -> None:
    stale = _moved_at(scene, "after-claim")
    scene.claim(stale == 0, f"{stale} stale mails left after the event was moved")


@scenario("F20b", "an event is moved in the instant before a body")
def moved_before_a_body(scene: Scene) -> None:
    stale = _moved_at(scene, "before-body")
    scene.claim(stale <= IN_FLIGHT, f"{stale} stale mails left; only those on their way may")


def _moved_at(scene: Scene, point: str) -> int:
    """Move the event while a worker stands at `point`; how many left with the old date. Whoever has it is corrected."""
    scene.queue(scene.size(20, 200))
    with scene.worker(until_idle=True, hold_at=(point, 1)) as worker:
        worker.wait_until_held()
        with scene.database.writing() as session:
            move(scene, session, "2020-01-21", 0)
        time.sleep(1)
        worker.release()
        worker.wait()
    scene.settle()
    stale = sum(OLD in calendar_of(scene, event) for event in scene.server.events(Step.KEPT))
    scene.now += timedelta(hours=1)
    scene.settle()
    wrong = sum(NEW not in text for text in last_calendars(scene, scene.server.events(Step.KEPT)))
    scene.claim(wrong == 0, f"{wrong} people were last told the old date")
    scene.measure(stale=stale)
    return stale


@scenario("F20c", "an event is cancelled between the claim and DATA")
def cancelled_while_claimed(scene: Scene) -> None:
    scene.queue(6)
    with scene.worker(until_idle=True, hold_at=("after-claim", 1)) as worker:
        worker.wait_until_held()
        with scene.database.writing() as session:
            cancel_event(session, EVENT, (), scene.now)
        time.sleep(1)
        worker.release()
        worker.wait()
    scene.settle()
    left = len(scene.server.events(Step.KEPT))
    scene.claim(left == 0, f"{left} invitations to a cancelled event left")
    scene.judge()


@scenario("F21", "an event is moved from A to B and back to A within a minute")
def moved_and_back(scene: Scene) -> None:
    scene.queue(6)
    scene.settle()
    told = len(scene.server.events(Step.KEPT))
    sequences = [_sequence(scene)]
    for on, seconds in (("2020-01-21", 10), ("2020-01-20", 50)):
        with scene.database.writing() as session:
            move(scene, session, on, seconds)
        sequences.append(_sequence(scene))
        with scene.worker(until_idle=True, now=scene.now + timedelta(seconds=seconds)) as worker:
            worker.wait()
    scene.now += timedelta(hours=2)
    scene.settle()
    further = len(scene.server.events(Step.KEPT)) - told
    scene.claim(further == 0, f"{further} mails about a move that was undone")
    scene.claim(sequences == sorted(set(sequences)), f"the sequence did not rise each time: {sequences}")


def _sequence(scene: Scene) -> int:
    return int(query(scene.database, "SELECT max(sequence) FROM day")[0][0])


@scenario("F24", "somebody unsubscribes, and somebody is erased, between the claim and DATA")
def left_while_claimed(scene: Scene) -> None:
    scene.queue(6)
    unsubscribed, erased = address(1), address(2)
    with scene.worker(until_idle=True, hold_at=("after-claim", 1)) as worker:
        worker.wait_until_held()
        with scene.database.writing() as session:
            programme = session.exec(select(Programme)).one()
            unsubscribe_person(session, person_at(session, unsubscribed), programme, scene.now)
        with scene.database.writing() as session:
            erase_person(session, erased, scene.now)
        time.sleep(1)
        worker.release()
        worker.wait()
    scene.settle()
    reached = {event.recipient for event in scene.server.events(Step.KEPT)} & {unsubscribed, erased}
    scene.claim(not reached, f"mail left for {len(reached)} who wanted none any more")
    rows = repr(all_rows(scene.database))
    scene.claim(unsubscribed in rows, "the search for an address finds none that is there")
    scene.claim(erased not in rows, "the erased address is still in the database")
    scene.claim(erased not in worker.words, "the erased address is in the worker's words")
    compared = scene.judge()
    scene.claim(compared.sent == scene.people - 2, f"{compared.sent} sent to {scene.people - 2} others")


@scenario("F25", "notices at the head of the queue cannot be built, or have no address")
def poisoned_rows(scene: Scene) -> None:
    scene.scale = scene.size(1 / 300, scene.scale)
    scene.queue(scene.size(20, 1_000))
    with scene.database.writing() as session:
        person_at(session, address(0)).timezone = "Mars/Base"
        person_at(session, address(1)).address = "no address at all"
    with scene.some_workers():
        scene.until(lambda: scene.states().get("sent", 0) == scene.people - 2, "the others were not all sent")
        scene.until(lambda: scene.states().get("failed", 0) == 2, "what cannot be built was not set aside")
    with scene.database.reading() as session:
        failed = session.exec(select(Notice).where(Notice.state == "failed").order_by(col(Notice.person_id))).all()
        keys = [key_of(session, notice.id or 0) for notice in failed]
    scene.claim([notice.attempts for notice in failed] == [3, 3], f"tries: {[notice.attempts for notice in failed]}")
    scene.claim(all(notice.last_error for notice in failed), "no reason was recorded")
    _, said = scene.convene("doctor")
    scene.claim("2 mails failed" in said, f"doctor does not tell of them: {said}")
    _, said = scene.convene("notice", "list", "--state", "failed", "--json")
    scene.claim(all(key in said for key in keys), f"the list that doctor points to does not name them: {said}")
    scene.judge()
