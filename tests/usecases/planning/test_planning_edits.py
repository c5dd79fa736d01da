"""The promises of planning over random sequences of edits, on both databases."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select
from tests.both_databases import BOTH, empty_database
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import PEOPLE, Planner, plan_again, send_due, stored
from tests.usecases.spoken_of import events_spoken_of

from convene.model.event import Day, Event
from convene.model.notice import Cause, EventRule, Notice, NoticePart, Told
from convene.model.person import Invitation
from convene.rules.event_statuses import next_statuses
from convene.rules.facts import same_facts
from convene.rules.vocabulary import EventStatus
from convene.store.programme_rows import ProgrammeRows, load_programme, person_at, programme_named
from convene.usecases.events.describe_events import event_facts
from convene.usecases.people.unsubscribe_person import unsubscribe_person
from convene.usecases.planning.plan_notices import Planned
from convene.usecases.planning.told_facts import told_facts

FIRST_EDIT = utc(2020, 1, 2, 3)
LAST_REMINDER = utc(2020, 1, 11)
LEAVING = "p2@team.example"
"""Who unsubscribes."""
WAITS = col(Notice.state).in_(("planned", "deferred", "claimed"))


@pytest.fixture(scope="module", params=BOTH)
def planner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    folder = tmp_path_factory.mktemp("edits")
    with empty_database(request, folder) as database:
        yield Planner(folder, database)


@st.composite
def written_events(draw: st.DrawFn) -> str:
    """Three events as a coordinator might write them. All that have a date lie after the last edit, some of their
    reminders before.
    """
    lines = []
    for number in (1, 2, 3):
        hours = draw(st.sampled_from(["", ", from: 09:00", ", from: 14:00, to: 16:00"]))
        status = draw(st.sampled_from(["confirmed", "confirmed", "confirmed", "postponed", "cancelled"]))
        on = f"2020-01-{draw(st.integers(7, 10)):02}{hours}"
        if status != "confirmed" and draw(st.booleans()):
            on = "to be decided"
        lines.append(f"""\
  event-{number}:
    kind: {draw(st.sampled_from(["meeting", "training"]))}
    title: {{en: Event {number}}}
    status: {status}
    days: [{{on: {on}}}]
    invite: [{draw(st.sampled_from(["team", "guests", "team, guests", "p2@team.example"]))}]
""")
        if draw(st.booleans()):
            lines.append("    reminders: [3 days before, 2 days before at 08:00, 1 hour before]\n")
    return "".join(lines)


def follow_the_statuses(edits: list[tuple[str, bool]]) -> bool:
    """Whether no event is postponed after it was cancelled, which `apply` refuses."""
    by_edit = [[EventStatus(word) for word in re.findall("status: (.+)", events)] for events, _ in edits]
    steps = [step for old, new in pairwise(by_edit) for step in zip(old, new, strict=True)]
    return all(new in (old, *next_statuses(old)) for old, new in steps)


edits = st.lists(st.tuples(written_events(), st.booleans()), min_size=1, max_size=4).filter(follow_the_statuses)


@settings(max_examples=6, phases=[Phase.generate])
@given(edits=edits)
def test_after_every_edit_planning_again_changes_nothing(planner: Planner, edits: list[tuple[str, bool]]) -> None:
    with planner.database.trying() as session:
        now = FIRST_EDIT
        for events, sends in edits:
            planner.apply_in(session, events, now, PEOPLE)
            before = stored(session)
            again = plan_again(session, now)

            assert (again.added, again.changed, again.cancelled) == (0, 0, 0)
            assert stored(session) == before
            waiting_is_sound(session)
            if sends:
                send_due(session, now + timedelta(minutes=5))
            now += timedelta(days=1)


@settings(max_examples=6, phases=[Phase.generate])
@given(edits=edits)
def test_once_all_is_sent_nobody_believes_what_is_not_so(planner: Planner, edits: list[tuple[str, bool]]) -> None:
    with planner.database.trying() as session:
        now = FIRST_EDIT
        for events, sends in edits:
            planner.apply_in(session, events, now, PEOPLE)
            if sends:
                send_due(session, now + timedelta(minutes=5))
            now += timedelta(days=1)
        plan_again(session, now)
        send_due(session, now + timedelta(hours=2))

        rows = load_programme(session, programme_named(session, "sgra"))
        assert [told for told in session.exec(select(Told)) if is_misled(session, rows, told)] == []


@settings(max_examples=3, phases=[Phase.generate])
@given(edits=edits)
def test_no_reminder_leaves_twice_alone_or_in_a_digest(planner: Planner, edits: list[tuple[str, bool]]) -> None:
    with planner.database.trying() as session:
        now = FIRST_EDIT
        for events, _ in edits:
            planner.apply_in(session, events, now, PEOPLE)
            send_due(session, now + timedelta(hours=12))
            now += timedelta(days=1)
        while now < LAST_REMINDER:
            send_due(session, now)
            plan_again(session, now)
            now += timedelta(hours=12)

        assert sent_at_most_once(session)


@settings(max_examples=12, phases=[Phase.generate])
@given(edits=edits, after=st.integers(0, 3), all_mail=st.booleans(), everywhere=st.booleans())
def test_who_unsubscribed_gets_nothing_but_corrections_and_is_not_misled(
    planner: Planner, edits: list[tuple[str, bool]], after: int, all_mail: bool, everywhere: bool
) -> None:
    with planner.database.trying() as session:
        now, left = FIRST_EDIT, None
        for number, (events, sends) in enumerate(edits):
            planner.apply_in(session, events, now, PEOPLE)
            if sends:
                send_due(session, now + timedelta(minutes=5))
            if number == min(after, len(edits) - 1):
                programme = None if everywhere else programme_named(session, "sgra")
                left = now + timedelta(minutes=6)
                unsubscribe_person(session, person_at(session, LEAVING), programme, left, all_mail=all_mail)
            now += timedelta(days=1)
        again = plan_again(session, now)
        assert plan_again(session, now) == Planned(never_due=again.never_due)
        send_due(session, now + timedelta(hours=2))

        rows = load_programme(session, programme_named(session, "sgra"))
        reader = person_at(session, LEAVING).id
        known = [told for told in session.exec(select(Told).where(Told.person_id == reader)) if not told.ended]
        since = (
            select(Cause.kind)
            .join(Notice, col(Notice.cause_id) == Cause.id)
            .where(Notice.person_id == reader, col(Notice.sent_at) > left)
        )
        assert set(session.exec(since)) <= (set() if all_mail else {"change", "cancellation"})
        assert all_mail or [told for told in known if is_misled(session, rows, told)] == []
        assert not all_mail or session.exec(select(Notice).where(Notice.person_id == reader, WAITS)).all() == []


def waiting_is_sound(session: Session) -> None:
    rows = load_programme(session, programme_named(session, "sgra"))
    for notice in session.exec(select(Notice).where(Notice.state == "planned")):
        parts = session.exec(select(NoticePart).where(NoticePart.notice_id == notice.id)).all()
        statuses = {rows.events_by_id[event_id].status for event_id in events_spoken_of(session, notice)}
        kind = session.get_one(Cause, notice.cause_id).kind
        assert notice.due_at < notice.useful_until
        assert statuses == {"confirmed"} or kind in ("change", "cancellation")
        assert len(parts) != 1


def is_misled(session: Session, rows: ProgrammeRows, told: Told) -> bool:
    """Whether somebody was told last what does not hold: other facts, or that an event takes place which they left."""
    event = rows.events_by_id[told.event_id]
    invited = select(Invitation).where(Invitation.event_id == told.event_id, Invitation.person_id == told.person_id)
    if session.exec(invited).one().left_at is not None or event.status == "cancelled":
        return not told.ended
    known = told_facts(session, told.person_id, told.event_id)
    return known is None or not same_facts(known, event_facts(rows, event))


def sent_at_most_once(session: Session) -> bool:
    """No reminder left twice, whether alone or inside a digest."""
    query = select(Notice).where(Notice.state == "sent").order_by(col(Notice.id))
    left: list[tuple[object, ...]] = []
    for notice in session.exec(query):
        parts = session.exec(select(NoticePart).where(NoticePart.notice_id == notice.id)).all()
        told: list[Notice | NoticePart] = [*parts] or [notice]
        for row in told:
            left.append((notice.person_id, row.cause_id, row.round))
    return len(left) == len(set(left))


changes = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["move", "cancel", "confirm", "leave", "rules", "unsubscribe"])),
    max_size=6,
)


@settings(max_examples=12, phases=[Phase.generate])
@given(written_events(), changes, st.integers(7, 10))
def test_planning_the_event_that_changed_is_as_good_as_planning_all(
    planner: Planner, events: str, changed: list[tuple[int, str]], to: int
) -> None:
    with planner.database.trying() as session:
        now = FIRST_EDIT
        planner.apply_in(session, events, now, PEOPLE)
        for number, change in changed:
            now += timedelta(hours=7)
            event_id = make_change(session, f"event-{number}", change, to, now)
            plan_again(session, now, events=[event_id])
            after_one = stored(session)

            everything = plan_again(session, now)

            assert (everything.added, everything.changed, everything.cancelled) == (0, 0, 0)
            assert stored(session) == after_one
            waiting_is_sound(session)


def make_change(session: Session, slug: str, change: str, to: int, now: datetime) -> int:
    """Change the rows of one event as a use case would, and plan nothing."""
    event = session.exec(select(Event).where(Event.slug == slug)).one()
    day = session.exec(select(Day).where(Day.event_id == event.id)).one()
    if change == "move" and day.on_date:
        assert day.starts_at
        assert day.ends_at
        by = date(2020, 1, to) - day.on_date
        day.on_date, day.starts_at, day.ends_at = day.on_date + by, day.starts_at + by, day.ends_at + by
        day.facts_since = now
    elif change in ("cancel", "confirm"):
        event.status = "cancelled" if change == "cancel" else "confirmed"
    elif change == "unsubscribe":
        unsubscribe_person(session, person_at(session, LEAVING), programme_named(session, "sgra"), now)
    elif change == "leave":
        for invitation in session.exec(select(Invitation).where(Invitation.event_id == event.id)).all()[:1]:
            invitation.left_at = invitation.left_at or now
    else:
        for rule in session.exec(select(EventRule).where(EventRule.event_id == event.id)).all()[:1]:
            session.delete(rule)
    if change in ("move", "cancel", "confirm"):
        event.revision, event.facts_changed_at = event.revision + 1, now
    session.flush()
    assert event.id is not None
    return event.id
