"""Which rules an event follows, and since when: its own, else the programme's, else the plan of its kind."""

from datetime import datetime

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.notice import EventRule
from convene.rules.planned_event import RuleInForce
from convene.rules.plans import kind_follow_ups, kind_reminders
from convene.rules.rule import Rule, parse_rule
from convene.rules.vocabulary import NoticeKind
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.describe_events import event_kind


def update_rules(session: Session, rows: ProgrammeRows, now: datetime) -> None:
    """Bring the stored rules of every event in line; a rule that stays keeps the moment it was first applied."""
    stored = session.exec(select(EventRule).where(col(EventRule.event_id).in_(rows.events_by_id)))
    have = {(row.event_id, row.kind, row.words): row for row in stored}
    wanted = {(row_id(event), rule.kind.value, rule.text) for event in rows.events for rule in event_rules(rows, event)}
    for event_id, kind, words in sorted(wanted - set(have)):
        session.add(EventRule(event_id=event_id, kind=kind, words=words, since=now))
    for gone in set(have) - wanted:
        session.delete(have[gone])
    session.flush()


def rules_in_force(session: Session, rows: ProgrammeRows) -> dict[int, list[RuleInForce]]:
    """The rules of every event, by its id, with the moment since which each applies."""
    rules: dict[int, list[RuleInForce]] = {}
    parsed: dict[tuple[str, str], Rule] = {}
    query = (
        select(EventRule.event_id, EventRule.kind, EventRule.words, EventRule.since)
        .where(col(EventRule.event_id).in_(rows.events_by_id))
        .order_by(col(EventRule.event_id), col(EventRule.kind), col(EventRule.words))
    )
    for event_id, kind, words, since in session.exec(query):
        if (kind, words) not in parsed:
            parsed[kind, words] = parse_rule(words, NoticeKind(kind))
        rules.setdefault(event_id, []).append(RuleInForce(parsed[kind, words], since))
    return rules


def event_rules(rows: ProgrammeRows, event: Event) -> tuple[Rule, ...]:
    """Reminders, follow-ups and invitation rules of one event. `[]` is an answer (none), an absent key is not."""
    kind = event_kind(rows, event)
    reminders = chosen_rules(rows, event, "reminders")
    follow_ups = chosen_rules(rows, event, "follow_ups")
    invitations = chosen_rules(rows, event, "invitations")
    return (
        *(kind_reminders(kind) if reminders is None else _parsed(reminders, NoticeKind.REMINDER)),
        *(kind_follow_ups(kind) if follow_ups is None else _parsed(follow_ups, NoticeKind.REMINDER)),
        *(_parsed(invitations, NoticeKind.INVITATION) if isinstance(invitations, list) else ()),
    )


def chosen_rules(rows: ProgrammeRows, event: Event, key: str) -> list[str] | str | None:
    """What the event says, else the event it repeats, else the programme. An empty list is a choice."""
    written: list[str] | str | None = getattr(event, key)
    if written is not None:
        return written
    original = rows.events_by_slug.get(event.same_as or "")
    if original is not None:
        return chosen_rules(rows, original, key)
    general: list[str] | str | None = getattr(rows.programme, key)
    return general


def _parsed(texts: list[str] | str, kind: NoticeKind) -> tuple[Rule, ...]:
    return tuple(parse_rule(text, kind) for text in texts)
