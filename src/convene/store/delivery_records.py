"""What delivery notes down while mails leave: that a body leaves, what became of it, and what its reader now knows.

Every statement names the worker that holds the notice: one that slept past its lease writes nothing. Every one may run
twice: a worker that lost its connection while it committed does not know whether it did.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from convene.rules.notice_states import NoticeState, states_before
from convene.store.driver_sql import DriverSql

_SENT = DriverSql(
    """
    UPDATE notice SET state = 'sent', claimed_by = NULL, attempts = attempts + 1, sent_at = :now, next_try_at = NULL,
        last_error = NULL
    WHERE claimed_by = :worker AND state = 'body_sent' AND id {in_ids}
    """
)
_TOLD = DriverSql(
    """
    INSERT INTO told (person_id, event_id, revision, ended, round, notice_id, told_at)
    SELECT notice.person_id, textevent.event_id, max(textevent.revision), max(textevent.ended) = 1,
        coalesce(max(invitation.round), 1), max(notice.id), :now
    FROM message
    JOIN notice ON notice.id = message.notice_id
    JOIN textevent ON textevent.text_id = message.text_id
    LEFT JOIN invitation ON invitation.event_id = textevent.event_id AND invitation.person_id = notice.person_id
    WHERE message.notice_id {in_ids}
    GROUP BY notice.person_id, textevent.event_id
    ON CONFLICT (person_id, event_id) DO UPDATE SET revision = excluded.revision, ended = excluded.ended,
        round = excluded.round, notice_id = excluded.notice_id, told_at = excluded.told_at
    """
)
_TOLD_OF = DriverSql(
    """
    SELECT DISTINCT textevent.event_id FROM message JOIN textevent ON textevent.text_id = message.text_id
    WHERE message.notice_id {in_ids}
    """
)
# A pass that plans an event holds its row (`store/programme_rows.py`): what is told is written before it reads, or once
# it has committed, when the content version shows the worker that the event was planned without it.
_HOLD_EVENTS = DriverSql(
    """
    SELECT id FROM event
    WHERE id IN (
        SELECT unnest(CAST(:events AS integer[]))
        UNION SELECT textevent.event_id FROM message JOIN textevent ON textevent.text_id = message.text_id
        WHERE message.notice_id {in_ids}
    )
    ORDER BY id FOR KEY SHARE
    """
)
_HOLD_NOTICES = DriverSql("SELECT id FROM notice WHERE id {in_ids} ORDER BY id FOR NO KEY UPDATE")
_BODY_LEAVES = DriverSql(
    """
    UPDATE notice SET state = 'body_sent'
    WHERE claimed_by = :worker AND state IN ('claimed', 'body_sent') AND id {in_ids}
    RETURNING id
    """
)
_MESSAGE = DriverSql(
    """
    INSERT INTO message (notice_id, text_id, slots, sha256, composed_at)
    VALUES (:notice_id, :text_id, :slots, :sha256, :composed_at)
    ON CONFLICT (notice_id) DO UPDATE SET text_id = excluded.text_id, slots = excluded.slots,
        sha256 = excluded.sha256, composed_at = excluded.composed_at
    """
)
_TEXT = DriverSql(
    """
    INSERT INTO mailtext (digest, sender, subject, content) VALUES (:digest, :sender, :subject, :content)
    ON CONFLICT (digest) DO NOTHING
    """
)
_TEXT_ID = DriverSql("SELECT id FROM mailtext WHERE digest = :digest")
_TEXT_EVENT = DriverSql(
    """
    INSERT INTO textevent (text_id, event_id, revision, ended)
    SELECT :text_id, id, :revision, :ended FROM event WHERE id = :event_id
    ON CONFLICT (text_id, event_id) DO NOTHING
    """
)
_BECOME = {
    state: DriverSql(
        f"""
        UPDATE notice SET state = '{state.value}', claimed_by = NULL, attempts = attempts + :tries,
            uncertain = uncertain OR :uncertain, next_try_at = :next_try_at, last_error = :last_error, reason = :reason
        WHERE id = :notice_id AND claimed_by = :worker
            AND state IN ({", ".join(f"'{before.value}'" for before in states_before(state))})
        """
    )
    for state in NoticeState
}
# An uncertain one keeps the bytes that may have arrived before.
_FORGET_MESSAGE = DriverSql(
    """
    DELETE FROM message WHERE notice_id IN (
        SELECT id FROM notice WHERE id = :notice_id AND claimed_by = :worker AND NOT uncertain
    )
    """
)
_SUPPRESS = DriverSql(
    "UPDATE person SET refused_at = :now, refused_reply = :reply WHERE id = :person_id AND address = :address"
)
# Who leaves them out is about to send them, or to give them back.
_TAKE_BACK = DriverSql(
    """
    UPDATE notice SET state = 'planned', claimed_by = NULL
    WHERE id IN (
        SELECT id FROM notice
        WHERE claimed_by IS NOT NULL AND person_id = :person_id AND state = 'claimed' {skip_locked}
    ) AND state = 'claimed'
    """
)


def hold_window(
    connection: Connection, *, notices: Collection[int], telling: Collection[int], events: Collection[int]
) -> None:
    """Wait for whoever has what a worker is about to write, with nothing in hand: then no two wait for each other.

    First the `events`, and those that the notices among `telling` tell of; then the `notices`, in the order in which
    a planning pass takes them. On SQLite only one writes at a time.
    """
    if connection.dialect.name == "sqlite":
        return
    if telling or events:
        _HOLD_EVENTS.run(connection, ids=telling, events=list(events))
    _HOLD_NOTICES.run(connection, ids=notices)


def record_sent(connection: Connection, worker: int, notice_ids: Collection[int], now: datetime) -> None:
    """The server took them: they are sent, and their readers know what they say."""
    if notice_ids:
        _SENT.run(connection, worker=worker, ids=notice_ids, now=now)
        record_told(connection, notice_ids, now)


def record_told(connection: Connection, notice_ids: Collection[int], now: datetime) -> None:
    """The readers of these mails know, or may know, the facts that stand in them."""
    if notice_ids:
        _TOLD.run(connection, ids=notice_ids, now=now)


def events_told(connection: Connection, notice_ids: Collection[int]) -> set[int]:
    """The ids of the events of which these mails tell."""
    return {int(event_id) for (event_id,) in _TOLD_OF.run(connection, ids=notice_ids)}


def bodies_leave(connection: Connection, worker: int, notice_ids: Collection[int]) -> set[int]:
    """From here on a crash leaves these uncertain. Those among them that the worker still holds."""
    return {int(found) for (found,) in _BODY_LEAVES.run(connection, worker=worker, ids=notice_ids)}


def write_messages(connection: Connection, messages: Iterable[Mapping[str, Any]]) -> None:
    """What makes the bytes of these mails again: rows of `message`."""
    _MESSAGE.run_many(connection, messages)


def forget_message(connection: Connection, worker: int, notice_id: int) -> None:
    """The body was about to leave and did not: nothing was sent. Before the notice reaches another state."""
    _FORGET_MESSAGE.run(connection, worker=worker, notice_id=notice_id)


def write_text(
    connection: Connection,
    text: Mapping[str, Any],
    events: Sequence[tuple[int, int, bool]],
) -> int:
    """The row of a text, made if it is not there; its id. `events`: id, revision, and whether it calls them off."""
    _TEXT.run(connection, **text)
    text_id = int(_TEXT_ID.run(connection, digest=text["digest"]).fetchone()[0])
    for event_id, revision, ended in events:
        _TEXT_EVENT.run(connection, text_id=text_id, event_id=event_id, revision=revision, ended=int(ended))
    return text_id


def become(
    connection: Connection,
    worker: int,
    notice_id: int,
    state: NoticeState,
    *,
    tries: int = 0,
    uncertain: bool = False,
    next_try_at: datetime | None = None,
    last_error: str | None = None,
    reason: str | None = None,
) -> None:
    """One notice reaches a state that is not `sent`, if the worker still holds it. `tries` are added to its own."""
    _BECOME[state].run(
        connection,
        worker=worker,
        notice_id=notice_id,
        tries=tries,
        uncertain=uncertain,
        next_try_at=next_try_at,
        last_error=last_error,
        reason=reason,
    )


def suppress_address(connection: Connection, person_id: int, address: str, reply: str, now: datetime) -> None:
    """A server says that there is no such address: nothing more is written to it, and mails that were made for it are
    out of the workers' hands. Nothing happens where the person has another address by now.
    """
    found = _SUPPRESS.run(connection, person_id=person_id, address=address, reply=reply, now=now)
    if found.rowcount:
        _TAKE_BACK.run(connection, person_id=person_id)
