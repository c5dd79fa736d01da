"""Mend the record of an event that was held: what people were told counts as what was, and nobody is mailed."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.notice import Cause, EventRule, Told
from convene.rules.due import Subject, occurrence, subjects
from convene.rules.facts import EventFacts
from convene.rules.rule import Rule, parse_rule
from convene.rules.vocabulary import NoticeKind
from convene.store.invitation_rows import invited_to
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.describe_events import event_facts
from convene.usecases.events.refuse_changes import refuse_reviving_by_correction


def correct_record(session: Session, rows: ProgrammeRows, event: Event, before: EventFacts, now: datetime) -> None:
    """Let the facts told be the facts now, for everybody who is still invited, and let the notices of the event speak
    of them: who was thanked is not thanked again. Called between writing and planning.

    Raises ConflictError where the event would no longer be over.
    """
    refuse_reviving_by_correction(rows, event, now)
    invited = {known for known, row in invited_to(session, row_id(event)).items() if not row.has_left}
    told = select(Told).where(Told.event_id == row_id(event), col(Told.ended).is_(False))
    for row in session.exec(told):
        if row.person_id in invited:
            row.revision = event.revision
    _correct_causes(session, rows, event, before)
    session.flush()


def _correct_causes(session: Session, rows: ProgrammeRows, event: Event, before: EventFacts) -> None:
    """Each notice that speaks of a moment as it was recorded speaks of the one that was."""
    days = {day.slug: day.id for day in rows.days.get(row_id(event), [])}
    facts = event_facts(rows, event)
    for rule in _rules(session, event):
        earlier = {_slug(subject): occurrence(rule, subject) for subject in subjects(rule, before)}
        for subject in subjects(rule, facts):
            slug, now_called = _slug(subject), occurrence(rule, subject)
            called = earlier.get(slug, now_called)
            if called != now_called:
                _rename_occurrence(session, _causes(session, event, rule, days.get(slug or "")), called, now_called)


def _rules(session: Session, event: Event) -> Iterator[Rule]:
    for row in session.exec(select(EventRule).where(EventRule.event_id == row_id(event))).all():
        yield parse_rule(row.words, NoticeKind(row.kind))


def _slug(subject: Subject) -> str | None:
    return subject.day.slug if subject.day else None


def _causes(session: Session, event: Event, rule: Rule, day_id: int | None) -> dict[str, Cause]:
    """The causes of one rule by the moment that they speak of."""
    query = select(Cause).where(Cause.event_id == row_id(event), Cause.kind == rule.kind, Cause.rule == rule.text)
    return {row.occurrence: row for row in session.exec(query) if row.day_id == day_id}


def _rename_occurrence(session: Session, causes: dict[str, Cause], old: str, new: str) -> None:
    """One that had the new moment before, for the event was moved away from it, takes the old one in exchange."""
    present, former = causes.get(old), causes.get(new)
    if present is None:
        return
    if former is not None:
        former.occurrence = ""
        session.flush()
    present.occurrence = new
    session.flush()
    if former is not None:
        former.occurrence = old
