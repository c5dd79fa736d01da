"""Delivery over a real SMTP server: nothing due is lost, and nothing is sent twice."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col
from tests.programmes import (
    INVITED_AT,
    MEETING,
    PEOPLE,
    SOKHA,
    VANNA,
    Postbox,
    apply_file,
    plain_text,
    query,
    send_due,
    write_programme,
)
from tests.smtp_inbox import DROP, Inbox, free_port, listening_inbox

from convene.mail.smtp import Relay, SmtpRelay
from convene.model.person import Person
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.smtp_server import Security, SmtpServer
from convene.store.database import Database
from convene.store.notice_queue import claim_due, release_all
from convene.usecases.deliver_notices import LEASE, Delivery, deliver_due
from convene.usecases.moments import VirtualClock

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
    """One process that sends what is due, and ends."""

    async def work() -> dict[str, int]:
        relay = SmtpRelay(inbox.server)
        try:
            return await send_due(database, now, relay)
        finally:
            await relay.close()

    return asyncio.run(work())


def send_once_and_stop(database: Database, inbox: Inbox, now: datetime) -> None:
    """One pass of a worker, as if the process ended after it."""

    async def work() -> None:
        relay = SmtpRelay(inbox.server)
        await deliver_due(Delivery(database, relay, VirtualClock(now)))
        await relay.close()

    asyncio.run(work())


def send_by(database: Database, relay: Relay, now: datetime = INVITED_AT) -> dict[str, int]:
    return asyncio.run(send_due(database, now, relay))


def invitation(database: Database) -> dict[str, object]:
    """The columns of the one invitation that tell its story."""
    columns = ("state", "attempts", "uncertain", "last_error", "claim_token", "lease_until", "reason")
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
    assert query(invited, "SELECT body FROM message") == [(mail.body,)]
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

    assert pauses == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert send(invited, inbox, moment) == {"sent": 1}
    assert invitation(invited)["attempts"] == 4
    assert invitation(invited)["last_error"] is None
    assert len(inbox.mails) == 1


def test_a_final_refusal_fails_with_the_servers_words(invited: Database, inbox: Inbox) -> None:
    inbox.answers("RCPT", "550 5.1.1 no such user")

    assert send(invited, inbox) == {"failed": 1}

    assert send(invited, inbox, INVITED_AT + timedelta(days=1)) == {}
    assert invitation(invited)["last_error"] == "550 5.1.1 no such user"
    assert inbox.mails == []


@pytest.mark.parametrize("stage", ["GREETING", "MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_body_defers_and_one_copy_arrives_later(
    invited: Database, inbox: Inbox, stage: str
) -> None:
    inbox.answers(stage, DROP)

    assert send(invited, inbox) == {"deferred": 1}
    assert send(invited, inbox, INVITED_AT + timedelta(minutes=5)) == {"sent": 1}

    assert len(inbox.mails) == 1
    assert invitation(invited)["uncertain"] == 0


def test_where_no_server_listens_every_notice_waits_for_it(invited: Database, inbox: Inbox) -> None:
    assert send_by(invited, SmtpRelay(SmtpServer("127.0.0.1", free_port(), Security.NONE))) == {"deferred": 1}

    assert send(invited, inbox, INVITED_AT + timedelta(minutes=5)) == {"sent": 1}


def test_a_reply_lost_after_the_final_dot_is_repeated_once_with_identical_bytes(
    invited: Database, inbox: Inbox
) -> None:
    inbox.answers("BODY", DROP)

    assert send(invited, inbox) == {"uncertain": 1, "sent": 1}

    first, second = inbox.bodies
    assert first == second
    assert (invitation(invited)["state"], invitation(invited)["uncertain"]) == ("sent", 1)
    assert send(invited, inbox) == {}


def test_an_outcome_unknown_twice_ends_with_two_copies_and_no_third(invited: Database, inbox: Inbox) -> None:
    inbox.answers("BODY", DROP, DROP)

    assert send(invited, inbox) == {"uncertain": 1, "failed": 1}
    assert send(invited, inbox, INVITED_AT + timedelta(days=1)) == {}

    assert len(inbox.mails) == 2
    assert invitation(invited)["uncertain"] == 1


def test_the_repeat_of_an_uncertain_notice_keeps_the_date_of_the_first(invited: Database, inbox: Inbox) -> None:
    inbox.answers("BODY", DROP)

    send_once_and_stop(invited, inbox, INVITED_AT)
    send(invited, inbox, INVITED_AT + timedelta(hours=2))

    assert [message_from_bytes(body)["Date"] for body in inbox.bodies] == ["Mon, 06 Jan 2020 03:00:00 +0000"] * 2


def test_an_uncertain_notice_is_not_repeated_when_the_person_left(
    invited: Database, inbox: Inbox, tmp_path: Path
) -> None:
    inbox.answers("BODY", DROP)
    send_once_and_stop(invited, inbox, INVITED_AT)
    later = INVITED_AT + timedelta(minutes=1)
    apply_file(invited, write_programme(tmp_path, people=[PEOPLE[0], PEOPLE[2]]), later)

    send(invited, inbox, later)

    assert len(inbox.to(SOKHA)) == 1
    assert query(invited, "SELECT state FROM notice WHERE uncertain") == [("cancelled",)]


def test_an_uncertain_notice_is_not_repeated_when_the_facts_changed(
    invited: Database, inbox: Inbox, tmp_path: Path
) -> None:
    inbox.answers("BODY", DROP)
    send_once_and_stop(invited, inbox, INVITED_AT)
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
    apply_file(invited, write_programme(tmp_path, moved, people=ONE_PERSON), INVITED_AT + timedelta(minutes=1))

    send(invited, inbox, INVITED_AT + timedelta(hours=1))

    subjects = [message_from_bytes(mail.body)["Message-ID"] for mail in inbox.mails]
    assert len(set(subjects)) == len(subjects) == 2
    assert states(invited, "change") == ["sent"]


class DyingRelay:
    """A worker that dies at one moment of the conversation: `before_body` may run or not, the mail may leave or not."""

    def __init__(self, *, after_body: bool) -> None:
        self._after_body = after_body

    async def send(self, sender: str, recipient: str, body: bytes, before_body: Callable[[], None]) -> Outcome:
        if self._after_body:
            before_body()
        raise KeyboardInterrupt

    async def close(self) -> None:
        """It is dead."""


def test_a_notice_whose_body_left_before_the_worker_died_is_uncertain_and_repeated(
    invited: Database, inbox: Inbox
) -> None:
    with pytest.raises(KeyboardInterrupt):
        send_by(invited, DyingRelay(after_body=True))
    assert states(invited) == ["body_sent"]

    assert send(invited, inbox, INVITED_AT + timedelta(minutes=1)) == {}
    assert send(invited, inbox, INVITED_AT + LEASE) == {"sent": 1}

    assert (invitation(invited)["uncertain"], len(inbox.mails)) == (1, 1)


def test_claims_of_a_dead_worker_are_taken_when_their_lease_ran_out(invited: Database, inbox: Inbox) -> None:
    with invited.writing() as session:
        assert len(claim_due(session, INVITED_AT, INVITED_AT, "dead", INVITED_AT + LEASE, 16)) == 1

    assert send(invited, inbox, INVITED_AT + LEASE - timedelta(seconds=1)) == {}
    assert send(invited, inbox, INVITED_AT + LEASE) == {"sent": 1}

    assert (invitation(invited)["claim_token"], invitation(invited)["lease_until"]) == (None, None)


def test_a_worker_that_slept_past_its_lease_writes_nothing_and_sends_nothing(invited: Database, inbox: Inbox) -> None:
    class SleepyRelay:
        """Wakes up just before the body, when another worker has taken over."""

        async def send(self, sender: str, recipient: str, body: bytes, before_body: Callable[[], None]) -> Outcome:
            with invited.writing() as session:
                release_all(session)
            other = SmtpRelay(inbox.server)
            send_in_between.append(await send_due(invited, INVITED_AT, other))
            await other.close()
            try:
                before_body()
            except Exception as withdrawn:
                return Outcome(OutcomeKind.WITHDRAWN, str(withdrawn))
            raise AssertionError("it went on")

        async def close(self) -> None:
            """Nothing was opened."""

    send_in_between: list[dict[str, int]] = []
    send_by(invited, SleepyRelay())

    assert send_in_between == [{"sent": 1}]
    assert states(invited) == ["sent"]
    assert len(inbox.mails) == 1


def test_an_event_moved_between_claim_and_body_sends_no_stale_mail(
    invited: Database, inbox: Inbox, tmp_path: Path
) -> None:
    moved = write_programme(tmp_path, MEETING.replace("from: 09:00, to: 11:30", "from: 13:00"), people=ONE_PERSON)

    class MovingRelay(SmtpRelay):
        """Somebody moves the event while the first mail is on its way to the server."""

        async def send(self, sender: str, recipient: str, body: bytes, before_body: Callable[[], None]) -> Outcome:
            if moved.exists():
                apply_file(invited, moved)
                moved.unlink()
            return await super().send(sender, recipient, body, before_body)

    async def work() -> None:
        relay = MovingRelay(inbox.server)
        await send_due(invited, INVITED_AT, relay)
        await relay.close()

    asyncio.run(work())

    [mail] = inbox.mails
    text = plain_text(mail.body)
    assert "១:០០ រសៀល" in text or "13:00" in text or "១៣:០០" in text
    assert "09:00" not in text
    assert "9:00" not in text
    assert states(invited) == ["sent"]


def test_somebody_taken_off_the_list_between_claim_and_body_gets_nothing(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    without = write_programme(tmp_path, people=ONE_PERSON)

    class LeavingRelay(SmtpRelay):
        """Everybody but the first reader is taken off the list while the first mail is on its way."""

        async def send(self, sender: str, recipient: str, body: bytes, before_body: Callable[[], None]) -> Outcome:
            if without.exists():
                apply_file(database, without)
                without.unlink()
            return await super().send(sender, recipient, body, before_body)

    async def work() -> None:
        relay = LeavingRelay(inbox.server)
        await send_due(database, INVITED_AT, relay)
        await relay.close()

    asyncio.run(work())

    assert [mail.recipient for mail in inbox.mails] == [SOKHA]


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


def test_an_uncertain_digest_is_not_repeated_when_a_part_of_it_moved(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    moment = due_digest(database, tmp_path)
    inbox.answers("BODY", DROP)
    send_once_and_stop(database, inbox, moment)
    moved = TWO_ON_ONE_DAY.replace("from: 14:00, to: 16:00", "from: 15:00, to: 17:00")
    apply_file(database, write_programme(tmp_path, moved, people=ONE_PERSON), moment)

    send(database, inbox, moment + timedelta(minutes=1))

    assert len(inbox.mails) == 1
    assert query(database, "SELECT state FROM notice WHERE uncertain") == [("cancelled",)]


def test_an_uncertain_mail_is_repeated_from_the_same_envelope_sender(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    by_another = MEETING + "    organiser: {name: Another office, email: another@organiser.example}\n"
    apply_file(database, write_programme(tmp_path, by_another, people=ONE_PERSON))
    inbox.answers("BODY", DROP)

    send(database, inbox)

    assert [mail.sender for mail in inbox.mails] == ["another@organiser.example"] * 2


def test_a_digest_is_made_anew_when_its_reader_leaves_one_part_before_the_body(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    two_groups = TWO_ON_ONE_DAY.replace("[members]", "[trainees]", 2).replace("[trainees]", "[members]", 1)
    both = [PEOPLE[0], f'{VANNA},"Participant 2, Cambodia",KH,en,,members;trainees', f"{SOKHA},,KH,km,,trainees"]
    apply_file(database, write_programme(tmp_path, two_groups, people=both))
    send_by(database, Postbox())
    only_meeting = [both[0], both[1].replace(";trainees", ""), both[2]]
    fewer = write_programme(tmp_path, two_groups, people=only_meeting)

    class LeavingRelay(SmtpRelay):
        """The reader is taken off the training while the digest is on its way."""

        async def send(self, sender: str, recipient: str, body: bytes, before_body: Callable[[], None]) -> Outcome:
            if recipient == VANNA and fewer.exists():
                apply_file(database, fewer)
                fewer.unlink()
            return await super().send(sender, recipient, body, before_body)

    async def work() -> None:
        relay = LeavingRelay(inbox.server)
        await send_due(database, INVITED_AT + timedelta(days=7), relay)
        await relay.close()

    asyncio.run(work())

    digests = query(database, "SELECT state FROM notice JOIN cause ON cause.id = cause_id WHERE kind = 'digest'")
    reminder = plain_text(inbox.to(VANNA)[-1].body)
    assert set(digests) == {("cancelled",)}
    assert ("Planning meeting" in reminder, "Afternoon training" in reminder) == (True, False)
