"""Keep the facts of every revision of an event, and its readers' clocks: what people can have been told."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.notice import EventRevision
from convene.rules.facts import facts_to_json
from convene.rules.told_clocks import day_offsets
from convene.store.bulk_insert import bulk_insert
from convene.store.programme_rows import ProgrammeRows
from convene.usecases.events.describe_events import event_facts

_COLUMNS = ("event_id", "revision", "facts", "offsets", "changed_at")


class Revisions:
    """The present revisions of the events in `rows`, to which a planning pass adds what has none yet.

    What is kept is stored by `write` alone: `keep` and `known` may run in a thread other than the session's.
    """

    def __init__(self, session: Session, rows: ProgrammeRows) -> None:
        self._session = session
        self._rows = rows
        self._kept: dict[int, EventRevision] = {}
        query = (
            select(EventRevision)
            .join(Event, col(Event.id) == EventRevision.event_id)
            .where(col(Event.id).in_(rows.events_by_id), EventRevision.revision == Event.revision)
        )
        self._stored = {row.event_id: row for row in session.exec(query)}

    def keep(self, event_id: int, zones: frozenset[str]) -> None:
        """Keep the facts of the event's present revision, with the clocks of its readers' `zones`.

        The facts of a revision stay as they are; the clock of a zone that has come up since is added: of a reader, or
        of a day that is written in another one and is at the same hour.
        """
        stored, event = self._stored.get(event_id), self._rows.events_by_id[event_id]
        if stored is not None and self._has_clocks(stored, zones):
            return
        facts = event_facts(self._rows, event)
        offsets = day_offsets(facts, zones)
        if stored is not None:
            offsets = {slug: offsets.get(slug, {}) | known for slug, known in stored.offsets.items()}
        self._kept[event_id] = EventRevision(
            event_id=event_id,
            revision=event.revision,
            facts=stored.facts if stored is not None else facts_to_json(facts),
            offsets=offsets,
            changed_at=stored.changed_at if stored is not None else event.facts_changed_at,
        )

    def _has_clocks(self, stored: EventRevision, zones: frozenset[str]) -> bool:
        own = {day.slug: {day.zone} for day in self._rows.days.get(stored.event_id, [])}
        return all(zones | own.get(slug, set()) <= clocks.keys() for slug, clocks in stored.offsets.items())

    def read(self, event_ids: Collection[int]) -> dict[int, list[EventRevision]]:
        """By event, all revisions that are stored, the oldest first."""
        query = select(EventRevision).where(col(EventRevision.event_id).in_(event_ids))
        stored: dict[int, list[EventRevision]] = {event_id: [] for event_id in event_ids}
        for row in self._session.exec(query.order_by(col(EventRevision.revision))):
            stored[row.event_id].append(row)
        return stored

    def known(self, event_id: int, stored: Collection[EventRevision]) -> list[EventRevision]:
        """The revisions of an event of which those are `stored`: one that was kept just now takes its place."""
        kept = self._kept.get(event_id)
        if kept is None:
            return list(stored)
        return [*(row for row in stored if row.revision != kept.revision), kept]

    def write(self) -> None:
        """Store what was kept."""
        for event_id in self._kept.keys() & self._stored.keys():
            self._stored[event_id].offsets = self._kept[event_id].offsets
        self._session.flush()
        new = [kept for event_id, kept in self._kept.items() if event_id not in self._stored]
        rows = (tuple(getattr(kept, name) for name in _COLUMNS) for kept in new)
        bulk_insert(self._session, EventRevision.__table__, _COLUMNS, rows)  # type: ignore[attr-defined]
