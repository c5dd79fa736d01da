"""Before anything causes mail: how many, to whom, in which languages and when; and the question (design promise 7)."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from convene.cli.tables import print_table, say
from convene.errors import ConflictError
from convene.rules.vocabulary import NoticeKind
from convene.usecases.plan_notices import MailAhead

_SOON = timedelta(days=7)
_FOLLOW_UPS = (NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS)


def print_mails(mails: Sequence[MailAhead], now: datetime) -> None:
    """The mails that a change brings, by what they are and when they leave."""
    by_name: dict[str, list[MailAhead]] = {}
    for mail in mails:
        by_name.setdefault("follow-up" if mail.kind in _FOLLOW_UPS else mail.kind.value, []).append(mail)
    rows = [_row(name, some, now) for name, some in by_name.items()]
    numbers = ("now", "in 7 days", "later", "people")
    print_table(("", *numbers, "languages"), rows, right=numbers)
    first = min((mail for mail in mails if mail.due.at > now), key=lambda mail: mail.due.at, default=None)
    if first is not None:
        local = first.due.local
        say(f"First {first.kind.value} after now: {local:%a %-d %b %Y %H:%M}, {first.due.zone}.")


def ask(mails: Sequence[MailAhead], ask_above: int, *, yes: bool) -> None:
    """Ask whether the mails may leave. Raises ConflictError (exit 4) for a no, and where nobody can be asked."""
    people = len({mail.person_id for mail in mails})
    if yes or not people:
        return
    say(f"{people} {'person' if people == 1 else 'people'} will be written to.")
    if not sys.stdin.isatty():
        raise ConflictError("Nobody is there to ask, so nothing was changed.", "look at --dry-run, then add --yes")
    if people > ask_above:
        answer, expected = _answer(f"Type the number of people to go on ({people}): "), str(people)
    else:
        answer, expected = _answer("Go on? [y/N] "), "y"
    if answer != expected:
        raise ConflictError("Nothing was changed.")


def _answer(question: str) -> str:
    """What is typed; nothing where the input ends. The question goes to stderr: stdout is data."""
    print(question, end="", file=sys.stderr, flush=True)
    try:
        return input().strip().lower()
    except EOFError:
        return ""


def _row(name: str, mails: Sequence[MailAhead], now: datetime) -> tuple[str, ...]:
    at_once = sum(mail.due.at <= now for mail in mails)
    soon = sum(now < mail.due.at <= now + _SOON for mail in mails)
    people = {mail.person_id: mail.language for mail in mails}
    languages = "  ".join(f"{language} {count}" for language, count in Counter(people.values()).most_common())
    return (name, _number(at_once), _number(soon), _number(len(mails) - at_once - soon), str(len(people)), languages)


def _number(count: int) -> str:
    return str(count) if count else "-"
