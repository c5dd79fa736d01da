"""Delivery over a real SMTP server: nothing due is lost, and nothing is sent twice."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import Executable, insert, update
from sqlmodel import col, select
from tests.programmes import (
    INVITED_AT,
    MEETING,
    PEOPLE,
    SOKHA,
    VANNA,
    Postbox,
    apply_file,
    new_worker,
    plain_text,
    query,
    send_due,
    write_programme,
)
from tests.smtp_inbox import DROP, Inbox, free_port, listening_inbox
from tests.usecases.held_relays import (
    HoldingRelay,
    MeddlingRelay,
    SlowRelay,
    die_with_bodies_sent,
    take_for_dead,
    until,
)

from convene.errors import ConflictError
from convene.mail.relay import Desk, Relay, Trouble
from convene.mail.smtp_pool import RelayLimits, SmtpRelay
from convene.model.event import Event
from convene.model.notice import Notice
from convene.model.person import OptOut, Person
from convene.rules.notice_states import NoticeState
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.smtp_server import Security, SmtpServer
from convene.store.database import Database
from convene.store.notice_queue import claim_due
from convene.store.pauses import add_pause
from convene.store.programme_rows import person_at, programme_named, row_id
from convene.usecases.delivery.deliver_notices import Deliveries
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.delivery.record_delivery import LeaseLostError
from convene.usecases.delivery.retry_notice import retry_notice
from convene.usecases.people.unsubscribe_person import unsubscribe_person
from convene.usecases.planning.list_notices import NoticeFilter, list_notices, sent_bytes

ONE_PERSON = PEOPLE[:2]


@pytest.fixture
def invited(database: Database, tmp_path: Path) -> Database:
    """One person is invited to the meeting, and the invitation is due."""
    apply_file(database, write_programme(tmp_path, people=ONE_PERSON))
    return database


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening_inbox() as listening:
        yield listening


def send(database: Database, inbox: Inbox, now: datetime = INVITED_AT) -> dict[str, int]:
    """One pass of a worker over one connection, and its end."""
    return send_by(database, SmtpRelay(inbox.server, RelayLimits(connections=1)), now)


def send_by(database: Database, relay: Relay, now: datetime = INVITED_AT) -> dict[str, int]:
    return asyncio.run(send_due(database, now, relay))


def invitation(database: Database) -> dict[str, object]:
    """The columns of the one invitation that tell its story."""
    columns = ("state", "attempts", "uncertain", "last_error", "claimed_by", "reason")
    sql = f"SELECT {', '.join(columns)} FROM notice JOIN cause ON cause.id = cause_id WHERE kind = 'invitation'"
    [row] = query(database, sql)
    return dict(zip(columns, row, strict=True))


def states(database: Database, kind: str = "invitation") -> list[str]:
    return [
        state
        for (state,) in query(
            database, "SELECT state FROM notice JOIN cause ON cause.id = cause_id WHERE kind = ?", kind
        )
    ]


def test_what_was_sent_is_kept_byte_for_byte_and_not_sent_again(invited: Database, inbox: Inbox) -> None:
    assert send(invited, inbox) == {"sent": 1}
    assert send(invited, inbox) == {}

    [mail] = inbox.mails
    with invited.reading() as session:
        [notice] = session.exec(select(Notice).where(Notice.state == "sent"))
        assert sent_bytes(session, notice) == mail.body
    assert (mail.sender, mail.recipient) == ("office@organiser.example", SOKHA)


def test_a_temporary_refusal_is_tried_again_after_a_pause_that_doubles(invited: Database, inbox: Inbox) -> None:
    inbox.answers("RCPT", *["451 4.3.0 try again later"] * 3)
    moment, pauses = INVITED_AT, []

    for _ in range(3):
        assert send(invited, inbox, moment) == {"deferred": 1}
        assert send(invited, inbox, moment) == {}
        [(next_try,)] = query(invited, "SELECT next_try_at FROM notice WHERE state = 'deferred'")
        following = datetime.fromisoformat(next_try).replace(tzinfo=moment.tzinfo)
        pauses.append(following - moment)
        moment = following

    plain = [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert all(least <= pause <= least * 1.2 for least, pause in zip(plain, pauses, strict=True))
    assert send(invited, inbox, moment) == {"sent": 1}
    assert invitation(invited)["attempts"] == 4
    assert invitation(invited)["last_error"] is None
    assert len(inbox.mails) == 1


def test_too_large_is_tried_once_more_though_the_server_said_later_before(invited: Database, inbox: Inbox) -> None:
    inbox.answers("RCPT", "451 4.3.0 later", "552 too many recipients", "552 too many recipients")

    found = [send(invited, inbox, INVITED_AT + timedelta(hours=hours)) for hours in range(3)]

    assert found == [{"deferred": 1}, {"deferred": 1}, {"failed": 1}]
    assert invitation(invited)["attempts"] == 3


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "BODY"])
def test_a_final_refusal_fails_with_the_servers_words(invited: Database, inbox: Inbox, stage: str) -> None:
    inbox.answers(stage, "554 5.6.0 this mail is malformed")

    assert send(invited, inbox) == {"failed": 1}

    assert send(invited, inbox, INVITED_AT + timedelta(days=1)) == {}
    assert invitation(invited)["last_error"] == "554 5.6.0 this mail is malformed"
    assert query(invited, "SELECT refused_at FROM person") == [(None,)]


@pytest.mark.parametrize("reply", ["550 5.5.0 not to this reader", "451 4.3.0 later"])
def test_a_body_that_was_on_record_as_leaving_and_was_refused_before_it_did_was_not_sent(
    database: Database, inbox: Inbox, tmp_path: Path, reply: str
) -> None:
    """With the first body, the next ones are cleared to leave."""
    apply_file(database, write_programme(tmp_path))
    inbox.by_reader[VANNA] = reply

    asyncio.run(send_due(database, INVITED_AT, SmtpRelay(inbox.server, RelayLimits(connections=1))))

    with database.reading() as session:
        notices = session.exec(select(Notice).where(col(Notice.state).in_(("sent", "failed", "deferred")))).all()
        left = {notice.state: sent_bytes(session, notice) for notice in notices}
    [mail] = inbox.mails
    refused = "failed" if reply.startswith("5") else "deferred"
    assert left == {"sent": mail.body, refused: None}


def test_what_may_have_arrived_is_kept_though_its_repeat_is_refused(invited: Database, inbox: Inbox) -> None:
    inbox.answers("BODY", DROP)
    send(invited, inbox)
    inbox.answers("RCPT", "550 5.5.0 not here")

    assert send(invited, inbox, INVITED_AT + timedelta(hours=1)) == {"failed": 1}

    with invited.reading() as session:
        [notice] = session.exec(select(Notice).where(Notice.state == "failed"))
        assert [sent_bytes(session, notice)] == inbox.bodies


def test_an_address_that_does_not_exist_is_written_to_no_more(invited: Database, inbox: Inbox, tmp_path: Path) -> None:
    inbox.answers("RCPT", "550 5.1.1 no such user")

    assert send(invited, inbox) == {"failed": 1}

    assert query(invited, "SELECT refused_reply FROM person") == [("550 5.1.1 no such user",)]
    for day in range(1, 30):
        send(invited, inbox, INVITED_AT + timedelta(days=day))
    assert inbox.mails == []
    assert set(states(invited, "reminder")) <= {"cancelled", "missed"}


@pytest.mark.parametrize(
    ("stage", "reply"),
    [("MAIL", "550 5.1.8 bad sender"), ("MAIL", "553 no"), ("RCPT", "550 5.7.1 blocked"), ("BODY", "554 5.7.1 spam")],
)
def test_a_server_that_refuses_us_pauses_everything_and_fails_nobody(
    database: Database, inbox: Inbox, tmp_path: Path, stage: str, reply: str
) -> None:
    """Design section 5, "Pause": no notice fails and no address is suppressed by a fault of the sender's side."""
    apply_file(database, write_programme(tmp_path))
    inbox.answers(stage, reply)

    assert "failed" not in send(database, inbox)

    assert query(database, "SELECT reason, after_restore FROM pause") == [
        (f"The SMTP server refused us: {reply}", False)
    ]
    assert sorted(states(database)) == sorted(["planned", "deferred" if stage == "BODY" else "planned"])
    assert query(database, "SELECT sum(attempts) FROM notice") == [(0,)]
    assert query(database, "SELECT count(*) FROM person WHERE refused_at IS NOT NULL") == [(0,)]
    assert send(database, inbox, INVITED_AT + timedelta(hours=1)) == {}


@pytest.mark.parametrize("stage", ["GREETING", "MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_body_counts_no_try_and_one_copy_arrives_later(
    invited: Database, inbox: Inbox, stage: str
) -> None:
    inbox.answers(stage, DROP)

    assert "failed" not in send(invited, inbox)
    assert (states(invited), invitation(invited)["attempts"]) == (["planned"], 0)
    assert send(invited, inbox) == {"sent": 1}

    assert len(inbox.mails) == 1
    assert (invitation(invited)["uncertain"], invitation(invited)["attempts"]) == (0, 1)


@pytest.mark.parametrize("answer", ["421 4.7.0 not for this one", DROP])
def test_a_reader_for_whom_the_server_ends_every_connection_holds_up_no_other(
    database: Database, inbox: Inbox, tmp_path: Path, answer: str
) -> None:
    apply_file(database, write_programme(tmp_path))
    inbox.by_reader[SOKHA] = answer

    for _ in range(4):
        send(database, inbox)

    assert [mail.recipient for mail in inbox.mails] == [VANNA]
    assert query(database, "SELECT state, attempts FROM notice WHERE last_error IS NOT NULL") == [("deferred", 1)]
    inbox.by_reader.clear()
    send(database, inbox, INVITED_AT + timedelta(hours=1))
    assert [mail.recipient for mail in inbox.mails] == [VANNA, SOKHA]


@pytest.mark.parametrize("stage", ["GREETING", "MAIL"])
def test_a_server_that_is_down_for_a_while_counts_no_try(invited: Database, inbox: Inbox, stage: str) -> None:
    inbox.answers(stage, *["421 4.3.2 shutting down"] * 3)

    for _ in range(3):
        send(invited, inbox)

    assert (states(invited), invitation(invited)["attempts"]) == (["planned"], 0)
    assert send(invited, inbox) == {"sent": 1}


def test_trouble_found_while_a_pass_begins_ends_it(invited: Database) -> None:
    """Nobody tells its desk: it was not open yet."""
    relay = HoldingRelay()

    async def deliver() -> None:
        deliveries = Deliveries(delivery(invited, relay), new_worker(invited, INVITED_AT))
        relay.trouble = Trouble("it hung up")
        relay.wake = lambda desk: None  # type: ignore[method-assign]
        await asyncio.wait_for(deliveries.deliver_due(), 5)

    asyncio.run(deliver())

    assert query(invited, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]


def test_where_no_server_listens_every_notice_waits_and_no_try_is_counted(invited: Database, inbox: Inbox) -> None:
    nobody = SmtpRelay(SmtpServer("127.0.0.1", free_port(), Security.NONE))

    assert send_by(invited, nobody) == {}

    assert (states(invited), invitation(invited)["attempts"]) == (["planned"], 0)
    assert query(invited, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]
    assert send(invited, inbox) == {"sent": 1}


def test_a_reply_lost_after_the_final_dot_is_repeated_once_with_identical_bytes(
    invited: Database, inbox: Inbox
) -> None:
    inbox.answers("BODY", DROP)

    assert [send(invited, inbox) for _ in range(3)] == [{"uncertain": 1}, {"sent": 1}, {}]

    first, second = inbox.bodies
    assert first == second
    assert (invitation(invited)["state"], invitation(invited)["uncertain"]) == ("sent", 1)


def test_whoever_may_have_got_a_mail_counts_as_told(invited: Database, inbox: Inbox, tmp_path: Path) -> None:
    inbox.answers("BODY", DROP, DROP)
    for _ in range(2):
        send(invited, inbox)
    assert states(invited) == ["failed"]
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
    apply_file(invited, write_programme(tmp_path, moved, people=ONE_PERSON), INVITED_AT + timedelta(minutes=1))

    send(invited, inbox, INVITED_AT + timedelta(hours=1))

    assert states(invited, "change") == ["sent"]


def test_an_outcome_unknown_twice_ends_with_two_copies_and_no_third(invited: Database, inbox: Inbox) -> None:
    inbox.answers("BODY", DROP, DROP)

    assert [send(invited, inbox) for _ in range(2)] == [{"uncertain": 1}, {"failed": 1}]
    assert send(invited, inbox, INVITED_AT + timedelta(days=1)) == {}

    assert len(inbox.mails) == 2
    assert invitation(invited)["uncertain"] == 1


def test_the_repeat_of_an_uncertain_notice_keeps_the_date_of_the_first(invited: Database, inbox: Inbox) -> None:
    inbox.answers("BODY", DROP)

    send(invited, inbox)
    send(invited, inbox, INVITED_AT + timedelta(hours=2))

    assert [message_from_bytes(body)["Date"] for body in inbox.bodies] == ["Mon, 06 Jan 2020 03:00:00 +0000"] * 2


def test_an_uncertain_notice_is_not_repeated_when_the_person_left(
    invited: Database, inbox: Inbox, tmp_path: Path
) -> None:
    inbox.answers("BODY", DROP)
    send(invited, inbox)
    later = INVITED_AT + timedelta(minutes=1)
    apply_file(invited, write_programme(tmp_path, people=[PEOPLE[0], PEOPLE[2]]), later)

    send(invited, inbox, later)

    assert len(inbox.to(SOKHA)) == 1
    stopped = query(invited, "SELECT state, reason FROM notice WHERE uncertain")
    assert stopped == [("cancelled", "the person was taken off the list")]


def test_an_uncertain_notice_is_not_repeated_when_the_facts_changed(
    invited: Database, inbox: Inbox, tmp_path: Path
) -> None:
    inbox.answers("BODY", DROP)
    send(invited, inbox)
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
    apply_file(invited, write_programme(tmp_path, moved, people=ONE_PERSON), INVITED_AT + timedelta(minutes=1))

    send(invited, inbox, INVITED_AT + timedelta(hours=1))

    subjects = [message_from_bytes(mail.body)["Message-ID"] for mail in inbox.mails]
    assert len(set(subjects)) == len(subjects) == 2
    assert states(invited, "change") == ["sent"]


def test_an_uncertain_notice_is_repeated_after_all_when_the_facts_are_again_as_it_told(
    invited: Database, inbox: Inbox, tmp_path: Path
) -> None:
    inbox.answers("BODY", DROP)
    send(invited, inbox)
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")

    for minutes, events in ((1, moved), (5, MEETING)):
        now = INVITED_AT + timedelta(minutes=minutes)
        apply_file(invited, write_programme(tmp_path, events, people=ONE_PERSON), now)
        send(invited, inbox, now)

    first, second = inbox.bodies
    assert first == second
    assert (states(invited), states(invited, "change")) == (["sent"], ["cancelled"])


@pytest.mark.parametrize("is_back", [False, True])
def test_what_a_worker_read_before_the_facts_went_back_does_not_end_the_repeat(
    invited: Database, inbox: Inbox, tmp_path: Path, is_back: bool
) -> None:
    """It holds the repeat, and is about to call it off."""
    inbox.answers("BODY", DROP)
    send(invited, inbox)
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
    now = INVITED_AT + timedelta(minutes=1)
    apply_file(invited, write_programme(tmp_path, moved, people=ONE_PERSON), now)
    worker = new_worker(invited, now)
    with invited.recording_connection() as connection:
        claim_due(connection, worker, now, now, 16)

    if is_back:
        apply_file(invited, write_programme(tmp_path, people=ONE_PERSON), now)

    assert invitation(invited)["state"] == ("planned" if is_back else "claimed")


def delivery(database: Database, relay: Relay, now: datetime = INVITED_AT) -> Delivery:
    return Delivery(database, relay, VirtualClock(now))


def test_a_notice_whose_body_left_before_the_worker_died_is_uncertain_and_repeated(
    invited: Database, inbox: Inbox
) -> None:
    relay = HoldingRelay()
    asyncio.run(die_with_bodies_sent(delivery(invited, relay), relay))
    assert states(invited) == ["body_sent"]

    assert send(invited, inbox) == {"sent": 1}

    assert (invitation(invited)["uncertain"], invitation(invited)["attempts"]) == (1, 2)
    assert inbox.bodies == [relay.left[0].body]


def test_a_worker_that_dies_while_the_facts_change_leaves_nobody_misinformed(
    invited: Database, inbox: Inbox, tmp_path: Path
) -> None:
    relay = HoldingRelay()
    asyncio.run(die_with_bodies_sent(delivery(invited, relay), relay))
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
    apply_file(invited, write_programme(tmp_path, moved, people=ONE_PERSON), INVITED_AT + timedelta(minutes=1))

    for hours in (1, 2):
        send(invited, inbox, INVITED_AT + timedelta(hours=hours))

    assert (states(invited), states(invited, "change")) == (["cancelled"], ["sent"])


def test_whoever_was_told_of_older_facts_is_corrected_while_others_are_still_written_to(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
    relay = HoldingRelay()

    async def move_while_two_bodies_are_on_their_way() -> None:
        deliveries = Deliveries(delivery(database, relay), new_worker(database, INVITED_AT))
        working = asyncio.create_task(deliveries.deliver_due())
        await until(lambda: len(relay.left) == 2)
        apply_file(database, write_programme(tmp_path, moved), INVITED_AT + timedelta(minutes=1))
        relay.answer()
        await until(lambda: "sent" in states(database))
        await until(lambda: states(database, "change") == ["planned"])
        assert not working.done()
        relay.answer()
        await working

    asyncio.run(move_while_two_bodies_are_on_their_way())

    assert states(database, "change") == ["planned"] * 2


def test_a_second_death_with_the_body_sent_ends_it(invited: Database, inbox: Inbox) -> None:
    for _ in range(2):
        relay = HoldingRelay()
        asyncio.run(die_with_bodies_sent(delivery(invited, relay), relay))

    assert send(invited, inbox) == {}
    assert (states(invited), inbox.mails) == (["failed"], [])


def test_claims_of_a_dead_worker_are_taken_over_and_those_of_a_living_one_are_not(
    invited: Database, inbox: Inbox
) -> None:
    worker = new_worker(invited, INVITED_AT)
    with invited.recording_connection() as connection:
        assert len(claim_due(connection, worker, INVITED_AT, INVITED_AT, 16)) == 1

    assert send(invited, inbox) == {}
    take_for_dead(invited)
    assert send(invited, inbox) == {"sent": 1}

    assert (invitation(invited)["claimed_by"], invitation(invited)["uncertain"]) == (None, 0)


def test_a_worker_that_was_taken_for_dead_writes_nothing_and_sends_nothing(invited: Database) -> None:
    other = Postbox()

    async def overtaken() -> None:
        take_for_dead(invited)
        await send_due(invited, INVITED_AT, other)

    class SleepyRelay(HoldingRelay):
        """Wakes up just before the body, when another worker has taken over."""

        def wake(self, desk: Desk) -> None:
            if self.sleeps:
                self.sleeps = False
                mail = desk.take()
                assert mail is not None
                self.waking = asyncio.ensure_future(overtaken())
                self.waking.add_done_callback(lambda _: self._ask(desk, mail))

        sleeps = True

    sleepy = SleepyRelay()
    with pytest.raises(LeaseLostError):
        send_by(invited, sleepy)

    assert (sleepy.left, len(other.mails)) == ([], 1)
    assert states(invited) == ["sent"]


def test_an_event_moved_between_claim_and_body_sends_no_stale_mail(invited: Database, tmp_path: Path) -> None:
    moved = write_programme(tmp_path, MEETING.replace("from: 09:00, to: 11:30", "from: 13:00"), people=ONE_PERSON)
    relay = MeddlingRelay(lambda: apply_file(invited, moved))

    send_by(invited, relay)

    [(_, body)] = relay.mails
    text = plain_text(body)
    assert "១:០០ រសៀល" in text or "13:00" in text or "១៣:០០" in text
    assert "09:00" not in text
    assert "9:00" not in text
    assert states(invited) == ["sent"]
    assert send_by(invited, relay, INVITED_AT + timedelta(hours=2)) == {}  # nobody was told otherwise


@pytest.mark.parametrize(
    "refusal",
    [None, Outcome(OutcomeKind.RETRY, "451 later"), Outcome(OutcomeKind.BUSY, "421 closing")],
    ids=["asked for its body", "put off", "not taken"],
)
def test_mails_on_record_as_leaving_that_have_not_left_when_their_event_is_called_off_invite_nobody(
    database: Database, tmp_path: Path, refusal: Outcome | None
) -> None:
    """Up to 16 are, long before a slow server takes them; planning goes round them meanwhile."""
    apply_file(database, write_programme(tmp_path))
    relay, clock = SlowRelay(refusal), VirtualClock(INVITED_AT)
    deliveries = Deliveries(Delivery(database, relay, clock), new_worker(database, INVITED_AT))

    async def call_off_meanwhile() -> None:
        delivering = asyncio.create_task(deliveries.deliver_due())
        await until(lambda: relay.left)
        assert states(database) == ["body_sent", "body_sent"]
        clock.moment += timedelta(seconds=10)
        called_off = write_programme(tmp_path, MEETING + "    status: cancelled\n")
        await asyncio.to_thread(apply_file, database, called_off, clock.moment)
        relay.answer(Outcome(OutcomeKind.GIVE_UP, "550 not here"))  # nobody is told who would have to be corrected
        async with asyncio.timeout(60):
            await delivering

    asyncio.run(call_off_meanwhile())

    assert len(relay.left) == 1
    assert sorted(states(database)) == ["cancelled", "failed"]


def test_somebody_taken_off_the_list_between_claim_and_body_gets_nothing(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    without = write_programme(tmp_path, people=ONE_PERSON)
    relay = MeddlingRelay(lambda: apply_file(database, without))

    send_by(database, relay)

    assert [recipient for recipient, _ in relay.mails] == [SOKHA]


def test_an_event_called_off_between_claim_and_body_invites_nobody(invited: Database, tmp_path: Path) -> None:
    cancelled = write_programme(tmp_path, MEETING + "    status: cancelled\n", people=ONE_PERSON)
    relay = MeddlingRelay(lambda: apply_file(invited, cancelled))

    send_by(invited, relay)

    assert relay.mails == []
    assert states(invited) == ["cancelled"]


@pytest.mark.parametrize(
    "wish",
    [
        update(Person).values(refused_at=INVITED_AT),
        insert(OptOut).values(person_id=1, programme_id=1, all_mail=False, at=INVITED_AT),
        insert(OptOut).values(person_id=1, programme_id=None, all_mail=True, at=INVITED_AT),
    ],
)
def test_somebody_who_falls_silent_between_claim_and_body_gets_nothing(invited: Database, wish: Executable) -> None:
    def fall_silent() -> None:
        with invited.writing() as session:
            session.execute(wish)

    relay = MeddlingRelay(fall_silent)
    send_by(invited, relay)

    assert relay.mails == []
    assert states(invited) == ["cancelled"]


@pytest.mark.parametrize(("all_mail", "leaves"), [(False, ["sent"]), (True, ["cancelled"])])
def test_a_correction_in_a_workers_hands_leaves_unless_its_reader_wants_no_mail_at_all(
    invited: Database, tmp_path: Path, all_mail: bool, leaves: list[str]
) -> None:
    send_by(invited, Postbox())
    later = INVITED_AT + timedelta(hours=1)
    apply_file(invited, write_programme(tmp_path, MEETING.replace("09:00", "10:00"), people=ONE_PERSON), later)

    def unsubscribe() -> None:
        with invited.writing() as session:
            programme = programme_named(session, "small")
            unsubscribe_person(session, person_at(session, SOKHA), programme, later, all_mail=all_mail)

    relay = MeddlingRelay(unsubscribe)
    send_by(invited, relay, later + timedelta(minutes=10))

    assert states(invited, "change") == leaves
    assert len(relay.mails) == leaves.count("sent")
    assert set(states(invited, "reminder")) == {"cancelled"}


def test_a_new_name_is_in_the_mail_and_a_new_address_is_where_it_goes(invited: Database) -> None:
    def rename() -> None:
        with invited.writing() as session:
            session.execute(update(Person).values(name="Sok Dara", address="dara@union-kh.example", language="en"))

    relay = MeddlingRelay(rename)
    send_by(invited, relay)

    [(recipient, body)] = relay.mails
    assert recipient == "dara@union-kh.example"
    assert "Sok Dara" in plain_text(body)
    assert message_from_bytes(body)["To"] == "Sok Dara <dara@union-kh.example>"


def test_a_pause_between_claim_and_body_keeps_the_mail(invited: Database) -> None:
    def pause() -> None:
        with invited.writing() as session:
            add_pause(session, "the operator", INVITED_AT)

    relay = MeddlingRelay(pause)
    send_by(invited, relay)

    assert relay.mails == []
    assert (states(invited), invitation(invited)["claimed_by"]) == (["planned"], None)


def test_a_paused_programme_keeps_its_mails_and_the_others_leave(database: Database, tmp_path: Path) -> None:
    for name in ("small", "other"):
        apply_file(database, write_programme(tmp_path / name, people=ONE_PERSON, programme=name))
    with database.writing() as session:
        add_pause(session, "the operator", INVITED_AT, row_id(programme_named(session, "small")))

    assert send_by(database, Postbox()) == {"sent": 1}

    assert sorted(states(database)) == ["planned", "sent"]


def test_a_mail_that_cannot_be_built_is_set_aside_after_three_tries_and_the_others_flow(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    with database.writing() as session:
        session.execute(update(Person).where(col(Person.address) == SOKHA).values(timezone="No/Where"))

    moment = INVITED_AT
    for _ in range(4):
        send(database, inbox, moment)
        moment += timedelta(hours=1)

    assert [mail.recipient for mail in inbox.mails] == [VANNA]
    [(state, attempts, error)] = query(
        database,
        "SELECT state, attempts, last_error FROM notice JOIN cause ON cause.id = cause_id"
        " JOIN person ON person.id = person_id WHERE kind = 'invitation' AND address = ?",
        SOKHA,
    )
    assert (state, attempts) == ("failed", 3)
    assert "No/Where" in error


def test_an_event_that_cannot_be_read_holds_up_no_mail_about_another(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    other = MEETING.replace("meeting:", "other:").replace("2020-01-20", "2020-01-21").replace("Mon", "Tue")
    apply_file(database, write_programme(tmp_path, MEETING + other, people=ONE_PERSON))
    with database.writing() as session:
        session.execute(update(Event).where(col(Event.slug) == "other").values(status="of another version"))

    moment = INVITED_AT
    for _ in range(4):
        send(database, inbox, moment)
        moment += timedelta(hours=1)

    sql = (
        "SELECT slug, state, attempts, last_error FROM notice JOIN cause ON cause.id = cause_id"
        " JOIN event ON event.id = event_id WHERE cause.kind = 'invitation' ORDER BY slug"
    )
    [sent, (_, state, attempts, error)] = query(database, sql)
    assert sent == ("meeting", "sent", 1, None)
    assert (state, attempts) == ("failed", 3)
    assert "of another version" in error


def test_what_is_set_aside_since_its_event_cannot_be_read_says_so(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    other = MEETING.replace("meeting:", "other:").replace("2020-01-20", "2020-01-21").replace("Mon", "Tue")
    apply_file(database, write_programme(tmp_path, MEETING + other, people=ONE_PERSON))
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE event SET title = '[]' WHERE slug = 'other'")

    assert send(database, inbox) == {"sent": 1, "deferred": 1}

    assert query(database, "SELECT last_error FROM notice WHERE state = 'deferred'") == [
        ('The event small/other cannot be read: "title" holds no map.',)
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("due_at", ["", "5", "tomorrow", "2020-01-00 09:00:00", "1 January 2020", "ថ្ងៃស្អែក"])
def test_a_notice_that_is_due_at_no_moment_is_set_aside_and_the_others_flow(
    database: Database, inbox: Inbox, tmp_path: Path, due_at: str
) -> None:
    apply_file(database, write_programme(tmp_path))
    with database.recording() as session:
        changed = "UPDATE notice SET due_at = ? WHERE id = (SELECT min(id) FROM notice WHERE due_at <= '2020-01-07')"
        session.connection().exec_driver_sql(changed, (due_at,))

    found = [send(database, inbox, INVITED_AT + timedelta(hours=hours)) for hours in range(2)]

    assert found == [{"sent": 1}, {}]
    [(error, due)] = query(database, "SELECT last_error, due_at FROM notice WHERE state = 'failed'")
    assert error == f'when it is due cannot be read: "{due_at}" is no moment'
    assert datetime.fromisoformat(due) <= INVITED_AT.replace(tzinfo=None)
    with database.reading() as session:
        assert len(list_notices(session, NoticeFilter())) == 8


def test_an_event_that_cannot_be_planned_any_more_keeps_no_worker_from_settling_what_a_dead_one_held(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    other = MEETING.replace("meeting:", "other:").replace("2020-01-20", "2020-01-21").replace("Mon", "Tue")
    path = write_programme(tmp_path, MEETING + other, people=ONE_PERSON)
    apply_file(database, path)
    relay = HoldingRelay()
    asyncio.run(die_with_bodies_sent(delivery(database, relay), relay, bodies=2))
    with database.writing() as session:
        session.execute(update(Event).where(col(Event.slug) == "other").values(status="of another version"))

    send(database, inbox, INVITED_AT + timedelta(hours=1))

    assert query(database, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]
    assert "sent" in states(database)


def test_what_came_too_late_to_be_of_use_is_missed_and_says_so(invited: Database, inbox: Inbox) -> None:
    after_the_meeting = INVITED_AT + timedelta(days=14, hours=1)

    send(invited, inbox, after_the_meeting)

    assert inbox.mails == []
    assert states(invited) == ["missed"]
    assert invitation(invited)["reason"] == "it came too late to be of use"


def test_an_overdue_invitation_leaves_in_place_of_overdue_reminders(invited: Database, inbox: Inbox) -> None:
    the_evening_before = INVITED_AT + timedelta(days=13, hours=12)

    assert send(invited, inbox, the_evening_before) == {"missed": 2, "sent": 1}

    assert states(invited) == ["sent"]
    assert states(invited, "reminder") == ["missed", "missed"]


def test_of_several_overdue_reminders_only_the_latest_leaves(invited: Database, inbox: Inbox) -> None:
    send(invited, inbox)
    the_evening_before = INVITED_AT + timedelta(days=13, hours=12)

    assert send(invited, inbox, the_evening_before) == {"missed": 1, "sent": 1}

    reminders = query(
        invited,
        "SELECT state FROM notice JOIN cause ON cause.id = cause_id WHERE kind = 'reminder' ORDER BY due_at",
    )
    assert reminders == [("missed",), ("sent",)]


TWO_ON_ONE_DAY = (
    MEETING
    + """\
  training:
    kind: training
    title: {en: Afternoon training}
    days: [{on: Mon 2020-01-20, from: 14:00, to: 16:00}]
    invite: [members]
"""
)


def test_of_several_overdue_digests_only_the_latest_leaves(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, TWO_ON_ONE_DAY, people=ONE_PERSON))
    send(database, inbox)
    the_evening_before = INVITED_AT + timedelta(days=13, hours=12)

    send(database, inbox, the_evening_before)

    digests = query(
        database,
        "SELECT state FROM notice JOIN cause ON cause.id = cause_id WHERE kind = 'digest' ORDER BY due_at",
    )
    assert digests == [("missed",), ("sent",)]


def test_an_overdue_invitation_leaves_in_place_of_an_overdue_digest(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path, TWO_ON_ONE_DAY, people=ONE_PERSON))
    the_evening_before = INVITED_AT + timedelta(days=13, hours=12)

    send(database, inbox, the_evening_before)

    assert states(database) == ["sent", "sent"]
    assert states(database, "digest") == ["missed", "missed"]


def test_a_digest_loses_the_part_that_has_begun(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    same_day = "reminders: [on Mon 2020-01-20 at 08:00]\n"
    apply_file(database, write_programme(tmp_path, TWO_ON_ONE_DAY, people=[PEOPLE[0], PEOPLE[2]], keys=same_day))
    send(database, inbox)
    ten_in_phnom_penh = INVITED_AT + timedelta(days=14)

    send(database, inbox, ten_in_phnom_penh)

    text = plain_text(inbox.mails[-1].body)
    assert "Afternoon training" in text
    assert "Planning meeting" not in text


def test_a_digest_tells_of_the_parts_that_stand_alone(database: Database, tmp_path: Path) -> None:
    moment = due_digest(database, tmp_path)
    with database.writing() as session:  # and nobody has planned it yet
        session.connection().exec_driver_sql("UPDATE event SET status = 'cancelled' WHERE slug = 'training'")

    assert send_by(database, Postbox(), moment) == {"sent": 1}

    told = query(
        database,
        """
        SELECT event.slug FROM event
        JOIN textevent ON textevent.event_id = event.id
        JOIN message ON message.text_id = textevent.text_id
        JOIN notice ON notice.id = message.notice_id
        JOIN cause ON cause.id = notice.cause_id AND cause.kind = 'digest'
        """,
    )
    assert told == [("meeting",)]


def test_two_notices_of_one_batch_leave_by_due_moment(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    postbox = Postbox()

    send_by(database, postbox, INVITED_AT)

    assert sorted(recipient for recipient, _ in postbox.mails) == [SOKHA, VANNA]


def due_digest(database: Database, tmp_path: Path, events: str = TWO_ON_ONE_DAY) -> datetime:
    """The invitations have left, and one digest is due at the moment given back."""
    apply_file(database, write_programme(tmp_path, events, people=ONE_PERSON))
    assert set(send_by(database, Postbox())) == {"sent"}
    return INVITED_AT + timedelta(days=7)


def test_an_uncertain_digest_is_not_repeated_to_who_left_one_of_its_events(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    moment = due_digest(database, tmp_path)
    inbox.answers("BODY", DROP)
    assert send(database, inbox, moment) == {"uncertain": 1}

    without_them = MEETING + TWO_ON_ONE_DAY.removeprefix(MEETING).replace("[members]", "[]")
    apply_file(database, write_programme(tmp_path, without_them, people=ONE_PERSON), moment)

    assert send(database, inbox, moment) == {"cancelled": 1}


TWO_DAYS = """\
  course:
    kind: meeting
    title: {en: Course}
    days: [{on: Mon 2020-01-20, from: 09:00, to: 11:00}, {on: Wed 2020-01-22, from: 09:00, to: 11:00}]
    invite: [members]
    reminders: [1 day before each day at 09:00]
"""


@pytest.mark.parametrize(
    ("old", "new", "correction"),
    [
        ("on: Mon 2020-01-20, from: 09:00, to: 11:00", "on: Mon 2020-01-20, from: 15:00, to: 17:00", "change"),
        ("{on: Mon 2020-01-20, from: 09:00, to: 11:00}, ", "", "change"),
        ("    kind: meeting\n", "    kind: meeting\n    status: cancelled\n", "cancellation"),
    ],
    ids=["moved", "removed", "cancelled"],
)
def test_an_uncertain_reminder_of_one_day_is_not_repeated_when_that_day_changed(
    database: Database, inbox: Inbox, tmp_path: Path, old: str, new: str, correction: str
) -> None:
    apply_file(database, write_programme(tmp_path, TWO_DAYS, people=ONE_PERSON))
    send(database, inbox)
    the_day_before = INVITED_AT + timedelta(days=13)
    inbox.answers("BODY", DROP)
    assert send(database, inbox, the_day_before) == {"uncertain": 1}

    now = the_day_before + timedelta(minutes=1)
    apply_file(database, write_programme(tmp_path, TWO_DAYS.replace(old, new), people=ONE_PERSON), now)
    assert send(database, inbox, now) == {"cancelled": 1}

    assert send(database, inbox, now + timedelta(minutes=10)) == {"sent": 1}
    assert states(database, correction) == ["sent"]
    assert len(inbox.mails) == 3, "the invitation, the reminder once, and what has changed"


@pytest.mark.parametrize("turned_away", [None, "421 too busy", "450 not now"])
def test_an_uncertain_digest_is_not_repeated_when_a_part_of_it_moved(
    database: Database, inbox: Inbox, tmp_path: Path, turned_away: str | None
) -> None:
    """Nor is any of its parts sent alone: neither after a repeat that no body left of, nor by later passes."""
    moment = due_digest(database, tmp_path)
    inbox.answers("BODY", DROP)
    send(database, inbox, moment)
    if turned_away:
        inbox.answers("RCPT", turned_away)
        send(database, inbox, moment)
    moved = TWO_ON_ONE_DAY.replace("from: 14:00, to: 16:00", "from: 15:00, to: 17:00")
    moved_programme = write_programme(tmp_path, moved, people=ONE_PERSON)

    for minutes in (0, 10, 20):
        now = moment + timedelta(minutes=minutes)
        apply_file(database, moved_programme, now)
        send(database, inbox, now)

    assert len(inbox.mails) == 2, "the digest once, and what has changed"
    assert states(database, "change") == ["sent"]
    assert query(database, "SELECT state FROM notice WHERE uncertain") == [("cancelled",)]


@pytest.mark.parametrize(("moved", "is_refused"), [(False, False), (True, True)])
def test_a_digest_that_failed_is_tried_again_while_it_is_called_for(
    database: Database, inbox: Inbox, tmp_path: Path, moved: bool, is_refused: bool
) -> None:
    moment = due_digest(database, tmp_path)
    inbox.answers("RCPT", "550 not today")
    assert send(database, inbox, moment) == {"failed": 1}
    if moved:
        apart = TWO_ON_ONE_DAY.replace("Mon 2020-01-20, from: 14:00", "Tue 2020-01-21, from: 14:00")
        apply_file(database, write_programme(tmp_path, apart, people=ONE_PERSON), moment)
    with database.reading() as session:
        [digest] = list_notices(session, NoticeFilter(state=NoticeState.FAILED))

    with pytest.raises(ConflictError) if is_refused else nullcontext(), database.writing() as session:
        retry_notice(session, digest.key, moment)

    assert send(database, inbox, moment) == ({} if is_refused else {"sent": 1})


def test_an_uncertain_mail_is_repeated_from_the_same_envelope_sender(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    by_another = MEETING + "    organiser: {name: Another office, email: another@organiser.example}\n"
    apply_file(database, write_programme(tmp_path, by_another, people=ONE_PERSON))
    inbox.answers("BODY", DROP)

    for _ in range(2):
        send(database, inbox)

    assert [mail.sender for mail in inbox.mails] == ["another@organiser.example"] * 2


def test_a_digest_is_made_anew_when_its_reader_leaves_one_part_before_the_body(
    database: Database, tmp_path: Path
) -> None:
    two_groups = TWO_ON_ONE_DAY.replace("[members]", "[trainees]", 2).replace("[trainees]", "[members]", 1)
    both = [PEOPLE[0], f'{VANNA},"Participant 2, Cambodia",KH,en,,members;trainees', f"{SOKHA},,KH,km,,trainees"]
    apply_file(database, write_programme(tmp_path, two_groups, people=both))
    send_by(database, Postbox())
    only_meeting = [both[0], both[1].replace(";trainees", ""), both[2]]
    fewer = write_programme(tmp_path, two_groups, people=only_meeting)

    relay = MeddlingRelay(lambda: apply_file(database, fewer), VANNA)
    send_by(database, relay, INVITED_AT + timedelta(days=7))

    digests = query(database, "SELECT state FROM notice JOIN cause ON cause.id = cause_id WHERE kind = 'digest'")
    reminder = plain_text(dict(relay.mails)[VANNA])
    assert set(digests) == {("cancelled",)}
    assert ("Planning meeting" in reminder, "Afternoon training" in reminder) == (True, False)


@pytest.mark.parametrize(("title", "changes"), [("Planning meeting", 1), ("Another meeting", 0)])
def test_a_worker_that_lives_on_after_a_restore_knows_nothing_of_before(
    database: Database, tmp_path: Path, title: str, changes: int
) -> None:
    apply_file(database, write_programme(tmp_path))
    postbox = Postbox()
    deliveries = Deliveries(Delivery(database, postbox, VirtualClock(INVITED_AT)), new_worker(database, INVITED_AT))

    def put_back() -> None:
        """As it was before they left, with a title of that time; and resumed."""
        with database.recording_connection() as connection:
            for statement in (
                *(f"DELETE FROM {table}" for table in ("told", "message", "textevent", "mailtext")),
                "UPDATE notice SET state = 'planned', sent_at = NULL WHERE state = 'sent'",
                f"""UPDATE event SET title = '{{"en": "{title}"}}'""",
                f"UPDATE installation SET restores = 7, content_version = content_version + {changes}",
            ):
                connection.exec_driver_sql(statement)

    async def deliver() -> None:
        await deliveries.deliver_due()
        put_back()
        await deliveries.deliver_due()

    asyncio.run(deliver())

    assert states(database) == ["sent", "sent"]
    assert [title in plain_text(body) for _, body in postbox.mails[2:]] == [True, True]


def test_a_worker_that_others_took_for_dead_claims_nothing(invited: Database) -> None:
    nobody = new_worker(invited, INVITED_AT) + 1
    deliveries = Deliveries(Delivery(invited, Postbox(), VirtualClock(INVITED_AT)), nobody)

    with pytest.raises(LeaseLostError):
        asyncio.run(deliveries.deliver_due())

    assert invitation(invited)["state"] == "planned"
