"""Before anything causes mail: how many, to whom, in which languages and when; and the question (design promise 7)."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from convene.cli.tables import say
from convene.errors import ConflictError
from convene.programme_file.checks.finding_words import city, people_count, short_moment
from convene.rules.planned_event import NotWritten
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import NoticeKind
from convene.rules.zones import wall_clock
from convene.store.people_without_mail import ONLY_CORRECTIONS
from convene.usecases.planning.mails_ahead import FirstAhead, KindAhead, MailsAhead

NOTHING_LEAVES = "Nothing leaves before `convene worker` or `convene up` runs."

_FOLLOW_UPS = (NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS)
_COLUMNS = ("now", "in 7 days", "later", "people", "languages")
_GAP = "   "
_NAME_WIDTH = 11


def print_mails(mails: MailsAhead, now: datetime, look: str = "") -> None:
    """The mails that a change at `now` (UTC) brings, by what they are and when they leave, and those it calls off.

    `look` says where one can look at them. What holds them back is said, too, and what came up on the way.
    """
    for sentence in mails.warnings:
        say(f"warning: {sentence}")
    if mails:
        _print_table(mails)
    if mails and (mails.first or look):
        first = f"{_first(mails, mails.first, now)}." if mails.first else ""
        say(_GAP.join(part for part in (first, look) if part))
    for sentence in without_mail(Counter(mails.without_mail.values())) if mails else ():
        say(f"{sentence}.")
    for why, count in mails.called_off.items():
        what = "1 planned mail is" if count == 1 else f"{count} planned mails are"
        say(f"{what} called off: {why}.")
    for pause in mails.pauses:
        say(pause.sentence)


def without_mail(people: Counter[str]) -> Iterator[str]:
    """How many of those invited get no mail, by why ("unsubscribed" or "refused"), and how many "only corrections"."""
    words = {"unsubscribed": "unsubscribed", "refused": "with an address that a server refused"}
    none = {what: people[why] for why, what in words.items() if people[why]}
    if none:
        reasons = ", ".join(f"{count} {what}" for what, count in none.items())
        yield f"{_invited_get(sum(none.values()))} no mail: {reasons}"
    if people[ONLY_CORRECTIONS]:
        yield f"{_invited_get(people[ONLY_CORRECTIONS])} only changes and cancellations of what they know: unsubscribed"


def _invited_get(people: int) -> str:
    return f"{people_count(people)} invited {'gets' if people == 1 else 'get'}"


def say_not_written(never_due: Counter[tuple[str, NotWritten]]) -> None:
    """One line on the mails that the rules do not make, and why; the rules in the order in which they are due."""
    if not never_due:
        return
    by_reason = {why: _rules_of(why, never_due) for why in NotWritten}
    counted = {f"{why} ({', '.join(rules)})": rules.total() for why, rules in by_reason.items() if rules}
    reasons = [f"{count} {reason}" for reason, count in counted.items()] if len(counted) > 1 else list(counted)
    what = "1 mail is" if never_due.total() == 1 else f"{never_due.total()} mails are"
    say(f"{what} not written: {'; '.join(reasons)}.")


def _rules_of(why: NotWritten, never_due: Counter[tuple[str, NotWritten]]) -> Counter[str]:
    counted = {rule: count for (rule, reason), count in never_due.items() if reason is why}
    return Counter({rule: counted[rule] for rule in sorted(counted, key=_place_in_plan)})


def _place_in_plan(text: str) -> tuple[timedelta, date, time, str]:
    """Written dates stand where the event does, one after another."""
    rule = parse_rule(text)
    return rule.distance, rule.on or date.min, rule.at or time.min, text


def ask(mails: MailsAhead, ask_above: int, *, yes: bool) -> None:
    """Ask whether the mails may leave. Raises ConflictError (exit 4) for a no, and where nobody can be asked."""
    people = len(mails.people)
    if yes or not people:
        return
    sentence = f"{people_count(people)} will be written to."
    if not sys.stdin.isatty():
        say(sentence)
        raise ConflictError(
            "Nobody is there to ask, so nothing was changed.", "look at what is shown above, then add --yes"
        )
    if people > ask_above:
        answer, expected = answered(f"{sentence} Type that number to go on: "), str(people)
    else:
        answer, expected = answered(f"{sentence} Go on? [y/N] "), "y"
    if answer != expected:
        raise ConflictError("Nothing was changed.")


def time_ahead(now: datetime, due_at: datetime, zone: str) -> str:
    """How far off a moment is on a clock: "at once", "in 10 minutes", "in 3 hours", "in 2 days"."""
    left = due_at - now
    days = (wall_clock(due_at, zone).date() - wall_clock(now, zone).date()).days
    if left <= timedelta(0):
        return "at once"
    if left < timedelta(hours=1):
        return _span(-(-left // timedelta(minutes=1)), "minute")
    return _span(days, "day") if days else _span(left // timedelta(hours=1), "hour")


def _span(number: int, unit: str) -> str:
    return f"in {number} {unit}" if number == 1 else f"in {number} {unit}s"


def answered(question: str) -> str:
    """What is typed; nothing where the input ends. The question goes to stderr: stdout is data."""
    print(question, end="", file=sys.stderr, flush=True)
    try:
        return input().strip().lower()
    except EOFError:
        return ""


def _first(mails: MailsAhead, first: FirstAhead, now: datetime) -> str:
    """The notice that is due first after now; the next one, where others of its kind leave now."""
    word = "Next" if first.kind in mails.kinds and mails.kinds[first.kind].now else "First"
    local, year = wall_clock(first.due_at, first.zone), wall_clock(now, first.zone).year
    ahead = time_ahead(now, first.due_at, first.zone)
    return f"{word} {first.kind.value}: {short_moment(local, year)} {city(first.zone)} ({ahead})"


def _print_table(mails: MailsAhead) -> None:
    by_name: dict[str, KindAhead] = {}
    for kind, ahead in mails.kinds.items():
        by_name.setdefault("follow-up" if kind in _FOLLOW_UPS else kind.value, KindAhead()).add(ahead)
    rows = [("", *_COLUMNS), *(_row(*item) for item in by_name.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    widths[0] = max(_NAME_WIDTH, widths[0])
    for row in rows:
        print(_aligned(row, widths))


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers, languages = row
    right = (text.rjust(width) for text, width in zip(numbers, widths[1:], strict=True))
    return _GAP.join([name.ljust(widths[0]), *right, languages])


def _row(name: str, ahead: KindAhead) -> tuple[str, ...]:
    languages = "  ".join(f"{language} {count}" for language, count in ahead.languages.items())
    numbers = (_number(ahead.now), _number(ahead.soon), _number(ahead.later))
    return (name, *numbers, str(len(ahead.people)), languages)


def _number(count: int) -> str:
    return str(count) if count else "-"
