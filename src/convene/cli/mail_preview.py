"""Before anything causes mail: how many, to whom, in which languages and when; and the question (design promise 7)."""

import sys

from convene.cli.tables import print_table, say
from convene.errors import ConflictError
from convene.rules.vocabulary import NoticeKind
from convene.rules.zones import wall_clock
from convene.usecases.mails_ahead import KindAhead, MailsAhead

_FOLLOW_UPS = (NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS)


def print_mails(mails: MailsAhead) -> None:
    """The mails that a change brings, by what they are and when they leave."""
    by_name: dict[str, KindAhead] = {}
    for kind, ahead in mails.kinds.items():
        by_name.setdefault("follow-up" if kind in _FOLLOW_UPS else kind.value, KindAhead()).add(ahead)
    numbers = ("now", "in 7 days", "later", "people")
    print_table(("", *numbers, "languages"), [_row(*item) for item in by_name.items()], right=numbers)
    if mails.first is not None:
        local = wall_clock(mails.first.due_at, mails.first.zone)
        say(f"First {mails.first.kind.value} after now: {local:%a %-d %b %Y %H:%M}, {mails.first.zone}.")


def ask(mails: MailsAhead, ask_above: int, *, yes: bool) -> None:
    """Ask whether the mails may leave. Raises ConflictError (exit 4) for a no, and where nobody can be asked."""
    people = len(mails.people)
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


def _row(name: str, ahead: KindAhead) -> tuple[str, ...]:
    languages = "  ".join(f"{language} {count}" for language, count in ahead.languages.most_common())
    numbers = (_number(ahead.now), _number(ahead.soon), _number(ahead.later))
    return (name, *numbers, str(len(ahead.people)), languages)


def _number(count: int) -> str:
    return str(count) if count else "-"
