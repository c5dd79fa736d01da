"""Why a notice is there, and due when it is, in one line: the rule, whose clock, the shift, the change."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from convene.model.notice import Cause, EventRevision, Notice, Told
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.corrections import CORRECTIONS
from convene.rules.due import Subject, closing_window, occurrence
from convene.rules.fact_changes import FactChange, fact_changes
from convene.rules.facts import DayFacts, EventFacts, Whereabouts, facts_from_json
from convene.rules.notice_states import NoticeState
from convene.rules.rule import FOLLOW_UPS, Rule, parse_rule
from convene.rules.rule_words import counted_from
from convene.rules.vocabulary import NoticeKind
from convene.rules.weekdays import written_date, written_moment
from convene.store.programme_rows import ProgrammeRows, load_readable
from convene.store.unreadable_rows import UnreadableError
from convene.usecases.events.describe_events import event_facts, standing

_MOST_CHANGES = 3


class Explanations:
    """Why each notice of one list is there. What notices share is read and put into words once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._programmes: dict[int, ProgrammeRows | None] = {}
        self._facts: dict[int, EventFacts] = {}
        self._counted: dict[tuple[int, Whereabouts], str] = {}
        self._changes: dict[tuple[int, int, int], str] = {}
        self._told: dict[int, dict[int, int]] = {}

    def of(self, row: Notice, cause: Cause, person: Person, parts: Sequence[tuple[str, str]]) -> str:
        """The line of one notice. `parts` are those of a digest: the event and the rule."""
        words = [self._because(row, cause, person, parts)]
        if row.shifted_from:
            before = written_moment(datetime.fromisoformat(row.shifted_from))
            words.append(f"moved from {before}, {row.shifted_why}")
        if row.zone_assumed:
            words.append(f"zone {row.timezone} assumed")
        return "; ".join(words)

    def _because(self, row: Notice, cause: Cause, person: Person, parts: Sequence[tuple[str, str]]) -> str:
        if cause.kind == NoticeKind.DIGEST:
            return f"reminders of {written_date(date.fromisoformat(cause.occurrence))} in one mail{_listed(parts)}"
        if cause.kind == NoticeKind.INVITATION:
            return "at once when invited"
        if cause.kind in CORRECTIONS:
            return self._correction(row, cause)
        rows = self._rows(cause.programme_id)
        if rows is None or cause.event_id not in rows.events_by_id:
            return "its event cannot be read"
        country = standing(rows, person).country
        key = (row.cause_id, Whereabouts(row.timezone, country))
        if key not in self._counted:
            rule = parse_rule(cause.rule, NoticeKind(cause.kind))
            day = _counted_day(rule, self._subject(rows, cause), cause.occurrence)
            self._counted[key] = counted_from(rule, cause.occurrence, day, key[1])
        return self._counted[key]

    def _correction(self, row: Notice, cause: Cause) -> str:
        """What changed since this person was told; once they know it, or later news, only that there was something."""
        told = self._told_revision(cause.event_id or 0, row.person_id)
        if row.state in (NoticeState.SENT, NoticeState.UNCERTAIN) or told is None or told > cause.revision:
            return f"told otherwise before (revision {cause.revision})"
        key = (cause.event_id or 0, told, cause.revision)
        if key not in self._changes:
            self._changes[key] = self._changed(*key)
        return self._changes[key]

    def _changed(self, event_id: int, told: int, revision: int) -> str:
        if told == revision:
            return f"taken off the list (revision {revision})"
        facts = [self._session.get(EventRevision, (event_id, number)) for number in (told, revision)]
        old, new = (facts_from_json(row.facts) if row else None for row in facts)
        changes = fact_changes(old, new) if old and new else []
        words = [_change_words(change) for change in changes[:_MOST_CHANGES]]
        words += [f"{len(changes) - _MOST_CHANGES} facts more"] if changes[_MOST_CHANGES:] else []
        return f"told otherwise: {', '.join(words or ['the hour on their clock'])} (revision {told} -> {revision})"

    def _told_revision(self, event_id: int, person_id: int) -> int | None:
        if event_id not in self._told:
            query = select(Told.person_id, Told.revision).where(Told.event_id == event_id)
            self._told[event_id] = dict(self._session.exec(query).all())
        return self._told[event_id].get(person_id)

    def _subject(self, rows: ProgrammeRows, cause: Cause) -> Subject | None:
        """What the notice speaks of, as it stands now; None where the day or the event has no date any more."""
        event_id = cause.event_id or 0
        if event_id not in self._facts:
            self._facts[event_id] = event_facts(rows, rows.events_by_id[event_id])
        facts = self._facts[event_id]
        if cause.day_id is None:
            return Subject(facts)
        slug = next((day.slug for day in rows.days.get(event_id, []) if day.id == cause.day_id), "")
        day = facts.day(slug)
        return Subject(facts, day) if day else None

    def _rows(self, programme_id: int) -> ProgrammeRows | None:
        """All of a programme that can be read; None where it cannot be itself."""
        if programme_id not in self._programmes:
            programme = self._session.exec(select(Programme).where(col(Programme.id) == programme_id)).one()
            try:
                self._programmes[programme_id], _ = load_readable(self._session, programme)
            except UnreadableError:
                self._programmes[programme_id] = None
        return self._programmes[programme_id]


def _counted_day(rule: Rule, subject: Subject | None, spoken_of: str) -> DayFacts | None:
    """The day that the rule counts from; None where it is gone, or where the notice spoke of the event as it was and
    the other end of that is not known any more.
    """
    if subject is None:
        return None
    if rule.anchor == "closing":
        return closing_window(subject)
    counts_from_end = rule.anchor == "end"
    if counts_from_end != (rule.kind in FOLLOW_UPS.values()) and occurrence(rule, subject) != spoken_of:
        return None
    return subject.ending if counts_from_end else subject.opening


def _listed(parts: Sequence[tuple[str, str]]) -> str:
    return ": " + ", ".join(f"{event} ({rule})" for event, rule in parts) if parts else ""


def _change_words(change: FactChange) -> str:
    day = f"{change.day} " if change.day else ""
    return f"{day}{change.what} {change.old} -> {change.new}"
