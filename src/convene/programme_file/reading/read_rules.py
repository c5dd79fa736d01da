"""The lists of rules of a programme or an event: reminders, follow-ups, invitations, alarms."""

from collections.abc import Callable

from convene.programme_file.document import RulePlan
from convene.programme_file.reading.coordinator_texts import clean_line
from convene.programme_file.reading.fields import Fields, nearest, read_scalar
from convene.programme_file.reading.findings import WrittenValueError, quoted
from convene.programme_file.reading.yaml_nodes import Scalar
from convene.rules.plans import AT_ONCE, BY_HAND
from convene.rules.rule import FOLLOW_UPS, Rule, RuleError, parse_rule
from convene.rules.vocabulary import NoticeKind

INVITATION_WORDS = (AT_ONCE, BY_HAND)


def read_rule_plan(fields: Fields) -> RulePlan:
    """`reminders`, `follow_ups` and `invitations` of one mapping; absent ones are None."""
    return RulePlan(
        reminders=_read_rules(fields, "reminders", reminder),
        follow_ups=_read_rules(fields, "follow_ups", follow_up),
        invitations=_read_invitations(fields),
    )


def read_alarms(fields: Fields) -> tuple[Rule, ...]:
    return _read_rules(fields, "alarms", alarm) or ()


def reminder(text: str) -> Rule:
    """A rule that makes reminders."""
    return _plain_rule(text, NoticeKind.REMINDER)


def follow_up(text: str) -> Rule:
    """A rule that begins with thanks, action plan or progress."""
    rule = _rule(text, NoticeKind.REMINDER)
    if rule.kind not in FOLLOW_UPS.values():
        remedy = f"begin with {', '.join(FOLLOW_UPS)}, as in: thanks {' '.join(text.split())}"
        raise WrittenValueError(f"{quoted(text)} does not say which follow-up it is.", remedy)
    return rule


def alarm(text: str) -> Rule:
    """A rule in minutes or hours, for the alarm of a calendar program."""
    rule = _plain_rule(text, NoticeKind.REMINDER)
    if not rule.counts_instants:
        raise WrittenValueError(f"{quoted(text)} is no alarm.", "count in minutes or hours: 30 minutes before")
    if rule.anchor not in ("start", "end"):
        raise WrittenValueError(f"{quoted(text)} is no alarm.", "count from the start or the end of a day")
    return rule


def _invitation(text: str) -> Rule:
    word = _spoken(text)
    if word in INVITATION_WORDS:
        raise WrittenValueError(
            f"{quoted(text)} is no rule of a list.", f"write it without the list: invitations: {word}"
        )
    rule = _plain_rule(text, NoticeKind.INVITATION)
    if rule.each:
        raise WrittenValueError(f"{quoted(text)} makes more than one invitation.", f"leave out: each {rule.each}")
    return rule


def _plain_rule(text: str, kind: NoticeKind) -> Rule:
    rule = _rule(text, kind)
    if rule.kind is not kind:
        raise WrittenValueError(f"{quoted(text)} is a follow-up.", "move it to follow_ups")
    return rule


def _rule(text: str, kind: NoticeKind) -> Rule:
    try:
        return parse_rule(clean_line(text), kind)
    except RuleError as error:
        raise WrittenValueError(error.sentence, error.remedy) from None


def _read_rules(fields: Fields, key: str, parse: Callable[[str], Rule]) -> tuple[Rule, ...] | None:
    items = fields.items(key)
    if items is None:
        return None
    rules: dict[Rule, Rule] = {}
    paths: dict[Rule, str] = {}
    for node, path in items:
        rule = read_scalar(node, path, fields.findings, parse)
        if rule and rule.in_small_units in rules:
            what = f"The rule repeats {paths[rule.in_small_units]}: {rules[rule.in_small_units].text}."
            fields.findings.error(path, node.span, what, "keep one of them")
        elif rule:
            rules[rule.in_small_units], paths[rule.in_small_units] = rule, path
    return tuple(rules.values())


def _read_invitations(fields: Fields) -> str | tuple[Rule, ...] | None:
    if not isinstance(fields.nodes.get("invitations"), Scalar):
        return _read_rules(fields, "invitations", _invitation)
    return fields.value("invitations", _invitation_word)


def _invitation_word(text: str) -> str:
    word = _spoken(text)
    if word not in INVITATION_WORDS:
        remedy = nearest(word, INVITATION_WORDS, "write at once, by hand, or a list of rules in brackets")
        raise WrittenValueError(f"{quoted(text)} is not understood here.", remedy)
    return word


def _spoken(text: str) -> str:
    """The words, however they are spaced and capitalised."""
    return " ".join(text.lower().split())
