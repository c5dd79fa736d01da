"""The rules of an event that names none: the plan of its kind (`programme-file`, "Rules")."""

from convene.rules.rule import Rule, parse_rule
from convene.rules.vocabulary import EventKind, NoticeKind

AT_ONCE = "at once"
BY_HAND = "by hand"

_REMINDERS = ("7 days before at 09:00", "1 day before at 17:00")
_LIVE_REMINDERS = (*_REMINDERS, "1 hour before each live day")
_DEADLINE_REMINDERS = ("14 days before", "3 days before", "1 day before")
_THANKS = ("thanks 1 day after",)
_LONG_FOLLOW_UPS = (
    *_THANKS,
    "action plan 3 days after",
    "progress 1 month after",
    "progress 3 months after",
    "progress 6 months after",
    "progress 12 months after",
)
_LEARNING_KINDS = frozenset(
    {
        EventKind.TRAINING,
        EventKind.TRAINING_OF_TRAINERS,
        EventKind.SEMINAR,
        EventKind.WORKSHOP,
        EventKind.ONLINE_PROGRAMME,
        EventKind.EXCHANGE_VISIT,
    }
)


def kind_reminders(kind: EventKind) -> tuple[Rule, ...]:
    if kind is EventKind.DEADLINE:
        return _rules(_DEADLINE_REMINDERS)
    return _rules(_LIVE_REMINDERS if kind in (EventKind.WEBINAR, EventKind.ONLINE_PROGRAMME) else _REMINDERS)


def kind_follow_ups(kind: EventKind) -> tuple[Rule, ...]:
    if kind is EventKind.DEADLINE:
        return ()
    return _rules(_LONG_FOLLOW_UPS if kind in _LEARNING_KINDS else _THANKS)


def _rules(texts: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(parse_rule(text, NoticeKind.REMINDER) for text in texts)
