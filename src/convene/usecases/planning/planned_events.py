"""Events as the rules see them: facts, rules in force, and what people were told at which revision."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from sqlmodel import Session

from convene.model.event import Event
from convene.model.notice import EventRevision
from convene.rules.facts import EventFacts, Whereabouts, facts_from_json, is_known
from convene.rules.planned_event import Invitees, PlannedEvent, Told
from convene.rules.plans import AT_ONCE, BY_HAND
from convene.rules.quiet_hours import QuietHours
from convene.rules.told_clocks import as_told
from convene.rules.vocabulary import NoticeKind
from convene.store.invited_groups import InvitedGroup
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.describe_events import event_facts
from convene.usecases.events.record_revisions import Revisions
from convene.usecases.planning.rules_in_force import chosen_rules, rules_in_force


class PlannedEvents:
    """The events of one reading of a programme. All that asks the database is the start, and `read_told`."""

    def __init__(self, session: Session, rows: ProgrammeRows, revisions: Revisions) -> None:
        self._rows = rows
        self._revisions = revisions
        self._rules = rules_in_force(session, rows)
        self._quiet_hours = _quiet_hours(rows)
        self._stored: dict[int, list[EventRevision]] = {}

    def of(self, event_id: int, invitees: Sequence[Invitees]) -> PlannedEvent:
        rows, event = self._rows, self._rows.events_by_id[event_id]
        days = rows.days.get(event_id, [])
        rules = self._rules.get(event_id, [])
        invitation_rules = tuple(item for item in rules if item.rule.kind is NoticeKind.INVITATION)
        return PlannedEvent(
            event_id=event_id,
            facts=event_facts(rows, event),
            revision=event.revision,
            facts_changed_at=event.facts_changed_at,
            hold=timedelta(minutes=rows.programme.hold_minutes),
            rules=tuple(item for item in rules if item.rule.kind is not NoticeKind.INVITATION),
            invitations=invitation_rules or invitation_mode(rows, event),
            invitees=tuple(invitees),
            day_ids={day.slug: row_id(day) for day in days},
            days_since={day.slug: day.facts_since for day in days},
            quiet_hours=self._quiet_hours,
        )

    def read_told(self, groups: Collection[InvitedGroup]) -> None:
        """Read what these groups can have been told, before it is asked for; nothing of those told nothing."""
        told = {group.event_id for group in groups if group.told_revision is not None}
        if told:
            self._stored |= self._revisions.read(told)

    def told(self, group: InvitedGroup, whereabouts: Whereabouts) -> Told | None:
        """What the people of the group were told last, and since when that is wrong."""
        if group.told_revision is None or group.told_round is None:
            return None
        revisions = self._revisions.known(group.event_id, self._stored[group.event_id])
        told = next(row for row in revisions if row.revision == group.told_revision)
        facts = as_told(facts_from_json(told.facts), told.offsets, whereabouts)
        later = [row for row in revisions if row.revision > group.told_revision]
        return Told(facts, group.told_round, _misinformed_since(facts, later), bool(group.told_ended))


def invitation_mode(rows: ProgrammeRows, event: Event) -> str:
    """How people are invited: "at once" or "by hand". An empty list of rules invites nobody by itself."""
    written = chosen_rules(rows, event, "invitations")
    if written is None:
        return AT_ONCE
    return written if isinstance(written, str) else BY_HAND


def _quiet_hours(rows: ProgrammeRows) -> QuietHours | None:
    written = rows.programme.quiet_hours
    return QuietHours(*(time.fromisoformat(text) for text in written)) if written else None


def _misinformed_since(told: EventFacts, later: Sequence[EventRevision]) -> datetime | None:
    """The moment of the first of the latest revisions that differ from what was told; None where none does."""
    since: datetime | None = None
    for row in later:
        if is_known(facts_from_json(row.facts), told):
            since = None
        elif since is None:
            since = row.changed_at
    return since
