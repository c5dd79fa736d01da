"""Keep the facts of every revision of an event, and its readers' clocks: what people can have been told."""

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.notice import EventRevision
from convene.rules.facts import facts_to_json
from convene.rules.told_clocks import day_offsets
from convene.store.programme_rows import ProgrammeRows
from convene.usecases.events.describe_events import event_facts


class Revisions:
    """The present revisions of the events in `rows`, to which a planning pass adds what has none yet."""

    def __init__(self, session: Session, rows: ProgrammeRows) -> None:
        self._session = session
        self._rows = rows
        self._new: dict[int, EventRevision] = {}
        query = (
            select(EventRevision)
            .join(Event, col(Event.id) == EventRevision.event_id)
            .where(col(Event.id).in_(rows.events_by_id), EventRevision.revision == Event.revision)
        )
        self._stored = {row.event_id: row for row in session.exec(query)}

    def keep(self, event_id: int, zones: frozenset[str]) -> None:
        """Keep the facts of the event's present revision, with the clocks of its readers' `zones`.

        The facts of a revision stay as they are; the clock of a zone that has come up since is added.
        """
        stored, event = self._stored.get(event_id), self._rows.events_by_id[event_id]
        if stored is not None and all(zones <= clocks.keys() for clocks in stored.offsets.values()):
            return
        facts = event_facts(self._rows, event)
        offsets = day_offsets(facts, zones)
        if stored is not None:
            stored.offsets = {slug: offsets.get(slug, {}) | known for slug, known in stored.offsets.items()}
            return
        self._new[event_id] = EventRevision(
            event_id=event_id,
            revision=event.revision,
            facts=facts_to_json(facts),
            offsets=offsets,
            changed_at=event.facts_changed_at,
        )

    def of(self, event_id: int) -> list[EventRevision]:
        """All revisions of the event, the oldest first; one that was kept just now is among them."""
        query = select(EventRevision).where(EventRevision.event_id == event_id)
        stored = self._session.exec(query.order_by(col(EventRevision.revision))).all()
        return [*stored, *([self._new[event_id]] if event_id in self._new else [])]

    def write(self) -> None:
        """Store what was kept."""
        self._session.add_all(self._new.values())
        self._session.flush()
